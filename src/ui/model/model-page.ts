// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import type Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import { never } from '../../core/cancel.ts';
import { everyOffer } from '../../core/models/shelf.ts';
import type { Offer, Shelf } from '../../core/models/types.ts';
import { awaitsCatalogue, failureOf, isAlive, itemOf } from '../../core/setup/downloads.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { filterOffers, isFiltering } from '../../core/models/filter.ts';
import { shelfProblem } from '../../words/app.ts';
import { downloadStanding, downloadsSummary, downloadWords } from '../../words/downloads.ts';
import { foundSpoken, foundTitle } from '../../words/filter.ts';
import { folderWords } from '../../words/folder.ts';
import { modelWords } from '../../words/model-page.ts';
import { managedSentence, nothingFits } from '../../words/shelf.ts';
import { ownWords } from '../../words/own.ts';
import { progressFraction, progressWords } from '../../words/tasks.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { nameControl } from '../widgets/accessible.ts';
import { explainInMenu, lockedBy } from '../widgets/locks.ts';
import { nameMenuItems } from '../widgets/menu-names.ts';
import { Page } from '../widgets/page.ts';
import { chooseFolder, chooseModelFile } from './choose.ts';
import { LazyRows } from './lazy-rows.ts';
import { ModelDialog } from './model-dialog.ts';
import { ModelFilter } from './model-filter.ts';
import { OwnModels } from './own-models.ts';
import { ModelRow, type ModelIntents, type ModelView } from './model-row.ts';

/** Three picks with their reasons, then everything else on the shelf; or what was searched for. */
export class ModelPage extends Page {
  declare private readonly _stack: Gtk.Stack;
  declare private readonly _scroller: Gtk.ScrolledWindow;
  declare private readonly _searchBar: Gtk.SearchBar;
  declare private readonly _filter: ModelFilter;
  declare private readonly _downloads: Gtk.Label;
  declare private readonly _picks: Adw.PreferencesGroup;
  declare private readonly _pickList: Gtk.ListBox;
  declare private readonly _moreButton: Gtk.MenuButton;
  declare private readonly _work: Gtk.Box;
  declare private readonly _workLabel: Gtk.Label;
  declare private readonly _workBar: Gtk.ProgressBar;
  declare private readonly _stopButton: Gtk.Button;
  declare private readonly _own: OwnModels;
  declare private readonly _others: Adw.PreferencesGroup;
  declare private readonly _otherList: Gtk.ListBox;
  declare private readonly _managed: Adw.Banner;
  declare private readonly _problem: Adw.Banner;
  readonly #picked = new Map<string, ModelRow>();
  readonly #rest: LazyRows;
  readonly #intents: ModelIntents;
  #shelf: Shelf | null = null;
  readonly #addAction = new Gio.SimpleAction({ name: 'add' });
  readonly #moveAction = new Gio.SimpleAction({ name: 'move' });
  /** Why no file can be added; null where one can. */
  readonly #ownLocked: string | null;
  /** Which rows there are, and in which order. */
  #layout = '';

  static {
    GObject.type_ensure(ModelFilter.$gtype);
    GObject.type_ensure(OwnModels.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthModelPage',
        Template: template('model-page'),
        InternalChildren: [
          'stack',
          'scroller',
          'searchBar',
          'filter',
          'downloads',
          'picks',
          'pickList',
          'moreButton',
          'work',
          'workLabel',
          'workBar',
          'stopButton',
          'own',
          'others',
          'otherList',
          'managed',
          'problem',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'model');
    this.#ownLocked = lockedBy(ui.hearth.state.value.vendor, 'own-models');
    this.#intents = {
      act: (offer) => this.#act(offer),
      pause: ({ entry }) => ui.hearth.pause(entry.id),
      resume: ({ entry }) => this.#resume(entry.id),
      drop: ({ entry }) => this.#drop(entry.id),
      discard: ({ entry }) => ui.preview(() => ui.hearth.planDiscard(entry.id)),
      retry: (offer) => this.#act(offer),
      explain: (error, offer) =>
        ui.showError(error, awaitsCatalogue(error) ? undefined : () => this.#act(offer)),
    };
    this.#rest = new LazyRows(this._otherList, this._scroller, (offer) => this.#row(offer));
    this.#addActions();
    this.#addLocks();
    nameMenuItems(this._moreButton);
    nameControl(this._workBar, modelWords.working());
    this._searchBar.connect_entry(this._filter.entry);
    this.#addSearchKey();
    this.watch(
      (state) => state,
      (state) => this.#render(state),
    );
  }

  #render(state: HearthState): void {
    const { shelf } = state;
    this.setComplete(state.standings.model.tag === 'done');
    if (shelf === null) {
      this._stack.visibleChildName = 'looking';
      return;
    }
    if (shelf !== this.#shelf) this.#arrange(shelf);
    const summary = downloadsSummary(state.downloads);
    this._downloads.visible = summary !== '';
    this._downloads.label = summary;
    const look = viewer(state);
    this.#renderWork(state);
    const offers = new Map(everyOffer(shelf).map((offer) => [offer.entry.id, offer]));
    for (const row of [...this.#picked.values(), ...this.#rest.shown, ...this._own.rows]) {
      const offer = offers.get(row.offer.entry.id);
      if (offer !== undefined) row.render(look(offer));
    }
  }

  #arrange(shelf: Shelf): void {
    this.#shelf = shelf;
    const problem = shelfProblem(shelf);
    this._problem.revealed = problem !== '';
    this._problem.title = problem;
    this._managed.revealed = shelf.managedBy !== null;
    this._managed.title = managedSentence(shelf);
    const ids = [
      ...shelf.picks.map((pick) => `${pick.role}=${pick.modelId}`),
      '',
      ...shelf.offers.map((o) => o.entry.id),
    ];
    const layout = ids.join(' ');
    if (layout !== this.#layout) {
      this.#layout = layout;
      this._filter.setOffers(shelf.offers);
      for (const row of this.#picked.values()) this._pickList.remove(row);
      this.#picked.clear();
      this.#rest.clear();
      for (const offer of pickedOffers(shelf)) {
        const row = this.#row(offer);
        this._pickList.append(row);
        this.#picked.set(offer.entry.id, row);
      }
    }
    this._own.arrange(shelf, {
      make: (offer) => this.#row(offer),
      open: (row) => this.#open(row),
      add: (path) => this.#add(path),
      locked: this.#ownLocked,
    });
    this.#addAction.enabled = shelf.managedBy === null && this.#ownLocked === null;
    this.#fill(shelf);
  }

  /** What is done to the folder of the models: adding a file, moving all of them. */
  #renderWork({ jobs }: HearthState): void {
    const job = jobs.model;
    this._work.visible = job !== undefined;
    if (job === undefined) return;
    this._workLabel.label = job.stopping ? modelWords.stopping() : progressWords(job.progress);
    this._stopButton.sensitive = !job.stopping;
    const part = progressFraction(job.progress);
    if (part === null) this._workBar.pulse();
    else this._workBar.fraction = part;
  }

  #addActions(): void {
    const group = new Gio.SimpleActionGroup();
    this.#addAction.connect('activate', () => this.#chooseFile());
    this.#moveAction.connect('activate', () => this.#chooseFolder());
    group.add_action(this.#addAction);
    group.add_action(this.#moveAction);
    this.insert_action_group('shelf', group);
  }

  #addSearchKey(): void {
    const action = Gtk.CallbackAction.new(() => {
      this._searchBar.searchModeEnabled = true;
      return this._filter.entry.grab_focus();
    });
    const controller = new Gtk.ShortcutController();
    controller.add_shortcut(
      new Gtk.Shortcut({ trigger: Gtk.ShortcutTrigger.parse_string('<Control>f'), action }),
    );
    this.add_controller(controller);
  }

  #addLocks(): void {
    const moveLocked = lockedBy(this.ui.hearth.state.value.vendor, 'model-folder');
    this.#addAction.enabled = this.#ownLocked === null;
    this.#moveAction.enabled = moveLocked === null;
    explainInMenu(
      this._moreButton,
      [this.#ownLocked, moveLocked].filter((sentence) => sentence !== null),
    );
  }

  #chooseFile(): void {
    this.ui.attempt(async () => {
      const path = await chooseModelFile(this.get_root() as Gtk.Window);
      if (path !== null) this.#add(path);
    });
  }

  /** A file of the size of a known model is read before it can be said what it is. */
  #add(path: string): void {
    const { hearth } = this.ui;
    let told = false;
    const tell = (part: number): void => {
      if (!told && part < 1) this.ui.toast(ownWords.looking());
      told = true;
    };
    this.ui.preview(() => hearth.planImport(path, tell, never));
  }

  #chooseFolder(): void {
    const { hearth } = this.ui;
    this.ui.attempt(async () => {
      const now = hearth.state.value.choices.modelsFolder ?? '';
      const folder = await chooseFolder(this.get_root() as Gtk.Window, now);
      if (folder === null) return;
      const plan = await hearth.planMove(folder);
      if (plan.steps.length === 0) this.ui.toast(folderWords.nothingToDo());
      else this.ui.preview(() => Promise.resolve(plan));
    });
  }

  protected _onStop(): void {
    this.ui.hearth.cancel('model');
  }

  /** The rows below the picks; while something is searched for, all that were found. */
  #fill(shelf: Shelf): void {
    const filter = this._filter.filter;
    const searching = isFiltering(filter);
    const rest = searching
      ? filterOffers(shelf.offers, filter)
      : shelf.offers.filter(({ entry }) => !this.#picked.has(entry.id));
    this._picks.visible = !searching && this.#picked.size > 0;
    // What nobody knows anything of is not what was searched for.
    const { own, loose } = shelf;
    this._own.visible = !searching && own.length + loose.length > 0;
    this._others.visible = rest.length > 0;
    this._others.description = searching ? '' : nothingFits(shelf);
    this._others.title = searching ? foundTitle(rest.length) : modelWords.others();
    this._stack.visibleChildName = searching && rest.length === 0 ? 'nothing' : 'shelf';
    this.#rest.show(rest);
  }

  #row(offer: Offer): ModelRow {
    return new ModelRow(viewer(this.ui.hearth.state.value)(offer), this.#intents);
  }

  protected _onFilter(): void {
    if (this.#shelf === null) return;
    this.#fill(this.#shelf);
    this._scroller.get_vadjustment().value = 0;
    this.#render(this.ui.hearth.state.value);
    const { filter } = this._filter;
    if (!isFiltering(filter)) return;
    const found = filterOffers(this.#shelf.offers, filter).length;
    this.announce(foundSpoken(found), Gtk.AccessibleAnnouncementPriority.MEDIUM);
  }

  /** What cannot be seen must not hide anything. */
  protected _onSearchMode(): void {
    if (!this._searchBar.searchModeEnabled) this._filter.clear();
    else
      GLib.idle_add(GLib.PRIORITY_LOW, () => {
        this.#sayEntry();
        return GLib.SOURCE_REMOVE;
      });
  }

  /** The entry got the focus before it was seen for the first time, which screen readers pass over. */
  #sayEntry(): void {
    const text = this._filter.entry.get_delegate();
    if (!(text instanceof Gtk.Text) || !text.hasFocus) return;
    this.get_root()?.set_focus(null);
    text.grab_focus_without_selecting();
  }

  protected _onClear(): void {
    this._filter.clear();
  }

  protected _onRowActivated(_list: Gtk.ListBox, row: Gtk.ListBoxRow): void {
    if (row instanceof ModelRow) this.#open(row);
  }

  #open(row: ModelRow): void {
    new ModelDialog(this.ui, row.offer, (context) => this.#act(row.offer, context)).present(this);
  }

  /** @param context tokens, when a length of one's own was chosen */
  #act({ entry, installed }: Offer, context: number | null = null): void {
    const { hearth } = this.ui;
    if (installed?.verified !== true) {
      this.ui.preview(() => hearth.planModel(entry.id, { contextTokens: context }));
      return;
    }
    const { modelId, contextTokens } = hearth.state.value.choices;
    hearth.choose(entry.id, context);
    // The server that may run has the context of before: another one is a start of its own, shown before it is done.
    const other = modelId === entry.id && contextTokens !== context;
    if (other) this.ui.start('try', () => hearth.choose(entry.id, contextTokens));
  }

  /** What stood still by itself told why, and who goes on has read it. */
  #resume(modelId: string): void {
    const { hearth } = this.ui;
    const item = itemOf(hearth.state.value.downloads, modelId);
    if (item?.held == null) this.ui.carryOn(() => hearth.planModel(modelId));
    else this.ui.attempt(() => hearth.resume(modelId));
  }

  #drop(modelId: string): void {
    const { hearth } = this.ui;
    const item = itemOf(hearth.state.value.downloads, modelId);
    hearth.drop(modelId);
    if (item === null || item.bytes === 0) return;
    this.ui.toast(downloadWords.dropped(item), {
      label: downloadWords.discard(),
      clicked: () => this.ui.preview(() => hearth.planDiscard(modelId)),
    });
  }
}

function pickedOffers(shelf: Shelf): readonly Offer[] {
  const ids = [...new Set(shelf.picks.map((pick) => pick.modelId))];
  return ids.flatMap((id) => shelf.offers.filter(({ entry }) => entry.id === id));
}

/** What is the same for all rows is worked out once. */
function viewer(state: HearthState): (offer: Offer) => ModelView {
  const { shelf, choices, downloads, standings } = state;
  const nothingYet = standings.model.tag !== 'done' && !downloads.some(isAlive);
  const stuck = (id: string): boolean => awaitsCatalogue(failureOf(state, id));
  const next =
    shelf?.offers.some(
      ({ entry, refused }) => entry.id === choices.modelId && refused === null && !stuck(entry.id),
    ) === true;
  const first = shelf?.picks.find(({ modelId }) => !stuck(modelId))?.modelId;
  const picks = new Map(shelf?.picks.toReversed().map((pick) => [pick.modelId, pick]));
  return (offer) => {
    const { id } = offer.entry;
    const chosen = choices.modelId === id;
    const download = itemOf(downloads, id);
    return {
      offer,
      pick: picks.get(id) ?? null,
      chosen,
      suggested: nothingYet && (next ? chosen : first === id),
      download,
      line: download === null ? '' : downloadStanding(download, downloads),
      failure: failureOf(state, id),
    };
  };
}
