// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import type Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import type { HearthState } from '../../core/setup/state.ts';
import { never } from '../../core/cancel.ts';
import type { Capability } from '../../core/tools/capability.ts';
import type { GooseFacts } from '../../core/tools/types.ts';
import { offlineRow, offlineWords } from '../../words/offline.ts';
import { capabilityRow } from '../../words/capability.ts';
import { checkingModel, gooseRows, settingUp, toolsWords } from '../../words/tools-page.ts';
import { canUndo } from '../../engine/take-back.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { takeBack } from '../undo.ts';
import { FactRow } from '../widgets/fact-row.ts';
import { hold, lockedBy, lockRow } from '../widgets/locks.ts';
import { Page } from '../widgets/page.ts';
import { wrapButtons } from '../widgets/wrapping.ts';
import { AiLabGroup } from './ai-lab-group.ts';
import { ConnectGroup } from './connect-group.ts';
import { GooseQuestion } from './goose-question.ts';
import { lookForNewer } from './newest.ts';
import { openGooseFrom } from './open-goose.ts';

const icons: Readonly<Record<string, string>> = {
  program: 'application-x-executable-symbolic',
  model: 'hearth-model-symbolic',
  telemetry: 'network-transmit-symbolic',
  cloud: 'network-server-symbolic',
};

/** Goose: whether it is there, what would be written, and a question to see that it works. */
export class ToolsPage extends Page {
  declare private readonly _stack: Gtk.Stack;
  declare private readonly _note: Gtk.Box;
  declare private readonly _noteIcon: Gtk.Image;
  declare private readonly _noteLabel: Gtk.Label;
  declare private readonly _facts: Adw.PreferencesGroup;
  declare private readonly _buttons: Adw.WrapBox;
  declare private readonly _setUpButton: Gtk.Button;
  declare private readonly _checkButton: Gtk.Button;
  declare private readonly _aiLab: AiLabGroup;
  declare private readonly _connect: ConnectGroup;
  declare private readonly _openButton: Gtk.Button;
  declare private readonly _defaultButton: Gtk.Button;
  declare private readonly _newestButton: Gtk.Button;
  declare private readonly _undoButton: Gtk.Button;
  declare private readonly _lookButton: Gtk.Button;
  declare private readonly _detailsButton: Gtk.Button;
  declare private readonly _busy: Gtk.Box;
  declare private readonly _busyLabel: Gtk.Label;
  declare private readonly _question: GooseQuestion;
  declare private readonly _offline: Adw.PreferencesGroup;
  declare private readonly _offlineRow: Adw.ActionRow;
  /** Why nothing can be set up here; null where it can. */
  readonly #locked: string | null;
  #rows: FactRow[] = [];
  #checking = false;

  static {
    GObject.type_ensure(GooseQuestion.$gtype);
    GObject.type_ensure(AiLabGroup.$gtype);
    GObject.type_ensure(ConnectGroup.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthToolsPage',
        Template: template('tools-page'),
        InternalChildren: [
          'stack',
          'note',
          'noteIcon',
          'noteLabel',
          'facts',
          'buttons',
          'setUpButton',
          'checkButton',
          'aiLab',
          'connect',
          'openButton',
          'defaultButton',
          'newestButton',
          'undoButton',
          'lookButton',
          'detailsButton',
          'busy',
          'busyLabel',
          'question',
          'offline',
          'offlineRow',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'tools');
    this._question.setUp(ui);
    this._aiLab.setUp(ui);
    this._connect.setUp(ui);
    wrapButtons(this);
    this.#locked = lockedBy(ui.hearth.state.value.vendor, 'tools');
    if (this.#locked !== null) this._facts.add(lockRow('tools', this.#locked));
    hold(this.#locked, this._setUpButton, this._defaultButton, this._newestButton);
    this.watch(
      (state) => state.goose,
      (goose) => this.#renderFacts(goose, this.ui.hearth.state.value.capability),
    );
    this.watch(
      (state) => state.capability,
      (capability) => this.#renderFacts(this.ui.hearth.state.value.goose, capability),
    );
    this.watch(
      (state) => state,
      (state) => this.#render(state),
    );
  }

  #renderFacts(goose: GooseFacts | null, capability: Capability | null): void {
    this._stack.visibleChildName = goose === null ? 'looking' : 'facts';
    for (const row of this.#rows) this._facts.remove(row);
    this.#rows =
      goose === null ? [] : gooseRows(goose).map((fact) => new FactRow(fact, icons[fact.id] ?? ''));
    if (capability !== null && goose !== null)
      this.#rows.push(new FactRow(capabilityRow(capability), 'system-run-symbolic'));
    for (const row of this.#rows) this._facts.add(row);
  }

  #render(state: HearthState): void {
    const { note, setUp, ask, makeDefault } = toolsWords(state);
    const standing = state.standings.tools;
    const busy = standing.tag === 'running';
    this._note.visible = note !== '';
    this._noteLabel.label = note;
    const broken = standing.tag === 'broken';
    this._noteIcon.iconName = broken ? 'dialog-warning-symbolic' : 'dialog-information-symbolic';
    this._noteIcon.cssClasses = broken ? ['warning'] : ['dim-label'];
    this._setUpButton.visible = setUp && !busy;
    this._lookButton.visible = !busy && (standing.tag === 'waiting' || standing.tag === 'broken');
    this._detailsButton.visible = standing.tag === 'broken';
    this._undoButton.visible = !busy && undoable(state) !== null;
    this._newestButton.visible = state.goose?.program != null && !busy && state.mode.tag === 'real';
    this._defaultButton.visible = makeDefault && !busy;
    this._openButton.visible = ask && !busy;
    this._aiLab.render(state);
    this._connect.render(state);
    this._checkButton.visible = ask && !busy && !this.#checking;
    this._buttons.visible = [
      this._setUpButton,
      this._lookButton,
      this._newestButton,
      this._undoButton,
      this._checkButton,
      this._openButton,
      this._defaultButton,
    ].some((button) => button.visible);
    this._busy.visible = busy || this.#checking;
    this._busyLabel.label = busy ? settingUp() : checkingModel();
    this._question.visible = ask;
    this._question.setAnswer(state.gooseAnswer);
    this.#renderOffline(state);
    this.setComplete(standing.tag === 'done' || this.#locked !== null);
  }

  #renderOffline(state: HearthState): void {
    const row = offlineRow(state);
    this._offline.visible = row !== null;
    this._offline.description = row?.description ?? '';
    this._offlineRow.visible = row?.command != null;
    this._offlineRow.title = row?.command ?? '';
  }

  protected _onCopy(): void {
    this.ui.copy(this._offlineRow.title, offlineWords.copied());
  }

  protected _onSetUp(): void {
    this.ui.start('tools');
  }

  protected _onOpen(): void {
    openGooseFrom(this.ui);
  }

  protected _onCheck(): void {
    this.#checking = true;
    this.#render(this.ui.hearth.state.value);
    this.ui.attempt(async () => {
      try {
        await this.ui.hearth.tools.checkAgent(never);
      } finally {
        this.#checking = false;
        this.#render(this.ui.hearth.state.value);
      }
    });
  }

  protected _onDefault(): void {
    this.ui.preview(() => this.ui.hearth.tools.planDefault());
  }

  protected _onNewest(): void {
    lookForNewer(this.ui, this);
  }

  protected _onLook(): void {
    this.ui.attempt(() => this.ui.hearth.refresh());
  }

  protected _onUndo(): void {
    const plan = undoable(this.ui.hearth.state.value);
    if (plan !== null) takeBack(this.ui, plan);
  }

  protected _onDetails(): void {
    const standing = this.ui.hearth.state.value.standings.tools;
    if (standing.tag === 'broken') this.ui.showError(standing.error);
  }
}

/** The newest entry about tools that can still be taken back. */
function undoable({ journal }: HearthState): string | null {
  return journal.findLast((entry) => entry.task === 'tools' && canUndo(entry))?.plan ?? null;
}
