// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { LooseFile, Offer, Shelf } from '../../core/models/types.ts';
import { buttonFor } from '../../words/app.ts';
import { looseCount, looseLine, looseTitle, ownWords } from '../../words/own.ts';
import { template } from '../resources.ts';
import { nameControl } from '../widgets/accessible.ts';
import { hold } from '../widgets/locks.ts';
import { ModelRow } from './model-row.ts';

export interface OwnIntents {
  make(offer: Offer): ModelRow;
  open(row: ModelRow): void;
  add(path: string): void;
  /** Why no file can be added; null where one can. */
  readonly locked: string | null;
}

/** Model files that no catalogue knows: those that a person added, and those of other programs that could be. */
export class OwnModels extends Gtk.Box {
  declare private readonly _own: Adw.PreferencesGroup;
  declare private readonly _ownList: Gtk.ListBox;
  declare private readonly _loose: Adw.PreferencesGroup;
  declare private readonly _looseRow: Adw.ExpanderRow;
  readonly #rows = new Map<string, ModelRow>();
  #files: Adw.ActionRow[] = [];
  #intents: OwnIntents | null = null;
  #own = '';
  #loose = '';

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthOwnModels',
        Template: template('own-models'),
        InternalChildren: ['own', 'ownList', 'loose', 'looseRow'],
      },
      this,
    );
  }

  constructor() {
    super();
    this._own.description = ownWords.label();
    this._looseRow.title = looseTitle();
    nameControl(this._looseRow, looseTitle());
  }

  get rows(): readonly ModelRow[] {
    return [...this.#rows.values()];
  }

  arrange({ own, loose }: Shelf, intents: OwnIntents): void {
    this.#intents = intents;
    this.visible = own.length > 0 || loose.length > 0;
    this._own.visible = own.length > 0;
    this._loose.visible = loose.length > 0;
    this._loose.description = intents.locked ?? '';
    const ids = own.map(({ entry }) => entry.id).join(' ');
    if (ids !== this.#own) {
      this.#own = ids;
      for (const row of this.#rows.values()) this._ownList.remove(row);
      this.#rows.clear();
      for (const offer of own) {
        const row = intents.make(offer);
        this._ownList.append(row);
        this.#rows.set(offer.entry.id, row);
      }
    }
    const paths = loose.map(({ path }) => path).join('\n');
    if (paths !== this.#loose) {
      this.#loose = paths;
      for (const row of this.#files) this._looseRow.remove(row);
      this.#files = loose.map((file) => this.#fileRow(file, intents));
      for (const row of this.#files) this._looseRow.add_row(row);
      this._looseRow.subtitle = looseCount(loose.length);
    }
  }

  #fileRow(file: LooseFile, intents: OwnIntents): Adw.ActionRow {
    const row = new Adw.ActionRow({
      title: file.name,
      subtitle: looseLine(file),
      useMarkup: false,
      tooltipText: file.path,
    });
    const button = new Gtk.Button({ name: 'addFileButton', label: ownWords.add(), valign: Gtk.Align.CENTER });
    nameControl(button, buttonFor(ownWords.add(), file.name));
    button.connect('clicked', () => intents.add(file.path));
    row.add_suffix(button);
    hold(intents.locked, button);
    return row;
  }

  protected _onRowActivated(_list: Gtk.ListBox, row: Gtk.ListBoxRow): void {
    if (row instanceof ModelRow) this.#intents?.open(row);
  }
}
