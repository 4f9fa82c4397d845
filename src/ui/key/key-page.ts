// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { never } from '../../core/cancel.ts';
import { keyStage, spokenKey, type KeyStage, type KeyTask } from '../../core/driver/key-stage.ts';
import type { DriverSight } from '../../core/driver/types.ts';
import { HearthError } from '../../core/errors.ts';
import { agreeRows, blindRows, keyHead, keyTexts } from '../../words/key-page.ts';
import { howToType, numberedSteps, onlyIf, stepsText } from '../../words/key-steps.ts';
import { stated } from '../../words/joined.ts';
import { rehearsalTexts } from '../../words/rehearsal.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { nameControl } from '../widgets/accessible.ts';
import { Page } from '../widgets/page.ts';
import { lockedBy, lockRow } from '../widgets/locks.ts';
import { wrapButtons } from '../widgets/wrapping.ts';
import { fileToSave } from '../widgets/save-file.ts';
import { askToRestart } from './ask-restart.ts';
import { printCard } from './card.ts';
import { CodeView } from './code-view.ts';
import { obstacleRow } from './obstacle-row.ts';
import { QrView } from './qr-view.ts';
import { RehearsalView } from './rehearsal-view.ts';

/**
 * The key that the driver is signed with: why, what agreeing means, the code, and the firmware's screens to practise. The
 * code is made when the page opens and forgotten when it closes; only its hash goes to the firmware, with the restart.
 */
export class KeyPage extends Page {
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _driverButton: Gtk.Button;
  declare private readonly _locks: Adw.PreferencesGroup;
  declare private readonly _obstacles: Adw.PreferencesGroup;
  declare private readonly _agree: Adw.PreferencesGroup;
  declare private readonly _codeGroup: Adw.PreferencesGroup;
  declare private readonly _codeView: CodeView;
  declare private readonly _codeText: Gtk.Label;
  declare private readonly _codeHow: Gtk.Label;
  declare private readonly _sayButton: Gtk.Button;
  declare private readonly _newCodeButton: Gtk.Button;
  declare private readonly _rehearsalGroup: Adw.PreferencesGroup;
  declare private readonly _rehearsal: RehearsalView;
  declare private readonly _onlyIf: Gtk.Label;
  declare private readonly _take: Adw.PreferencesGroup;
  declare private readonly _withCode: Adw.SwitchRow;
  declare private readonly _stepsRow: Adw.ExpanderRow;
  declare private readonly _qrRow: Adw.ExpanderRow;
  declare private readonly _qr: QrView;
  declare private readonly _codeRow: Adw.PreferencesRow;
  declare private readonly _blind: Adw.PreferencesGroup;
  declare private readonly _restartButton: Gtk.Button;
  declare private readonly _withdrawButton: Gtk.Button;
  readonly #task: KeyTask;
  /** Why nothing can be asked of the firmware; null where it can. */
  readonly #locked: string | null;
  #code = '';
  #making = false;
  #rows: { readonly group: Adw.PreferencesGroup; readonly row: Gtk.Widget }[] = [];
  #shown: DriverSight | null = null;

  static {
    for (const type of [CodeView, QrView, RehearsalView]) GObject.type_ensure(type.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthKeyPage',
        Template: template('key-page'),
        InternalChildren: [
          'heading',
          'sentence',
          'driverButton',
          'locks',
          'obstacles',
          'agree',
          'codeGroup',
          'codeView',
          'codeText',
          'codeHow',
          'sayButton',
          'newCodeButton',
          'rehearsalGroup',
          'rehearsal',
          'onlyIf',
          'take',
          'withCode',
          'stepsRow',
          'qrRow',
          'qr',
          'codeRow',
          'blind',
          'restartButton',
          'withdrawButton',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui, task: KeyTask) {
    super(ui, task === 'enrol' ? 'key' : 'key-removal');
    this.sayFirst(this._heading, this._sentence);
    this.#task = task;
    this.#locked = lockedBy(ui.hearth.state.value.vendor, 'driver');
    if (this.#locked !== null) this._locks.add(lockRow('driver', this.#locked));
    this.title = keyTexts.title(task);
    this.#setTexts();
    this.watch(
      (state) => state.driver,
      (driver) => this.#render(driver),
    );
    this.connect('shown', () => {
      if (this.#wantsCode()) this.#makeCode();
    });
    this.connect('hidden', () => this.#forget());
  }

  #stage(): KeyStage {
    return keyStage(this.ui.hearth.state.value.driver, this.#task);
  }

  #wantsCode(): boolean {
    return this.#stage().tag === 'ready' && this.#locked === null;
  }

  #setTexts(): void {
    this._driverButton.label = keyTexts.open();
    this._agree.title = keyTexts.agreeHeading(this.#task);
    this._codeGroup.title = keyTexts.codeHeading();
    this._codeHow.label = howToType();
    this._sayButton.label = keyTexts.sayDigits();
    this._newCodeButton.label = keyTexts.newCode();
    this._rehearsalGroup.title = rehearsalTexts.heading();
    this._rehearsalGroup.description = rehearsalTexts.about();
    this._onlyIf.label = onlyIf(this.#task);
    this._take.title = keyTexts.takeHeading();
    this._take.description = keyTexts.takeText();
    this._withCode.title = keyTexts.withCode();
    this._withCode.subtitle = keyTexts.withCodeText();
    this._stepsRow.title = keyTexts.stepsTitle();
    for (const step of numberedSteps(this.#task)) this._stepsRow.add_row(textRow(step));
    this._qrRow.title = keyTexts.qrTitle();
    const fits = this._qr.setText(stepsText(this.#task), keyTexts.qrName());
    this._qrRow.subtitle = fits ? keyTexts.qrText() : keyTexts.qrTooLong();
    this._qrRow.enableExpansion = fits;
    nameControl(this._qrRow, stated(this._qrRow.title, this._qrRow.subtitle));
    nameControl(this._stepsRow, this._stepsRow.title);
    nameControl(this._codeRow, keyTexts.qrName());
    this._blind.title = keyTexts.blindHeading();
    for (const { title, text } of blindRows(this.#task)) this._blind.add(textRow(title, text));
    this._withdrawButton.label = keyTexts.withdraw();
    this._restartButton.label = keyTexts.restart();
    wrapButtons(this);
  }

  #render(driver: DriverSight | null): void {
    const stage = keyStage(driver, this.#task);
    const { title, sentence } = keyHead(stage, this.#task);
    this._heading.label = title;
    this._sentence.label = sentence;
    const open = this.#locked === null;
    // What was asked for before goes on.
    const going = (stage.tag === 'ready' && open) || stage.tag === 'pending';
    for (const part of [this._codeGroup, this._rehearsalGroup, this._take, this._blind, this._restartButton])
      part.visible = going;
    this._codeGroup.visible = going && open;
    this._locks.visible = !open && stage.tag !== 'done';
    this._agree.visible = going || stage.tag === 'done';
    this._driverButton.visible = stage.tag === 'done' || stage.tag === 'no-service';
    this._withdrawButton.visible = stage.tag === 'pending';
    this._obstacles.visible = stage.tag === 'refused';
    if (driver !== this.#shown) this.#renderRows(driver, stage);
    this.#shown = driver;
    this._rehearsal.setUp(this.#task, spokenKey(driver), () => this.#code);
    if (this.#wantsCode() && this.#code === '' && this.get_mapped()) this.#makeCode();
    if (!going) this.#forget();
    this.#renderCode(stage);
  }

  #renderRows(driver: DriverSight | null, stage: KeyStage): void {
    for (const { group, row } of this.#rows) group.remove(row);
    this.#rows = [];
    const put = (group: Adw.PreferencesGroup, row: Gtk.Widget): void => {
      group.add(row);
      this.#rows.push({ group, row });
    };
    const key = spokenKey(driver);
    for (const { id, title, text } of key === null ? [] : agreeRows(key, this.#task)) {
      const row = textRow(title, text);
      if (id === 'fingerprint') row.add_css_class('reading');
      put(this._agree, row);
    }
    for (const obstacle of stage.tag === 'refused' ? stage.obstacles : [])
      put(this._obstacles, obstacleRow(this.ui, obstacle, driver));
  }

  #renderCode(stage: KeyStage): void {
    const there = this.#code !== '';
    this._codeView.setCode(this.#code);
    this._codeView.visible = there;
    this._codeHow.visible = there;
    this._sayButton.visible = there;
    this._codeText.label = there || stage.tag !== 'pending' ? keyTexts.codeText() : keyTexts.codeLost();
    this._restartButton.sensitive = there || stage.tag === 'pending';
    this._withCode.sensitive = there;
  }

  #makeCode(made: () => void = () => {}): void {
    if (this.#making) return;
    this.#making = true;
    this.ui.attempt(async () => {
      try {
        const code = await this.ui.hearth.driver.newCode();
        // Left meanwhile: nobody sees it, so nobody keeps it.
        this.#code = this.get_mapped() ? code : '';
        this.#renderCode(this.#stage());
        made();
      } finally {
        this.#making = false;
      }
    });
  }

  #forget(): void {
    this.#code = '';
    this._codeView.setCode('');
    this._withCode.active = false;
  }

  protected _onSay(): void {
    this._codeView.say();
  }

  protected _onNewCode(): void {
    this.#makeCode(() =>
      this._newCodeButton.announce(keyTexts.newCodeMade(), Gtk.AccessibleAnnouncementPriority.MEDIUM),
    );
  }

  protected _onDriver(): void {
    this.ui.open('driver');
  }

  protected _onPrint(): void {
    this.ui.attempt(async () => {
      this.#print(null);
    });
  }

  protected _onSavePdf(): void {
    this.ui.attempt(async () => {
      const dialog = new Gtk.FileDialog({ initialName: keyTexts.pdfName() });
      const path = await fileToSave(dialog, this.get_root());
      if (path !== null && this.#print(path)) this.ui.toast(keyTexts.saved());
    });
  }

  #print(path: string | null): boolean {
    const key = spokenKey(this.ui.hearth.state.value.driver);
    const code = this._withCode.active && this.#code !== '' ? this.#code : null;
    try {
      const card = { task: this.#task, fingerprint: key?.fingerprint ?? null, code };
      return printCard(card, this.get_root() as Gtk.Window | null, path);
    } catch (thrown) {
      throw new HearthError('io', { path: path ?? '' }, { cause: thrown });
    }
  }

  protected _onWithdraw(): void {
    this.ui.attempt(async () => {
      await this.ui.hearth.driver.cancelRequest(never);
      this.#forget();
      this.ui.toast(keyTexts.withdrawn());
    });
  }

  protected _onRestart(): void {
    askToRestart(this, this.#task, () => {
      this.ui.attempt(async () => {
        // A code on the page is one that the firmware does not have yet, or has already: asking again replaces it.
        if (this.#code !== '') await this.ui.hearth.driver.request(this.#task, this.#code, never);
        await this.ui.hearth.driver.restart();
      });
    });
  }
}

function textRow(title: string, subtitle = ''): Adw.ActionRow {
  return new Adw.ActionRow({ useMarkup: false, title, subtitle, titleLines: 0, subtitleLines: 0 });
}
