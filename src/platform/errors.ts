// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { HearthError, type ErrorArgs, type ErrorCode } from '../core/errors.ts';

const ioCodes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [Gio.IOErrorEnum.CANCELLED, 'cancelled'],
  [Gio.IOErrorEnum.NOT_FOUND, 'not-found'],
  [Gio.IOErrorEnum.NOT_DIRECTORY, 'not-found'],
  [Gio.IOErrorEnum.PERMISSION_DENIED, 'denied'],
  [Gio.IOErrorEnum.READ_ONLY, 'denied'],
  [Gio.IOErrorEnum.EXISTS, 'exists'],
  [Gio.IOErrorEnum.WOULD_MERGE, 'exists'],
  [Gio.IOErrorEnum.NO_SPACE, 'no-space'],
  [Gio.IOErrorEnum.TIMED_OUT, 'timeout'],
  [Gio.IOErrorEnum.NETWORK_UNREACHABLE, 'offline'],
  [Gio.IOErrorEnum.HOST_UNREACHABLE, 'offline'],
  [Gio.IOErrorEnum.HOST_NOT_FOUND, 'host-not-found'],
  [Gio.IOErrorEnum.CONNECTION_REFUSED, 'connection-refused'],
  [Gio.IOErrorEnum.CONNECTION_CLOSED, 'connection-lost'],
  [Gio.IOErrorEnum.PARTIAL_INPUT, 'connection-lost'],
  [Gio.IOErrorEnum.ADDRESS_IN_USE, 'port-taken'],
]);

const fileCodes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [GLib.FileError.NOENT, 'not-found'],
  [GLib.FileError.NOTDIR, 'not-found'],
  [GLib.FileError.ACCES, 'denied'],
  [GLib.FileError.PERM, 'denied'],
  [GLib.FileError.ROFS, 'denied'],
  [GLib.FileError.EXIST, 'exists'],
  [GLib.FileError.NOSPC, 'no-space'],
]);

/**
 * Any value thrown by GLib as a HearthError; one that already is passes through. `GLib.Error` is not an `Error`
 * in GJS, so every port converts here and keeps the original as `cause`.
 *
 * @param args what was being worked on, e.g. `{ path }` or `{ host }`
 * @param otherwise the code when the domain tells nothing exact
 */
export function toHearthError(
  thrown: unknown,
  args: ErrorArgs = {},
  otherwise: ErrorCode = 'io',
): HearthError {
  if (thrown instanceof HearthError) return thrown;
  if (thrown instanceof GLib.Error) {
    return new HearthError(codeOf(thrown) ?? otherwise, args, { detail: thrown.message, cause: thrown });
  }
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new HearthError('unexpected', args, { detail, cause: thrown });
}

function codeOf(error: GLib.Error): ErrorCode | null {
  if (error.domain === Gio.io_error_quark()) return ioCodes.get(error.code) ?? null;
  if (error.domain === GLib.file_error_quark()) return fileCodes.get(error.code) ?? null;
  if (error.domain === Gio.tls_error_quark()) return 'tls';
  if (error.domain === Gio.resolver_error_quark()) return 'host-not-found';
  if (error.domain === GLib.spawn_error_quark()) {
    const missing: number[] = [GLib.SpawnError.NOENT, GLib.SpawnError.ACCES, GLib.SpawnError.NOEXEC];
    return missing.includes(error.code) ? 'command-missing' : 'command-failed';
  }
  return null;
}

/** Awaits a GIO promise and rejects with HearthError only. */
export async function guard<T>(
  promise: Promise<T>,
  args: ErrorArgs = {},
  otherwise: ErrorCode = 'io',
): Promise<T> {
  try {
    return await promise;
  } catch (thrown) {
    throw toHearthError(thrown, args, otherwise);
  }
}
