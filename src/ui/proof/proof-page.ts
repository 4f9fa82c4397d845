// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { never } from '../../core/cancel.ts';
import { proofMap } from '../../core/proof/map.ts';
import { checkIds, type CheckId } from '../../core/proof/types.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { stated } from '../../words/joined.ts';
import { momentText } from '../../words/moment.ts';
import { copied } from '../../words/app.ts';
import { ledgerSummary } from '../../words/ledger.ts';
import { offlineCommandLine } from '../../words/offline.ts';
import { offlineLimit, proofHeadline, proofWords, wantsStart } from '../../words/proof.ts';
import { honestLimits } from '../../words/server.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { Page } from '../widgets/page.ts';
import { CheckRow } from './check-row.ts';
import { ProofMap } from './proof-map.ts';
import { wrapButton } from '../widgets/wrapping.ts';

/** What would leave this computer: each check with its evidence, live, and what is not covered. */
export class ProofPage extends Page {
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _startButton: Gtk.Button;
  declare private readonly _map: ProofMap;
  declare private readonly _checks: Adw.PreferencesGroup;
  declare private readonly _limits: Adw.PreferencesGroup;
  declare private readonly _ledgerRow: Adw.ActionRow;
  readonly #rows = new Map<CheckId, CheckRow>();
  #said: HearthState['proof'] = null;
  #told = false;

  static {
    GObject.type_ensure(ProofMap.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthProofPage',
        Template: template('proof-page'),
        InternalChildren: ['heading', 'sentence', 'startButton', 'map', 'checks', 'limits', 'ledgerRow'],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'proof');
    this.sayFirst(this._heading, this._sentence);
    this._startButton.label = proofWords.startAndLook();
    wrapButton(this._startButton);
    const actions = {
      startAgain: () => this.#startAgain(),
      openTools: () => ui.open('tools'),
      cure: (cure: Parameters<typeof ui.hearth.planCure>[0]) => ui.preview(() => ui.hearth.planCure(cure)),
      copy: (text: string) => ui.copy(text, copied()),
    };
    for (const id of checkIds) {
      const row = new CheckRow(id, actions);
      this.#rows.set(id, row);
      this._checks.add(row);
    }
    for (const limit of honestLimits()) this._limits.add(textRow(limit, ''));
    this._limits.add(textRow(offlineLimit(), offlineCommandLine(ui.hearth.state.value.mode)));
    this.watch(
      (state) => state,
      (state) => this.#render(state),
    );
    // What was done about a check is looked at again, and so is what was taken back.
    let done = ui.hearth.state.value.journal;
    this.watch(
      (state) => state.journal,
      (journal) => {
        if (journal !== done && ui.hearth.state.value.proof !== null) this._onCheck();
        done = journal;
      },
    );
    // The first look needs no button: it changes nothing and starts nothing.
    this.connect('shown', () => {
      if (ui.hearth.state.value.proof === null) this._onCheck();
    });
  }

  #render(state: HearthState): void {
    const { proof } = state;
    this.#told = this.get_mapped();
    const running = proof?.running ?? false;
    const { title, sentence } = proofHeadline(proof, momentText(proof?.startedAt ?? 0));
    this._heading.label = title;
    this._sentence.label = sentence;
    this._startButton.visible = wantsStart(state);
    this._map.setMap(proofMap(state));
    for (const [id, row] of this.#rows)
      row.render(proof?.checks.find((check) => check.id === id) ?? null, running);
    this._ledgerRow.subtitle = ledgerSummary(state.ledger);
    if (proof !== null && !running && proof !== this.#said) {
      if (this.#said !== null || this.get_mapped())
        this.announce(stated(title, sentence), Gtk.AccessibleAnnouncementPriority.MEDIUM);
      this.#said = proof;
    }
  }

  /** A look that comes to the same as the last one is announced too, once there is somebody to hear it. */
  protected override toldElsewhere(): boolean {
    return this.#told;
  }

  #startAgain(): void {
    this.ui.attempt(async () => {
      await this.ui.hearth.stopServing();
      await this.ui.hearth.prove({ start: true }, never);
    });
  }

  /** Asked while it runs, it waits for the same run: a button that went grey would lose the focus. */
  protected _onCheck(): void {
    this.ui.attempt(async () => {
      await this.ui.hearth.prove({ start: false }, never);
    });
  }

  protected _onStart(): void {
    this.ui.attempt(async () => {
      await this.ui.hearth.prove({ start: true }, never);
    });
  }

  protected _onLedger(): void {
    this.ui.open('ledger');
  }
}

function textRow(title: string, subtitle: string): Adw.ActionRow {
  const row = new Adw.ActionRow({
    useMarkup: false,
    title,
    subtitle,
    titleLines: 0,
    subtitleSelectable: subtitle !== '',
  });
  row.add_css_class('reading');
  return row;
}
