// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { Hearth } from '../../engine/api.ts';
import { accessKey, keysApart } from '../../words/access-keys.ts';

/**
 * Keeps the access keys of what shows apart from each other, in every language, and gives one to the buttons that a page or
 * dialog is for. Which buttons there are together depends on how things stand, so no translator can choose for all of it.
 */
export class AccessKeys {
  readonly #window: Adw.ApplicationWindow;
  readonly #forget: () => void;
  #waiting = 0;

  constructor(window: Adw.ApplicationWindow, hearth: Hearth) {
    this.#window = window;
    this.#forget = hearth.state.subscribe(() => this.lookAgain());
    window.connect('notify::visible-dialog', () => this.lookAgain());
    window.connect('map', () => this.lookAgain());
  }

  /** After what shows has changed. */
  lookAgain(): void {
    if (this.#waiting !== 0) return;
    this.#waiting = GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => {
      this.#waiting = 0;
      const dialog = this.#window.visibleDialog;
      // A dialog is the visible one before its own parts show.
      arrange(dialog === null ? this.#window : (dialog.child ?? dialog));
      return GLib.SOURCE_REMOVE;
    });
  }

  end(): void {
    this.#forget();
    if (this.#waiting !== 0) GLib.source_remove(this.#waiting);
    this.#waiting = 0;
  }
}

interface Holder {
  readonly text: string;
  readonly wants: boolean;
  readonly write: (text: string) => void;
}

function arrange(root: Gtk.Widget): void {
  const found = holders(root);
  keysApart(found).forEach((text, at) => {
    if (text !== found[at]?.text) found[at]?.write(text);
  });
}

function holders(widget: Gtk.Widget): readonly Holder[] {
  // A menu has keys of its own.
  if (!widget.visible || !widget.get_child_visible() || widget instanceof Gtk.Popover) return [];
  if (widget instanceof Gtk.Button && widget.child instanceof Gtk.Label) {
    const { child } = widget;
    const text = child.useUnderline ? child.label : child.label.replaceAll('_', '__');
    // Not the button's own label: setting that takes away the name that it may have for assistive technology.
    const write = (label: string): void => {
      child.useUnderline = true;
      child.label = label;
    };
    return text === '' ? [] : [{ text, wants: isMain(widget), write }];
  }
  if (widget instanceof Adw.ButtonRow)
    return [{ text: widget.title, wants: false, write: (title) => widget.set_title(title) }];
  const own =
    widget instanceof Gtk.Label && widget.useUnderline && accessKey(widget.label) !== null
      ? [{ text: widget.label, wants: false, write: (label: string) => widget.set_label(label) }]
      : [];
  const found: Holder[] = own;
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
    found.push(...holders(child));
  return found;
}

/** What a page or dialog is there for: it stands out, or answers a question. */
function isMain(button: Gtk.Button): boolean {
  const classes = ['pill', 'offer', 'suggested-action', 'destructive-action'];
  return (
    classes.some((name) => button.has_css_class(name)) || button.get_ancestor(Adw.AlertDialog.$gtype) !== null
  );
}
