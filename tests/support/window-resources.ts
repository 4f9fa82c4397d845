// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

function runs(argv: readonly string[]): void {
  const process = Gio.Subprocess.new([...argv], Gio.SubprocessFlags.STDOUT_SILENCE);
  process.wait_check(null);
}

function filesBelow(folder: string, suffix: string): readonly string[] {
  const found: string[] = [];
  const files = Gio.File.new_for_path(folder).enumerate_children('standard::name,standard::type', 0, null);
  for (let info = files.next_file(null); info !== null; info = files.next_file(null)) {
    const path = `${folder}/${info.get_name()}`;
    if (info.get_file_type() === Gio.FileType.DIRECTORY) found.push(...filesBelow(path, suffix));
    else if (path.endsWith(suffix)) found.push(path);
  }
  return found.toSorted();
}

/**
 * Compiles the window's resources from the source tree in the current folder, so that window tests need no build.
 * Returns the file.
 */
export function compileResources(folder: string): string {
  const blueprints = filesBelow('data/ui', '.blp');
  GLib.mkdir_with_parents(`${folder}/ui`, 0o755);
  runs(['blueprint-compiler', 'batch-compile', folder, 'data', ...blueprints]);
  const interfaces = filesBelow(`${folder}/ui`, '.ui').map((path) => path.slice(folder.length + 1));
  const plain = [...filesBelow('data/icons/scalable', '.svg'), ...filesBelow('data/pictures', '.svg')];
  const names = ['style.css', ...interfaces, ...plain.map((path) => path.slice('data/'.length))];
  const xml = [
    '<gresources><gresource prefix="/io/github/hearthdesktop/Hearth">',
    ...names.map((name) => `<file>${name}</file>`),
    '</gresource></gresources>',
  ].join('\n');
  GLib.file_set_contents(`${folder}/window.gresource.xml`, xml);
  const target = `${folder}/window.gresource`;
  runs([
    'glib-compile-resources',
    `--sourcedir=${folder}`,
    '--sourcedir=data',
    `--target=${target}`,
    `${folder}/window.gresource.xml`,
  ]);
  return target;
}
