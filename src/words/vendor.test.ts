// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { lockIds, noVendor } from '../core/vendor/types.ts';
import { errorWords } from './errors.ts';
import { lockSentence, vendorNotices, vendorProblemText } from './vendor.ts';

test.each(lockIds)('%s: says who decided, what is not possible, and who can change it', (lock) => {
  expect(lockSentence(lock, 'Example University')).toMatch(/^Managed by Example University: [a-z].*\.$/i);
  expect(lockSentence(lock, null)).toMatch(/^Managed by your organisation: [a-z].*\.$/i);
  const { sentence, next } = errorWords({
    code: 'locked',
    args: { lock, organisation: 'Example University' },
    detail: null,
  });
  expect(sentence).toBe(lockSentence(lock, 'Example University'));
  expect(next).toBe('Whoever looks after this computer can allow it.');
});

test('nothing is said where nobody decided anything', () => expect(vendorNotices(noVendor)).toEqual([]));

test('what cannot be used comes first, with file and line, and then what is locked', () => {
  const problems = [
    {
      file: '/etc/hearth/vendor.d/a.yaml',
      line: 3,
      key: 'pages.hiden',
      problem: 'is not a key that is known',
    },
    { file: '/etc/hearth/vendor.d/b.yaml', line: null, key: null, problem: 'cannot be read: denied' },
  ];
  const notices = vendorNotices({
    ...noVendor,
    problems,
    locked: ['engine', 'driver'],
    organisation: 'Example',
  });
  expect(notices.map(({ tone, label }) => `${tone}: ${label}`)).toEqual([
    'problem: 2 Settings Files Cannot Be Used',
    'managed: Managed by Example',
  ]);
  expect(notices[0]?.value.split('\n').slice(0, 2)).toEqual([
    '/etc/hearth/vendor.d/a.yaml, line 3, pages.hiden: is not a key that is known',
    '/etc/hearth/vendor.d/b.yaml: it cannot be read: denied',
  ]);
  expect(notices[1]?.value.split('\n')).toHaveLength(2);
});

test('a problem is told with what is known of its place', () => {
  const at = { file: 'f', line: 2, key: 'locked', problem: 'p' };
  expect(vendorProblemText(at)).toBe('f, line 2, locked: p');
  expect(vendorProblemText({ ...at, key: null })).toBe('f, line 2: p');
  expect(vendorProblemText({ ...at, line: null })).toBe('f, locked: p');
});
