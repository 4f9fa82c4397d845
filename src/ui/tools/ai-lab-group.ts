// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import type { HearthState } from '../../core/setup/state.ts';
import { aiLabView, aiLabWords } from '../../words/ai-lab.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { FactRow } from '../widgets/fact-row.ts';
import { hold, lockedBy } from '../widgets/locks.ts';

const icons: Readonly<Record<string, string>> = {
  program: 'application-x-executable-symbolic',
  extension: 'application-x-addon-symbolic',
  model: 'hearth-model-symbolic',
  telemetry: 'network-transmit-symbolic',
  socket: 'network-server-symbolic',
};

/** Podman AI Lab: whether it is there, whether it has the model, and what it reports. */
export class AiLabGroup extends Adw.PreferencesGroup {
  declare private readonly _noteRow: Adw.ActionRow;
  declare private readonly _buttons: Adw.WrapBox;
  declare private readonly _setUpButton: Gtk.Button;
  declare private readonly _openButton: Gtk.Button;
  #ui: Ui | null = null;
  #rows: FactRow[] = [];
  #shown = '';

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthAiLabGroup',
        Template: template('ai-lab-group'),
        InternalChildren: ['noteRow', 'buttons', 'setUpButton', 'openButton'],
      },
      this,
    );
  }

  setUp(ui: Ui): void {
    this.#ui = ui;
    hold(lockedBy(ui.hearth.state.value.vendor, 'tools'), this._setUpButton);
  }

  render(state: HearthState): void {
    const view = aiLabView(state);
    this.visible = view !== null;
    if (view === null) return;
    this.description = aiLabWords.about();
    this._setUpButton.visible = view.setUp;
    this._openButton.visible = view.open;
    this._buttons.visible = view.setUp || view.open;
    const shown = JSON.stringify([view.rows, view.note]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const row of [...this.#rows, this._noteRow]) this.remove(row);
    this.#rows = view.rows.map((fact) => new FactRow(fact, icons[fact.id] ?? ''));
    for (const row of this.#rows) this.add(row);
    this._noteRow.title = view.note;
    if (view.note !== '') this.add(this._noteRow);
  }

  protected _onSetUp(): void {
    const ui = this.#ui;
    ui?.preview(() => ui.hearth.tools.planAiLab());
  }

  protected _onOpen(): void {
    const ui = this.#ui;
    ui?.attempt(async () => {
      await ui.hearth.tools.openAiLab();
      ui.toast(aiLabWords.opened());
    });
  }
}
