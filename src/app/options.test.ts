// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { windowOptions } from './options.ts';

test('nothing said is the real computer', () => {
  expect(windowOptions([])).toEqual({
    practice: null,
    machine: null,
    page: null,
    gooseIn: null,
    door: 'person',
    rest: [],
  });
});

test('practice on the usual machine and on a named one', () => {
  expect(windowOptions(['--practice']).practice).toBe('');
  expect(windowOptions(['--practice=vm']).practice).toBe('vm');
});

test('a page is opened only when there is one of that name', () => {
  expect(windowOptions(['--page=tools']).page).toBe('tools');
  expect(windowOptions(['--page=tool']).page).toBeNull();
});

test('the units at login say that it is they', () => {
  expect(windowOptions(['--first-login'])).toMatchObject({ door: 'first-login', rest: [] });
  expect(windowOptions(['--resume'])).toMatchObject({ door: 'resume', rest: [] });
});

test('a folder for Goose, with whatever is in its name', () => {
  expect(windowOptions(['--goose-in=/home/a=b c']).gooseIn).toBe('/home/a=b c');
  expect(windowOptions(['--goose-in=']).gooseIn).toBeNull();
});

test('what is not ours is left to GApplication', () => {
  const { rest, machine } = windowOptions(['--gapplication-service', '--machine=/tmp/m']);
  expect(rest).toEqual(['--gapplication-service']);
  expect(machine).toBe('/tmp/m');
});
