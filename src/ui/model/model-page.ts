// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import type Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import type { Offer, Shelf } from '../../core/models/types.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { shelfProblem } from '../../words/app.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { Page } from '../widgets/page.ts';
import { ModelDialog } from './model-dialog.ts';
import { ModelRow, type ModelIntents, type ModelView } from './model-row.ts';

/** Three picks with their reasons, then everything else on the shelf. */
export class ModelPage extends Page {
  declare private readonly _stack: Gtk.Stack;
  declare private readonly _picks: Adw.PreferencesGroup;
  declare private readonly _pickList: Gtk.ListBox;
  declare private readonly _others: Adw.PreferencesGroup;
  declare private readonly _otherList: Gtk.ListBox;
  declare private readonly _problem: Adw.Banner;
  readonly #rows = new Map<string, { row: ModelRow; list: Gtk.ListBox }>();
  readonly #intents: ModelIntents;
  /** Which rows there are, and in which order. */
  #layout = '';

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthModelPage',
        Template: template('model-page'),
        InternalChildren: ['stack', 'picks', 'pickList', 'others', 'otherList', 'problem'],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'model');
    this.#intents = {
      act: (offer) => this.#act(offer),
      pause: () => ui.hearth.cancel('model'),
      retry: (offer) => this.#act(offer),
      explain: (error, offer) => ui.showError(error, () => this.#act(offer)),
    };
    this.watch(
      (state) => state,
      (state) => this.#render(state),
    );
  }

  #render(state: HearthState): void {
    const { shelf } = state;
    this._stack.visibleChildName = shelf === null ? 'looking' : 'shelf';
    this.setComplete(state.standings.model.tag === 'done');
    if (shelf === null) return;
    const problem = shelfProblem(shelf);
    this._problem.revealed = problem !== '';
    this._problem.title = problem;
    this.#arrange(shelf, state);
    for (const offer of shelf.offers) this.#rows.get(offer.entry.id)?.row.render(view(offer, state));
  }

  #arrange(shelf: Shelf, state: HearthState): void {
    const ids = [
      ...shelf.picks.map((pick) => `${pick.role}=${pick.modelId}`),
      '',
      ...shelf.offers.map((o) => o.entry.id),
    ];
    const layout = ids.join(' ');
    if (layout === this.#layout) return;
    this.#layout = layout;
    for (const { row, list } of this.#rows.values()) list.remove(row);
    this.#rows.clear();
    const byId = new Map(shelf.offers.map((offer) => [offer.entry.id, offer]));
    for (const pick of shelf.picks) this.#add(byId.get(pick.modelId), this._pickList, state);
    for (const offer of shelf.offers) this.#add(offer, this._otherList, state);
    this._picks.visible = shelf.picks.length > 0;
    this._others.visible = this.#rows.size > shelf.picks.length;
  }

  #add(offer: Offer | undefined, list: Gtk.ListBox, state: HearthState): void {
    if (offer === undefined || this.#rows.has(offer.entry.id)) return;
    const row = new ModelRow(view(offer, state), this.#intents);
    list.append(row);
    this.#rows.set(offer.entry.id, { row, list });
  }

  protected _onRowActivated(_list: Gtk.ListBox, row: Gtk.ListBoxRow): void {
    if (!(row instanceof ModelRow)) return;
    new ModelDialog(this.ui, row.offer, () => this.#act(row.offer)).present(this);
  }

  #act(offer: Offer): void {
    const { hearth } = this.ui;
    const before = hearth.state.value.choices.modelId;
    hearth.choose(offer.entry.id);
    if (offer.installed?.verified === true) return;
    this.ui.start('model', () => {
      if (before !== null && before !== offer.entry.id) hearth.choose(before);
    });
  }
}

function view(offer: Offer, state: HearthState): ModelView {
  const { id } = offer.entry;
  const { shelf, choices, jobs, failures, standings } = state;
  const chosen = choices.modelId === id;
  const pick = shelf?.picks.find((candidate) => candidate.modelId === id) ?? null;
  const nothingYet = standings.model.tag !== 'done' && jobs.model === undefined;
  const next = shelf?.offers.some((o) => o.entry.id === choices.modelId && o.refused === null) === true;
  return {
    offer,
    pick,
    chosen,
    suggested: nothingYet && (next ? chosen : shelf?.picks[0]?.modelId === id),
    job: chosen ? (jobs.model ?? null) : null,
    failure: chosen ? (failures.model ?? null) : null,
  };
}
