// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Utf8Pieces } from './utf8.ts';

test('cut anywhere, the text is the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(50)), (text, cuts) => {
      const bytes = new TextEncoder().encode(text);
      const pieces = new Utf8Pieces();
      let at = 0;
      let out = '';
      for (const cut of cuts) {
        out += pieces.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      out += pieces.push(bytes.subarray(at)) + pieces.end();
      expect(out).toBe(text);
    }),
  );
});

test('any bytes give text, and all of them are accounted for', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const pieces = new Utf8Pieces();
      const out = pieces.push(bytes) + pieces.end();
      expect(out.length).toBeGreaterThanOrEqual(bytes.length === 0 ? 0 : 1);
    }),
  );
  const pieces = new Utf8Pieces();
  expect(pieces.push(new Uint8Array([0xe2, 0x82]))).toBe('');
  expect(pieces.end()).toBe('\ufffd');
});
