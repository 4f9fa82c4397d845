// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { item, pairs, render, styled, table, width, withoutControls, wrap } from './text.ts';

const plain = { color: false, utf8: true };

describe('text', () => {
  it('colours only where that was asked for', () => {
    expect(render(styled('good', 'ready'), plain)).toBe('ready');
    expect(render(styled('good', 'ready'), { color: true, utf8: true })).toBe('\u001b[32mready\u001b[0m');
    expect(width(styled('bold', 'ready'))).toBe(5);
  });

  it('never lets text from elsewhere reach the terminal as a command', () => {
    expect(render('a\u001b[2Jb\u0007\rc\u009b', plain)).toBe('a\uFFFD[2Jb\uFFFD\uFFFDc\uFFFD');
    expect(withoutControls('one\r\ntwo\tthree\n')).toBe('one\ntwo\tthree\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex
        expect(render(text, plain)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('says its signs in plain letters where there is no UTF-8', () => {
    expect(render('✓ 5 GB − “x” … é', { color: false, utf8: false })).toBe('+ 5 GB - "x" ... ?');
  });

  it('wraps at the width, and leaves a long path whole', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('see /a/very/long/path now', 10)).toEqual(['see', '/a/very/long/path', 'now']);
    expect(wrap('a\n\nb', 10, '  ')).toEqual(['  a', '', '  b']);
    fc.assert(
      fc.property(fc.lorem({ maxCount: 30 }), fc.integer({ min: 20, max: 90 }), (text, columns) => {
        for (const line of wrap(text, columns)) expect(width(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('counts wide signs as two columns and combining ones as none', () => {
    expect(width('模型')).toBe(4);
    expect(width('e\u0301')).toBe(1);
  });

  it('hangs an item behind its sign', () => {
    expect(item('-', 'one two three', 9, ' ')).toEqual([' - one', '   two', '   three']);
  });

  it('puts texts below their labels when there is no room beside them', () => {
    expect(pairs([['label', 'some text']], 60)).toEqual(['  label  some text']);
    expect(pairs([['a-long-label-indeed', 'some text']], 40)).toEqual([
      '  a-long-label-indeed',
      '      some text',
    ]);
  });

  it('makes columns, or stacks them when narrow', () => {
    const rows = [
      ['id', 'yes', 'it fits well here'],
      ['longer', 'no', ''],
    ];
    expect(table(rows, 60)).toEqual(['  id      yes  it fits well here', '  longer  no']);
    expect(table(rows, 22)).toEqual([
      '  id',
      '      yes',
      '      it fits well',
      '      here',
      '  longer',
      '      no',
    ]);
  });
});
