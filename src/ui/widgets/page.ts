// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import type { HearthState } from '../../core/setup/state.ts';
import { taskIds } from '../../core/setup/tasks.ts';
import { practiceBanner } from '../../words/app.ts';
import { stated } from '../../words/joined.ts';
import { tour, type PageName, type Ui } from '../context.ts';
import { describe } from './accessible.ts';
import { markHeadings } from './headings.ts';
import { focusedName, focusNamed, keepFocus } from './keep-focus.ts';
import { TourBar } from './tour-bar.ts';

/**
 * What all pages share: they watch the state only while they can be seen, say in practice mode that nothing is real,
 * and carry Skip and Continue during the first run. The template's child must be an AdwToolbarView.
 */
export class Page extends Adw.NavigationPage {
  readonly #ui: Ui;
  readonly #pageName: PageName;
  readonly #watches: (() => () => void)[] = [];
  #disposers: (() => void)[] = [];
  #tourBar: TourBar | null = null;
  #left = '';
  #describe: () => void = () => {};

  static {
    GObject.registerClass({ GTypeName: 'HearthPage' }, this);
  }

  constructor(ui: Ui, pageName: PageName) {
    super({ tag: pageName });
    this.#ui = ui;
    this.#pageName = pageName;
    const view = this.get_child();
    if (view instanceof Adw.ToolbarView) this.#addBars(view);
    markHeadings(this);
    this.connect('showing', () => this.#wake());
    this.connect('hidden', () => this.#sleep());
    this.connect('shown', () => this.#comeBack());
    this.connect('map', () => {
      const root = this.get_root();
      const handler = root?.connect('notify::focus-widget', () => this.#onFocus()) ?? 0;
      const unmapped = this.connect('unmap', () => {
        this.disconnect(unmapped);
        if (handler !== 0) root?.disconnect(handler);
      });
    });
  }

  protected get ui(): Ui {
    return this.#ui;
  }

  /** Before another page comes over this one: what has the focus gets it back. */
  remember(): void {
    this.#left = focusedName(this);
  }

  #comeBack(): void {
    const left = this.#left;
    this.#left = '';
    if (left === '') return;
    // After the view has given the focus to what it finds: rows are made anew when the page comes back.
    GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => {
      focusNamed(this, left);
      return GLib.SOURCE_REMOVE;
    });
  }

  /** Calls `render` when the page comes into view and whenever the picked part changes while it is. */
  protected watch<P>(pick: (state: HearthState) => P, render: (part: P) => void): void {
    this.#watches.push(() =>
      this.#ui.hearth.state.watch(pick, (part) => keepFocus(this, () => render(part))),
    );
  }

  /**
   * What the page says above all: whoever listens hears it with the title, when the page opens, and again when it changes.
   * What `toldElsewhere` says is announced anyway waits until the focus comes back from somewhere else.
   */
  protected sayFirst(...labels: readonly Gtk.Label[]): void {
    let [waiting, said] = [false, ''];
    // Once for all that changes together: a screen reader says what changed.
    const later = (): void => {
      if (waiting) return;
      waiting = true;
      GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => {
        waiting = false;
        this.#describe();
        return GLib.SOURCE_REMOVE;
      });
    };
    this.#describe = () => {
      // A description that begins with the name counts as nothing new, and Orca leaves it out.
      const texts = labels.map((label) =>
        isSeen(label, this) && label.label !== this.title ? label.label : '',
      );
      const text = stated(...texts);
      if (text === said || (this.toldElsewhere(this.#ui.hearth.state.value) && this.#hasFocus())) return;
      said = text;
      describe(this, text);
    };
    for (const label of labels)
      for (const what of ['label', 'visible']) label.connect(`notify::${what}`, later);
    later();
  }

  /** Whether changes are announced as such: progress is, now and then, and not each time that a number changes. */
  protected toldElsewhere({ standings }: HearthState): boolean {
    return taskIds.some((task) => standings[task].tag === 'running');
  }

  #hasFocus(): boolean {
    return this.get_root()?.get_focus()?.is_ancestor(this) === true;
  }

  /** The focus goes to a dialog or another page, and comes back to what is so by then. */
  #onFocus(): void {
    if (!this.#hasFocus()) this.#describe();
  }

  /** During the first run: whether there is nothing left to do here, so that Continue is the suggested button. */
  protected setComplete(complete: boolean): void {
    this.#tourBar?.setComplete(complete);
  }

  #addBars(view: Adw.ToolbarView): void {
    const { mode } = this.#ui.hearth.state.value;
    if (mode.tag === 'practice') {
      const banner = new Adw.Banner({
        title: practiceBanner(),
        revealed: true,
        useMarkup: false,
      });
      banner.add_css_class('practice');
      view.add_top_bar(banner);
    }
    if (!this.#ui.touring || !tour.includes(this.#pageName)) return;
    if (this.#pageName === 'welcome' || this.#pageName === 'summary') return;
    this.#tourBar = new TourBar(() => this.#ui.next(this.#pageName));
    view.add_bottom_bar(this.#tourBar);
  }

  #wake(): void {
    if (this.#disposers.length > 0) return;
    this.#disposers = this.#watches.map((watch) => watch());
    this.#describe();
  }

  #sleep(): void {
    for (const dispose of this.#disposers) dispose();
    this.#disposers = [];
  }
}

/** Whether nothing on the way from the page down to a widget is hidden. */
function isSeen(widget: Gtk.Widget, page: Gtk.Widget): boolean {
  for (let each: Gtk.Widget | null = widget; each !== null && each !== page; each = each.get_parent())
    if (!each.visible) return false;
  return true;
}
