// SPDX-License-Identifier: GPL-3.0-or-later

import Gdk from 'gi://Gdk?version=4.0';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { rehearsalKey } from '../../core/driver/rehearsal-keys.ts';
import { screenText, type ShownKey } from '../../core/driver/rehearsal-screen.ts';
import { press, startRehearsal, type Rehearsal, type RehearsalTask } from '../../core/driver/rehearsal.ts';
import { choiceSpoken, rehearsalTexts, rehearsalWords, screenSpoken } from '../../words/rehearsal.ts';
import { template } from '../resources.ts';
import { describe, nameControl } from '../widgets/accessible.ts';
import { FirmwareScreen } from './firmware-screen.ts';

const noKey: ShownKey = {
  fingerprint: '',
  serial: '',
  name: '',
  notBefore: 0,
  notAfter: 0,
  modulesOnly: false,
};

/** MokManager to be practised: its screens as drawn by the firmware, and beside them what they mean and what to press. */
export class RehearsalView extends Gtk.Box {
  declare private readonly _screen: FirmwareScreen;
  declare private readonly _title: Gtk.Label;
  declare private readonly _remark: Gtk.Label;
  declare private readonly _next: Gtk.Label;
  declare private readonly _startOverButton: Gtk.Button;
  declare private readonly _powerCutButton: Gtk.Button;
  #task: 'enrol' | 'delete' = 'enrol';
  #state: Rehearsal = startRehearsal('enrol');
  #key: ShownKey = noKey;
  /** Asked for when a key is pressed, so that nothing here keeps the code. */
  #code: () => string = () => '';

  static {
    GObject.type_ensure(FirmwareScreen.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthRehearsalView',
        Template: template('rehearsal-view'),
        InternalChildren: ['screen', 'title', 'remark', 'next', 'startOverButton', 'powerCutButton'],
      },
      this,
    );
  }

  constructor() {
    super();
    this._startOverButton.label = rehearsalTexts.startOver();
    nameControl(this._screen, rehearsalTexts.screen());
    this._screen.fill = (size) => screenText(this.#state, this.#key, size);
    const keys = new Gtk.EventControllerKey();
    keys.connect('key-pressed', (_keys, keyval: number, keycode: number, state: Gdk.ModifierType) =>
      this.#pressed(keyval, keycode, state),
    );
    this._screen.add_controller(keys);
    // What changes while somebody is there is announced; who comes back hears how it stands.
    const focus = new Gtk.EventControllerFocus();
    focus.connect('leave', () => this.#describe());
    this._screen.add_controller(focus);
    this.#show();
  }

  /** @param code is asked for the one-time code with each key */
  setUp(task: 'enrol' | 'delete', key: ShownKey | null, code: () => string): void {
    this.#key = key ?? noKey;
    this.#code = code;
    if (task === this.#task) {
      this._screen.refresh();
      return;
    }
    this.#task = task;
    this.#go(startRehearsal(task));
  }

  get state(): Rehearsal {
    return this.#state;
  }

  #pressed(keyval: number, keycode: number, state: Gdk.ModifierType): boolean {
    // Shortcuts of the window stay what they are.
    if ((state & (Gdk.ModifierType.CONTROL_MASK | Gdk.ModifierType.ALT_MASK)) !== 0) return false;
    const shift = (state & Gdk.ModifierType.SHIFT_MASK) !== 0;
    const key = rehearsalKey({ keyval, keycode, shift, unicode: Gdk.keyval_to_unicode(keyval) });
    if (key === null) return false;
    const before = this.#state;
    const after = press(before, key, this.#code());
    if (after === before) return true;
    this.#go(after);
    const spoken =
      after.screen !== before.screen || after.remark !== before.remark
        ? screenSpoken(after)
        : after.selected !== before.selected
          ? choiceSpoken(after)
          : '';
    if (spoken !== '') this._screen.announce(spoken, Gtk.AccessibleAnnouncementPriority.HIGH);
    return true;
  }

  #go(state: Rehearsal): void {
    this.#state = state;
    this.#show();
  }

  #show(): void {
    const { title, next, remark } = rehearsalWords(this.#state);
    this._title.label = title;
    this._next.label = next;
    this._remark.label = remark;
    this._remark.visible = remark !== '';
    const cut = this.#state.task === 'reset';
    this._powerCutButton.label = cut ? rehearsalTexts.usual() : rehearsalTexts.powerCut();
    if (!this._screen.hasFocus) this.#describe();
    this._screen.refresh();
  }

  #describe(): void {
    describe(this._screen, screenSpoken(this.#state));
  }

  #restart(task: RehearsalTask): void {
    this.#go(startRehearsal(task));
    this._screen.grab_focus();
    this._screen.announce(screenSpoken(this.#state), Gtk.AccessibleAnnouncementPriority.MEDIUM);
  }

  protected _onStartOver(): void {
    this.#restart(this.#state.task);
  }

  protected _onPowerCut(): void {
    this.#restart(this.#state.task === 'reset' ? this.#task : 'reset');
  }
}
