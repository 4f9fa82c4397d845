// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diskReserve, holdReason, holdReasons, transferRule } from './transfer-rules.ts';
import type { TransferFacts } from './transfer-rules.ts';

const easy: TransferFacts = {
  bytes: 5e9,
  offline: false,
  metered: false,
  onBattery: false,
  free: 1e12,
  attended: true,
};

const cases: readonly (readonly [string, Partial<TransferFacts>, readonly string[]])[] = [
  ['nothing in the way', {}, []],
  ['nothing known', { metered: null, onBattery: null, free: null }, []],
  ['metered', { metered: true }, ['metered']],
  ['on battery', { onBattery: true }, ['battery']],
  ['on battery, but small', { onBattery: true, bytes: 1e8 }, []],
  [
    'on a battery that is nearly empty, even when small',
    { onBattery: true, charge: 20, bytes: 1e8 },
    ['low-battery'],
  ],
  ['a battery that is charged', { onBattery: false, charge: 3 }, []],
  ['the last of the disk', { free: 5e9 + diskReserve - 1 }, ['low-disk']],
  ['just enough', { free: 5e9 + diskReserve }, []],
  ['no network', { offline: true }, ['offline']],
  ['two at once', { metered: true, onBattery: true }, ['metered', 'battery']],
  ['nothing to fetch', { bytes: 0, metered: true, offline: true, free: 0 }, []],
];

test.each(cases)('%s', (_name, change, because) => {
  const expected = (tag: string) => (because.length === 0 ? { tag: 'go' } : { tag, because });
  expect(transferRule({ ...easy, ...change })).toEqual(expected('ask'));
  expect(transferRule({ ...easy, ...change, attended: false })).toEqual(expected('wait'));
});

test('a person is always asked, never refused; what waits for nobody never asks', () => {
  const maybe = fc.constantFrom(true, false, null);
  const facts = fc.record({
    bytes: fc.nat(1e10),
    offline: fc.boolean(),
    metered: maybe,
    onBattery: maybe,
    free: fc.option(fc.nat(1e10)),
    attended: fc.boolean(),
  });
  fc.assert(
    fc.property(facts, (given) => {
      const { tag } = transferRule(given);
      expect(tag).not.toBe(given.attended ? 'wait' : 'ask');
    }),
  );
});

test('on the way: only what nobody agreed to holds, and being on battery alone does not', () => {
  const facts = { bytes: 5e9, metered: false, onBattery: true, charge: 80, free: 1e12 };
  expect(holdReason(facts, [])).toBeNull();
  expect(holdReason({ ...facts, metered: true }, [])).toBe('metered');
  expect(holdReason({ ...facts, metered: true, charge: 12 }, ['metered'])).toBe('low-battery');
  expect(holdReason({ ...facts, free: 5e9 }, [])).toBe('low-disk');
  expect(holdReason({ ...facts, metered: true, charge: 1, free: 0 }, holdReasons)).toBeNull();
  expect(holdReason({ ...facts, metered: null, onBattery: null, charge: null, free: null }, [])).toBeNull();
});
