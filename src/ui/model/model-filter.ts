// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { filterChoices, isFiltering, noFilter, type ShelfFilter } from '../../core/models/filter.ts';
import type { Offer } from '../../core/models/types.ts';
import {
  languageChoices,
  licenceChoices,
  searchName,
  sizeChoices,
  toolChoices,
  trainingDataChoices,
  type Choice,
} from '../../words/filter.ts';
import { template } from '../resources.ts';
import { nameControl } from '../widgets/accessible.ts';

type Field = Exclude<keyof ShelfFilter, 'text'>;
type Choices = { readonly [F in Field]: readonly Choice<ShelfFilter[F]>[] };

/** What to look for: words, and one choice for each fact. Emits `changed`. */
export class ModelFilter extends Gtk.Box {
  declare private readonly _searchEntry: Gtk.SearchEntry;
  declare private readonly _filterButton: Gtk.MenuButton;
  declare private readonly _clearButton: Gtk.Button;
  declare private readonly _licence: Adw.ComboRow;
  declare private readonly _trainingData: Adw.ComboRow;
  declare private readonly _toolCalling: Adw.ComboRow;
  declare private readonly _language: Adw.ComboRow;
  declare private readonly _size: Adw.ComboRow;
  #choices: Choices = choicesOf([]);
  /** While several are set at once. */
  #quiet = false;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthModelFilter',
        Template: template('model-filter'),
        InternalChildren: [
          'searchEntry',
          'filterButton',
          'clearButton',
          'licence',
          'trainingData',
          'toolCalling',
          'language',
          'size',
        ],
        Signals: { changed: {} },
      },
      this,
    );
  }

  constructor() {
    super();
    nameControl(this._searchEntry, searchName());
    for (const field of fields) {
      const row = this.#row(field);
      // The chosen value is an item of its own for assistive technology, and has no name by itself.
      row.listFactory = row.factory;
      row.factory = namedItems();
    }
  }

  get entry(): Gtk.SearchEntry {
    return this._searchEntry;
  }

  get filter(): ShelfFilter {
    const at = <F extends Field>(field: F): ShelfFilter[F] =>
      this.#choices[field][this.#row(field).selected]?.value ?? noFilter[field];
    return {
      text: this._searchEntry.text,
      licence: at('licence'),
      trainingData: at('trainingData'),
      toolCalling: at('toolCalling'),
      language: at('language'),
      size: at('size'),
    };
  }

  /** What there is to choose from; a choice that is still there stays chosen. */
  setOffers(offers: readonly Offer[]): void {
    const before = this.filter;
    this.#choices = choicesOf(offers);
    this.#quietly(() => {
      for (const field of fields) {
        const choices: readonly Choice<unknown>[] = this.#choices[field];
        const row = this.#row(field);
        row.model = Gtk.StringList.new(choices.map(({ label }) => label));
        row.selected = Math.max(
          0,
          choices.findIndex(({ value }) => value === before[field]),
        );
      }
    });
  }

  clear(): void {
    if (!isFiltering(this.filter)) return;
    this.#quietly(() => {
      this._searchEntry.text = '';
      for (const field of fields) this.#row(field).selected = 0;
    });
    this._onChanged();
  }

  #row(field: Field): Adw.ComboRow {
    return this[`_${field}`];
  }

  #quietly(change: () => void): void {
    this.#quiet = true;
    change();
    this.#quiet = false;
  }

  protected _onChanged(): void {
    if (this.#quiet) return;
    const chosen = isFiltering({ ...this.filter, text: '' });
    this._clearButton.sensitive = chosen;
    if (chosen) this._filterButton.add_css_class('accent');
    else this._filterButton.remove_css_class('accent');
    this.emit('changed');
  }

  protected _onClear(): void {
    this.clear();
  }
}

const fields = ['licence', 'trainingData', 'toolCalling', 'language', 'size'] as const;

function choicesOf(offers: readonly Offer[]): Choices {
  const { licences, languages } = filterChoices(offers);
  return {
    licence: licenceChoices(licences),
    trainingData: trainingDataChoices(),
    toolCalling: toolChoices(),
    language: languageChoices(languages),
    size: sizeChoices(),
  };
}

function namedItems(): Gtk.ListItemFactory {
  const factory = new Gtk.SignalListItemFactory();
  factory.connect('setup', (_factory, item) => {
    if (item instanceof Gtk.ListItem) item.child = new Gtk.Label({ xalign: 1 });
  });
  factory.connect('bind', (_factory, item) => {
    if (!(item instanceof Gtk.ListItem)) return;
    const { child, item: value } = item;
    const text = value instanceof Gtk.StringObject ? value.string : '';
    item.accessibleLabel = text;
    if (child instanceof Gtk.Label) child.label = text;
  });
  return factory;
}
