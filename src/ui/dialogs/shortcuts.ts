// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import { resourceBase } from '../resources.ts';

export function showShortcuts(parent: Gtk.Widget): void {
  const builder = Gtk.Builder.new_from_resource(`${resourceBase}/ui/shortcuts-dialog.ui`);
  (builder.get_object('shortcuts_dialog') as Adw.ShortcutsDialog | null)?.present(parent);
}
