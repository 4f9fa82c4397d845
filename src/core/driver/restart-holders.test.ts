// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { holdersOfRestart } from './restart-holders.ts';

test('only what blocks a restart holds it back', () => {
  // As logind answers on a desktop while akmods builds.
  const list = [
    ['sleep', 'NetworkManager', 'NetworkManager needs to turn off networks', 'delay', 0, 801],
    ['handle-power-key:handle-suspend-key', 'gdm', 'GNOME handling keypresses', 'block', 1000, 2001],
    ['shutdown:sleep', 'GNOME Shell', 'saving', 'delay', 1000, 2002],
    ['shutdown', 'somebody', 'would rather not', 'block-weak', 1000, 2003],
    ['idle:sleep:shutdown', 'akmods', 'Akmods Transaction running', 'block', 0, 3001],
  ];
  expect(holdersOfRestart(list)).toEqual([{ program: 'akmods', reason: 'Akmods Transaction running' }]);
});

test('whatever comes is taken as it is', () => {
  expect(holdersOfRestart(null)).toEqual([]);
  expect(holdersOfRestart([null, 'x', [1, 2, 3, 4], ['shutdown', 'a', 'b']])).toEqual([]);
  const [long] = holdersOfRestart([['shutdown', `a\nb ${'x'.repeat(900)}`, '', 'block', 0, 1]]);
  expect(long?.program.startsWith('a b xxx')).toBe(true);
  expect(long?.program.length).toBe(200);
});
