// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLedger } from './ledger.ts';
import type { LedgerLine } from './ledger.ts';

const line: LedgerLine = {
  v: 1,
  at: 5,
  host: 'models.example',
  address: '192.0.2.1',
  why: 'download',
  subject: 'one',
  received: 7,
  status: 200,
  askedBy: 'person',
};
const text = (...lines: readonly unknown[]): string => lines.map((each) => JSON.stringify(each)).join('\n\n');

test('lines come back in order, empty ones between them', () => {
  const second = { ...line, address: null, received: 0, status: 0 };
  expect(readLedger(text(line, second) + '\n')).toEqual({ lines: [line, second], skipped: [] });
});

test('a torn or foreign line is passed over and named', () => {
  const torn = `${text(line)}\n{"v":1,"at":6,"ho\n${text({ ...line, v: 2 }, { ...line, received: '7' }, line)}`;
  expect(readLedger(torn)).toEqual({ lines: [line, line], skipped: [2, 3, 5] });
});

test('any text can be read', () => {
  fc.assert(
    fc.property(fc.string(), (any) => {
      expect(readLedger(any).lines).toEqual([]);
    }),
  );
});
