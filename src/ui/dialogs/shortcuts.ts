// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import { listed } from '../../words/joined.ts';
import { resourceBase } from '../resources.ts';
import { nameControl, titleInName } from '../widgets/accessible.ts';

export function showShortcuts(parent: Gtk.Widget): void {
  const builder = Gtk.Builder.new_from_resource(`${resourceBase}/ui/shortcuts-dialog.ui`);
  const dialog = builder.get_object('shortcuts_dialog') as Adw.ShortcutsDialog | null;
  if (dialog === null) return;
  dialog.connect('map', () => nameKeys(dialog));
  dialog.present(parent);
}

/** The keys are drawn beside what they do, and Libadwaita leaves them out of the name of their row. */
function nameKeys(widget: Gtk.Widget): void {
  if (widget instanceof Adw.PreferencesRow) {
    const [found, key, modifiers] = Gtk.accelerator_parse(acceleratorIn(widget));
    if (!found) return;
    nameControl(widget, listed([widget.title, Gtk.accelerator_get_label(key, modifiers)]));
    titleInName(widget);
    return;
  }
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
    nameKeys(child);
}

function acceleratorIn(widget: Gtk.Widget): string {
  if (widget instanceof Adw.ShortcutLabel) return widget.accelerator;
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) {
    const found = acceleratorIn(child);
    if (found !== '') return found;
  }
  return '';
}
