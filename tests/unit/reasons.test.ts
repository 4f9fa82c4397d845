// SPDX-License-Identifier: GPL-3.0-or-later

import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';

import { errorWords } from '../../src/words/errors.ts';
import { reasonText } from '../../src/words/reasons.ts';
import { setTranslator } from '../../src/words/translate.ts';

const plain = {
  gettext: (text: string) => text,
  ngettext: (one: string, many: string, count: number) => (count === 1 ? one : many),
  pgettext: (_context: string, text: string) => text,
};

afterEach(() => setTranslator(plain));

/** What the program says of a file that it cannot use, in the words of its sources. */
function reasonsInSources(): readonly string[] {
  const files = ['src/core', 'src/engine'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const said = /(?:problem: |refuse\(|unusable\(\w+, )'([^'\n]+)'/g;
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(said)].map((match) => match[1] ?? ''),
  );
}

test('every reason that the program gives can be said in another language', () => {
  const found = [...new Set(reasonsInSources())];
  expect(found.length).toBeGreaterThan(20);
  setTranslator({ ...plain, gettext: (text) => `«${text}»` });
  expect(found.filter((reason) => !reasonText(reason).startsWith('«'))).toEqual([]);
});

test('values come through, and what another program said stays', () => {
  setTranslator({ ...plain, gettext: (text) => `«${text}»` });
  expect(reasonText('the key GOOSE_MODEL is there twice')).toBe('«the key GOOSE_MODEL is there twice»');
  expect(reasonText('is cut off: 12 of 40 bytes are there')).toBe(
    '«it is cut off: 12 of 40 bytes are there»',
  );
  expect(reasonText('a/../b leads out of it')).toBe('«a/../b leads out of it»');
  expect(reasonText('JSON.parse: unexpected character at line 3 column 7 of the JSON data')).toBe(
    '«it is not JSON; see line 3, column 7»',
  );
  expect(reasonText('entry "x", file.size: is there twice; the first is used')).toBe(
    '«entry “x”, file.size: «it is there twice; the first is used»»',
  );
  expect(reasonText('whatever tar says')).toBe('whatever tar says');
});

test('the reason is the end of the sentence', () => {
  const error = {
    code: 'bad-config',
    args: { path: '/c.yaml', line: 4, problem: 'its references lead nowhere or too far' },
  };
  expect(errorWords({ ...error, code: 'bad-config', detail: null }).sentence).toBe(
    '/c.yaml cannot be read as settings, line 4: its references lead nowhere or too far.',
  );
});
