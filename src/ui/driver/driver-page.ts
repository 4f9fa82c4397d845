// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import { never } from '../../core/cancel.ts';
import { keyStage } from '../../core/driver/key-stage.ts';
import type { DriverSight, FlavourAdvice } from '../../core/driver/types.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { driverEnding } from '../../words/driver-ending.ts';
import { flavourTexts } from '../../words/driver-flavours.ts';
import { adviceNotes, driverCardRows } from '../../words/driver.ts';
import { paragraph } from '../../words/joined.ts';
import { canRemove, driverHead, driverTexts, keyRow } from '../../words/driver-page.ts';
import { errorWords } from '../../words/errors.ts';
import { machineRows } from '../../words/machine.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { nameControl } from '../widgets/accessible.ts';
import { FactRow } from '../widgets/fact-row.ts';
import { hold, lockedBy, lockRow } from '../widgets/locks.ts';
import { Page } from '../widgets/page.ts';
import { findingRow } from './finding-row.ts';
import { FlavourCard } from './flavour-card.ts';
import { guardRow } from './guard-row.ts';
import { toldRow } from './told-row.ts';

/** The driver in use and what it can do; what could be installed instead; what the next start would be like. */
export class DriverPage extends Page {
  declare private readonly _scroller: Gtk.ScrolledWindow;
  declare private readonly _ending: Adw.PreferencesGroup;
  declare private readonly _locks: Adw.PreferencesGroup;
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _progress: Gtk.ProgressBar;
  declare private readonly _cancelButton: Gtk.Button;
  declare private readonly _failure: Adw.PreferencesGroup;
  declare private readonly _findings: Adw.PreferencesGroup;
  declare private readonly _guard: Adw.PreferencesGroup;
  declare private readonly _keyGroup: Adw.PreferencesGroup;
  declare private readonly _keyRow: Adw.ActionRow;
  declare private readonly _choose: Adw.PreferencesGroup;
  declare private readonly _flavours: Gtk.Box;
  declare private readonly _cards: Adw.PreferencesGroup;
  declare private readonly _removal: Adw.PreferencesGroup;
  declare private readonly _removeRow: Adw.ButtonRow;
  declare private readonly _removeKeyRow: Adw.ButtonRow;
  /** Why nothing can be changed here; null where it can. */
  readonly #locked: string | null;
  #seen = false;
  readonly #rows = new Map<Adw.PreferencesGroup, Gtk.Widget[]>();

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthDriverPage',
        Template: template('driver-page'),
        InternalChildren: [
          'scroller',
          'ending',
          'locks',
          'heading',
          'sentence',
          'progress',
          'cancelButton',
          'failure',
          'findings',
          'guard',
          'keyGroup',
          'keyRow',
          'choose',
          'flavours',
          'cards',
          'removal',
          'removeRow',
          'removeKeyRow',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'driver');
    this.sayFirst(this._heading, this._sentence);
    this._ending.title = driverTexts.endingHeading();
    this._findings.title = driverTexts.findingsHeading();
    this._guard.title = driverTexts.guardHeading();
    this._choose.title = flavourTexts.heading();
    this._keyRow.title = driverTexts.keyTitle();
    this._removeRow.title = driverTexts.remove();
    this._removeKeyRow.title = driverTexts.removeKey();
    this._cancelButton.label = driverTexts.cancel();
    nameControl(this._progress, driverTexts.progress());
    this.#locked = lockedBy(ui.hearth.state.value.vendor, 'driver');
    this.#fill(this._locks, this.#locked === null ? [] : [lockRow('driver', this.#locked)]);
    hold(this.#locked, this._removeRow, this._removeKeyRow);
    // First: the button that cancels takes the focus from those that go away.
    this.watch(
      (state) => state,
      (state) => this.#renderHead(state),
    );
    this.watch(
      (state) => state.machine,
      (machine) => this.#renderCards(machine, ui.hearth.state.value.driver),
    );
    this.watch(
      (state) => state.driver,
      (driver) => this.#renderCards(ui.hearth.state.value.machine, driver),
    );
    this.watch(
      (state) => state.driver,
      (driver) => this.#renderSight(driver, ui.hearth.state.value),
    );
    this.watch(
      (state) => state.jobs.driver !== undefined,
      () => this.#renderSight(ui.hearth.state.value.driver, ui.hearth.state.value),
    );
    this.watch(
      (state) => state.failures.driver,
      (error) => {
        const words = error === undefined ? null : errorWords(error);
        const again = { label: driverTexts.tryAgain(), act: () => ui.start('driver'), locked: this.#locked };
        const row =
          words === null
            ? []
            : [toldRow('failure', 'dialog-warning-symbolic', words.sentence, words.next, [again])];
        this.#fill(this._failure, row);
      },
    );
  }

  #renderHead(state: HearthState): void {
    const { title, sentence } = driverHead(state);
    this._heading.label = title;
    this._sentence.label = sentence;
    this._sentence.visible = sentence !== '';
    const job = state.jobs.driver;
    this._progress.visible = job !== undefined;
    this._cancelButton.visible = job !== undefined;
    this._cancelButton.sensitive = job?.stopping !== true;
    if (job === undefined) return;
    const { done, total, step, steps } = job.progress;
    this._progress.fraction =
      done !== null && total !== null && total > 0 ? Math.min(1, done / total) : step / Math.max(1, steps);
  }

  #renderSight(driver: DriverSight | null, state: HearthState): void {
    if (driver !== null && !this.#seen && this._scroller.vadjustment.value === 0) this.#stayAtTop();
    this.#seen = driver !== null;
    const busy = state.jobs.driver !== undefined;
    this.#renderEnding(driver);
    this.#fill(
      this._findings,
      (driver?.findings ?? []).map((finding) => findingRow(this, this.ui, finding, driver)),
    );
    const guard = driver === null ? null : guardRow(this, this.ui, driver, GLib.get_real_time() / 1000);
    this.#fill(this._guard, guard === null ? [] : [guard]);
    const key = keyRow(driver);
    this._keyGroup.visible = key !== null;
    this._keyRow.subtitle = key?.subtitle ?? '';
    this.#renderFlavours(driver, busy);
    const removes = canRemove(driver) && !busy;
    const forgets = driver !== null && keyStage(driver, 'delete').tag !== 'done' && driver.mechanism !== null;
    this._removeRow.visible = removes;
    this._removeKeyRow.visible = forgets && !removes;
    this._removal.visible = this._removeRow.visible || this._removeKeyRow.visible;
    const settled = driver !== null && (driver.verified || driver.advice.cards.length === 0);
    this.setComplete(settled || this.#locked !== null);
  }

  /** What was found comes above the row that has the focus: people begin to read at the top all the same. */
  #stayAtTop(): void {
    GLib.idle_add(GLib.PRIORITY_LOW, () => {
      this._scroller.vadjustment.value = 0;
      return GLib.SOURCE_REMOVE;
    });
  }

  #renderEnding(driver: DriverSight | null): void {
    const ending = driverEnding(driver);
    if (ending === null) {
      this.#fill(this._ending, []);
      return;
    }
    const { title, sentence, next, button, good } = ending;
    this._ending.title = title;
    const icon = good ? 'object-select-symbolic' : 'dialog-warning-symbolic';
    const act = button?.does === 'withdraw' ? () => this.#withdraw() : () => this.ui.open('key');
    const buttons = button === null ? [] : [{ label: button.label, act, suggested: true }];
    this.#fill(this._ending, [toldRow('ending', icon, sentence, next, buttons)]);
  }

  #renderFlavours(driver: DriverSight | null, busy: boolean): void {
    for (let card = this._flavours.get_first_child(); card !== null; card = this._flavours.get_first_child())
      this._flavours.remove(card);
    const advice = driver?.advice ?? null;
    this._choose.visible = advice !== null && advice.cards.length > 0;
    if (advice === null) return;
    this._choose.description = paragraph(...adviceNotes(advice));
    const removes = canRemove(driver);
    // What waits for the key or a restart is gone on with, not installed again.
    const settled = advice.flavours.some(({ inUse, flavour }) => inUse && flavour !== 'clean');
    for (const flavour of advice.flavours) {
      const suggested =
        !settled && flavour.flavour === advice.recommended && flavour.possible && !flavour.inUse;
      const card = new FlavourCard(
        flavour,
        advice,
        { suggested: suggested && this.#locked === null, busy, removes, locked: this.#locked },
        {
          install: () => this.#plan(flavour),
          layer: () => this.ui.preview(() => this.ui.hearth.driver.plan(flavour.flavour, { layer: true })),
        },
      );
      this._flavours.append(card);
    }
  }

  #renderCards(machine: HearthState['machine'], driver: DriverSight | null): void {
    const cards = machine === null ? [] : driverCardRows(machine, driver?.advice ?? null);
    const firmware = machine === null ? [] : machineRows(machine).filter(({ id }) => id === 'secure-boot');
    const facts = [
      ...cards.map((fact) => [fact, 'hearth-card-symbolic'] as const),
      ...firmware.map((fact) => [fact, 'channel-secure-symbolic'] as const),
    ];
    const shown = (this.#rows.get(this._cards) ?? []).filter((row) => row instanceof FactRow);
    // New rows would take the focus along, and the page would follow it down.
    if (shown.length === facts.length) {
      for (const [at, [fact, icon]] of facts.entries()) shown[at]?.render(fact, icon);
      return;
    }
    const rows = facts.map(([fact, icon]) => new FactRow(fact, icon));
    this.#fill(this._cards, rows);
  }

  /** Puts rows in place of those that a group had; an empty group is not seen. */
  #fill(group: Adw.PreferencesGroup, rows: readonly Gtk.Widget[]): void {
    for (const row of this.#rows.get(group) ?? []) group.remove(row);
    for (const row of rows) group.add(row);
    this.#rows.set(group, [...rows]);
    group.visible = rows.length > 0;
  }

  #plan({ flavour }: FlavourAdvice): void {
    const { driver } = this.ui.hearth;
    this.ui.preview(() => (flavour === 'clean' ? driver.planRemoval() : driver.plan(flavour)));
  }

  #withdraw(): void {
    this.ui.attempt(async () => {
      await this.ui.hearth.driver.cancelRequest(never);
      this.ui.toast(driverTexts.withdrawn());
    });
  }

  protected _onKey(): void {
    this.ui.open('key');
  }

  protected _onCancel(): void {
    this.ui.hearth.cancel('driver');
  }

  protected _onRemove(): void {
    this.ui.preview(() => this.ui.hearth.driver.planRemoval());
  }

  protected _onRemoveKey(): void {
    this.ui.open('key-removal');
  }
}
