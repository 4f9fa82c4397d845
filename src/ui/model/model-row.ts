// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { ErrorValue } from '../../core/errors.ts';
import type { Offer, Pick } from '../../core/models/types.ts';
import type { Job } from '../../core/setup/state.ts';
import { buttonFor } from '../../words/app.ts';
import { errorWords } from '../../words/errors.ts';
import { inUse, modelAction, modelActionLabel, modelWords, paceLine } from '../../words/model-page.ts';
import { publisherLine, threeFacts } from '../../words/model-page.ts';
import { publisherChanged } from '../../words/shelf.ts';
import { downloadLine, fitLabel, pickReason, pickTitle, refusalSentence } from '../../words/models.ts';
import { progressFraction } from '../../words/tasks.ts';
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
  readonly job: Job | null;
  readonly failure: ErrorValue | null;
}

export interface ModelIntents {
  act(offer: Offer): void;
  pause(): void;
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
  declare private readonly _pauseButton: Gtk.Button;
  declare private readonly _failure: Gtk.Box;
  declare private readonly _failureLabel: Gtk.Label;
  declare private readonly _retryButton: Gtk.Button;
  declare private readonly _explainButton: Gtk.Button;
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
          'pauseButton',
          'failure',
          'failureLabel',
          'retryButton',
          'explainButton',
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
    if (all || before.offer !== view.offer || before.pick !== view.pick) this.#renderOffer(view);
    this.#renderAction(view);
    this.#renderProgress(view);
    this.#renderFailure(view);
  }

  #renderFailure({ failure, job, offer }: ModelView): void {
    this._failure.visible = failure !== null && job === null;
    if (failure === null) return;
    const changed = failure.code === 'publisher-changed';
    this._failureLabel.label = changed ? publisherChanged(offer.entry) : errorWords(failure).sentence;
    // Trying again gives the same answer until the list of models is newer.
    this._retryButton.visible = !changed;
    const details = buttonFor(this._explainButton.label ?? '', offer.entry.name);
    nameControl(this._explainButton, details);
  }

  #renderOffer({ offer, pick }: ModelView): void {
    this._reason.visible = pick !== null;
    if (pick !== null) this._reason.label = `${pickTitle(pick.role)}. ${pickReason(pick)}`;
    this._memory.setFit(offer.fit);
    const refusal = refusalSentence(offer);
    this._fit.label = refusal === '' ? fitLabel(offer.fit) : refusal;
    const pace = paceLine(offer);
    this._pace.visible = pace !== '';
    this._pace.label = pace;
  }

  #renderAction({ offer, chosen, suggested, job, failure }: ModelView): void {
    const action = modelAction(offer, chosen);
    this._inUse.visible = offer.installed !== null && action === 'none';
    this._actionButton.visible = action !== 'none' && job === null && failure === null;
    if (action === 'none') return;
    const label = modelActionLabel(action);
    this._actionButton.label = label;
    nameControl(this._actionButton, buttonFor(label, offer.entry.name));
    if (suggested) this._actionButton.add_css_class('suggested-action');
    else this._actionButton.remove_css_class('suggested-action');
  }

  #renderProgress({ job, offer }: ModelView): void {
    this._progress.visible = job !== null;
    this._memory.visible = job === null;
    this._figures.visible = job === null;
    if (job === null) return;
    const fraction = progressFraction(job.progress);
    if (fraction === null) this._progressBar.pulse();
    else this._progressBar.fraction = fraction;
    this._progressLabel.label = job.stopping ? modelWords.stopping() : downloadLine(job.progress);
    this._pauseButton.sensitive = !job.stopping;
    nameControl(this._pauseButton, buttonFor(this._pauseButton.label ?? '', offer.entry.name));
  }

  protected _onAction(): void {
    this.#intents.act(this.offer);
  }

  protected _onPause(): void {
    this.#intents.pause();
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
    a.job === b.job &&
    a.failure === b.failure
  );
}
