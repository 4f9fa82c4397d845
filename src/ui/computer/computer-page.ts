// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import type Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import type { MachineFacts } from '../../core/machine/facts.ts';
import { copied, recordingNote } from '../../words/app.ts';
import { machineReport, machineRows, type FactRow as Fact } from '../../words/machine.ts';
import { withoutHomes } from '../../words/redact.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { FactRow } from '../widgets/fact-row.ts';
import { Page } from '../widgets/page.ts';
import { EngineRows } from './engine-rows.ts';

/** Facts in groups that people look for; everything else is under "Software". */
const groups: readonly (readonly [group: 'hardware' | 'system' | 'software', ids: RegExp])[] = [
  ['hardware', /^(cpu|memory|gpu.*|disk)$/],
  ['system', /^(system|kernel|firmware|secure-boot|virtualisation|network)$/],
  ['software', /./],
];

const icons: readonly (readonly [RegExp, string])[] = [
  [/^cpu$/, 'hearth-chip-symbolic'],
  [/^memory$/, 'hearth-memory-symbolic'],
  [/^gpu/, 'hearth-card-symbolic'],
  [/^disk$/, 'drive-harddisk-symbolic'],
  [/^(firmware|secure-boot)$/, 'channel-secure-symbolic'],
  [/^network$/, 'network-wired-symbolic'],
  [/^(system|kernel|virtualisation)$/, 'computer-symbolic'],
  [/./, 'application-x-executable-symbolic'],
];

/** What was found on this computer, and what is not known and why. */
export class ComputerPage extends Page {
  declare private readonly _stack: Gtk.Stack;
  declare private readonly _hardware: Adw.PreferencesGroup;
  declare private readonly _engines: Adw.PreferencesGroup;
  declare private readonly _system: Adw.PreferencesGroup;
  declare private readonly _software: Adw.PreferencesGroup;
  readonly #engineRows: EngineRows;
  #rows: { group: Adw.PreferencesGroup; row: FactRow }[] = [];

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthComputerPage',
        Template: template('computer-page'),
        InternalChildren: ['stack', 'hardware', 'engines', 'system', 'software'],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'computer');
    this.watch(
      (state) => state.machine,
      (machine) => this.#render(machine),
    );
    this.#engineRows = new EngineRows(this._engines, ui);
    this.watch(
      (state) => state,
      (state) => this.#engineRows.render(state),
    );
    this.setComplete(true);
  }

  #render(machine: MachineFacts | null): void {
    for (const { group, row } of this.#rows) group.remove(row);
    this.#rows = [];
    this._stack.visibleChildName = machine === null ? 'looking' : 'facts';
    if (machine === null) return;
    this._hardware.description = recordingNote(machine);
    for (const fact of machineRows(machine)) this.#add(fact);
  }

  #add(fact: Fact): void {
    const name = groups.find(([, ids]) => ids.test(fact.id))?.[0] ?? 'software';
    const group = this[`_${name}`];
    const row = new FactRow(fact, icons.find(([ids]) => ids.test(fact.id))?.[1] ?? '');
    group.add(row);
    this.#rows.push({ group, row });
  }

  protected _onCopy(): void {
    const { machine } = this.ui.hearth.state.value;
    if (machine !== null) this.ui.copy(withoutHomes(machineReport(machine)), copied());
  }
}
