// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import {
  actionOf,
  errorName,
  errorOfName,
  mechanismName,
  verbs,
  type Verb,
} from '../../src/core/driver/verbs.ts';
import type { Obstacle } from '../../src/core/driver/types.ts';
import { isObstacle, type obstacles, parseMechanismState } from '../../src/core/driver/wire.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const names = Object.keys(verbs) as Verb[];

test('the interface has the verbs and arguments of the table', () => {
  const xml = read(`data/dbus/${mechanismName}.xml`);
  expect(xml).toContain(`<interface name="${mechanismName}">`);
  const methods = [...xml.matchAll(/<method name="(\w+)"(?: \/>|>([^]*?)<\/method>)/g)];
  expect(methods.map((method) => method[1]).sort()).toEqual([...names].sort());
  for (const [, name, body = ''] of methods) {
    const args = [...body.matchAll(/<arg name="(\w+)" type="s" direction="in"/g)].map((arg) => arg[1]);
    expect(args).toEqual(verbs[name as Verb].args);
  }
});

test('polkit has one action for each verb, and shows what the verb gives it', () => {
  const policy = read('data/hearth.policy.in');
  const actions = [...policy.matchAll(/<action id="([^"]+)">([^]*?)<\/action>/g)];
  expect(actions.map((action) => action[1]).sort()).toEqual(names.map(actionOf).sort());
  for (const name of names) {
    const body = actions.find((action) => action[1] === actionOf(name))?.[2] ?? '';
    const shown = [...body.matchAll(/\$\((\w+)\)/g)].map((match) => match[1]);
    expect(shown).toEqual(verbs[name].shown);
    const defaults = ['any', 'inactive', 'active'].map(
      (who) => new RegExp(`<allow_${who}>(\\w+)</allow_${who}>`).exec(body)?.[1],
    );
    // What extends trust is asked for each time; nobody who is not at the computer may change anything.
    const active = !verbs[name].changes
      ? 'yes'
      : ['RequestEnrolment', 'ForgetKey'].includes(name)
        ? 'auth_admin'
        : 'auth_admin_keep';
    expect([name, ...defaults]).toEqual([name, 'no', 'no', active]);
  }
});

test('rules name actions that are there, in the language that polkit reads', () => {
  const rules = read('data/polkit/io.github.hearthdesktop.Hearth.rules');
  const named = [...rules.matchAll(/'(io\.github[^']+)'/g)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(0);
  for (const action of named) expect(names.map(actionOf)).toContain(action);
  expect(rules).not.toMatch(/=>|\b(let|const)\b|`/);
});

test('errors have names of their own', () => {
  expect(errorOfName(errorName('Refused'))).toBe('Refused');
  expect(errorOfName(`${errorName('Refused')}.More`)).toBeNull();
  expect(errorOfName('org.freedesktop.DBus.Error.AccessDenied')).toBeNull();
});

test('every obstacle crosses the bus', () => {
  // A new one without a place in the list fails the type check here.
  const missing: Exclude<Obstacle, (typeof obstacles)[number]>[] = [];
  expect(missing).toEqual([]);
  expect(isObstacle('no-shim')).toBe(true);
  expect(isObstacle('keep-one-driver')).toBe(false);
});

test('what the service tells is checked like anything from outside', () => {
  const least = { staleAuth: false, obstacles: ['no-efi'] };
  expect(parseMechanismState(least)).toMatchObject({ key: null, request: null, pendingEnrolment: [] });
  for (const bad of [null, {}, { ...least, obstacles: ['bad-luck'] }, { ...least, pendingEnrolment: ['x'] }])
    expect(() => parseMechanismState(bad)).toThrow('mechanism-failed');
});
