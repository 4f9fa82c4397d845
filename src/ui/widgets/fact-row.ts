// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import { stated } from '../../words/joined.ts';
import type { FactRow as Fact } from '../../words/machine.ts';
import { alone } from '../../words/translate.ts';
import { template } from '../resources.ts';
import { nameControl } from './accessible.ts';

/** A fact: what it is, what was found, and what that means or why it is not known. */
export class FactRow extends Adw.PreferencesRow {
  declare private readonly _icon: Gtk.Image;
  declare private readonly _titleLabel: Gtk.Label;
  declare private readonly _valueLabel: Gtk.Label;
  declare private readonly _detailLabel: Gtk.Label;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthFactRow',
        Template: template('fact-row'),
        InternalChildren: ['icon', 'titleLabel', 'valueLabel', 'detailLabel'],
      },
      this,
    );
  }

  constructor(fact: Fact, icon: string) {
    super({ useMarkup: false, title: fact.title });
    this.render(fact, icon);
  }

  /** Shows another fact in its place, and keeps the focus and the page where they are. */
  render(fact: Fact, icon: string): void {
    this.title = fact.title;
    this._icon.iconName = fact.known ? icon : 'hearth-unknown-symbolic';
    this._titleLabel.label = fact.title;
    this._valueLabel.label = alone(fact.value);
    this._detailLabel.label = alone(fact.detail);
    this._detailLabel.visible = fact.detail !== '';
    nameControl(this, stated(fact.title, fact.value, fact.detail));
  }
}
