// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import type { OtherRun } from '../../core/server/engine-facts.ts';
import { agreementWords } from '../../words/other-server.ts';

/**
 * Says what a server of another program is, before it is used.
 *
 * @param onAnswer the model to ask, null where the person would rather not
 */
export function askToUseOther(
  parent: Gtk.Widget,
  run: OtherRun,
  onAnswer: (model: string | null) => void,
): void {
  const words = agreementWords(run);
  const { models } = run.server;
  const lines = models.length > 1 ? words.lines : [...words.lines, words.asks];
  const dialog = new Adw.AlertDialog({
    heading: words.heading,
    body: lines.join('\n'),
    closeResponse: 'no',
    defaultResponse: 'no',
  });
  const list = new Adw.ComboRow({ title: words.model, model: Gtk.StringList.new([...models]) });
  list.selected = Math.max(0, models.indexOf(run.model));
  if (models.length > 1) {
    const group = new Adw.PreferencesGroup();
    group.add(list);
    dialog.extraChild = group;
  }
  dialog.add_response('no', words.refuse);
  dialog.add_response('yes', words.accept);
  dialog.connect('response', (_dialog: Adw.AlertDialog, response: string) => {
    onAnswer(response === 'yes' ? (models[list.selected] ?? run.model) : null);
  });
  dialog.present(parent);
}
