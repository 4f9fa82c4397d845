// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import type Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import { taskIds } from '../../core/setup/tasks.ts';
import { summaryWords } from '../../words/app.ts';
import type { Ui } from '../context.ts';
import { TaskRow } from '../home/task-row.ts';
import { template } from '../resources.ts';
import { Page } from '../widgets/page.ts';

/** The end of the first run: what is set up, what waits, where to find it again. */
export class SummaryPage extends Page {
  declare private readonly _icon: Gtk.Image;
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _tasks: Adw.PreferencesGroup;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthSummaryPage',
        Template: template('summary-page'),
        InternalChildren: ['icon', 'heading', 'sentence', 'tasks'],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'summary');
    for (const task of taskIds) {
      const row = new TaskRow();
      row.setUp(task);
      row.connect('activated', () => ui.open(task));
      this._tasks.add(row);
      this.watch(
        (state) => state.standings[task],
        (standing) => row.render(standing),
      );
    }
    this.watch(
      (state) => state,
      (state) => {
        const { icon, title, sentence } = summaryWords(state);
        this._icon.iconName = icon;
        this._heading.label = title;
        this._sentence.label = sentence;
      },
    );
  }

  protected _onDone(): void {
    this.ui.finishTour();
  }
}
