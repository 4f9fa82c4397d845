// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';

import { rows } from '../core/driver/diagnosis.ts';
import type { Finding, FindingCure } from '../core/driver/types.ts';
import { describedFindings, findingCureLabel, findingWords } from './diagnosis.ts';

const args = { kernel: '7.2.12-200.fc44.x86_64', keep: '7.1.11-200.fc44.x86_64', card: 'GeForce GTX 1080' };
const more = { layout: 'fr', free: 9000, loaded: '595.71.05', installed: '610.43.03', driver: 'nouveau' };
const finding = (id: string, cure: FindingCure | null, cause = ''): Finding => ({
  id,
  severity: 'blocks',
  cure,
  args: { ...args, ...more, cause },
});

test('every row of the table has words, and no words are without a row', () => {
  expect(describedFindings.toSorted()).toEqual(rows.map(({ id }) => id).sort());
});

const causes = [
  '',
  'no-shim',
  'other-path',
  'not-enrolled',
  'other-key',
  'not-known',
  'too-old',
  'other',
  'closed',
  'state',
];

describe.each(rows.map(({ id }) => id))('%s', (id) => {
  test('is said whole, with a cure and without', () => {
    for (const cause of causes) {
      for (const cure of ['keep-kernel', 'restart', null] as const) {
        const { title, explanation, button } = findingWords(finding(id, cure, cause));
        expect(title).toMatch(/^\S.*[^.]$/);
        expect(explanation).toMatch(/\.$/);
        expect(`${title} ${explanation} ${button ?? ''}`).not.toMatch(/\{\w+\}|undefined|null/);
        expect(button === null).toBe(cure === null);
      }
    }
  });
});

test('what cures it is named', () => {
  expect(findingCureLabel('keep-kernel', finding('driver-too-old', 'keep-kernel'))).toBe(
    'Keep Kernel 7.1.11-200.fc44.x86_64…',
  );
  expect(findingCureLabel('keep-kernel', { args: {} })).toBe('Keep the Old Kernel…');
  expect(findingWords(finding('reset-offered', 'cancel-request')).explanation).toContain('“Continue boot”');
});

test('two causes of one row are told apart', () => {
  const unknown = (cause: string) => findingWords(finding('key-unknown', null, cause)).explanation;
  expect(new Set(['other-key', 'not-enrolled', 'not-known'].map(unknown)).size).toBe(3);
  const shown = (cause: string) => findingWords(finding('screen-not-shown', null, cause)).title;
  expect(shown('no-shim')).not.toBe(shown('other-path'));
});
