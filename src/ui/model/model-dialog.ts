// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { Offer } from '../../core/models/types.ts';
import { modelAction, modelActionLabel, modelDetails } from '../../words/model-page.ts';
import { memoryDescription } from '../../words/memory.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { MemoryBar } from './memory-bar.ts';

/** Everything known about a model, with where it was learnt. */
export class ModelDialog extends Adw.Dialog {
  declare private readonly _nameLabel: Gtk.Label;
  declare private readonly _summary: Gtk.Label;
  declare private readonly _memory: MemoryBar;
  declare private readonly _legend: Gtk.Label;
  declare private readonly _details: Adw.PreferencesGroup;
  declare private readonly _actionButton: Gtk.Button;
  declare private readonly _removeButton: Gtk.Button;
  readonly #ui: Ui;
  readonly #offer: Offer;
  readonly #act: () => void;

  static {
    GObject.type_ensure(MemoryBar.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthModelDialog',
        Template: template('model-dialog'),
        InternalChildren: [
          'nameLabel',
          'summary',
          'memory',
          'legend',
          'details',
          'actionButton',
          'removeButton',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui, offer: Offer, act: () => void) {
    super();
    this.#ui = ui;
    this.#offer = offer;
    this.#act = act;
    const { state } = ui.hearth;
    const { choices, jobs } = state.value;
    this._nameLabel.label = offer.entry.name;
    this._summary.label = offer.entry.summary;
    this._memory.setFit(offer.fit);
    this._legend.label = memoryDescription(offer.fit);
    for (const { label, value } of modelDetails(offer)) {
      const row = new Adw.ActionRow({
        title: label,
        subtitle: value,
        useMarkup: false,
        subtitleSelectable: true,
      });
      row.add_css_class('property');
      this._details.add(row);
    }
    const action = modelAction(offer, choices.modelId === offer.entry.id);
    this._actionButton.visible = action !== 'none' && jobs.model === undefined;
    if (action !== 'none') this._actionButton.label = modelActionLabel(action);
    this._removeButton.visible = offer.installed !== null && jobs.model === undefined;
  }

  protected _onHomepage(): void {
    new Gtk.UriLauncher({ uri: this.#offer.entry.homepage }).launch(
      this.get_root() as Gtk.Window,
      null,
      null,
    );
  }

  protected _onAction(): void {
    this.close();
    this.#act();
  }

  protected _onRemove(): void {
    this.close();
    this.#ui.preview(() => this.#ui.hearth.planRemoval(this.#offer.entry.id));
  }
}
