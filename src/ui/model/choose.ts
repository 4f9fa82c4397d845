// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { folderWords } from '../../words/folder.ts';
import { ownWords } from '../../words/own.ts';

Gio._promisify(Gtk.FileDialog.prototype, 'open', 'open_finish');
Gio._promisify(Gtk.FileDialog.prototype, 'select_folder', 'select_folder_finish');

/** The model file that a person chose, or null. */
export function chooseModelFile(parent: Gtk.Window): Promise<string | null> {
  const filter = new Gtk.FileFilter({ name: ownWords.fileKind() });
  filter.add_suffix('gguf');
  const all = new Gtk.FileFilter({ name: ownWords.allFiles() });
  all.add_pattern('*');
  const filters = new Gio.ListStore({ itemType: Gtk.FileFilter.$gtype });
  filters.append(filter);
  // Other programs keep models under names without an ending.
  filters.append(all);
  const dialog = new Gtk.FileDialog({ title: ownWords.addTitle(), filters, defaultFilter: filter });
  return chosen(dialog.open(parent, null) as unknown as Promise<Gio.File | null>);
}

/** The folder that a person chose, or null. */
export function chooseFolder(parent: Gtk.Window, now: string): Promise<string | null> {
  const dialog = new Gtk.FileDialog({ title: folderWords.title(), acceptLabel: folderWords.choose() });
  if (now !== '') dialog.initialFolder = Gio.File.new_for_path(now);
  return chosen(dialog.select_folder(parent, null) as unknown as Promise<Gio.File | null>);
}

async function chosen(asked: Promise<Gio.File | null>): Promise<string | null> {
  try {
    return (await asked)?.get_path() ?? null;
  } catch (thrown) {
    if (thrown instanceof Gtk.DialogError) return null;
    throw thrown;
  }
}
