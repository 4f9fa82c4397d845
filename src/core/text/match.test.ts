// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { folded, matching } from './match.ts';

const all = [
  { id: 'driver', title: 'Graphics Driver', words: 'NVIDIA;Secure Boot;MOK' },
  { id: 'model', title: 'Model', words: 'local AI;private AI;LLM' },
  { id: 'tools', title: 'Tools', words: 'Goose;agent;モデルのツール' },
] as const;

test.each([
  [['nvidia'], ['driver']],
  [['Secure', 'boot'], ['driver']],
  [['secure boot'], ['driver']],
  [['loc', 'ai'], ['model']],
  [['goo'], ['tools']],
  [['mo'], ['model', 'driver']],
  [['oose'], []],
  [['nvidia', 'goose'], []],
  [['g'], []],
  [[], []],
  [['  ', '-'], []],
  [['ツール'], ['tools']],
])('%j finds %j', (terms, ids) => {
  expect(matching(terms, all)).toEqual(ids);
});

test('case and accents do not count', () => {
  expect(folded('Ovladač GRAFIKY')).toBe('ovladac grafiky');
  expect(matching(['pilote'], [{ id: 1, title: 'Pilote graphique', words: '' }])).toEqual([1]);
  expect(matching(['equipo'], [{ id: 1, title: 'Este équipo', words: '' }])).toEqual([1]);
});
