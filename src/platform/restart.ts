// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { HearthError } from '../core/errors.ts';

/** Whoever is asked may first save what is open. */
const patience = 10 * 60_000;

/**
 * Restarts the computer: by way of the session, which asks and lets programs save; without one, by logind.
 * @throws restart-refused
 */
export async function restartComputer(): Promise<void> {
  const session = GLib.getenv('DBUS_SESSION_BUS_ADDRESS');
  if (session !== null || GLib.getenv('XDG_RUNTIME_DIR') !== null) {
    const problem = await attempt(
      Gio.BusType.SESSION,
      'org.gnome.SessionManager',
      '/org/gnome/SessionManager',
      'org.gnome.SessionManager',
      null,
    );
    if (problem === null) return;
    if (problem.there) throw new HearthError('restart-refused', {}, { detail: problem.detail });
  }
  const problem = await attempt(
    Gio.BusType.SYSTEM,
    'org.freedesktop.login1',
    '/org/freedesktop/login1',
    'org.freedesktop.login1.Manager',
    new GLib.Variant('(b)', [true]),
  );
  if (problem !== null) throw new HearthError('restart-refused', {}, { detail: problem.detail });
}

function attempt(
  type: Gio.BusType,
  name: string,
  path: string,
  iface: string,
  parameters: GLib.Variant | null,
): Promise<{ readonly there: boolean; readonly detail: string } | null> {
  return new Promise((resolve) => {
    const flags = Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION;
    const failed = (thrown: unknown): void => {
      const remote = thrown instanceof GLib.Error ? (Gio.DBusError.get_remote_error(thrown) ?? '') : '';
      const absent = /ServiceUnknown|NameHasNoOwner|Spawn/.test(remote) || remote === '';
      resolve({ there: !absent, detail: thrown instanceof GLib.Error ? thrown.message : String(thrown) });
    };
    try {
      const bus = Gio.bus_get_sync(type, null);
      bus.call(name, path, iface, 'Reboot', parameters, null, flags, patience, null, (_source, result) => {
        try {
          bus.call_finish(result);
          resolve(null);
        } catch (thrown) {
          failed(thrown);
        }
      });
    } catch (thrown) {
      failed(thrown);
    }
  });
}
