// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import type { Cancel } from '../../core/cancel.ts';
import { HearthError } from '../../core/errors.ts';

export interface Target {
  readonly bus: Gio.DBusConnection;
  readonly name: string;
  readonly path: string;
  readonly iface: string;
}

/** Whoever is asked for permission needs time to find the password; an hour for a slow line. */
export const patience = 60 * 60_000;
export const quickPatience = 60_000;

/** The system bus. @throws no-package-service where there is none */
export function systemBus(service: string): Gio.DBusConnection {
  try {
    return Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
  } catch (cause) {
    const detail = cause instanceof GLib.Error ? cause.message : String(cause);
    throw new HearthError('no-package-service', { service }, { detail, cause });
  }
}

/** One call that may ask a person for permission; rejects with what GIO throws. */
export function call(
  { bus, name, path, iface }: Target,
  method: string,
  parameters: GLib.Variant | null,
  timeout = quickPatience,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const flags = Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION;
    bus.call(name, path, iface, method, parameters, null, flags, timeout, null, (_source, result) => {
      try {
        resolve(bus.call_finish(result).recursiveUnpack() as unknown[]);
      } catch (thrown) {
        reject(thrown);
      }
    });
  });
}

/** Signals of one object until the returned function is called; `null` when the service goes away. */
export function listen(
  { bus, name, path, iface }: Target,
  heard: (signal: string, values: unknown[]) => void,
  gone: () => void,
): () => void {
  const id = bus.signal_subscribe(
    name,
    iface,
    null,
    path,
    null,
    Gio.DBusSignalFlags.NONE,
    (_bus, _sender, _path, _iface, signal, values) => heard(signal, values.recursiveUnpack() as unknown[]),
  );
  let appeared = false;
  const watch = Gio.bus_watch_name_on_connection(
    bus,
    name,
    Gio.BusNameWatcherFlags.NONE,
    () => {
      appeared = true;
    },
    () => {
      if (appeared) gone();
    },
  );
  return () => {
    bus.signal_unsubscribe(id);
    Gio.bus_unwatch_name(watch);
  };
}

/** What a call over D-Bus was refused with, as a code; the service's own errors are the caller's to know. */
export function busError(thrown: unknown, service: string): HearthError {
  if (thrown instanceof HearthError) return thrown;
  if (!(thrown instanceof GLib.Error))
    return new HearthError('unexpected', {}, { detail: String(thrown), cause: thrown });
  const remote = Gio.DBusError.get_remote_error(thrown) ?? '';
  const detail = thrown.message.replace(/^GDBus\.Error:\S+: /, '');
  const options = { detail, cause: thrown };
  const args = { service };
  if (/\.(ServiceUnknown|NameHasNoOwner|Spawn\.\w+|NoReply|Disconnected)$/.test(remote))
    return new HearthError('no-package-service', args, options);
  if (thrown.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT))
    return new HearthError('timeout', args, options);
  if (thrown.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)) return new HearthError('cancelled');
  if (/Cancelled|Dismissed/.test(remote)) return new HearthError('permission-dismissed', {}, options);
  if (/AccessDenied|NotAuthorized|RefusedByPolicy|AuthFailed|InteractiveAuthorizationRequired/.test(remote))
    return permission(detail, thrown);
  return new HearthError('packages-failed', args, options);
}

/** Services tell in their text alone whether somebody said no, or nobody could be asked. */
export function permission(detail: string, cause?: unknown): HearthError {
  const code = /dismiss|cancel/i.test(detail)
    ? 'permission-dismissed'
    : /no (authentication )?agent|interactive authentication|challenge/i.test(detail)
      ? 'no-agent'
      : 'permission-denied';
  return new HearthError(code, {}, { detail, ...(cause === undefined ? {} : { cause }) });
}

/** Whether a name on the bus is there, or would be started when it is called. */
export async function isOffered(bus: Gio.DBusConnection, name: string): Promise<boolean> {
  const daemon: Target = {
    bus,
    name: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    iface: 'org.freedesktop.DBus',
  };
  const [owned, activatable] = await Promise.all([
    call(daemon, 'ListNames', null),
    call(daemon, 'ListActivatableNames', null),
  ]);
  return [owned, activatable].some(([names]) => Array.isArray(names) && names.includes(name));
}

/** Calls `stop` when cancelled, until `work` has ended. */
export async function stoppable<T>(work: Promise<T>, stop: () => void, cancel: Cancel): Promise<T> {
  const forget = cancel.onCancel(stop);
  try {
    return await work;
  } finally {
    forget();
  }
}
