// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { holdersOfRestart } from '../core/driver/restart-holders.ts';
import { HearthError } from '../core/errors.ts';
import { call, permission, quickPatience, type Target } from './packages/bus.ts';

/** Whoever is asked may first save what is open. */
const patience = 10 * 60_000;

/**
 * Restarts the computer: by way of the session, which asks and lets programs save; without one, by logind. What holds a
 * restart back, as the build of a driver does, is looked at before: both would offer to restart in the middle of it.
 * @throws restart-inhibited, permission-denied, permission-dismissed, no-agent, restart-refused
 */
export async function restartComputer(): Promise<void> {
  const logind = manager();
  if (logind !== null) await refuseHeld(logind);
  const session = await bySession();
  if (session === 'done') return;
  if (session !== 'absent') throw session;
  if (logind === null) throw new HearthError('restart-refused');
  try {
    await call(logind, 'Reboot', new GLib.Variant('(b)', [true]), patience);
  } catch (thrown) {
    throw refusal(thrown);
  }
}

function manager(): Target | null {
  const path = '/org/freedesktop/login1';
  try {
    const bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
    return { bus, name: 'org.freedesktop.login1', path, iface: 'org.freedesktop.login1.Manager' };
  } catch {
    return null;
  }
}

async function refuseHeld(logind: Target): Promise<void> {
  let held;
  try {
    const [list] = await call(logind, 'ListInhibitors', null, quickPatience);
    held = holdersOfRestart(list);
  } catch {
    // Nobody says so: whoever restarts will.
    return;
  }
  const [first] = held;
  if (first !== undefined) throw new HearthError('restart-inhibited', { ...first });
}

/** GNOME's session, where this is one. */
async function bySession(): Promise<'done' | 'absent' | HearthError> {
  if (GLib.getenv('DBUS_SESSION_BUS_ADDRESS') === null && GLib.getenv('XDG_RUNTIME_DIR') === null)
    return 'absent';
  try {
    const bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);
    const iface = 'org.gnome.SessionManager';
    await call({ bus, name: iface, path: '/org/gnome/SessionManager', iface }, 'Reboot', null, patience);
    return 'done';
  } catch (thrown) {
    const remote = thrown instanceof GLib.Error ? (Gio.DBusError.get_remote_error(thrown) ?? '') : '';
    return /ServiceUnknown|NameHasNoOwner|Spawn/.test(remote) || remote === '' ? 'absent' : refusal(thrown);
  }
}

function refusal(thrown: unknown): HearthError {
  if (!(thrown instanceof GLib.Error))
    return new HearthError('restart-refused', {}, { detail: String(thrown), cause: thrown });
  const remote = Gio.DBusError.get_remote_error(thrown) ?? '';
  const detail = thrown.message.replace(/^GDBus\.Error:\S+: /, '');
  const options = { detail, cause: thrown };
  if (/Cancelled|Dismissed/.test(remote)) return new HearthError('permission-dismissed', {}, options);
  if (/AccessDenied|NotAuthorized|AuthFailed|InteractiveAuthorizationRequired/.test(remote))
    return permission(/Interactive/.test(remote) ? `interactive authentication: ${detail}` : detail, thrown);
  return new HearthError('restart-refused', {}, options);
}
