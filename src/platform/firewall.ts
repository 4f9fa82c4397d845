// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import type { Firewall, FirewallRule } from '../core/proof/firewall.ts';

Gio._promisify(Gio.DBusConnection.prototype, 'call', 'call_finish');

const service = 'org.fedoraproject.FirewallD1';
const root = '/org/fedoraproject/FirewallD1';
const zoneInterface = `${service}.zone`;
const configInterface = `${service}.config`;
/** Milliseconds for an answer; for a change, long enough for a person to type a password. */
const patience = 10_000;
const askPatience = 120_000;

/** firewalld on the system bus. It is not started: where it does not run, nothing is filtered by it. */
export const firewall: Firewall = {
  async look() {
    const bus = systemBus();
    if (bus === null || !(await isRunning(bus))) return null;
    const usual = text(await ask(bus, root, service, 'getDefaultZone', null));
    const active = await ask(bus, root, zoneInterface, 'getActiveZones', null);
    const names = Object.keys(active.get_child_value(0).deepUnpack<Record<string, unknown>>());
    return Promise.all(
      [...new Set([usual, ...names])].map(async (zone) => {
        const answer = await ask(bus, root, zoneInterface, 'getRichRules', new GLib.Variant('(s)', [zone]));
        return { zone, rules: answer.get_child_value(0).deepUnpack<string[]>() };
      }),
    );
  },

  async add(rules, cancel) {
    await change(rules, 'addRichRule', (zone, rule) => new GLib.Variant('(ssi)', [zone, rule, 0]), cancel);
  },

  async remove(rules, cancel) {
    await change(rules, 'removeRichRule', (zone, rule) => new GLib.Variant('(ss)', [zone, rule]), cancel);
  },
};

/** For good first: a rule that only holds now would be gone, unseen, with the next start. */
async function change(
  rules: readonly FirewallRule[],
  method: 'addRichRule' | 'removeRichRule',
  now: (zone: string, rule: string) => GLib.Variant,
  cancel: Cancel,
): Promise<void> {
  const bus = systemBus();
  if (bus === null || !(await isRunning(bus))) throw new HearthError('no-firewall');
  const config = `${root}/config`;
  for (const { zone, rule } of rules) {
    cancel.throwIfCancelled();
    const named = new GLib.Variant('(s)', [zone]);
    const path = text(await alter(bus, config, configInterface, 'getZoneByName', named));
    await alter(bus, path, `${configInterface}.zone`, method, new GLib.Variant('(s)', [rule]));
    await alter(bus, root, zoneInterface, method, now(zone, rule));
  }
}

async function alter(
  bus: Gio.DBusConnection,
  path: string,
  name: string,
  method: string,
  values: GLib.Variant,
): Promise<GLib.Variant> {
  try {
    return await call(bus, path, name, method, values, askPatience);
  } catch (thrown) {
    const said = thrown instanceof GLib.Error ? thrown.message : String(thrown);
    // What is to be there is there, and what is to be gone is gone.
    if (/\b(ALREADY_ENABLED|NOT_ENABLED)\b/.test(said)) return new GLib.Variant('()', []);
    const code = /NotAuthorized/.test(said) ? 'permission-denied' : 'firewall-refused';
    throw new HearthError(code, {}, { detail: said, cause: thrown });
  }
}

async function ask(
  bus: Gio.DBusConnection,
  path: string,
  name: string,
  method: string,
  values: GLib.Variant | null,
): Promise<GLib.Variant> {
  try {
    return await call(bus, path, name, method, values, patience);
  } catch (thrown) {
    const detail = thrown instanceof GLib.Error ? thrown.message : String(thrown);
    throw new HearthError('firewall-refused', {}, { detail, cause: thrown });
  }
}

function call(
  bus: Gio.DBusConnection,
  path: string,
  name: string,
  method: string,
  values: GLib.Variant | null,
  limit: number,
): Promise<GLib.Variant> {
  const flags = Gio.DBusCallFlags.NO_AUTO_START | Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION;
  return bus.call(service, path, name, method, values, null, flags, limit, null);
}

async function isRunning(bus: Gio.DBusConnection): Promise<boolean> {
  const answer = await bus.call(
    'org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus',
    'NameHasOwner',
    new GLib.Variant('(s)', [service]),
    null,
    Gio.DBusCallFlags.NONE,
    patience,
    null,
  );
  return answer.get_child_value(0).get_boolean();
}

function systemBus(): Gio.DBusConnection | null {
  try {
    return Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
  } catch {
    return null;
  }
}

function text(answer: GLib.Variant): string {
  return answer.get_child_value(0).get_string()[0];
}
