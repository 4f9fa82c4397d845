// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { CancelSource } from '../../core/cancel.ts';
import type { ErrorValue } from '../../core/errors.ts';
import { contextChoices, withContext } from '../../core/models/context.ts';
import { findOffer } from '../../core/models/shelf.ts';
import type { Fit, Offer } from '../../core/models/types.ts';
import { awaitsCatalogue, failureOf, isAlive, itemOf } from '../../core/setup/downloads.ts';
import { dataText } from '../../words/data-texts.ts';
import { stated } from '../../words/joined.ts';
import { fitSentence } from '../../words/fit-sentence.ts';
import type { Line } from '../../words/plan.ts';
import { contextWords, languagesLine, neighbourLines, publisherChanged } from '../../words/shelf.ts';
import { tokens } from '../../words/units.ts';
import { modelAction, modelActionLabel, modelDetails, verifyWords } from '../../words/model-page.ts';
import { ownWords } from '../../words/own.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { describe, nameControl } from '../widgets/accessible.ts';
import { MemoryBar } from './memory-bar.ts';
import { MemoryLegend } from './memory-legend.ts';
import { wrapButton } from '../widgets/wrapping.ts';

/** Everything known about a model, with where it was learnt. */
export class ModelDialog extends Adw.Dialog {
  declare private readonly _nameLabel: Gtk.Label;
  declare private readonly _summary: Gtk.Label;
  declare private readonly _memory: MemoryBar;
  declare private readonly _legend: MemoryLegend;
  declare private readonly _contextBox: Gtk.Box;
  declare private readonly _contextScale: Gtk.Scale;
  declare private readonly _contextLabel: Gtk.Label;
  declare private readonly _contextFit: Gtk.Label;
  declare private readonly _details: Adw.PreferencesGroup;
  declare private readonly _actionButton: Gtk.Button;
  declare private readonly _removeButton: Gtk.Button;
  declare private readonly _homepageButton: Gtk.Button;
  declare private readonly _verifyButton: Gtk.Button;
  declare private readonly _measureButton: Gtk.Button;
  declare private readonly _check: Gtk.Box;
  declare private readonly _checkBar: Gtk.ProgressBar;
  declare private readonly _checkLabel: Gtk.Label;
  readonly #ui: Ui;
  readonly #offer: Offer;
  readonly #act: (context: number | null) => void;
  readonly #contexts: readonly number[];
  /** What was chosen before, or what Hearth would choose. */
  readonly #usual: number;
  /** Reading a file again ends with the dialog that shows it. */
  readonly #checking = new CancelSource();
  readonly #chosen: boolean;
  readonly #failure: ErrorValue | null;
  /** What is said about the model, by label: some of it depends on the context. */
  readonly #rows = new Map<string, Adw.ActionRow>();
  /** Nothing is being done to models, so that something else can be. */
  readonly #idle: boolean;

  static {
    GObject.type_ensure(MemoryBar.$gtype);
    GObject.type_ensure(MemoryLegend.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthModelDialog',
        Template: template('model-dialog'),
        InternalChildren: [
          'nameLabel',
          'summary',
          'memory',
          'legend',
          'contextBox',
          'contextScale',
          'contextLabel',
          'contextFit',
          'details',
          'actionButton',
          'removeButton',
          'homepageButton',
          'verifyButton',
          'measureButton',
          'check',
          'checkBar',
          'checkLabel',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui, offer: Offer, act: (context: number | null) => void) {
    super();
    for (const button of [this._actionButton, this._verifyButton, this._measureButton]) wrapButton(button);
    this.#ui = ui;
    this.#offer = offer;
    this.#act = act;
    const { state } = ui.hearth;
    const { choices, downloads, shelf } = state.value;
    const item = itemOf(downloads, offer.entry.id);
    const free = item === null || !isAlive(item);
    const chosen = choices.modelId === offer.entry.id;
    this.#chosen = chosen;
    this.#failure = failureOf(state.value, offer.entry.id);
    this.#idle = free && state.value.jobs.try === undefined;
    this.#contexts = contextChoices(offer.entry);
    this.#usual = (chosen ? choices.contextTokens : null) ?? offer.fit.contextTokens;
    this._nameLabel.label = offer.entry.name;
    describe(this, offer.entry.name);
    const { own } = offer.entry;
    this._summary.label = own === undefined ? dataText(offer.entry.summary) : ownWords.label();
    this._homepageButton.visible = own === undefined;
    this.#prepareContext();
    const pick = shelf?.picks.find(({ modelId }) => modelId === offer.entry.id);
    const lines = [
      ...(awaitsCatalogue(this.#failure)
        ? [{ label: contextWords.file(), value: publisherChanged(offer.entry) }]
        : []),
      ...(pick === undefined ? [] : neighbourLines(pick, shelf?.offers ?? [])),
      ...this.#lines(this.#own),
      ...(own === undefined ? [{ label: contextWords.languages(), value: languagesLine(offer.entry) }] : []),
    ];
    for (const { label, value } of lines) {
      const row = new Adw.ActionRow({
        title: label,
        subtitle: value,
        useMarkup: false,
        subtitleSelectable: true,
      });
      row.add_css_class('property');
      this._details.add(row);
      this.#rows.set(label, row);
    }
    this._removeButton.visible = offer.installed !== null && free;
    this._verifyButton.visible = this._removeButton.visible;
    this._measureButton.visible = offer.installed?.verified === true && free;
    nameControl(this._checkBar, verifyWords.checking(offer.entry.name));
    this.connect('closed', () => this.#checking.cancel());
  }

  #prepareContext(): void {
    const last = this.#contexts.length - 1;
    const start = this.#contexts.indexOf(this.#start);
    this._contextBox.visible = last > 0;
    this._contextScale.set_range(0, Math.max(last, 1));
    this._contextScale.set_increments(1, 1);
    for (const index of this.#contexts.keys()) {
      this._contextScale.add_mark(index, Gtk.PositionType.BOTTOM, null);
    }
    this._contextScale.set_value(Math.max(0, start));
    // Moving to where it stands already tells nothing.
    this._onContext();
  }

  get #context(): number {
    const index = Math.round(this._contextScale.get_value());
    return this.#contexts[index] ?? this.#offer.entry.contextTrained;
  }

  /** With the context of the slider. */
  get #own(): Fit {
    return withContext(this.#offer, this.#context);
  }

  #lines(fit: Fit): readonly Line[] {
    return modelDetails({ ...this.#offer, fit });
  }

  protected _onContext(): void {
    const own = this.#own;
    for (const { label, value } of this.#lines(own)) {
      const row = this.#rows.get(label);
      if (row !== undefined && row.subtitle !== value) row.subtitle = value;
    }
    this._memory.setFit(own);
    this._legend.setFit(own);
    this._contextLabel.label = tokens(own.contextTokens);
    this._contextFit.label = contextWords.says(own);
    this.#renderAction(own.spare >= 0);
    // A screen reader says the length and whether it fits, not the number of the step.
    this._contextScale.update_property(
      [Gtk.AccessibleProperty.VALUE_TEXT],
      [stated(tokens(own.contextTokens), fitSentence(own))],
    );
  }

  /** What is in use already can be used with another context. */
  #renderAction(fits: boolean): void {
    const offer = this.#offer;
    const plain = modelAction(offer, this.#chosen, this.#failure);
    const other =
      plain === 'none' && this.#chosen && offer.installed !== null && this.#context !== this.#start;
    const action = other ? 'use-context' : plain;
    this._actionButton.visible = action !== 'none' && this.#idle;
    this._actionButton.sensitive = fits;
    if (action !== 'none') this._actionButton.label = modelActionLabel(action);
  }

  /** Where the slider stands at first. */
  get #start(): number {
    return this.#contexts.findLast((context) => context <= this.#usual) ?? this.#contexts[0] ?? 0;
  }

  protected _onHomepage(): void {
    new Gtk.UriLauncher({ uri: this.#offer.entry.homepage }).launch(
      this.get_root() as Gtk.Window,
      null,
      null,
    );
  }

  protected _onAction(): void {
    const context = this.#context;
    this.close();
    this.#act(context === this.#offer.fit.contextTokens ? null : context);
  }

  protected _onMeasure(): void {
    this.close();
    this.#ui.measureModel(this.#offer.entry.id);
  }

  protected _onVerify(): void {
    const { hearth } = this.#ui;
    const { id, name } = this.#offer.entry;
    this._verifyButton.sensitive = false;
    this._check.visible = true;
    this._checkBar.visible = true;
    this.#sayCheck(verifyWords.checking(name), false);
    this.#ui.attempt(async () => {
      try {
        const tell = (part: number): void => {
          this._checkBar.fraction = part;
        };
        const { right } = await hearth.verify(id, tell, this.#checking);
        this.#sayCheck(right ? verifyWords.right() : verifyWords.wrong(this.#offer), true);
        if (!right) this._actionButton.visible = modelAction(this.#now, true) !== 'none';
      } catch (thrown) {
        this._check.visible = false;
        throw thrown;
      } finally {
        this._checkBar.visible = false;
        this._verifyButton.sensitive = true;
      }
    });
  }

  /** The offer as it is after the check. */
  get #now(): Offer {
    return findOffer(this.#ui.hearth.state.value.shelf, this.#offer.entry.id) ?? this.#offer;
  }

  #sayCheck(text: string, aloud: boolean): void {
    this._checkLabel.label = text;
    if (aloud) this.announce(text, Gtk.AccessibleAnnouncementPriority.MEDIUM);
  }

  protected _onRemove(): void {
    this.close();
    this.#ui.preview(() => this.#ui.hearth.planRemoval(this.#offer.entry.id));
  }
}
