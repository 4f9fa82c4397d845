// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ledgerText, readLedger } from './ledger.ts';
import type { LedgerLine } from './ledger.ts';

const line: LedgerLine = {
  v: 1,
  at: 5,
  host: 'models.example',
  address: '192.0.2.1',
  why: 'download',
  subject: 'one',
  received: 7,
  sent: 300,
  status: 200,
  askedBy: 'person',
  task: 'model',
  id: null,
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

test('a contact that was noted before it began is told by how it ended, in its place', () => {
  const begun = { ...line, id: 'a-1', received: 0, sent: null, status: 0 };
  const ended = { ...line, id: 'a-1' };
  expect(readLedger(text(begun, line, ended)).lines).toEqual([ended, line]);
  expect(readLedger(text(begun)).lines).toEqual([begun]);
});

test('lines of an earlier version are read', () => {
  const { sent: _sent, task: _task, id: _id, ...old } = line;
  expect(readLedger(text(old)).lines).toEqual([{ ...old, sent: null, task: null, id: null }]);
});

test('a table for other programs quotes what must be quoted, and lets no cell be a formula', () => {
  const odd = { ...line, at: Date.UTC(2026, 10, 24), subject: '=1+"2",3', address: null };
  expect(ledgerText([odd], 'csv')).toBe(
    'at,host,address,why,subject,received,sent,status,askedBy,task\r\n' +
      '2026-11-24T00:00:00.000Z,models.example,,download,"\'=1+""2"",3",7,300,200,person,model\r\n',
  );
  expect(readLedger(ledgerText([line, odd], 'jsonl'))).toEqual({ lines: [line, odd], skipped: [] });
});
