// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { JournalEntry } from '../../core/setup/journal.ts';
import { momentText } from '../../words/moment.ts';
import { dotted, listed } from '../../words/joined.ts';
import { buttonFor, entryTitle, undoLabel } from '../../words/app.ts';
import { errorWords } from '../../words/errors.ts';
import { actionSentence, outcomeWords, undoSentence, type Names } from '../../words/plan.ts';
import { nameControl } from '../widgets/accessible.ts';

/** One plan that was carried out: when, its steps and how each went, and the button that takes it back. */
export class JournalRow extends Adw.ExpanderRow {
  #undo: Gtk.Button | null = null;

  static {
    GObject.registerClass({ GTypeName: 'HearthJournalRow' }, this);
  }

  constructor(entry: JournalEntry, names: Names, undo: (() => void) | null) {
    const title = entryTitle(entry, names);
    super({ title, useMarkup: false });
    const when = momentText(entry.startedAt);
    this.subtitle = when;
    nameControl(this, listed([title, when]));
    if (undo !== null) {
      const button = new Gtk.Button({
        name: `undo-${entry.plan}`,
        label: undoLabel(),
        valign: Gtk.Align.CENTER,
      });
      nameControl(button, buttonFor(undoLabel(), listed([title, when])));
      button.connect('clicked', undo);
      this.add_suffix(button);
      this.#undo = button;
    }
    for (const step of entry.steps) {
      const row = new Adw.ActionRow({ useMarkup: false, title: actionSentence(step.action, names) });
      const parts = [outcomeWords(step.outcome)];
      if (step.error !== null) parts.push(errorWords(step.error).sentence);
      else if (step.outcome === 'done') parts.push(undoSentence(step.undo, names));
      row.subtitle = dotted(parts);
      this.add_row(row);
    }
  }

  /** Where the words of the button would squeeze those of the entry, it has a picture and says them in its tooltip. */
  setNarrow(narrow: boolean): void {
    if (this.#undo === null) return;
    if (narrow) this.#undo.iconName = 'edit-undo-symbolic';
    else this.#undo.label = undoLabel();
    this.#undo.set_tooltip_text(narrow ? undoLabel() : null);
  }
}
