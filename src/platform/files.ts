// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { never } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';
import { guard, toHearthError } from './errors.ts';
import { decodeText, defaultCap, listFolder, readFile, statFile, writeBytes } from './gio.ts';
import { processes } from './processes.ts';

Gio._promisify(Gio.File.prototype, 'create_async', 'create_finish');
Gio._promisify(Gio.File.prototype, 'append_to_async', 'append_to_finish');
Gio._promisify(Gio.File.prototype, 'set_attributes_async', 'set_attributes_finish');
Gio._promisify(Gio.File.prototype, 'make_directory_async', 'make_directory_finish');
Gio._promisify(Gio.File.prototype, 'move_async', 'move_finish');

const normal = GLib.PRIORITY_DEFAULT;
/** Whole files that are read to be changed or copied: settings of other programs, keys, units. */
const byteCap = 16 * 1024 * 1024;
const linkDepth = 16;
let counter = 0;

/** Files on this computer. Writes reach the disk before their promise resolves. */
export const files: Files = {
  readText: async (path, maxBytes = defaultCap) => decodeText(await readFile(path, maxBytes), path),
  readBytes: (path, range) =>
    range === undefined
      ? readFile(path, byteCap)
      : readFile(path, range.length, { offset: range.offset, cut: true }),
  list: listFolder,
  stat: statFile,
  writeAtomic,
  append,
  makeFolder,
  rename,
  remove,
  copy: async (from, to, mode) => writeAtomic(to, await readFile(from, byteCap), mode),
  sync: (path) => sync(path, parent(path)),
  freeSpace,
};

async function writeAtomic(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  const target = await followLinks(path);
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  counter += 1;
  const temporary = `${parent(target)}/.${basename(target)}.${GLib.uuid_string_random().slice(0, 8)}${counter}.tmp`;
  const file = Gio.File.new_for_path(temporary);
  try {
    const stream = await guard(file.create_async(Gio.FileCreateFlags.PRIVATE, normal, null), { path });
    await writeAll(stream, bytes, path);
    await setMode(file, mode, path);
    await sync(temporary);
    await rename(temporary, target);
  } catch (thrown) {
    await remove(temporary).catch(() => {});
    throw thrown;
  }
  await sync(parent(target));
}

async function append(path: string, text: string, mode: number): Promise<void> {
  const fresh = (await statFile(path)) === null;
  if (fresh) await makeFolder(parent(path), 0o700);
  const file = Gio.File.new_for_path(path);
  const stream = await guard(file.append_to_async(Gio.FileCreateFlags.PRIVATE, normal, null), { path });
  await writeAll(stream, new TextEncoder().encode(text), path);
  if (fresh) await setMode(file, mode, path);
  await (fresh ? sync(path, parent(path)) : sync(path));
}

async function writeAll(stream: Gio.FileOutputStream, bytes: Uint8Array, path: string): Promise<void> {
  try {
    await guard(writeBytes(stream, bytes), { path });
  } finally {
    // Closing flushes: an error here (a full disk) is as real as one while writing.
    await guard(stream.close_async(normal, null), { path });
  }
}

async function setMode(file: Gio.File, mode: number, path: string): Promise<void> {
  const info = new Gio.FileInfo();
  info.set_attribute_uint32('unix::mode', mode);
  await guard(file.set_attributes_async(info, Gio.FileQueryInfoFlags.NONE, normal, null), { path });
}

async function makeFolder(path: string, mode: number): Promise<void> {
  const file = Gio.File.new_for_path(path);
  try {
    await file.make_directory_async(normal, null);
  } catch (thrown) {
    const error = toHearthError(thrown, { path });
    if (error.code === 'exists') {
      const info = await guard(
        file.query_info_async('standard::type', Gio.FileQueryInfoFlags.NONE, normal, null),
        { path },
      );
      if (info.get_file_type() === Gio.FileType.DIRECTORY) return;
    }
    if (error.code !== 'not-found' || parent(path) === path) throw error;
    await makeFolder(parent(path), 0o755);
    await makeFolder(path, mode);
    return;
  }
  await setMode(file, mode, path);
  await sync(parent(path)).catch(() => {});
}

async function rename(from: string, to: string): Promise<void> {
  const flags =
    Gio.FileCopyFlags.OVERWRITE |
    Gio.FileCopyFlags.NO_FALLBACK_FOR_MOVE |
    Gio.FileCopyFlags.NOFOLLOW_SYMLINKS;
  const file = Gio.File.new_for_path(from);
  await guard(file.move_async(Gio.File.new_for_path(to), flags, normal, null, null), { path: to });
}

async function remove(path: string): Promise<void> {
  try {
    await guard(Gio.File.new_for_path(path).delete_async(normal, null), { path });
  } catch (thrown) {
    if (!hasCode(thrown, 'not-found')) throw thrown;
  }
}

async function freeSpace(path: string): Promise<number> {
  for (let place = path; ; place = parent(place)) {
    try {
      const file = Gio.File.new_for_path(place);
      const info = await file.query_filesystem_info_async('filesystem::free', normal, null);
      return info.get_attribute_uint64('filesystem::free');
    } catch (thrown) {
      const error = toHearthError(thrown, { path });
      if (error.code !== 'not-found' || place === parent(place)) throw error;
    }
  }
}

/** fsync of files and folders, in a child: GIO has none, and a slow disk must not stop the window. */
async function sync(...paths: readonly string[]): Promise<void> {
  const { exit, stderr } = await processes.run(['sync', '--', ...paths], {}, never);
  if (exit === 0) return;
  const code = /No space left/.test(stderr) ? 'no-space' : 'io';
  throw new HearthError(code, { path: paths[0] ?? '' }, { detail: stderr.trim() });
}

/** Where writing to `path` would end up: settings are often links into a folder that somebody keeps elsewhere. */
async function followLinks(path: string): Promise<string> {
  let place = path;
  for (let depth = 0; depth < linkDepth; depth += 1) {
    const stat = await statFile(place);
    if (stat?.kind !== 'link') return place;
    const file = Gio.File.new_for_path(place);
    const info = await guard(
      file.query_info_async(
        'standard::symlink-target',
        Gio.FileQueryInfoFlags.NOFOLLOW_SYMLINKS,
        normal,
        null,
      ),
      { path },
    );
    const target = info.get_symlink_target() ?? '';
    place = GLib.canonicalize_filename(target, parent(place));
  }
  throw new HearthError('io', { path }, { detail: 'Too many levels of symbolic links' });
}

function parent(path: string): string {
  return GLib.path_get_dirname(path);
}

function basename(path: string): string {
  return GLib.path_get_basename(path);
}
