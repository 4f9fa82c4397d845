// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  arrive,
  closed,
  markers,
  type Arrival,
  type Change,
  type Door,
  type Marker,
  type Markers,
} from './markers.ts';

type Disk = ReadonlySet<Marker>;
type Form = 'new-accounts' | 'everyone';

const marked = (disk: Disk): Markers =>
  Object.fromEntries(markers.map((marker) => [marker, disk.has(marker)])) as Markers;

function after(disk: Disk, changes: readonly Change[]): Disk {
  const next = new Set(disk);
  for (const { do: what, marker } of changes) {
    if (what === 'write') next.add(marker);
    else next.delete(marker);
  }
  return next;
}

/** Conditions on paths as the units that are installed have them. */
function conditions(unit: string, form: Form): readonly string[] {
  const read = (name: string): string =>
    readFileSync(new URL(`../../../data/systemd/user/${name}`, import.meta.url), 'utf8');
  const [, condition = ''] = new RegExp(`'${form}': '(.*)'`).exec(read('meson.build')) ?? [];
  const text = read(`${unit}.service.in`).replace(
    '@first_login_condition@',
    condition.replaceAll('\\n', '\n'),
  );
  return [...text.matchAll(/^ConditionPathExists=(.+)$/gm)].map(([, path = '']) => path);
}

/** Whether the unit would start at a login. */
function starts(unit: string, form: Form, disk: Disk): boolean {
  return conditions(unit, form).every((path) => {
    const [, no, name] = /^(!?)%S\/hearth\/(.+)$/.exec(path) ?? [];
    return disk.has(name as Marker) === (no === '');
  });
}

test.each(['new-accounts', 'everyone'] as const)(
  'the units ask for markers that are written (%s)',
  (form) => {
    const names = ['hearth-first-login', 'hearth-resume'].flatMap((unit) => conditions(unit, form));
    expect(names.length).toBeGreaterThan(2);
    for (const path of names)
      expect(markers.map((name) => `%S/hearth/${name}`)).toContain(path.replace('!', ''));
  },
);

test('an account from skel is greeted, one from before is not', () => {
  expect(starts('hearth-first-login', 'new-accounts', new Set(['pending']))).toBe(true);
  expect(starts('hearth-first-login', 'new-accounts', new Set())).toBe(false);
  expect(starts('hearth-first-login', 'everyone', new Set())).toBe(true);
});

interface Life {
  readonly disk: Disk;
  /** Showings by itself since the account was made, and since the last restart that was asked for. */
  readonly first: number;
  readonly resumed: number;
  /** The end of the first run, or of the window, is on the disk. */
  readonly over: boolean;
}

/** Every way one login may go on: cut off after any change, closed, or ended by a restart that was asked for. */
function logins(life: Life, form: Form): readonly Life[] {
  const unit = ['hearth-resume', 'hearth-first-login'].filter((name) => starts(name, form, life.disk));
  // Both at once would be two windows.
  expect(unit.length).toBeLessThan(2);
  const door: Door | null = unit.length === 0 ? null : unit[0] === 'hearth-resume' ? 'resume' : 'first-login';
  if (door === null) return [];
  const { arrival, changes } = arrive(door, marked(life.disk));
  expect(arrival).toBe(door);
  const cuts = (from: Life, list: readonly Change[]): readonly Life[] =>
    list.map((_change, count) => ({ ...from, disk: after(from.disk, list.slice(0, count)) }));
  const shown: Life = {
    ...life,
    disk: after(life.disk, changes),
    first: life.first + (arrival === 'first-login' ? 1 : 0),
    resumed: life.resumed + (arrival === 'resume' ? 1 : 0),
  };
  return [...cuts(life, changes), shown, ...fromWindow(shown, arrival as Arrival)];
}

function fromWindow(shown: Life, arrival: Arrival): readonly Life[] {
  const told = arrival === 'resume' ? closed('resume') : [];
  const partly = (list: readonly Change[]): readonly Life[] =>
    [...list, null].map((_change, count) => {
      const disk = after(shown.disk, list.slice(0, count));
      return { ...shown, disk, over: shown.over || disk.has('first-run-done') };
    });
  const restarted = {
    ...shown,
    disk: after(after(shown.disk, told), [{ do: 'write', marker: 'resume' }]),
    resumed: 0,
  };
  return [...partly(told), ...partly([...closed('first-login'), ...told]), restarted];
}

test.each(['new-accounts', 'everyone'] as const)(
  'whatever is cut off, it ends, and stays away when it was closed (%s)',
  (form) => {
    let lives: readonly Life[] = [
      { disk: new Set(form === 'everyone' ? [] : ['pending']), first: 0, resumed: 0, over: false },
    ];
    let seen = 0;
    for (let login = 0; login < 5; login += 1) {
      const next = new Map<string, Life>();
      for (const life of lives) {
        for (const then of logins(life, form)) {
          seen += 1;
          expect(then.first, 'showings of the first run by itself').toBeLessThan(3);
          expect(then.resumed, 'showings after one restart').toBeLessThan(3);
          if (life.over) expect(then.first, 'shown again after it was closed').toBe(life.first);
          next.set(JSON.stringify([[...then.disk].sort(), then.first, then.resumed, then.over]), then);
        }
      }
      lives = [...next.values()];
    }
    expect(seen).toBeGreaterThan(50);
  },
);

test('closed is seen, whatever door it was', () => {
  for (const found of [new Set<Marker>(['pending']), new Set<Marker>(['pending', 'first-login-begun'])]) {
    const disk = after(found, closed('first-login'));
    expect([...disk]).toEqual(['first-run-done']);
    expect(starts('hearth-first-login', 'new-accounts', disk)).toBe(false);
    expect(starts('hearth-first-login', 'everyone', disk)).toBe(false);
  }
});

test('a unit that was started without a reason shows nothing', () => {
  expect(arrive('first-login', marked(new Set(['pending', 'first-run-done']))).arrival).toBeNull();
  expect(arrive('resume', marked(new Set())).arrival).toBeNull();
});

test('a person gets the window always, and hears of the restart there', () => {
  expect(arrive('person', marked(new Set(['first-run-done']))).arrival).toBe('person');
  expect(arrive('person', marked(new Set(['first-run-done', 'resume']))).arrival).toBe('resume');
});
