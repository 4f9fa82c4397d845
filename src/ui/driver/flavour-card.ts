// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import Pango from 'gi://Pango?version=1.0';
import type { DriverAdvice, FlavourAdvice } from '../../core/driver/types.ts';
import { flavourButton, flavourButtonName, flavourFacts, flavourTexts } from '../../words/driver-flavours.ts';
import { flavourRefusal, flavourWords, layersSentence } from '../../words/driver.ts';
import { template } from '../resources.ts';
import { nameControl } from '../widgets/accessible.ts';
import { hold } from '../widgets/locks.ts';

/** One choice: what it gives, installs, costs and needs, and the button that leads to its plan. */
export class FlavourCard extends Gtk.Box {
  declare private readonly _titleLabel: Gtk.Label;
  declare private readonly _tagLabel: Gtk.Label;
  declare private readonly _textLabel: Gtk.Label;
  declare private readonly _facts: Gtk.Grid;
  declare private readonly _refusalLabel: Gtk.Label;
  declare private readonly _actButton: Gtk.Button;
  declare private readonly _layerBox: Gtk.Box;
  declare private readonly _layerLabel: Gtk.Label;
  declare private readonly _layerButton: Gtk.Button;
  readonly #act: { readonly install: () => void; readonly layer: () => void };

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthFlavourCard',
        Template: template('flavour-card'),
        InternalChildren: [
          'titleLabel',
          'tagLabel',
          'textLabel',
          'facts',
          'refusalLabel',
          'actButton',
          'layerBox',
          'layerLabel',
          'layerButton',
        ],
      },
      this,
    );
  }

  constructor(
    advice: FlavourAdvice,
    all: DriverAdvice,
    how: {
      readonly suggested: boolean;
      readonly busy: boolean;
      readonly removes: boolean;
      /** Why nothing can be chosen; null where it can. */
      readonly locked: string | null;
    },
    act: { readonly install: () => void; readonly layer: () => void },
  ) {
    super();
    this.#act = act;
    const { title, summary } = flavourWords(advice.flavour);
    this._titleLabel.label = title;
    this._tagLabel.visible = advice.inUse || how.suggested;
    this._tagLabel.label = advice.inUse ? flavourTexts.inUse() : flavourTexts.suggested();
    this._textLabel.label = summary;
    const refusal = flavourRefusal(advice, all);
    // What cannot be had costs and needs nothing.
    (refusal === '' ? flavourFacts(advice) : []).forEach((fact, row) => {
      this._facts.attach(label(fact.title, true), 0, row, 1, 1);
      this._facts.attach(label(fact.text, false), 1, row, 1, 1);
    });
    this._facts.visible = refusal === '';
    this._refusalLabel.visible = refusal !== '';
    this._refusalLabel.label = refusal;
    // What is in use needs no button, and "clean" is one only where there is something to remove.
    this._actButton.visible =
      advice.possible && !advice.inUse && !how.busy && (advice.flavour !== 'clean' || how.removes);
    this._actButton.label = flavourButton(advice);
    // The advanced way of image-based systems, with its problem told.
    const layers = advice.layers !== undefined && this._actButton.visible;
    // Without an image that carries the driver it is the only one, and not what is done unless somebody says so.
    if (layers && advice.images?.length === 0) this._actButton.visible = false;
    this._layerBox.visible = layers;
    this._layerLabel.label = layersSentence();
    this._layerButton.label = flavourTexts.layer();
    if (how.suggested) this._actButton.add_css_class('suggested-action');
    nameControl(this._actButton, flavourButtonName(advice));
    hold(how.locked, this._actButton, this._layerButton);
  }

  protected _onAct(): void {
    this.#act.install();
  }

  protected _onLayer(): void {
    this.#act.layer();
  }
}

function label(text: string, dim: boolean): Gtk.Label {
  const made = new Gtk.Label({
    label: text,
    xalign: 0,
    yalign: 0,
    wrap: true,
    wrapMode: Pango.WrapMode.WORD_CHAR,
    hexpand: !dim,
  });
  made.add_css_class('caption');
  if (dim) made.add_css_class('dim-label');
  return made;
}
