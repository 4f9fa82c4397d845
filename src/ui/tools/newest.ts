// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import { never } from '../../core/cancel.ts';
import { newestSentence, newestWords } from '../../words/newest.ts';
import type { Ui } from '../context.ts';

/** Asks the person, then the makers of Goose, and says what came of it. */
export function lookForNewer(ui: Ui, parent: Gtk.Widget): void {
  ui.attempt(
    async () => {
      const host = await ui.hearth.tools.newestFrom();
      if (host === null) return;
      const question = new Adw.AlertDialog({
        heading: newestWords.question(),
        body: newestWords.body(host),
        closeResponse: 'cancel',
        defaultResponse: 'ask',
      });
      question.add_response('cancel', newestWords.cancel());
      question.add_response('ask', newestWords.ask());
      if ((await question.choose(parent, null)) !== 'ask') return;
      const found = await ui.hearth.tools.newest(never);
      const answer = new Adw.AlertDialog({
        heading: newestWords.title(),
        body: newestSentence(found),
        closeResponse: 'close',
      });
      answer.add_response('close', newestWords.close());
      answer.present(parent);
    },
    () => lookForNewer(ui, parent),
  );
}
