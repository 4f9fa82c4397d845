// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GgufWriter, seededBytes, smallHeader, smallModel } from '../../../tests/support/gguf-writer.ts';
import { readGguf } from './gguf.ts';
import type { GgufResult } from './gguf.ts';

const writer = (version = 3, tensors: number | bigint = 0, keys: number | bigint = 0) =>
  new GgufWriter().start(version, tensors, keys);

/** One of everything that a header may hold. */
function rich(version = 3): Uint8Array {
  return writer(version, 3, 16)
    .textKey('general.architecture', 'llama')
    .textKey('tokenizer.chat_template', 'x'.repeat(10_000))
    .raw(...new GgufWriter().text('u8').u32(0).u8(200).bytes())
    .raw(...new GgufWriter().text('i8').u32(1).u8(200).bytes())
    .raw(...new GgufWriter().text('u16').u32(2).raw(0x34, 0x12).bytes())
    .raw(...new GgufWriter().text('i16').u32(3).raw(0xff, 0xff).bytes())
    .u32Key('u32', 4_000_000_000)
    .raw(...new GgufWriter().text('i32').u32(5).u32(0xffffffff).bytes())
    .raw(...new GgufWriter().text('f32').u32(6).raw(0, 0, 0xc0, 0x3f).bytes())
    .raw(...new GgufWriter().text('bool').u32(7).u8(1).bytes())
    .raw(
      ...new GgufWriter()
        .text('u64')
        .u32(10)
        .u64(2n ** 63n)
        .bytes(),
    )
    .raw(...new GgufWriter().text('i64').u32(11).u64(-5).bytes())
    .raw(...new GgufWriter().text('f64').u32(12).raw(0, 0, 0, 0, 0, 0, 0xf8, 0x3f).bytes())
    .raw(...new GgufWriter().text('heads').u32(9).u32(4).u64(3).u32(8).u32(0).u32(8).bytes())
    .raw(...new GgufWriter().text('words').u32(9).u32(8).u64(2).text('a').text('bc').bytes())
    .raw(
      ...new GgufWriter().text('many').u32(9).u32(0).u64(5000).bytes(),
      ...Array.from({ length: 5000 }, () => 1),
    )
    .tensor('a', [64, 3], 2, 0)
    .tensor('b', [10], 0, 128)
    .tensor('c', [256], 12, 192)
    .pad(32)
    .bytes();
}

function header(result: GgufResult) {
  if (result.tag !== 'header') throw new Error(result.problem);
  return result.header;
}

describe.each([2, 3])('version %i', (version) => {
  const bytes = rich(version);
  const read = header(readGguf(bytes));

  test('every type of value', () => {
    const value = (key: string) => {
      const found = read.metadata.get(key);
      return found?.type === 'scalar' ? found.value : found;
    };
    expect(read.version).toBe(version);
    expect(value('general.architecture')).toBe('llama');
    expect(value('tokenizer.chat_template')).toEqual({ type: 'long-string', length: 10_000 });
    expect([value('u8'), value('i8'), value('u16'), value('i16')]).toEqual([200, -56, 0x1234, -1]);
    expect([value('u32'), value('i32'), value('u64'), value('i64')]).toEqual([4e9, -1, 2n ** 63n, -5]);
    expect([value('f32'), value('f64'), value('bool')]).toEqual([1.5, 1.5, true]);
    expect(value('heads')).toEqual({ type: 'array', count: 3, values: [8, 0, 8] });
    expect(value('words')).toEqual({ type: 'array', count: 2, values: null });
    expect(value('many')).toEqual({ type: 'array', count: 5000, values: null });
  });

  test('tensors are summed up', () => {
    expect(read.tensors).toEqual({
      count: 3,
      elements: 192 + 10 + 256,
      bytes: 108 + 40 + 144,
      dataOffset: bytes.length,
      types: { Q4_0: 1, F32: 1, Q4_K: 1 },
      list: [
        { name: 'a', type: 'Q4_0', lengths: [64, 3], bytes: 108 },
        { name: 'b', type: 'F32', lengths: [10], bytes: 40 },
        { name: 'c', type: 'Q4_K', lengths: [256], bytes: 144 },
      ],
    });
  });

  test('of any part it says how much more it needs, and gets there', () => {
    for (let length = 0; length < bytes.length; length += length < 120 ? 1 : 611) {
      let given = length;
      for (let round = 0; ; round += 1) {
        expect(round).toBeLessThan(200);
        const part = header(readGguf(bytes.subarray(0, given)));
        if (part.needBytes === null) break;
        expect(part.needBytes).toBeGreaterThan(given);
        expect(part.needBytes).toBeLessThanOrEqual(bytes.length);
        given = part.needBytes;
      }
    }
  });
});

test('a part of a file tells what it holds', () => {
  const part = header(readGguf(rich().subarray(0, 200)));
  expect(part.metadata.get('general.architecture')).toEqual({ type: 'scalar', value: 'llama' });
  expect(part.tensors).toBeNull();
});

test('reading begins at the view, not at its buffer', () => {
  const bytes = rich();
  const shifted = new Uint8Array(bytes.length + 13);
  shifted.set(bytes, 13);
  expect(readGguf(shifted.subarray(13))).toEqual(readGguf(bytes));
});

const key = (): GgufWriter => writer(3, 0, 1);
const tensor = (): GgufWriter => writer(3, 1, 0);
const huge = 2n ** 64n - 1n;
const malformed: readonly (readonly [string, GgufWriter, RegExp])[] = [
  ['another magic', new GgufWriter().raw(0x47, 0x47, 0x4d, 0x4c).u32(3), /does not begin with GGUF/],
  ['version 0', writer(0), /version 0/],
  ['version 1', writer(1), /version 1/],
  ['version 4', writer(4), /version 4/],
  ['big-endian', writer(0x03000000), /big-endian/],
  ['tensors without end', writer(3, huge), /claims \d+ tensors/],
  ['keys without end', writer(3, 0, huge), /claims \d+ keys/],
  ['a key without end', key().u64(huge), /bytes for a key/],
  ['a key of 64 KiB', key().u64(65536), /bytes for a key/],
  ['a key without name', key().textKey('', 'x'), /key without a name/],
  ['a key twice', writer(3, 0, 2).u32Key('a', 1).u32Key('a', 1), /the key "a" twice/],
  ['a type of value that is none', key().text('a').u32(13).u32(0), /unknown type 13/],
  ['a type of value far out', key().text('a').u32(0xffffffff).u32(0), /unknown type/],
  ['an array of no type', key().text('a').u32(9).u32(77).u64(1), /unknown type 77/],
  ['an array in an array', key().text('a').u32(9).u32(9).u64(1).u32(4).u64(0), /array in an array/],
  ['an array without end', key().text('a').u32(9).u32(4).u64(huge), /claims \d+ values of "a"/],
  ['a value without end', key().text('a').u32(8).u64(huge), /claims \d+ bytes/],
  [
    'a value of 17 MiB',
    key()
      .text('a')
      .u32(8)
      .u64(17 * 1024 * 1024),
    /claims \d+ bytes/,
  ],
  ['a word without end', key().text('a').u32(9).u32(8).u64(1).u64(huge), /too many bytes/],
  ['a truth value of 2', key().text('a').u32(7).u8(2), /truth value of 2/],
  ['an alignment of 0', key().u32Key('general.alignment', 0), /alignment that is no size/],
  ['an alignment of 24', key().u32Key('general.alignment', 24), /no power of two/],
  ['an alignment in words', key().textKey('general.alignment', '32'), /alignment that is no size/],
  ['an alignment of a gigabyte', key().u32Key('general.alignment', 2 ** 30), /alignment that is no size/],
  ['a long name of a tensor', tensor().tensor('x'.repeat(64), [32], 0, 0), /the name of a tensor/],
  ['two tensors of a name', writer(3, 2).tensor('a', [8], 0, 0).tensor('a', [8], 0, 32), /same name/],
  ['five dimensions', tensor().tensor('a', [1, 1, 1, 1, 1], 0, 0), /5 dimensions/],
  ['dimensions without end', tensor().text('a').u32(0xffffffff), /dimensions/],
  ['a dimension of 0', tensor().tensor('a', [0], 0, 0), /without numbers/],
  ['a negative dimension', tensor().tensor('a', [-1n], 0, 0), /numbers in a row/],
  ['numbers beyond counting', tensor().tensor('a', [2n ** 40n, 2n ** 40n], 0, 0), /larger than any disk/],
  ['a type of tensor that is none', tensor().tensor('a', [32], 4000, 0), /unknown type 4000/],
  ['a type of tensor that was', tensor().tensor('a', [32], 4, 0), /unknown type 4/],
  ['rows of half a block', tensor().tensor('a', [48], 2, 0), /no whole blocks of Q4_0/],
  ['a first tensor not at the start', tensor().tensor('a', [32], 0, 32), /wrong place/],
  ['a gap', writer(3, 2).tensor('a', [8], 0, 0).tensor('b', [8], 0, 64), /wrong place/],
  ['an overlap', writer(3, 2).tensor('a', [64], 0, 0).tensor('b', [8], 0, 32), /wrong place/],
  [
    'an offset that is not aligned',
    writer(3, 2).tensor('a', [9], 0, 0).tensor('b', [8], 0, 36),
    /wrong place/,
  ],
  ['an offset without end', tensor().tensor('a', [8], 0, huge), /bytes before a tensor/],
];

test.each(malformed)('malformed: %s', (_name, made, problem) => {
  const result = readGguf(made.bytes());
  expect(result.tag).toBe('malformed');
  if (result.tag !== 'malformed') return;
  expect(result.problem).toMatch(problem);
  expect(result.offset).toBeLessThanOrEqual(made.length);
});

describe('with the size of the file known', () => {
  const whole = smallModel('llama', 2, 4096, 7);

  test('the whole file is good, and may lack padding at its end', () => {
    expect(header(readGguf(whole, whole.length)).tensors?.bytes).toBe(4096);
    expect(
      header(readGguf(smallHeader('llama', 2, 7), smallHeader('llama', 2, 7).length + 28)).tensors,
    ).not.toBeNull();
  });
  test('cut off in its data', () => {
    expect(readGguf(whole.subarray(0, -1), whole.length - 1)).toMatchObject({
      problem: expect.stringMatching(/is cut off/),
    });
  });
  test('cut off in its header', () => {
    expect(readGguf(whole.subarray(0, 100), 100)).toMatchObject({ problem: 'ends inside its header' });
  });
  test('empty', () => {
    expect(readGguf(new Uint8Array(), 0).tag).toBe('malformed');
    expect(header(readGguf(new Uint8Array())).needBytes).toBe(4);
  });
});

test('a type of tensor that is newer than Hearth is passed over, without a size', () => {
  const bytes = writer(3, 2).tensor('a', [32], 60, 0).tensor('b', [32], 0, 999).pad(32).bytes();
  expect(header(readGguf(bytes)).tensors).toMatchObject({
    count: 2,
    bytes: null,
    types: { 'type 60': 1, F32: 1 },
  });
});

describe('hostile bytes', () => {
  const runs = process.env['HEARTH_LONG'] ? 1_000_000 : 4000;
  const base = rich();
  const interesting = [0, 1, 2, 7, 8, 9, 12, 13, 31, 32, 127, 128, 254, 255];
  const mutation = fc.record({
    at: fc.nat(base.length - 1),
    bytes: fc.array(fc.oneof(fc.constantFrom(...interesting), fc.nat(255)), { minLength: 1, maxLength: 12 }),
    cut: fc.option(fc.nat(base.length), { freq: 4 }),
  });

  /** It ends with an answer, and what it keeps is no more than what it was given. */
  function check(bytes: Uint8Array, size: number | null): void {
    const result = readGguf(bytes, size);
    if (result.tag === 'malformed') {
      expect(result.problem.length).toBeLessThan(300);
      return;
    }
    const { needBytes, metadata, tensors } = result.header;
    if (needBytes !== null) expect(needBytes).toBeGreaterThan(bytes.length);
    let kept = 0;
    for (const [name, value] of metadata) {
      kept += name.length;
      if (value.type === 'array') kept += value.values?.length ?? 0;
      else if (value.type === 'scalar') kept += String(value.value).length;
    }
    expect(kept).toBeLessThanOrEqual(bytes.length * 4 + 64);
    if (tensors !== null) expect(tensors.count).toBeLessThanOrEqual(bytes.length);
  }

  test('changed here and there', { timeout: 1_800_000 }, () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let bytes = base.slice();
        for (const { at, bytes: over, cut } of mutations) {
          bytes.set(over.slice(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
          if (cut !== null) bytes = bytes.slice(0, cut);
        }
        check(bytes, null);
        check(bytes, bytes.length);
      }),
      { numRuns: runs },
    );
  });

  test('nothing but noise after the magic', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        check(new Uint8Array([0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0, ...noise]), null);
      }),
      { numRuns: 2000 },
    );
  });

  test('the worst that eight megabytes can claim takes no time and no memory', () => {
    // A vocabulary of empty words, as many as are allowed.
    const count = 1_000_000;
    const start = key().text('words').u32(9).u32(8).u64(count).bytes();
    const bytes = new Uint8Array(start.length + count * 8);
    bytes.set(start);
    const began = performance.now();
    expect(header(readGguf(bytes)).metadata.get('words')).toEqual({ type: 'array', count, values: null });
    expect(readGguf(seededBytes(1_000_000, 3)).tag).toBe('malformed');
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
