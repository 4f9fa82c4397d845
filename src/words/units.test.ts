// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { plainFormats, setFormats } from './locale.ts';
import { fill } from './translate.ts';
import { bytes, duration, number, percent, tokens } from './units.ts';

test('bytes read as on a package', () => {
  expect([0, 1, 999, 1000, 5_347_915_136, 262_000, 2_740_937, 41_200_000, 141e9, 1.5e12].map(bytes)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1 kB',
    '5.3 GB',
    '262 kB',
    '2.7 MB',
    '41 MB',
    '141 GB',
    '1.5 TB',
  ]);
  expect(bytes(-2e9)).toBe('−2 GB');
});

test('no unit shows a thousand of itself', () => {
  for (const size of [
    999_499, 999_500, 999_999, 999_499_999, 999_500_000, 999_499_999_999, 999_500_000_000,
  ]) {
    expect(bytes(size)).not.toMatch(/^1000 /);
  }
});

test('durations are rounded to what people feel', () => {
  expect([0.2, 1, 54, 55, 90, 170, 3299, 3300, 7000].map(duration)).toEqual([
    'under a second',
    '1 second',
    '54 seconds',
    '1 minute',
    '2 minutes',
    '3 minutes',
    '55 minutes',
    '1 hour',
    '2 hours',
  ]);
});

test('context lengths', () => {
  expect([1, 512, 4096, 16384, 131072, 1536].map(tokens)).toEqual([
    '1 token',
    '512 tokens',
    '4 k tokens',
    '16 k tokens',
    '128 k tokens',
    '1.5 k tokens',
  ]);
});

test('numbers are written as the locale does', () => {
  setFormats({ ...plainFormats, decimal: ',', group: '.' });
  expect(bytes(5.3e9)).toBe('5,3 GB');
  expect(number(1_234_567.5, 1)).toBe('1.234.567,5');
  expect(number(4327, 0)).toBe('4327');
  expect(number(-0.04, 1)).toBe('0');
  expect(number(-2.5, 1)).toBe('−2,5');
  expect(fill('{count} of {all}, port {port}', { count: 8.8, all: 12_000, port: '12000' })).toBe(
    '8,8 of 12.000, port 12000',
  );
  setFormats({ ...plainFormats, decimal: '٫', digits: Array.from('٠١٢٣٤٥٦٧٨٩') });
  expect(bytes(5.3e9)).toBe('٥٫٣ GB');
  expect(percent(0.419)).toBe('٤١ %');
  setFormats(plainFormats);
  expect(number(10, 0)).toBe('10');
  expect(number(2.5, 2)).toBe('2.5');
});
