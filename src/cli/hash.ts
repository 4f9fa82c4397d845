// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';

/** Bytes read at once; large enough that the disk is the limit. */
const piece = 4 * 1024 * 1024;

/**
 * SHA-256 (hexadecimal) of a file of any size, read in pieces.
 * @throws not-found, io, cancelled
 */
export async function hashFile(
  path: string,
  onPart: (part: number) => void,
  cancel: Cancel,
): Promise<string> {
  const checksum = new GLib.Checksum(GLib.ChecksumType.SHA256);
  try {
    const stream = Gio.File.new_for_path(path).read(null);
    const size = stream.query_info('standard::size', null).get_size();
    for (let read = 0; ;) {
      cancel.throwIfCancelled();
      const bytes = await next(stream);
      const count = bytes.get_size();
      if (count === 0) break;
      checksum.update(bytes.toArray());
      read += count;
      onPart(size === 0 ? 1 : read / size);
    }
    stream.close(null);
  } catch (thrown) {
    if (!(thrown instanceof GLib.Error)) throw thrown;
    const gone = thrown.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND);
    throw new HearthError(gone ? 'not-found' : 'io', { path }, { detail: thrown.message, cause: thrown });
  }
  return checksum.get_string();
}

function next(stream: Gio.FileInputStream): Promise<GLib.Bytes> {
  return new Promise((resolve, reject) => {
    stream.read_bytes_async(piece, GLib.PRIORITY_DEFAULT, null, (_source, result) => {
      try {
        resolve(stream.read_bytes_finish(result));
      } catch (error) {
        reject(error instanceof Error ? error : (error as GLib.Error));
      }
    });
  });
}
