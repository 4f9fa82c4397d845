// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { HearthState } from '../../core/setup/state.ts';
import type { Hearth } from '../../engine/api.ts';
import { restartWords } from '../../words/first-boot.ts';
import { template } from '../resources.ts';

/** What a restart came to, on top of the first page after it. */
export class Greeting extends Gtk.Box {
  declare private readonly _greetingTitle: Gtk.Label;
  declare private readonly _greetingSentence: Gtk.Label;
  declare private readonly _greetingNext: Gtk.Label;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthGreeting',
        Template: template('greeting'),
        InternalChildren: ['greetingTitle', 'greetingSentence', 'greetingNext'],
      },
      this,
    );
  }

  /** What it says, for the page's own description: it is there when the page opens, or comes a moment later. */
  get labels(): readonly Gtk.Label[] {
    return [this._greetingTitle, this._greetingSentence, this._greetingNext];
  }

  render(state: HearthState, hearth: Hearth): void {
    this.visible = state.arrival === 'resume';
    if (!this.visible) return;
    const { title, sentence, next } = restartWords(state);
    if (this._greetingSentence.label === sentence) return;
    this._greetingTitle.label = title;
    this._greetingSentence.label = sentence;
    this._greetingNext.label = next;
    this._greetingNext.visible = next !== '';
    if (!state.looked) return;
    hearth.firstBoot.restartShown();
  }
}
