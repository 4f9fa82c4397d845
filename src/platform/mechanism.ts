// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import type { Mechanism } from '../core/driver/ports.ts';
import { errorOfName, mechanismName, mechanismPath, type Verb } from '../core/driver/verbs.ts';
import { parseMechanismState } from '../core/driver/wire.ts';
import { never } from '../core/cancel.ts';
import { toHearthError } from './errors.ts';
import { tuple } from './variant.ts';

Gio._promisify(Gio.DBusConnection.prototype, 'call', 'call_finish');
Gio._promisify(Gio.DBusConnection.prototype, 'close', 'close_finish');

/** Milliseconds for an answer that nobody is asked about; the service has to start first. */
const lookTime = 60_000;
/** A person may take as long as they like, and a module is built in ten minutes. */
const forever = 2 ** 31 - 1;

/** The root service on the system bus. */
export const mechanism: Mechanism = {
  state: async () => {
    const answer = await call('GetState', [], never, lookTime, '(a{sv})');
    return parseMechanismState((answer.recursiveUnpack() as unknown[])[0]);
  },
  prepareKey: async (cancel) => {
    const answer = await call('PrepareKey', [], cancel, forever, '(s)');
    return String((answer.deepUnpack() as unknown[])[0]);
  },
  requestEnrolment: (fingerprint, hash, cancel) => change('RequestEnrolment', [fingerprint, hash], cancel),
  cancelRequest: (cancel) => change('CancelRequest', [], cancel),
  rebuildModule: (kernel, cancel) => change('RebuildModule', [kernel], cancel),
  setDefaultKernel: (kernel, cancel) => change('SetDefaultKernel', [kernel], cancel),
  setDriverArguments: (preset, cancel) => change('SetDriverArguments', [preset], cancel),
  forgetKey: (fingerprint, hash, cancel) => change('ForgetKey', [fingerprint, hash], cancel),
  placeKeyManager: (cancel) => change('PlaceKeyManager', [], cancel),
};

async function change(verb: Verb, args: readonly string[], cancel: Cancel): Promise<void> {
  await call(verb, args, cancel, forever, '()');
}

async function call(
  verb: Verb,
  args: readonly string[],
  cancel: Cancel,
  timeout: number,
  reply: string,
): Promise<GLib.Variant> {
  cancel.throwIfCancelled();
  const connection = await connect();
  // Ending the connection is what the service notices: it stops asking, and what can be stopped.
  const forget = cancel.onCancel(() => void connection.close(null).catch(() => {}));
  const params = tuple(args.map((text) => new GLib.Variant('s', text)));
  try {
    return await connection.call(
      mechanismName,
      mechanismPath,
      mechanismName,
      verb,
      params,
      new GLib.VariantType(reply),
      Gio.DBusCallFlags.NONE,
      timeout,
      null,
    );
  } catch (thrown) {
    cancel.throwIfCancelled();
    throw toMechanismError(thrown);
  } finally {
    forget();
    connection.close(null).catch(() => {});
  }
}

/** A connection for one call, so that ending it ends that call only. */
async function connect(): Promise<Gio.DBusConnection> {
  try {
    const address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SYSTEM, null);
    const flags =
      Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION;
    return await new Promise((resolve, reject) => {
      Gio.DBusConnection.new_for_address(address, flags, null, null, (_source, result) => {
        try {
          resolve(Gio.DBusConnection.new_for_address_finish(result));
        } catch (refused) {
          reject(refused as Error);
        }
      });
    });
  } catch (thrown) {
    throw new HearthError('no-mechanism', {}, { detail: toHearthError(thrown).detail ?? '', cause: thrown });
  }
}

/** Names of D-Bus and systemd for a service that is not installed or does not start. */
const absent = /\.(ServiceUnknown|NameHasNoOwner|Spawn\.[A-Za-z]+|NoReply|Disconnected|NoServer|NoSuchUnit)$/;

/** What a call to the service ends in, as an error with a sentence. */
export function toMechanismError(thrown: unknown): HearthError {
  if (!(thrown instanceof GLib.Error)) return toHearthError(thrown);
  const name = Gio.DBusError.get_remote_error(thrown) ?? '';
  Gio.DBusError.strip_remote_error(thrown);
  const message = thrown.message;
  const make = (code: HearthError['code'], args: Record<string, string> = {}): HearthError =>
    new HearthError(code, args, { detail: message, cause: thrown });
  switch (errorOfName(name)) {
    case 'Denied':
      return make('permission-denied');
    case 'Dismissed':
      return make('permission-dismissed');
    case 'NoAgent':
      return make('no-agent');
    case 'Invalid':
      return make('usage', { text: message });
    case 'Refused':
      return message === 'keep-one-driver' ? make(message) : make('key-refused', { obstacle: message });
    case 'Busy':
      return make('busy');
    case 'Changed':
      return make('changed-since', { of: 'system' });
    case 'Failed':
      return make('mechanism-failed');
    case null:
      return make(absent.test(name) ? 'no-mechanism' : 'mechanism-failed');
  }
}
