// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { CancelSource } from '../../core/cancel.ts';
import { hasCode, toErrorValue } from '../../core/errors.ts';
import { Pace } from '../../core/server/pace.ts';
import { fallbackOf } from '../../core/server/fallback.ts';
import type { ChatMessage } from '../../core/server/types.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { paragraph } from '../../words/joined.ts';
import { fallbackWords } from '../../words/served-by.ts';
import { cureLabel } from '../../words/tasks.ts';
import {
  canAsk,
  stoppedNote,
  suggestions,
  tryCure,
  tryEvidence,
  tryHealth,
  tryIntroduction,
} from '../../words/try-page.ts';
import { errorWords } from '../../words/errors.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { Page } from '../widgets/page.ts';
import { SpeedGraph } from './speed-graph.ts';
import { Exchange } from './exchange.ts';

/** Ask the model, see the answer come, and what was measured. */
export class TryPage extends Page {
  declare private readonly _stack: Gtk.Stack;
  declare private readonly _heading: Gtk.Label;
  declare private readonly _introduction: Gtk.Label;
  declare private readonly _suggestions: Gtk.Widget & { append(child: Gtk.Widget): void };
  declare private readonly _cureButton: Gtk.Button;
  declare private readonly _exchanges: Gtk.Box;
  declare private readonly _scroller: Gtk.ScrolledWindow;
  declare private readonly _promptEntry: Gtk.Entry;
  declare private readonly _askButton: Gtk.Button;
  declare private readonly _stopButton: Gtk.Button;
  declare private readonly _evidence: Gtk.Label;
  declare private readonly _health: Gtk.Label;
  declare private readonly _speed: SpeedGraph;
  declare private readonly _fallbackBox: Gtk.Box;
  declare private readonly _fallback: Gtk.Label;
  declare private readonly _fallbackNext: Gtk.Label;
  readonly #history: ChatMessage[] = [];
  #running: CancelSource | null = null;

  static {
    GObject.type_ensure(Exchange.$gtype);
    GObject.type_ensure(SpeedGraph.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthTryPage',
        Template: template('try-page'),
        InternalChildren: [
          'stack',
          'heading',
          'introduction',
          'suggestions',
          'cureButton',
          'exchanges',
          'scroller',
          'promptEntry',
          'askButton',
          'stopButton',
          'evidence',
          'health',
          'speed',
          'fallbackBox',
          'fallback',
          'fallbackNext',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'try');
    this.sayFirst(this._heading, this._introduction);
    for (const [at, text] of suggestions().entries()) {
      const button = new Gtk.Button({
        name: `suggestion-${at + 1}`,
        child: new Gtk.Label({ label: text, wrap: true, justify: 2 }),
      });
      button.connect('clicked', () => this.#ask(text));
      this._suggestions.append(button);
    }
    this._promptEntry.connect('changed', () => this.#sync());
    this.#addStopKey();
    this.watch(
      (state) => state,
      (state) => this.#render(state),
    );
  }

  /** Escape stops an answer, and does what it always does when there is none. */
  #addStopKey(): void {
    const action = Gtk.CallbackAction.new(() => {
      this.#running?.cancel();
      return this.#running !== null;
    });
    const controller = new Gtk.ShortcutController();
    controller.add_shortcut(
      new Gtk.Shortcut({ trigger: Gtk.ShortcutTrigger.parse_string('Escape'), action }),
    );
    this.add_controller(controller);
  }

  #render(state: HearthState): void {
    const possible = canAsk(state);
    const cure = tryCure(state);
    this._cureButton.visible = cure !== null;
    if (cure !== null) this._cureButton.label = cureLabel(cure);
    this._introduction.label = tryIntroduction(state);
    this._suggestions.visible = possible;
    this._promptEntry.sensitive = possible;
    const evidence = tryEvidence(state);
    this._evidence.label = evidence;
    this._evidence.visible = evidence !== '';
    this.#showFallback(state);
    const health = tryHealth(state);
    this._health.label = health;
    this._health.visible = health !== '';
    const complete = state.standings.try.tag === 'done';
    this.setComplete(complete);
    // One suggested button a view: in the first run it is Continue once there was an answer.
    this._askButton.cssClasses = complete && this.ui.touring ? [] : ['suggested-action'];
    this.#sync();
  }

  /** Said once when it is seen, and there to read as long as it holds. */
  #showFallback(state: HearthState): void {
    const fallback = fallbackOf(state);
    const words = fallback === null ? null : fallbackWords(fallback);
    if (words !== null && words.sentence !== this._fallback.label)
      this.announce(paragraph(words.sentence, words.next), Gtk.AccessibleAnnouncementPriority.MEDIUM);
    this._fallback.label = words?.sentence ?? '';
    this._fallbackNext.label = words?.next ?? '';
    this._fallbackBox.visible = words !== null;
  }

  #sync(): void {
    const busy = this.#running !== null;
    this._askButton.visible = !busy;
    this._stopButton.visible = busy;
    this._askButton.sensitive = this._promptEntry.sensitive && this._promptEntry.text.trim() !== '';
    this._stack.visibleChildName = this._exchanges.get_first_child() === null ? 'empty' : 'talk';
  }

  protected _onAsk(): void {
    const text = this._promptEntry.text.trim();
    if (text !== '' && this.#running === null) this.#ask(text);
  }

  protected _onCure(): void {
    const { value } = this.ui.hearth.state;
    const standing = value.standings.try;
    const cure = tryCure(value);
    if (cure === 'choose-another') this.ui.open('model');
    else if (cure === 'change-engine') this.ui.open('computer');
    else if (cure === 'look-at-details' && standing.tag === 'broken') this.ui.showError(standing.error);
    else if (cure === 'restart' || cure === 'smaller-context')
      this.ui.attempt(async () => {
        await this.ui.hearth.cure(cure, new CancelSource());
      });
    else this.ui.attempt(() => this.ui.hearth.refresh());
  }

  protected _onProof(): void {
    this.ui.open('proof');
  }

  protected _onStop(): void {
    this.#running?.cancel();
  }

  #ask(text: string): void {
    if (this.#running !== null) return;
    const cancel = new CancelSource();
    this.#running = cancel;
    const exchange = new Exchange(text, () => this.#scrollDown());
    this._exchanges.append(exchange);
    this._promptEntry.text = '';
    // Before what was pressed goes away, and the focus with it to what has no name.
    this._promptEntry.grab_focus();
    this.#sync();
    this.#scrollDown();
    void this.#carryOut(text, exchange, cancel);
  }

  async #carryOut(text: string, exchange: Exchange, cancel: CancelSource): Promise<void> {
    const question: ChatMessage = { role: 'user', content: text };
    try {
      const messages = [...this.#history, question];
      const pace = new Pace();
      const answer = await this.ui.hearth.ask(
        messages,
        (progress) => {
          exchange.grow(progress);
          if (progress.work !== null && pace.add(progress.work)) this._speed.setPoints(pace.points);
        },
        cancel,
      );
      this._speed.setPoints(pace.points);
      exchange.finish(answer);
      this.announce(answer.text.trim(), Gtk.AccessibleAnnouncementPriority.MEDIUM);
      this.#history.push(question, { role: 'assistant', content: answer.text });
    } catch (thrown) {
      const cancelled = hasCode(thrown, 'cancelled');
      const error = toErrorValue(thrown);
      exchange.end(cancelled ? stoppedNote() : errorWords(error).sentence);
      // The dialog says what went wrong.
      if (cancelled) this.announce(stoppedNote(), Gtk.AccessibleAnnouncementPriority.MEDIUM);
      if (error.code === 'unexpected') this.ui.report(thrown, 'try');
      if (!cancelled) this.ui.showError(error, () => this.#ask(text));
    } finally {
      this.#running = null;
      this.#sync();
      this.ui.attempt(() => this.ui.hearth.checkHealth());
      this._promptEntry.grab_focus();
    }
  }

  /** After the new text has its size. */
  #scrollDown(): void {
    GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => {
      const { vadjustment } = this._scroller;
      vadjustment.value = vadjustment.upper;
      return GLib.SOURCE_REMOVE;
    });
  }
}
