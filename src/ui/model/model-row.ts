// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { ErrorValue } from '../../core/errors.ts';
import type { Offer, Pick } from '../../core/models/types.ts';
import { awaitsCatalogue, isAlive, type DownloadItem } from '../../core/setup/downloads.ts';
import { stated } from '../../words/joined.ts';
import { buttonFor } from '../../words/app.ts';
import { errorWords } from '../../words/errors.ts';
import { downloadWords } from '../../words/downloads.ts';
import { inUse, modelAction, modelActionLabel, notAsAdded, paceLine } from '../../words/model-page.ts';
import { publisherLine, threeFacts } from '../../words/model-page.ts';
import { publisherChanged } from '../../words/shelf.ts';
import { fitLabel, pickReason, pickTitle, refusalSentence } from '../../words/models.ts';
import { template } from '../resources.ts';
import { nameControl } from '../widgets/accessible.ts';
import { MemoryBar } from './memory-bar.ts';

/** Everything that a row shows; unchanged parts keep their identity. */
export interface ModelView {
  readonly offer: Offer;
  readonly pick: Pick | null;
  readonly chosen: boolean;
  /** The page's one suggested button is this row's. */
  readonly suggested: boolean;
  readonly download: DownloadItem | null;
  /** Where the download stands; empty without one. */
  readonly line: string;
  readonly failure: ErrorValue | null;
}

export interface ModelIntents {
  act(offer: Offer): void;
  pause(offer: Offer): void;
  resume(offer: Offer): void;
  drop(offer: Offer): void;
  discard(offer: Offer): void;
  retry(offer: Offer): void;
  explain(error: ErrorValue, offer: Offer): void;
}

/** A model of the shelf, with its download in place. */
export class ModelRow extends Adw.PreferencesRow {
  declare private readonly _nameLabel: Gtk.Label;
  declare private readonly _publisher: Gtk.Label;
  declare private readonly _reason: Gtk.Label;
  declare private readonly _facts: Adw.WrapBox;
  declare private readonly _memory: MemoryBar;
  declare private readonly _figures: Gtk.Box;
  declare private readonly _fit: Gtk.Label;
  declare private readonly _pace: Gtk.Label;
  declare private readonly _actionButton: Gtk.Button;
  declare private readonly _inUse: Gtk.Box;
  declare private readonly _inUseLabel: Gtk.Label;
  declare private readonly _progress: Gtk.Box;
  declare private readonly _progressBar: Gtk.ProgressBar;
  declare private readonly _progressLabel: Gtk.Label;
  declare private readonly _goButton: Gtk.Button;
  declare private readonly _endButton: Gtk.Button;
  declare private readonly _failure: Gtk.Box;
  declare private readonly _failureLabel: Gtk.Label;
  declare private readonly _retryButton: Gtk.Button;
  declare private readonly _explainButton: Gtk.Button;
  declare private readonly _discardButton: Gtk.Button;
  readonly #intents: ModelIntents;
  #view: ModelView;

  static {
    GObject.type_ensure(MemoryBar.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthModelRow',
        Template: template('model-row'),
        InternalChildren: [
          'nameLabel',
          'publisher',
          'reason',
          'facts',
          'memory',
          'figures',
          'fit',
          'pace',
          'actionButton',
          'inUse',
          'inUseLabel',
          'progress',
          'progressBar',
          'progressLabel',
          'goButton',
          'endButton',
          'failure',
          'failureLabel',
          'retryButton',
          'explainButton',
          'discardButton',
        ],
      },
      this,
    );
  }

  constructor(view: ModelView, intents: ModelIntents) {
    super({ title: view.offer.entry.name, useMarkup: false, activatable: true });
    this.#view = view;
    this.#intents = intents;
    const { entry } = view.offer;
    this._nameLabel.label = entry.name;
    this._publisher.label = publisherLine(entry);
    this._inUseLabel.label = inUse();
    for (const text of threeFacts(entry)) {
      const fact = new Gtk.Label({
        label: text,
        wrap: true,
        naturalWrapMode: Gtk.NaturalWrapMode.NONE,
      });
      fact.add_css_class('fact');
      fact.add_css_class('caption');
      this._facts.append(fact);
    }
    nameControl(this, entry.name);
    nameControl(this._progressBar, entry.name);
    this.render(view, true);
  }

  get offer(): Offer {
    return this.#view.offer;
  }

  render(view: ModelView, all = false): void {
    const before = this.#view;
    if (!all && sameView(before, view)) return;
    this.#view = view;
    if (!all && same(before, view)) return;
    const shown = before.download === null;
    const moved = shown !== (view.download === null) || before.offer !== view.offer;
    if (all || moved || before.pick !== view.pick) this.#renderOffer(view);
    this.#renderAction(view);
    this.#renderProgress(view);
    this.#renderFailure(view);
  }

  #renderFailure({ failure, download, offer }: ModelView): void {
    this._failure.visible = failure !== null && (download === null || !isAlive(download));
    if (failure === null) return;
    const changed = awaitsCatalogue(failure);
    this._failureLabel.label = changed ? publisherChanged(offer.entry) : errorWords(failure).sentence;
    this._retryButton.visible = !changed;
    const details = buttonFor(this._explainButton.label ?? '', offer.entry.name);
    nameControl(this._explainButton, details);
    this._discardButton.visible = offer.partial !== null;
    nameControl(
      this._retryButton,
      buttonFor((this._retryButton.label ?? '').replace('_', ''), offer.entry.name),
    );
    nameControl(this._discardButton, buttonFor(this._discardButton.label ?? '', offer.entry.name));
  }

  #renderOffer({ offer, pick, download }: ModelView): void {
    this._reason.visible = pick !== null;
    if (pick !== null) this._reason.label = stated(pickTitle(pick.role), pickReason(pick));
    this._memory.setFit(offer.fit);
    const refusal = notAsAdded(offer) || refusalSentence(offer);
    this._fit.label = refusal === '' ? fitLabel(offer.fit) : refusal;
    const pace = paceLine(download === null ? offer : { ...offer, partial: null });
    this._pace.visible = pace !== '';
    this._pace.label = pace;
  }

  #renderAction({ offer, chosen, suggested, download, failure }: ModelView): void {
    const action = modelAction(offer, chosen, failure);
    this._inUse.visible = offer.installed?.verified === true && action === 'none';
    this._actionButton.visible = action !== 'none' && download === null && failure === null;
    if (action === 'none') return;
    const label = modelActionLabel(action);
    this._actionButton.label = label;
    nameControl(this._actionButton, buttonFor(label, offer.entry.name));
    if (suggested) this._actionButton.add_css_class('suggested-action');
    else this._actionButton.remove_css_class('suggested-action');
  }

  #renderProgress({ download, line, offer, suggested, failure }: ModelView): void {
    const alive = download !== null && isAlive(download);
    this._progress.visible = alive || (download !== null && failure === null);
    this._memory.visible = !alive;
    this._figures.visible = !alive;
    if (download === null) return;
    const { bytes, total, status, held } = download;
    if (total > 0) this._progressBar.fraction = Math.min(1, bytes / total);
    this._progressLabel.label = line;
    const stands = status === 'paused';
    const go = stands ? downloadWords.resume() : downloadWords.pause();
    const end = stands && held === null ? downloadWords.discard() : downloadWords.cancel();
    this._goButton.label = go;
    this._endButton.label = end;
    this._goButton.sensitive = status !== 'pausing';
    this._endButton.sensitive = status !== 'pausing';
    if (stands && suggested) this._goButton.add_css_class('suggested-action');
    else this._goButton.remove_css_class('suggested-action');
    nameControl(this._goButton, buttonFor(go, offer.entry.name));
    nameControl(this._endButton, buttonFor(end, offer.entry.name));
  }

  protected _onAction(): void {
    this.#intents.act(this.offer);
  }

  protected _onGo(): void {
    if (this.#view.download?.status === 'paused') this.#intents.resume(this.offer);
    else this.#intents.pause(this.offer);
  }

  protected _onEnd(): void {
    const { download } = this.#view;
    if (download !== null && isAlive(download)) this.#intents.drop(this.offer);
    else this.#intents.discard(this.offer);
  }

  protected _onDiscard(): void {
    this.#intents.discard(this.offer);
  }

  protected _onRetry(): void {
    this.#intents.retry(this.offer);
  }

  protected _onExplain(): void {
    const { failure } = this.#view;
    if (failure !== null) this.#intents.explain(failure, this.offer);
  }
}

function same(a: ModelView, b: ModelView): boolean {
  return (Object.keys(a) as (keyof ModelView)[]).every((key) => a[key] === b[key]);
}

function sameView(a: ModelView, b: ModelView): boolean {
  return (
    a.offer === b.offer &&
    a.pick === b.pick &&
    a.chosen === b.chosen &&
    a.suggested === b.suggested &&
    a.download === b.download &&
    a.line === b.line &&
    a.failure === b.failure
  );
}
