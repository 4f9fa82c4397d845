// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { CancelSource } from '../../core/cancel.ts';
import { measuredSpeed } from '../../core/models/measured.ts';
import { paragraph } from '../../words/joined.ts';
import { measuredResult, measureWords } from '../../words/measured.ts';
import { agentWait } from '../../words/models.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { describe } from '../widgets/accessible.ts';

/** Ten seconds of work, and what they showed. Closing it stops the work. */
export class MeasureDialog extends Adw.Dialog {
  declare private readonly _spinner: Gtk.Widget;
  declare private readonly _status: Gtk.Label;
  declare private readonly _agents: Gtk.Label;
  declare private readonly _endButton: Gtk.Button;
  readonly #cancel = new CancelSource();

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthMeasureDialog',
        Template: template('measure-dialog'),
        InternalChildren: ['spinner', 'status', 'agents', 'endButton'],
      },
      this,
    );
  }

  constructor(ui: Ui, modelId: string) {
    super();
    this._status.label = measureWords.running(ui.names().model(modelId));
    this._endButton.label = measureWords.stop();
    describe(this, this._status.label);
    this.connect('closed', () => this.#cancel.cancel());
    ui.attempt(
      async () => {
        try {
          const measured = await ui.hearth.measure(modelId, this.#cancel);
          this._spinner.visible = false;
          this._status.label = measuredResult(measured);
          this._agents.label = agentWait(measuredSpeed(measured).agentFirstWord);
          this._agents.visible = true;
          this._endButton.label = measureWords.close();
          this.announce(
            paragraph(this._status.label, this._agents.label),
            Gtk.AccessibleAnnouncementPriority.MEDIUM,
          );
        } catch (thrown) {
          this.force_close();
          throw thrown;
        }
      },
      () => ui.measureModel(modelId),
    );
  }

  protected _onEnd(): void {
    this.close();
  }
}
