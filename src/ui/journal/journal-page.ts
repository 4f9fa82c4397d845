// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import type Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import type { JournalEntry } from '../../core/setup/journal.ts';
import { canUndo } from '../../engine/take-back.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { Page } from '../widgets/page.ts';
import { takeBack } from '../undo.ts';
import { JournalRow } from './journal-row.ts';

/** What Hearth did on this computer, newest first. */
export class JournalPage extends Page {
  declare private readonly _stack: Gtk.Stack;
  declare private readonly _entries: Adw.PreferencesGroup;
  #rows: JournalRow[] = [];
  #narrow = false;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthJournalPage',
        Template: template('journal-page'),
        InternalChildren: ['stack', 'entries'],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'journal');
    this.watch(
      (state) => state.journal,
      (journal) => this.#render(journal),
    );
  }

  #render(journal: readonly JournalEntry[]): void {
    for (const row of this.#rows) this._entries.remove(row);
    const names = this.ui.names();
    this.#rows = journal.toReversed().map((entry) => {
      return new JournalRow(entry, names, canUndo(entry) ? () => takeBack(this.ui, entry.plan) : null);
    });
    for (const row of this.#rows) {
      row.setNarrow(this.#narrow);
      this._entries.add(row);
    }
    this._stack.visibleChildName = this.#rows.length === 0 ? 'empty' : 'entries';
  }

  protected _onNarrow(): void {
    this.#setNarrow(true);
  }

  protected _onWide(): void {
    this.#setNarrow(false);
  }

  #setNarrow(narrow: boolean): void {
    this.#narrow = narrow;
    for (const row of this.#rows) row.setNarrow(narrow);
  }
}
