// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import type { Cancel } from '../core/cancel.ts';
import { toHearthError } from '../platform/errors.ts';
import { Refusal } from './refusal.ts';

Gio._promisify(Gio.DBusConnection.prototype, 'call', 'call_finish');

const authority = ['org.freedesktop.PolicyKit1', '/org/freedesktop/PolicyKit1/Authority'] as const;
const allowUserInteraction = 1;
let counter = 0;

export interface Question {
  /** Unique name of the caller on the bus: unlike a process id it cannot come to mean somebody else. */
  readonly caller: string;
  readonly action: string;
  /** Values that the dialog's message shows. */
  readonly details: Readonly<Record<string, string>>;
  /** A person may be asked for a password. */
  readonly ask: boolean;
}

/** Asks polkit. Ends well only when it says yes; a polkit that does not answer is a no. @throws Refusal */
export async function permit(
  connection: Gio.DBusConnection,
  question: Question,
  cancel: Cancel,
): Promise<void> {
  cancel.throwIfCancelled();
  counter += 1;
  const id = `hearth-${counter}`;
  const subject: [string, Record<string, GLib.Variant>] = [
    'system-bus-name',
    { name: new GLib.Variant('s', question.caller) },
  ];
  const flags = question.ask ? allowUserInteraction : 0;
  const args = new GLib.Variant('((sa{sv})sa{ss}us)', [
    subject,
    question.action,
    question.details,
    flags,
    id,
  ]);
  const forget = cancel.onCancel(() => {
    call(connection, 'CancelCheckAuthorization', new GLib.Variant('(s)', [id]), null).catch(() => {});
  });
  try {
    const answer = await call(connection, 'CheckAuthorization', args, '((bba{ss}))');
    cancel.throwIfCancelled();
    const [[permitted, challenge, details]] = answer.deepUnpack() as [
      [boolean, boolean, Record<string, string>],
    ];
    if (permitted) return;
    if (details['polkit.dismissed'] !== undefined) throw new Refusal('Dismissed', 'the dialog was closed');
    throw challenge ? new Refusal('NoAgent', 'nobody could be asked') : new Refusal('Denied', 'not allowed');
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    cancel.throwIfCancelled();
    throw new Refusal('Failed', `polkit does not answer: ${toHearthError(thrown).detail ?? ''}`);
  } finally {
    forget();
  }
}

function call(
  connection: Gio.DBusConnection,
  method: string,
  args: GLib.Variant,
  reply: string | null,
): Promise<GLib.Variant> {
  const [name, path] = authority;
  const type = reply === null ? null : new GLib.VariantType(reply);
  const face = 'org.freedesktop.PolicyKit1.Authority';
  // A person may take as long as they like.
  const forever = 2 ** 31 - 1;
  return connection.call(name, path, face, method, args, type, Gio.DBusCallFlags.NONE, forever, null);
}
