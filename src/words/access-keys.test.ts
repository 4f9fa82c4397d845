// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { accessKey, keysApart } from './access-keys.ts';

const of = (...texts: readonly string[]) => texts.map((text) => ({ text, wants: true }));

test('reads the key of a label', () => {
  expect(accessKey('_Stop')).toBe('s');
  expect(accessKey('Ski_p')).toBe('p');
  expect(accessKey('下载(_D)…')).toBe('d');
  expect(accessKey('llama__server')).toBeNull();
  expect(accessKey('a___b')).toBe('b');
  expect(accessKey('Stop')).toBeNull();
});

test('what a translator chose stands', () => {
  expect(keysApart(of('_Stop', 'Ski_p'))).toEqual(['_Stop', 'Ski_p']);
});

test('of two that chose the same the later gets another, at the start of a word if there is one', () => {
  expect(keysApart(of('_Stop', '_Show All Models'))).toEqual(['_Stop', 'Show _All Models']);
  expect(keysApart(of('_Install…', '_Install…', '_Install…'))).toEqual([
    '_Install…',
    'I_nstall…',
    'In_stall…',
  ]);
});

test('a key that somebody chose further down is not taken away by one that has none', () => {
  expect(keysApart(of('Download', '_Discard'))).toEqual(['D_ownload', '_Discard']);
});

test('what wants none keeps none', () => {
  expect(keysApart([{ text: 'Download', wants: false }])).toEqual(['Download']);
});

test('an underscore is no key, and none stays where no letter is left', () => {
  expect(keysApart(of('_a', 'A'))).toEqual(['_a', 'A']);
  expect(keysApart(of('a__b', 'A'))).toEqual(['_a__b', 'A']);
});

test('a text without letters that can be typed has one after it', () => {
  expect(keysApart(of('下载', '安装…', '停止(_A)'))).toEqual(['下载(_B)', '安装(_C)…', '停止(_A)']);
  expect(keysApart(of('停止(_A)', '添加(_A)…'))).toEqual(['停止(_A)', '添加(_B)…']);
});

test('letters of other alphabets are keys too', () => {
  expect(keysApart(of('تنزيل'))).toEqual(['_تنزيل']);
  expect(keysApart(of('Číst'))).toEqual(['_Číst']);
});
