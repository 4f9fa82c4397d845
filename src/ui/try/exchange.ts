// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { Answer } from '../../core/server/types.ts';
import type { AskProgress } from '../../engine/api.ts';
import { answerFacts, thinking } from '../../words/try-page.ts';
import { template } from '../resources.ts';

/** Milliseconds between two paints of a growing answer: often enough to look fluid, seldom enough to stay so. */
const paintEvery = 50;

/** A question and its answer, which may still be growing. */
export class Exchange extends Gtk.Box {
  declare private readonly _question: Gtk.Label;
  declare private readonly _answer: Gtk.Label;
  declare private readonly _facts: Gtk.Label;
  declare private readonly _busy: Gtk.Box;
  declare private readonly _busyLabel: Gtk.Label;
  #latest: Pick<AskProgress, 'text' | 'reasoning'> | null = null;
  #timer = 0;
  readonly #grown: () => void;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthExchange',
        Template: template('exchange'),
        InternalChildren: ['question', 'answer', 'facts', 'busy', 'busyLabel'],
      },
      this,
    );
  }

  constructor(question: string, grown: () => void) {
    super();
    this.#grown = grown;
    this._question.label = question;
    this.setBusy(thinking('starting'));
  }

  setBusy(text: string | null): void {
    this._busy.visible = text !== null;
    this._busyLabel.label = text ?? '';
  }

  /** Takes over what has come so far; paints it soon. */
  grow(progress: AskProgress): void {
    this.#latest = progress;
    if (this.#timer !== 0) return;
    this.#timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, paintEvery, () => {
      this.#timer = 0;
      this.#paint();
      return GLib.SOURCE_REMOVE;
    });
  }

  finish(answer: Answer): void {
    this.#latest = { text: answer.text, reasoning: answer.reasoning };
    this.#paint();
    this.end();
    this._facts.label = answerFacts(answer);
    this._facts.visible = true;
  }

  /** No more will come: finished, stopped or failed. */
  end(note: string | null = null): void {
    if (this.#timer !== 0) GLib.source_remove(this.#timer);
    this.#timer = 0;
    this.#paint();
    this.setBusy(null);
    if (note === null) return;
    this._facts.label = note;
    this._facts.visible = true;
  }

  #paint(): void {
    if (this.#latest === null) return;
    const { text, reasoning } = this.#latest;
    this.setBusy(text === '' ? thinking(reasoning === '' ? 'reading' : 'thinking') : null);
    this._answer.label = text.trimStart();
    this._answer.visible = text !== '';
    this.#grown();
  }
}
