// SPDX-License-Identifier: GPL-3.0-or-later

// GIO with promises. Importing this file once makes the `*_async` calls below return promises in the whole program.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { HearthError } from '../core/errors.ts';
import type { FileStat } from '../core/ports.ts';
import { guard, toHearthError } from './errors.ts';

Gio._promisify(Gio.File.prototype, 'read_async', 'read_finish');
Gio._promisify(Gio.File.prototype, 'query_info_async', 'query_info_finish');
Gio._promisify(Gio.File.prototype, 'enumerate_children_async', 'enumerate_children_finish');
Gio._promisify(Gio.File.prototype, 'query_filesystem_info_async', 'query_filesystem_info_finish');
Gio._promisify(Gio.File.prototype, 'delete_async', 'delete_finish');
Gio._promisify(Gio.FileEnumerator.prototype, 'next_files_async', 'next_files_finish');
Gio._promisify(Gio.FileEnumerator.prototype, 'close_async', 'close_finish');
Gio._promisify(Gio.InputStream.prototype, 'read_bytes_async', 'read_bytes_finish');
Gio._promisify(Gio.InputStream.prototype, 'close_async', 'close_finish');
Gio._promisify(Gio.OutputStream.prototype, 'write_bytes_async', 'write_bytes_finish');
Gio._promisify(Gio.OutputStream.prototype, 'close_async', 'close_finish');
Gio._promisify(Gio.DataInputStream.prototype, 'read_line_async', 'read_line_finish');
Gio._promisify(Gio.Subprocess.prototype, 'wait_async', 'wait_finish');

/** Most bytes that a text file may have unless the caller says otherwise. */
export const defaultCap = 1024 * 1024;

const chunk = 256 * 1024;
const statAttributes = 'standard::type,standard::size,time::modified,time::modified-usec,unix::mode';

/** What is at the path itself; null when there is nothing. @throws denied, io */
export async function statFile(path: string): Promise<FileStat | null> {
  try {
    const file = Gio.File.new_for_path(path);
    const flags = Gio.FileQueryInfoFlags.NOFOLLOW_SYMLINKS;
    return toStat(await file.query_info_async(statAttributes, flags, GLib.PRIORITY_DEFAULT, null));
  } catch (thrown) {
    const error = toHearthError(thrown, { path });
    if (error.code === 'not-found') return null;
    throw error;
  }
}

function toStat(info: Gio.FileInfo): FileStat {
  const seconds = info.get_attribute_uint64('time::modified');
  const micro = info.get_attribute_uint32('time::modified-usec');
  return {
    kind: kindOf(info.get_file_type()),
    size: info.get_size(),
    mtime: seconds * 1000 + Math.floor(micro / 1000),
    mode: info.get_attribute_uint32('unix::mode') & 0o7777,
  };
}

function kindOf(type: Gio.FileType): FileStat['kind'] {
  if (type === Gio.FileType.REGULAR) return 'file';
  if (type === Gio.FileType.DIRECTORY) return 'directory';
  return type === Gio.FileType.SYMBOLIC_LINK ? 'link' : 'other';
}

/** Names in a folder, sorted by code unit. @throws not-found, denied, io */
export async function listFolder(path: string): Promise<string[]> {
  const args = { path };
  const flags = Gio.FileQueryInfoFlags.NOFOLLOW_SYMLINKS;
  const folder = Gio.File.new_for_path(path);
  const children = await guard(
    folder.enumerate_children_async('standard::name', flags, GLib.PRIORITY_DEFAULT, null),
    args,
  );
  const names: string[] = [];
  try {
    for (;;) {
      const infos = await guard(children.next_files_async(256, GLib.PRIORITY_DEFAULT, null), args);
      if (infos.length === 0) return names.sort();
      for (const info of infos) names.push(info.get_name());
    }
  } finally {
    children.close_async(GLib.PRIORITY_DEFAULT, null).catch(() => {});
  }
}

/**
 * The content of a regular file, links followed; /proc and /sys files too, whose size says 0 or 4096.
 * Reads at most `cap` bytes from `offset`; more is `too-large` unless `cut` allows a part.
 *
 * @throws not-found, denied, too-large, io (a FIFO or device is refused before it can hang the reader)
 */
export async function readFile(
  path: string,
  cap: number,
  options: { readonly offset?: number; readonly cut?: boolean } = {},
): Promise<Uint8Array> {
  const args = { path };
  const file = Gio.File.new_for_path(path);
  const flags = Gio.FileQueryInfoFlags.NONE;
  const info = await guard(file.query_info_async(statAttributes, flags, GLib.PRIORITY_DEFAULT, null), args);
  if (info.get_file_type() !== Gio.FileType.REGULAR) {
    throw new HearthError('io', args, { detail: 'Not a regular file' });
  }
  const stream = await guard(file.read_async(GLib.PRIORITY_DEFAULT, null), args);
  try {
    if (options.offset) stream.seek(options.offset, GLib.SeekType.SET, null);
    return await readStream(stream, cap, options.cut ?? false, args);
  } catch (thrown) {
    throw toHearthError(thrown, args);
  } finally {
    stream.close_async(GLib.PRIORITY_DEFAULT, null).catch(() => {});
  }
}

/** Everything from a stream, up to `cap` bytes. Rejects with what GIO throws, or `too-large`. */
export async function readStream(
  stream: Gio.InputStream,
  cap: number,
  cut: boolean,
  args: Readonly<Record<string, string | number>>,
  cancellable: Gio.Cancellable | null = null,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    // One byte more than allowed tells "just fits" from "too large".
    const want = Math.min(chunk, cap + (cut ? 0 : 1) - size);
    const bytes = want > 0 ? await stream.read_bytes_async(want, GLib.PRIORITY_DEFAULT, cancellable) : null;
    if (bytes === null || bytes.get_size() === 0) return join(parts, size);
    const part = bytes.toArray();
    parts.push(part);
    size += part.length;
    if (size > cap) throw new HearthError('too-large', { ...args, limit: cap });
  }
}

/** Parts of bytes as one, `size` bytes long. */
export function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** UTF-8 bytes as text. @throws not-text */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HearthError('not-text', { path }, { cause });
  }
}

/**
 * Writes all of `data`. Not `write_all_async`: GJS hands that a copy which is gone before the write happens.
 * Rejects with what GIO throws.
 */
export async function writeBytes(stream: Gio.OutputStream, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length;) {
    at += await stream.write_bytes_async(new GLib.Bytes(data.subarray(at)), GLib.PRIORITY_DEFAULT, null);
  }
}
