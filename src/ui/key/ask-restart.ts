// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import type { KeyTask } from '../../core/driver/key-stage.ts';
import { keyTexts } from '../../words/key-page.ts';

/** What will be on the screen, and whether the code is at hand: only then can the computer be restarted from here. */
export function askToRestart(parent: Gtk.Widget, task: KeyTask, restart: () => void): void {
  const check = new Gtk.CheckButton({ name: 'haveCode', label: keyTexts.haveCode(), heightRequest: 44 });
  const label = check.get_last_child();
  if (label instanceof Gtk.Label) label.wrap = true;
  const dialog = new Adw.AlertDialog({
    heading: keyTexts.askTitle(),
    body: keyTexts.askText(task),
    extraChild: check,
    closeResponse: 'cancel',
  });
  dialog.add_response('cancel', keyTexts.cancel());
  dialog.add_response('restart', keyTexts.restartNow());
  dialog.set_response_appearance('restart', Adw.ResponseAppearance.SUGGESTED);
  dialog.set_response_enabled('restart', false);
  check.connect('toggled', () => dialog.set_response_enabled('restart', check.active));
  dialog.connect('response', (_dialog, response: string) => {
    if (response === 'restart') restart();
  });
  dialog.present(parent);
}
