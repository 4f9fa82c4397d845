// SPDX-License-Identifier: GPL-3.0-or-later

import { afterEach, beforeEach, expect, test } from 'vitest';
import { isolated, laidOut } from './bidi.ts';
import { dotted, ended, listed } from './joined.ts';
import { plainFormats, setFormats } from './locale.ts';
import { alone, fill } from './translate.ts';

beforeEach(() => setFormats({ ...plainFormats, rightToLeft: true }));
afterEach(() => setFormats(plainFormats));

/** Isolates as brackets, the mark as a bar, for reading. */
const seen = (text: string): string =>
  text.replaceAll('\u2066', '⟨').replaceAll('\u2069', '⟩').replaceAll('\u200f', '|');

test('what begins with a name in Latin letters is laid out from the right all the same', () => {
  expect(seen(listed(['NVIDIA GeForce RTX 4060', '8.6 ج.بايت']))).toBe(
    '|⟨NVIDIA GeForce RTX 4060⟩, 8.6 ج.بايت',
  );
  expect(seen(dotted(['Google', '14.4 ج.بايت', '12 دقيقة']))).toBe('|⟨Google⟩ · 14.4 ج.بايت · 12 دقيقة');
  expect(seen(laidOut('Goose بلا شبكة'))).toBe('|Goose بلا شبكة');
  expect(laidOut('تم')).toBe('تم');
});

test('what has no letter from the right stays as it is', () => {
  for (const text of ['AMD Radeon 780M', 'hearth goose --offline', '/usr/bin/goose', '14.4'])
    expect(laidOut(text)).toBe(text);
});

test('paths and versions keep their parts in order', () => {
  expect(seen(fill('إنشاء المجلد {path}', { path: '/home/ada/models' }))).toBe(
    'إنشاء المجلد ⟨/home/ada/models⟩',
  );
  expect(seen(fill('النواة {kernel} التالية', { kernel: '7.2.4-200.fc44.x86_64' }))).toBe(
    'النواة ⟨7.2.4-200.fc44.x86_64⟩ التالية',
  );
  expect(seen(fill('يستمع على {address}، للجميع', { address: '[::]:11434' }))).toBe(
    'يستمع على ⟨[::]:11434⟩، للجميع',
  );
  expect(seen(laidOut('في قائمة في /etc/hearth/engines.d.'))).toBe('في قائمة في ⟨/etc/hearth/engines.d⟩.');
  expect(seen(laidOut('مع --yes: نعم'))).toBe('مع ⟨--yes⟩: نعم');
});

test('a command stays one run, with the names in it', () => {
  expect(seen(laidOut('شغّل «hearth goose --open» هناك'))).toBe('شغّل «hearth goose --open» هناك');
  expect(seen(fill('يقرؤه «hearth status --machine {folder}».', { folder: '/tmp/a' }))).toBe(
    'يقرؤه «hearth status --machine /tmp/a».',
  );
  expect(isolated('ollama', 'خدمة ', '.service')).toBe('ollama');
});

test('quotations beside each other keep their order', () => {
  expect(seen(laidOut('شاشة «Perform MOK management»: «Enroll MOK» ثم «Yes»'))).toBe(
    'شاشة «Perform MOK management»|: «Enroll MOK» ثم «Yes»',
  );
});

test('places of a date are no options', () => {
  expect(seen(laidOut('%-d %B %Y، %R'))).toBe('|%-d %B %Y، %R');
});

test('names and paths alone are read from the left, and begin where the page does', () => {
  expect(seen(alone('NVIDIA GeForce RTX 4060'))).toBe('|⟨NVIDIA GeForce RTX 4060⟩');
  expect(seen(alone('/home/ada/a\n/home/ada/b'))).toBe('|⟨/home/ada/a⟩\n|⟨/home/ada/b⟩');
  expect(alone('14.4 ج.بايت')).toBe('14.4 ج.بايت');
  expect(alone('')).toBe('');
  setFormats(plainFormats);
  expect(alone('AMD Radeon 780M')).toBe('AMD Radeon 780M');
});

test('numbers and texts from the right need no isolate', () => {
  expect(fill('بقي {size}', { size: '24.3' })).toBe('بقي 24.3');
  expect(fill('{first} {second}', { first: 'تم.', second: 'تابع.' })).toBe('تم. تابع.');
});

test('a full stop inside an isolate is one', () => {
  const sentence = fill('أجاب: {seen}', { seen: 'Done.' });
  expect(ended(sentence)).toBe(sentence);
});

test('nothing is put into texts of other languages', () => {
  setFormats(plainFormats);
  expect(fill('Make {path}', { path: '/home/ada/تجربة' })).toBe('Make /home/ada/تجربة');
});
