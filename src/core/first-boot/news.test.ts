// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { allSeen, newPages, pageVersions, withSeen } from './news.ts';

// Versions of releases that never were.
const next = { computer: 1, driver: 2, model: 1, try: 3 };

test('a page that rose is new until it was seen', () => {
  const seen = allSeen({}, { computer: 1, driver: 1, model: 1, try: 1 });
  expect(newPages(seen, next)).toEqual(['driver', 'try']);
  const later = withSeen(seen, 'driver', next);
  expect(newPages(later, next)).toEqual(['try']);
  expect(newPages(withSeen(later, 'try', next), next)).toEqual([]);
});

test('a page that was not there before is new', () => {
  const seen = allSeen({}, { computer: 1, driver: 2, model: 1, try: 3 });
  expect(newPages(seen, { ...next, tools: 1 })).toEqual(['tools']);
});

test('without a record nothing is new, and a first run leaves nothing new behind', () => {
  expect(newPages({}, next)).toEqual([]);
  expect(newPages(allSeen({}, next), next)).toEqual([]);
  expect(newPages(allSeen({}), pageVersions)).toEqual([]);
});

test('an older release forgets nothing of a newer one', () => {
  const seen = { computer: 4, model: 2, page: 7 };
  expect(allSeen(seen, next)).toMatchObject({ computer: 4, model: 2, page: 7, driver: 2 });
  expect(withSeen(seen, 'computer', next)).toBe(seen);
  expect(newPages({ ...allSeen(seen, next) }, next)).toEqual([]);
});
