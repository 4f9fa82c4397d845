// SPDX-License-Identifier: GPL-3.0-or-later

import { afterEach, expect, test } from 'vitest';
import { dotted, ended, listed, listedApart, numbered, paragraph, stated } from './joined.ts';
import { setTranslator } from './translate.ts';

const english = {
  gettext: (text: string) => text,
  ngettext: (one: string, many: string, count: number) => (count === 1 ? one : many),
  pgettext: (_context: string, text: string) => text,
};
afterEach(() => setTranslator(english));

test('names, facts and sentences stand beside each other, and what is empty is left out', () => {
  expect(listed(['Goose', '', 'Ollama'])).toBe('Goose, Ollama');
  expect(listedApart(['a, b', 'c, d'])).toBe('a, b; c, d');
  expect(dotted(['1.2 of 5.3 GB', '24 MB/s'])).toBe('1.2 of 5.3 GB · 24 MB/s');
  expect(paragraph('One.', '', 'Two.')).toBe('One. Two.');
  expect(stated('Balanced', 'The strongest.')).toBe('Balanced. The strongest.');
  expect(stated('Does it fit?', 'It does.')).toBe('Does it fit? It does.');
  expect(numbered(2, 'Choose')).toBe('2. Choose');
  expect([ended('So it is'), ended('Is it?'), ended('“It is.”')]).toEqual([
    'So it is.',
    'Is it?',
    '“It is.”',
  ]);
  expect([listed([]), dotted(['']), paragraph()]).toEqual(['', '', '']);
});

test('a language has its own marks', () => {
  const marks: Readonly<Record<string, string>> = {
    '{list}, {item}': '{list}、{item}',
    '{first} {second}': '{first}{second}',
    '{first}. {second}': '{first}。{second}',
    '{sentence}.': '{sentence}。',
  };
  setTranslator({ ...english, pgettext: (_context, text) => marks[text] ?? text });
  expect(listed(['Goose', 'Ollama', 'Zed'])).toBe('Goose、Ollama、Zed');
  expect(stated('均衡', '最も強い。', '速い')).toBe('均衡。最も強い。速い');
  expect([ended('そうです'), ended('そうです。')]).toEqual(['そうです。', 'そうです。']);
});
