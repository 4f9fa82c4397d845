// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import type GLib from 'gi://GLib?version=2.0';

import { CancelSource, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import { actionOf, errorName, verbs, type CallError, type Verb } from '../core/driver/verbs.ts';
import {
  isArgumentPreset,
  isFingerprint,
  isKernelRelease,
  parseCryptHash,
} from '../core/driver/key/validate.ts';
import { tuple } from '../platform/variant.ts';
import * as act from './act.ts';
import type { Box } from './box.ts';
import { placeKeyManager } from './esp.ts';
import { permit } from './permission.ts';
import { Refusal } from './refusal.ts';
import { stateOf } from './sight.ts';
import { toVariant } from './variant.ts';

const mostDialogs = 8;

/** Answers calls: checks, asks polkit, does one thing at a time, and says what came of it. */
export class Service {
  readonly #box: Box;
  readonly #connection: Gio.DBusConnection;
  /** Callers whom somebody is asked about right now. */
  readonly #asking = new Set<string>();
  #changing = false;
  #open = 0;
  readonly #onIdle: (idle: boolean) => void;

  constructor(box: Box, connection: Gio.DBusConnection, onIdle: (idle: boolean) => void) {
    this.#box = box;
    this.#connection = connection;
    this.#onIdle = onIdle;
  }

  async answer(verb: Verb, params: readonly unknown[], invocation: Gio.DBusMethodInvocation): Promise<void> {
    this.#open += 1;
    this.#onIdle(false);
    const caller = invocation.get_sender() ?? '';
    const cancel = new CancelSource();
    const watch = Gio.bus_watch_name_on_connection(
      this.#connection,
      caller,
      Gio.BusNameWatcherFlags.NONE,
      null,
      () => cancel.cancel(),
    );
    try {
      invocation.return_value(await this.#serve(verb, params, caller, cancel));
    } catch (thrown) {
      const [kind, message] = explain(thrown);
      invocation.return_dbus_error(errorName(kind), message);
    } finally {
      Gio.bus_unwatch_name(watch);
      this.#open -= 1;
      if (this.#open === 0) this.#onIdle(true);
    }
  }

  async #serve(
    verb: Verb,
    params: readonly unknown[],
    caller: string,
    cancel: Cancel,
  ): Promise<GLib.Variant | null> {
    const about = verbs[verb];
    const args = checked(about.args, params);
    if (about.changes) this.#refuseBusy(caller);
    if (about.changes) this.#asking.add(caller);
    try {
      const details = Object.fromEntries(about.shown.map((name) => [name, shown(name, args[name] ?? '')]));
      const question = { caller, action: actionOf(verb), details, ask: about.changes };
      await permit(this.#connection, question, cancel);
    } finally {
      this.#asking.delete(caller);
    }
    cancel.throwIfCancelled();
    if (!about.changes) return tuple([toVariant(await stateOf(this.#box))]);
    this.#refuseBusy(caller);
    this.#changing = true;
    try {
      const result = await this.#change(verb, args, cancel);
      return result === null ? null : tuple([toVariant(result)]);
    } finally {
      this.#changing = false;
    }
  }

  /** One dialog for a caller, a few for all, and one change at a time: two would undo each other's checks. */
  #refuseBusy(caller: string): void {
    if (this.#changing || this.#asking.has(caller) || this.#asking.size >= mostDialogs)
      throw new Refusal('Busy', 'something else is being done');
  }

  async #change(verb: Verb, args: Readonly<Record<string, string>>, cancel: Cancel): Promise<string | null> {
    const { fingerprint = '', hash = '', kernel = '', preset = '' } = args;
    const box = this.#box;
    switch (verb) {
      case 'GetState':
        return null;
      case 'PrepareKey':
        return act.prepareKey(box);
      case 'RequestEnrolment':
        await act.requestEnrolment(box, fingerprint, hash);
        return null;
      case 'CancelRequest':
        await act.cancelRequest(box);
        return null;
      case 'RebuildModule':
        await act.rebuildModule(box, kernel, cancel);
        return null;
      case 'SetDefaultKernel':
        await act.setDefaultKernel(box, kernel);
        return null;
      case 'SetDriverArguments':
        if (isArgumentPreset(preset)) await act.setDriverArguments(box, preset);
        return null;
      case 'ForgetKey':
        await act.forgetKey(box, fingerprint, hash);
        return null;
      case 'PlaceKeyManager':
        await placeKeyManager(box);
        return null;
    }
  }
}

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  fingerprint: isFingerprint,
  hash: (text) => parseCryptHash(text) !== null,
  kernel: isKernelRelease,
  preset: isArgumentPreset,
};

/** The shapes of arguments, before anybody is asked. The message names the argument, never its value. */
function checked(names: readonly string[], params: readonly unknown[]): Record<string, string> {
  const args: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = params[index];
    if (typeof value !== 'string' || value.length > 512 || checks[name]?.(value) !== true)
      throw new Refusal('Invalid', name);
    args[name] = value;
  }
  return args;
}

/** As MokManager shows a fingerprint, to compare by eye. */
function shown(name: string, value: string): string {
  return name === 'fingerprint' ? value.toUpperCase().replace(/..(?=.)/g, '$& ') : value;
}

function explain(thrown: unknown): readonly [CallError, string] {
  if (thrown instanceof Refusal) return [thrown.kind, thrown.message];
  // Nobody is left to read it.
  if (hasCode(thrown, 'cancelled')) return ['Failed', 'the caller is gone'];
  logError(thrown as Error);
  return ['Failed', thrown instanceof HearthError ? `${thrown.message}` : 'something unexpected happened'];
}
