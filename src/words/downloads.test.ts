// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixtureState } from '../../tests/support/fixture-states.ts';
import { holdReasons } from '../core/models/transfer-rules.ts';
import { downloadsSummary, downloadStanding, downloadWords, heldWords, shareOf } from './downloads.ts';

const catalogue = readFileSync(new URL('../../data/catalogue/hearth.json', import.meta.url), 'utf8');
const { downloads } = fixtureState('downloads', catalogue);

test('each download says where it stands', () => {
  expect(downloads.map((item) => downloadStanding(item, downloads))).toEqual([
    expect.stringMatching(/^\d.* of \d.* GB · 12 MB\/s · about \d+ minutes left · huggingface\.co$/),
    expect.stringMatching(/^Waiting for the network · \d/),
    'Paused, because this network is metered. It goes on by itself on another network.',
    'Waiting, next in line',
    expect.stringMatching(/^Paused · \d.* of \d.* GB$/),
  ]);
  const again = { ...downloads[3]!, modelId: 'another' };
  expect(downloadStanding(again, [...downloads, again])).toBe('Waiting, number 2 in line');
  expect(downloadStanding({ ...downloads[0]!, status: 'pausing' }, downloads)).toBe('Stopping');
  expect(downloadStanding({ ...downloads[0]!, phase: 'no-answer' }, downloads)).toMatch(
    /^No answer, trying again · /,
  );
});

test('the sum is there when it says more than the rows', () => {
  expect(downloadsSummary(downloads)).toMatch(/^4 downloads, \d+(\.\d)? GB left, about \d+ (minutes|hours)$/);
  expect(downloadsSummary(downloads.slice(0, 1))).toBe('');
  expect(downloadsSummary([downloads[1]!, downloads[2]!])).toMatch(/^2 downloads, \d+(\.\d)? GB left$/);
  expect(downloadsSummary([])).toBe('');
});

test('every reason to hold says when it goes on, and closing says what becomes of it', () => {
  for (const reason of holdReasons)
    expect(heldWords(reason)).toMatch(/^Paused, because .* goes on by itself .*\.$/);
  expect(downloadWords.closeBody(downloads)).toMatch(
    /^4 downloads are under way, .* GB are left\. What came so far is kept/,
  );
  expect(downloadWords.closeBody(downloads.slice(0, 1))).toMatch(/^A download is under way/);
  expect(shareOf(downloads[0]!)).toBe('40 %');
});
