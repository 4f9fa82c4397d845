// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import { engineChoices, otherProgram, type EngineChoice } from '../../core/server/engine-facts.ts';
import { otherRun } from '../../core/server/others.ts';
import { engineOf } from '../../core/setup/engine-of.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { choiceLines, choiceTitle, fetchLabel, offersFetch, otherLines } from '../../words/engine.ts';
import { buttonFor } from '../../words/app.ts';
import type { Ui } from '../context.ts';
import { askToUseOther } from '../dialogs/other-dialog.ts';
import { nameControl } from '../widgets/accessible.ts';
import { hold, lockedBy, lockRow } from '../widgets/locks.ts';

interface ChoiceRow {
  readonly row: Adw.ActionRow;
  readonly check: Gtk.CheckButton;
}

/** How models are served: one row a choice, each with why it is taken, or what stands in its way. */
export class EngineRows {
  readonly #ui: Ui;
  readonly #group: Adw.PreferencesGroup;
  readonly #choices: ReadonlyMap<EngineChoice, ChoiceRow>;
  readonly #fetch: Gtk.Button;
  readonly #others: Adw.ActionRow;
  /** Why nothing can be chosen; null where it can. */
  readonly #locked: string | null;
  /** Rows are made to agree with the state; that is nobody's choice. */
  #rendering = false;

  constructor(group: Adw.PreferencesGroup, ui: Ui) {
    this.#ui = ui;
    this.#group = group;
    this.#locked = lockedBy(ui.hearth.state.value.vendor, 'engine');
    if (this.#locked !== null) group.add(lockRow('engine', this.#locked));
    const rows = new Map<EngineChoice, ChoiceRow>();
    let first: Gtk.CheckButton | undefined;
    for (const choice of engineChoices) {
      const check = new Gtk.CheckButton({
        name: `engine-${choice}`,
        valign: Gtk.Align.CENTER,
        ...(first === undefined ? {} : { group: first }),
      });
      first ??= check;
      const row = new Adw.ActionRow({ title: choiceTitle(choice), activatableWidget: check });
      row.add_prefix(check);
      check.connect('toggled', () => {
        if (check.active && !this.#rendering) this.#choose(choice);
      });
      group.add(row);
      hold(this.#locked, row);
      rows.set(choice, { row, check });
    }
    this.#choices = rows;
    this.#fetch = new Gtk.Button({
      name: 'fetchButton',
      label: fetchLabel(),
      valign: Gtk.Align.CENTER,
      visible: false,
    });
    nameControl(this.#fetch, buttonFor(fetchLabel(), choiceTitle('container')));
    this.#fetch.connect('clicked', () => this.#ui.start('try'));
    rows.get('container')?.row.add_suffix(this.#fetch);
    this.#others = new Adw.ActionRow({ visible: false, title: choiceTitle('other') });
    group.add(this.#others);
  }

  /** A server that Hearth does not isolate is used only after it was said what it is. */
  #choose(choice: EngineChoice): void {
    const { hearth } = this.#ui;
    const program = otherProgram(choice);
    const { engines } = hearth.state.value;
    const run = program === null ? null : otherRun(engines?.others ?? [], program, null);
    if (run === null || 'code' in run) hearth.chooseEngine(choice);
    else
      askToUseOther(this.#group, run, (model) => {
        if (model === null) this.render(hearth.state.value);
        else hearth.chooseEngine(choice, model);
      });
  }

  render(state: HearthState): void {
    const decision = engineOf(state);
    this.#rendering = true;
    for (const [choice, { row, check }] of this.#choices) {
      check.active = state.choices.engine === choice;
      // Practice keeps to its folder, whatever is chosen.
      row.sensitive = state.mode.tag === 'real' && this.#locked === null;
      const program = otherProgram(choice);
      const found = state.engines?.others.find((one) => one.program === program);
      // What is not here is not offered; what was chosen and is gone is said.
      row.visible = program === null || state.choices.engine === choice || (found?.models.length ?? 0) > 0;
      if (decision !== null) setPlain(row, choiceLines(decision, choice).join('\n'));
    }
    this.#rendering = false;
    this.#fetch.visible = decision !== null && offersFetch(decision, state);
    const others = decision === null ? [] : otherLines(decision);
    this.#others.visible = others.length > 0;
    setPlain(this.#others, others.join('\n'));
  }
}

/** What is said may hold what looks like markup: paths, names. */
function setPlain(row: Adw.ActionRow, text: string): void {
  row.useMarkup = false;
  row.subtitle = text;
}
