// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ErrorCode } from '../core/errors.ts';
import { errorDetails, errorWords } from './errors.ts';

// The list of codes as it is written, so that a code added there is tested here without anyone thinking of it.
const source = readFileSync(new URL('../core/errors.ts', import.meta.url), 'utf8');
const driver = readFileSync(new URL('../core/driver/errors.ts', import.meta.url), 'utf8');
const union = /export type ErrorCode =([^;]*);/.exec(source)?.[1] ?? '';
const union2 = /export type DriverErrorCode =([^;]*);/.exec(driver)?.[1] ?? '';
const codes = [...`${union}${union2}`.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] as ErrorCode);

test('there are codes', () => expect(codes.length).toBeGreaterThan(40));

test.each(codes)('%s has a sentence without holes even with no arguments', (code) => {
  const { sentence, next } = errorWords({ code, args: {}, detail: null });
  expect(sentence).toMatch(/^[A-Z][^{}]*\.$/);
  expect(next).toMatch(/^([A-Z][^{}]*\.)?$/);
});

test.each(codes)('%s never says please, sorry or oops', (code) => {
  const { sentence, next } = errorWords({ code, args: {}, detail: null });
  expect(`${sentence} ${next}`).not.toMatch(/please|sorry|oops|!/i);
});

test('the most telling sentence that can be filled is used, with sizes people can read', () => {
  const full = errorWords({ code: 'no-space', args: { path: '/m', needed: 5.3e9, free: 1e9 }, detail: null });
  expect(full.sentence).toBe('Not enough space at /m: 5.3 GB needed, 1 GB free.');
  expect(errorWords({ code: 'no-space', args: { path: '/m' }, detail: null }).sentence).toBe(
    'The disk with /m is full.',
  );
});

test('tokens are not bytes', () => {
  const words = errorWords({
    code: 'context-too-small',
    args: { actual: 4096, needed: 16384 },
    detail: null,
  });
  expect(words.sentence).toBe('The context of 4096 tokens is too small: 16384 tokens needed.');
});

test('a value that looks like a place does not open a hole', () => {
  expect(errorWords({ code: 'exists', args: { path: '/tmp/{x}' }, detail: null }).sentence).toBe(
    'It is already there.',
  );
});

test('a sentence that ends in the words of a parser gets its full stop', () => {
  const words = errorWords({ code: 'bad-config', args: { path: '/c', problem: 'a tab' }, detail: null });
  expect(words.sentence).toBe('/c cannot be read as settings: a tab.');
});

test('details hold the code, the arguments and what was said', () => {
  const text = errorDetails({ code: 'server-died', args: { exit: 139 }, detail: 'segfault' });
  expect(text).toBe('code: server-died\nexit: 139\n\nsegfault');
});

test('what is missing for serving is named, with how to get it', () => {
  const words = errorWords({ code: 'no-engine', args: { missing: 'llama-server, bwrap' }, detail: null });
  expect(words.sentence).toMatch(/llama-server.*bwrap/);
  expect(words.next).toMatch(/dnf install llama-cpp bubblewrap/);
});
