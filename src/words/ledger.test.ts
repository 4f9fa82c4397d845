// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { readLedger, contactAhead, type LedgerLine } from '../core/setup/ledger.ts';
import { askedBySentence, contactHost, contactSentence } from './ledger.ts';

const line = (more: Partial<LedgerLine> = {}): LedgerLine => ({
  ...contactAhead({ why: 'packages', host: 'a.example, b.example', subject: 'akmod-nvidia', task: 'driver' }),
  ...{ v: 1, at: 1, id: null },
  ...more,
});

test('what the package service did for Hearth is said to be its doing, and on whose behalf', () => {
  const done = line({ status: 200, received: 4_200_000 });
  expect(contactSentence(done)).toBe(
    'For the system’s package service to fetch akmod-nvidia, on Hearth’s behalf · 4.2 MB received · bytes sent not known',
  );
  expect(contactSentence(line({ status: 200 }))).toContain('the service does not tell how much came');
  expect(contactSentence(line())).toContain('no file came from there');
  expect(contactSentence(line({ why: 'package-list', subject: 'rpmfusion', status: 200 }))).toContain(
    'package list of rpmfusion',
  );
  expect(askedBySentence(done)).toBe('Asked by you, by agreeing to a plan');
});

test('hosts, or that it was whoever the package sources name', () => {
  expect(contactHost(line())).toBe('a.example, b.example');
  expect(contactHost(line({ host: '' }))).toBe('Package sources of this computer');
});

test('such lines are read back, and others of that shape are not', () => {
  const text = JSON.stringify(line());
  expect(readLedger(text)).toEqual({ lines: [line()], skipped: [] });
  expect(readLedger(text.replace('"packages"', '"rumours"')).skipped).toEqual([1]);
});
