// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import { driverTexts } from '../../words/driver-page.ts';
import type { Ui } from '../context.ts';
import { nameControl } from '../widgets/accessible.ts';

/** Shows the log of a build from its end, where the reason usually is. */
export function showBuildLog(parent: Gtk.Widget, ui: Ui, kernel: string): void {
  ui.attempt(async () => {
    const log = await ui.hearth.driver.buildLog(kernel);
    if (log === null) {
      ui.toast(driverTexts.noLog());
      return;
    }
    const text = new Gtk.TextView({
      name: 'buildLog',
      editable: false,
      monospace: true,
      cursorVisible: false,
      wrapMode: Gtk.WrapMode.WORD_CHAR,
      topMargin: 12,
      bottomMargin: 12,
      leftMargin: 12,
      rightMargin: 12,
    });
    text.buffer.set_text(log, -1);
    nameControl(text, driverTexts.logTitle());
    const view = new Adw.ToolbarView({ content: new Gtk.ScrolledWindow({ child: text, vexpand: true }) });
    view.add_top_bar(new Adw.HeaderBar());
    const dialog = new Adw.Dialog({
      title: driverTexts.logTitle(),
      contentWidth: 640,
      contentHeight: 480,
      child: view,
    });
    dialog.present(parent);
    text.scroll_to_iter(text.buffer.get_end_iter(), 0, false, 0, 0);
  });
}
