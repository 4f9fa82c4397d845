// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { CancelSource } from '../../core/cancel.ts';
import type { GooseAnswer } from '../../core/tools/types.ts';
import { gooseJudgement, goosePrompt } from '../../words/tools-page.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';

/** Lines of Goose's output that are kept while it works. */
const keptLines = 200;

/** One question to Goose, its answer, and who gave it. */
export class GooseQuestion extends Adw.PreferencesGroup {
  declare private readonly _gooseEntry: Gtk.Entry;
  declare private readonly _askGooseButton: Gtk.Button;
  declare private readonly _stopGooseButton: Gtk.Button;
  declare private readonly _working: Gtk.Box;
  declare private readonly _gooseAnswer: Gtk.Label;
  declare private readonly _judgement: Gtk.Label;
  #ui: Ui | null = null;
  #running: CancelSource | null = null;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthGooseQuestion',
        Template: template('goose-question'),
        InternalChildren: [
          'gooseEntry',
          'askGooseButton',
          'stopGooseButton',
          'working',
          'gooseAnswer',
          'judgement',
        ],
      },
      this,
    );
  }

  setUp(ui: Ui): void {
    this.#ui = ui;
    this._gooseEntry.text = goosePrompt();
    this.#sync();
  }

  setAnswer(answer: GooseAnswer | null): void {
    if (this.#running !== null) return;
    this._judgement.visible = answer !== null;
    if (answer === null) return;
    this.#showText(answer.text);
    this._judgement.label = gooseJudgement(answer);
  }

  #showText(text: string): void {
    this._gooseAnswer.label = text.trim();
    this._gooseAnswer.visible = text.trim() !== '';
  }

  /** After the new text has its size. */
  #scrollToAnswer(): void {
    GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => {
      const viewport = this.get_ancestor(Gtk.Viewport.$gtype);
      if (viewport instanceof Gtk.Viewport && this._judgement.visible)
        viewport.scroll_to(this._judgement, null);
      return GLib.SOURCE_REMOVE;
    });
  }

  #sync(): void {
    const busy = this.#running !== null;
    this._askGooseButton.visible = !busy;
    this._askGooseButton.sensitive = this._gooseEntry.text.trim() !== '';
    this._stopGooseButton.visible = busy;
    this._working.visible = busy;
  }

  protected _onChanged(): void {
    this.#sync();
  }

  protected _onAsk(): void {
    const ui = this.#ui;
    const prompt = this._gooseEntry.text.trim();
    if (ui === null || prompt === '' || this.#running !== null) return;
    const cancel = new CancelSource();
    this.#running = cancel;
    this._judgement.visible = false;
    this.#showText('');
    this.#sync();
    const lines: string[] = [];
    const onLine = (line: string): void => {
      lines.push(line);
      this.#showText(lines.slice(-keptLines).join('\n'));
    };
    ui.attempt(
      async () => {
        try {
          const answer = await ui.hearth.askGoose(prompt, onLine, cancel);
          this.#running = null;
          this.setAnswer(answer);
          this.#scrollToAnswer();
        } finally {
          this.#running = null;
          this.#sync();
        }
      },
      () => this._onAsk(),
    );
  }

  protected _onStop(): void {
    this.#running?.cancel();
  }
}
