// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { newestId, ranges } from './generation-table.ts';
import { generationFacts } from './generations.ts';

test.each([
  ['1b80', 'pascal', 'legacy-580', 'impossible'], // GeForce GTX 1080
  ['13c2', 'maxwell', 'legacy-580', 'impossible'], // GeForce GTX 970
  ['1d81', 'volta', 'legacy-580', 'impossible'], // TITAN V
  ['1e04', 'turing', 'current', 'possible'], // GeForce RTX 2080 Ti
  ['2182', 'turing', 'current', 'possible'], // GeForce GTX 1660 Ti
  ['2484', 'ampere', 'current', 'possible'], // GeForce RTX 3070
  ['20b0', 'ampere', 'current', 'possible'], // A100
  ['28e0', 'ada', 'current', 'possible'], // GeForce RTX 4060 Mobile
  ['2330', 'hopper', 'current', 'possible'], // H100
  ['2b85', 'blackwell', 'current', 'required'], // GeForce RTX 5090
  ['128b', 'kepler', 'none', 'impossible'], // GeForce GT 710
  ['1180', 'kepler', 'none', 'impossible'], // GeForce GTX 680
  ['1200', 'fermi-or-older', 'none', 'impossible'], // GeForce GTX 560 Ti, above Kepler's first ids
  ['0611', 'fermi-or-older', 'none', 'impossible'], // GeForce 8800 GT
])('%s is %s', (id, generation, branch, open) => {
  expect(generationFacts(id)).toEqual({ generation, branch, open, newer: false });
});

test('an id beyond the table belongs to a newer card, which only the current branch can serve', () => {
  const beyond = (newestId + 1).toString(16);
  expect(generationFacts(beyond)).toEqual({
    generation: 'unknown',
    branch: 'current',
    open: 'required',
    newer: true,
  });
  // GR100 is listed already, and its generation has no name here.
  expect(generationFacts('3000')).toMatchObject({ generation: 'unknown', newer: true });
});

test('an id between documented ranges, or none, is not known and nothing is guessed', () => {
  for (const id of ['1500', null, '', '28e', 'zzzz']) {
    expect(generationFacts(id)).toEqual({
      generation: 'unknown',
      branch: 'none',
      open: 'impossible',
      newer: false,
    });
  }
});

test('ranges are in order and do not overlap', () => {
  for (const [index, [from, to]] of ranges.entries()) {
    expect(from).toBeLessThanOrEqual(to);
    expect(from).toBeGreaterThan(ranges[index - 1]?.[1] ?? -1);
  }
});
