// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import type { HearthState } from '../../core/setup/state.ts';
import { restartAhead } from '../../words/restart-ahead.ts';
import { lockOf, shownTasks } from '../../core/vendor/types.ts';
import { summaryWords } from '../../words/summary.ts';
import type { Ui } from '../context.ts';
import { TaskRow } from '../home/task-row.ts';
import { template } from '../resources.ts';
import { findTour, openTour } from './gnome-tour.ts';
import { lockedBy } from '../widgets/locks.ts';
import { Page } from '../widgets/page.ts';

/** The end of the first run: what is set up, what waits, where to find it again. */
export class SummaryPage extends Page {
  declare private readonly _icon: Gtk.Image;
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _tasks: Adw.PreferencesGroup;
  declare private readonly _restartGroup: Adw.PreferencesGroup;
  declare private readonly _restartButton: Gtk.Button;
  declare private readonly _tourGroup: Adw.PreferencesGroup;
  declare private readonly _doneButton: Gtk.Button;
  readonly #tour = findTour();
  #steps: Adw.ActionRow[] = [];

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthSummaryPage',
        Template: template('summary-page'),
        InternalChildren: [
          'icon',
          'heading',
          'sentence',
          'tasks',
          'restartGroup',
          'restartButton',
          'tourGroup',
          'doneButton',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'summary');
    this.sayFirst(this._heading, this._sentence);
    for (const task of shownTasks(ui.hearth.state.value.vendor)) {
      const row = new TaskRow();
      row.setUp(task);
      row.connect('activated', () => ui.open(task));
      const lock = lockOf(ui.hearth.state.value.vendor, task);
      const locked = lock === null ? null : lockedBy(ui.hearth.state.value.vendor, lock);
      this._tasks.add(row);
      this.watch(
        (state) => state.standings[task],
        (standing) => row.render(standing, locked),
      );
    }
    this.watch(
      (state) => state,
      (state) => {
        const { icon, title, sentence } = summaryWords(state);
        this._icon.iconName = icon;
        this._heading.label = title;
        this._sentence.label = sentence;
        this.#renderRestart(state);
      },
    );
    this._tourGroup.visible = this.#tour !== null;
  }

  /** What will be on the screen, while there is still somebody to say it; then the restart is what is suggested. */
  #renderRestart(state: HearthState): void {
    const steps = restartAhead(state);
    this._restartGroup.visible = steps !== null;
    this._restartButton.visible = steps !== null;
    this._doneButton.cssClasses = steps === null ? ['pill', 'suggested-action'] : ['pill'];
    for (const row of this.#steps) this._restartGroup.remove(row);
    this.#steps = (steps ?? []).map(
      ({ title, detail }) =>
        new Adw.ActionRow({ title, subtitle: detail, useMarkup: false, activatable: false }),
    );
    for (const row of this.#steps) this._restartGroup.add(row);
  }

  protected _onRestart(): void {
    this.ui.attempt(() => this.ui.hearth.driver.restart());
  }

  protected _onTour(): void {
    const tour = this.#tour;
    if (tour !== null) this.ui.attempt(async () => openTour(tour));
  }

  protected _onDone(): void {
    this.ui.finishTour();
  }
}
