// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import type Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import type { HearthState } from '../../core/setup/state.ts';
import { driverAdvice, driverTitle } from '../../words/app.ts';
import { machineRows } from '../../words/machine.ts';
import { standingWords } from '../../words/tasks.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { FactRow } from '../widgets/fact-row.ts';
import { Page } from '../widgets/page.ts';

/** The driver in use and what it can do. Says plainly that this version changes no drivers. */
export class DriverPage extends Page {
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _cards: Adw.PreferencesGroup;
  #rows: FactRow[] = [];

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthDriverPage',
        Template: template('driver-page'),
        InternalChildren: ['heading', 'sentence', 'cards'],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'driver');
    this.watch(
      (state) => state.machine,
      () => this.#render(ui.hearth.state.value),
    );
    this.watch(
      (state) => state.standings.driver,
      () => this.#render(ui.hearth.state.value),
    );
    this.setComplete(true);
  }

  #render(state: HearthState): void {
    const standing = state.standings.driver;
    this._heading.label = driverTitle(standing);
    this._sentence.label = `${standingWords(standing).sentence}. ${driverAdvice(standing)}`;
    for (const row of this.#rows) this._cards.remove(row);
    const facts = state.machine === null ? [] : machineRows(state.machine);
    this.#rows = facts
      .filter(({ id }) => /^(gpu.*|secure-boot)$/.test(id))
      .map(
        (fact) =>
          new FactRow(fact, fact.id.startsWith('gpu') ? 'hearth-card-symbolic' : 'channel-secure-symbolic'),
      );
    for (const row of this.#rows) this._cards.add(row);
    this._cards.visible = this.#rows.length > 0;
  }
}
