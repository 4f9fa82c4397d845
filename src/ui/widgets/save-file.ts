// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';

Gio._promisify(Gtk.FileDialog.prototype, 'save', 'save_finish');

/** The path of the file to write, or null where nobody wanted one. */
export async function fileToSave(dialog: Gtk.FileDialog, root: Gtk.Root | null): Promise<string | null> {
  try {
    const file = await dialog.save(root instanceof Gtk.Window ? root : null, null);
    return file?.get_path() ?? null;
  } catch (thrown) {
    const dismissed =
      thrown instanceof GLib.Error &&
      (thrown.matches(Gtk.dialog_error_quark(), Gtk.DialogError.DISMISSED) ||
        thrown.matches(Gtk.dialog_error_quark(), Gtk.DialogError.CANCELLED));
    if (dismissed) return null;
    throw thrown;
  }
}
