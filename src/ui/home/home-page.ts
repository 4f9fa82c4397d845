// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { newPages } from '../../core/first-boot/news.ts';
import { nextTask } from '../../core/setup/assess.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { taskIds, type TaskId } from '../../core/setup/tasks.ts';
import { openTasks, shownTasks } from '../../core/vendor/types.ts';
import { momentText } from '../../words/moment.ts';
import { addressWords, copied, headline } from '../../words/app.ts';
import { stated } from '../../words/joined.ts';
import { proofHeadline } from '../../words/proof.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { Greeting } from '../widgets/greeting.ts';
import { nameMenuItems } from '../widgets/menu-names.ts';
import { Page } from '../widgets/page.ts';
import { NewsGroup } from './news-group.ts';
import { TaskRow } from './task-row.ts';
import { VendorGroup } from './vendor-group.ts';

/** Where each task stands, the model's address, and the next thing to do. */
export class HomePage extends Page {
  declare private readonly _menuButton: Gtk.MenuButton;
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _nextButton: Gtk.Button;
  declare private readonly _addressGroup: Adw.PreferencesGroup;
  declare private readonly _addressRow: Adw.ActionRow;
  declare private readonly _copyAddressButton: Gtk.Button;
  declare private readonly _stopButton: Gtk.Button;
  declare private readonly _computerRow: TaskRow;
  declare private readonly _driverRow: TaskRow;
  declare private readonly _modelRow: TaskRow;
  declare private readonly _tryRow: TaskRow;
  declare private readonly _toolsRow: TaskRow;
  declare private readonly _proofRow: Adw.ActionRow;
  declare private readonly _greeting: Greeting;
  declare private readonly _newsGroup: NewsGroup;
  declare private readonly _vendorGroup: VendorGroup;
  declare private readonly _taskGroup: Adw.PreferencesGroup;
  #opens: TaskId = 'model';

  static {
    for (const kind of [TaskRow, Greeting, NewsGroup, VendorGroup]) GObject.type_ensure(kind.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthHomePage',
        Template: template('home-page'),
        InternalChildren: [
          'menuButton',
          'heading',
          'sentence',
          'nextButton',
          'addressGroup',
          'addressRow',
          'copyAddressButton',
          'stopButton',
          'computerRow',
          'driverRow',
          'modelRow',
          'tryRow',
          'toolsRow',
          'proofRow',
          'greeting',
          'newsGroup',
          'vendorGroup',
          'taskGroup',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'home');
    this.sayFirst(...this._greeting.labels, this._heading, this._sentence);
    nameMenuItems(this._menuButton);
    this.watch(
      (state) => state.vendor,
      (vendor) => {
        this._vendorGroup.render(vendor);
        this.#arrange(shownTasks(vendor));
      },
    );
    for (const task of taskIds) {
      const row = this.#row(task);
      row.setUp(task);
      row.connect('activated', () => ui.open(task));
      this.watch(
        (state) => state.standings[task],
        (standing) => row.render(standing),
      );
    }
    this.watch(
      (state) => state,
      (state) => this.#render(state),
    );
  }

  /** The rows in the vendor's order; those that it hides are not there. */
  #arrange(shown: readonly TaskId[]): void {
    for (const task of taskIds) {
      const row = this.#row(task);
      if (row.get_parent() !== null) this._taskGroup.remove(row);
    }
    for (const task of shown) this._taskGroup.add(this.#row(task));
  }

  #row(task: TaskId): TaskRow {
    return this[`_${task}Row`];
  }

  #render(state: HearthState): void {
    this._greeting.render(state, this.ui.hearth);
    const shown = shownTasks(state.vendor);
    const news = newPages(state.choices.pagesSeen ?? {}).filter((page) => shown.includes(page));
    this._newsGroup.render(news, (page) => this.ui.open(page));
    const head = headline(state, state.looked ? nextTask(state.standings, openTasks(state.vendor)) : null);
    this._proofRow.subtitle = proofHeadline(state.proof, momentText(state.proof?.startedAt ?? 0)).sentence;
    this._heading.label = head.title;
    this._sentence.label = head.description;
    this._nextButton.label = head.button;
    this.#opens = head.opens;
    const address = addressWords(state);
    this._addressGroup.visible = address !== null;
    if (address === null) return;
    this._addressRow.title = address.title;
    this._addressRow.subtitle = address.subtitle;
    this._copyAddressButton.visible = address.address !== null;
    // What is not Hearth's is not Hearth's to stop.
    this._stopButton.visible = state.server.tag === 'ready' && state.server.endpoint.other === undefined;
  }

  protected _onNext(): void {
    this.ui.open(this.#opens);
  }

  protected _onProof(): void {
    this.ui.open('proof');
  }

  protected _onCopyAddress(): void {
    const address = addressWords(this.ui.hearth.state.value)?.address;
    if (address !== null && address !== undefined) this.ui.copy(address, copied());
  }

  protected _onStop(): void {
    this.ui.attempt(async () => {
      const { hearth } = this.ui;
      await hearth.stopServing();
      // The button went away with the model that it stopped.
      const address = addressWords(hearth.state.value);
      if (address !== null)
        this.announce(stated(address.title, address.subtitle), Gtk.AccessibleAnnouncementPriority.MEDIUM);
    });
  }
}
