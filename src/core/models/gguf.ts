// SPDX-License-Identifier: GPL-3.0-or-later

import { ByteReader, Malformed, NeedMore } from './gguf-bytes.ts';
import { readTensors } from './gguf-tensors.ts';
import type { TensorSummary } from './gguf-tensors.ts';

/**
 * Reads the header of a GGUF file, version 2 or 3, little-endian: from the whole file or from its first bytes.
 *
 * The header comes from the network and is treated as hostile. Every length is checked against what is there before
 * it is used, every count has a cap, nothing is kept but short values, and no value is read twice; so time and memory
 * are bounded by the bytes that were given.
 *
 * Format: ggml-org's specification of GGUF; what is malformed follows what llama.cpp refuses to load.
 */

export type GgufScalar = number | bigint | boolean | string;

export type GgufValue =
  | { readonly type: 'scalar'; readonly value: GgufScalar }
  /** A string too long to be kept (a chat template, say). Length in bytes. */
  | { readonly type: 'long-string'; readonly length: number }
  /** `values` are kept for short arrays of numbers and booleans only. */
  | { readonly type: 'array'; readonly count: number; readonly values: readonly GgufScalar[] | null };

export interface GgufHeader {
  readonly version: number;
  readonly tensorCount: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Null while the bytes given end inside the header. */
  readonly tensors: TensorSummary | null;
  /** At least so many bytes from the start of the file are needed to read on; null when all was read. */
  readonly needBytes: number | null;
}

export type GgufResult =
  | { readonly tag: 'header'; readonly header: GgufHeader }
  | { readonly tag: 'malformed'; readonly problem: string; readonly offset: number };

/** Counts and lengths beyond these are refused: several times what the largest models have. */
export const ggufLimits = {
  keys: 4096,
  keyLength: 65535,
  stringLength: 16 * 1024 * 1024,
  arrayCount: 4 * 1024 * 1024,
  keptString: 8192,
  keptArray: 4096,
} as const;

const magic = 0x46554747;

const sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;
const typeBool = 7;
const typeString = 8;
const typeArray = 9;

/**
 * @param bytes the file from its start, all of it or a part
 * @param fileSize bytes of the whole file when it is known: tensors that would lie beyond its end are malformed
 */
export function readGguf(bytes: Uint8Array, fileSize: number | null = null): GgufResult {
  const reader = new ByteReader(bytes);
  const partial = { version: 0, tensorCount: 0, metadata: new Map<string, GgufValue>() };
  try {
    const keys = readStart(reader, partial);
    for (let index = 0; index < keys; index += 1) readPair(reader, partial.metadata);
    const tensors = readTensors(reader, partial.tensorCount, alignmentOf(partial.metadata, reader), fileSize);
    return { tag: 'header', header: { ...partial, tensors, needBytes: null } };
  } catch (thrown) {
    if (thrown instanceof NeedMore) {
      // With the whole file given there is nothing more to come.
      if (fileSize !== null && bytes.length >= fileSize) {
        return { tag: 'malformed', problem: 'ends inside its header', offset: bytes.length };
      }
      return { tag: 'header', header: { ...partial, tensors: null, needBytes: thrown.bytes } };
    }
    if (thrown instanceof Malformed) {
      return { tag: 'malformed', problem: thrown.problem, offset: thrown.offset };
    }
    throw thrown;
  }
}

function readStart(reader: ByteReader, into: { version: number; tensorCount: number }): number {
  if (reader.u32() !== magic) throw new Malformed('does not begin with GGUF', 0);
  const version = reader.u32();
  // A version whose lower half is empty is a small number with its bytes the other way round.
  if ((version & 0xffff) === 0 && version !== 0) {
    throw new Malformed('is in big-endian order, which this computer cannot use', 4);
  }
  if (version !== 2 && version !== 3) throw new Malformed(`has version ${version}; 2 and 3 can be read`, 4);
  const tensorCount = reader.count('tensors', 1024 * 1024);
  const keys = reader.count('keys', ggufLimits.keys);
  into.version = version;
  into.tensorCount = tensorCount;
  return keys;
}

function readPair(reader: ByteReader, metadata: Map<string, GgufValue>): void {
  const at = reader.offset;
  const key = reader.text(ggufLimits.keyLength, 'a key');
  if (key === '') throw new Malformed('has a key without a name', at);
  if (metadata.has(key)) throw new Malformed(`has the key ${shown(key)} twice`, at);
  const type = reader.u32();
  metadata.set(key, type === typeArray ? readArray(reader, key) : readScalar(reader, type, key));
}

function readScalar(reader: ByteReader, type: number, key: string): GgufValue {
  if (type === typeString) {
    const length = reader.peekLength(ggufLimits.stringLength, `the value of ${shown(key)}`);
    if (length <= ggufLimits.keptString) {
      return { type: 'scalar', value: reader.text(ggufLimits.keptString, `the value of ${shown(key)}`) };
    }
    reader.skipText();
    return { type: 'long-string', length };
  }
  return { type: 'scalar', value: readNumber(reader, type, key) };
}

function readArray(reader: ByteReader, key: string): GgufValue {
  const at = reader.offset;
  const type = reader.u32();
  if (type === typeArray) throw new Malformed(`has an array in an array at ${shown(key)}`, at);
  const count = reader.count(`values of ${shown(key)}`, ggufLimits.arrayCount);
  if (type === typeString) {
    reader.skipTexts(count, ggufLimits.stringLength, `a value of ${shown(key)}`);
    return { type: 'array', count, values: null };
  }
  const size = sizes[type];
  if (size === undefined) throw new Malformed(`has a value of unknown type ${type} at ${shown(key)}`, at);
  if (count > ggufLimits.keptArray) {
    reader.skip(count * size);
    return { type: 'array', count, values: null };
  }
  reader.need(count * size);
  const values: GgufScalar[] = [];
  for (let index = 0; index < count; index += 1) values.push(readNumber(reader, type, key));
  return { type: 'array', count, values };
}

function readNumber(reader: ByteReader, type: number, key: string): GgufScalar {
  const at = reader.offset;
  switch (type) {
    case 0:
      return reader.u8();
    case 1:
      return reader.i8();
    case 2:
      return reader.u16();
    case 3:
      return reader.i16();
    case 4:
      return reader.u32();
    case 5:
      return reader.i32();
    case 6:
      return reader.f32();
    case typeBool: {
      const value = reader.u8();
      if (value > 1) throw new Malformed(`has a truth value of ${value} at ${shown(key)}`, at);
      return value === 1;
    }
    case 10:
      return narrow(reader.u64());
    case 11:
      return narrow(reader.i64());
    case 12:
      return reader.f64();
    default:
      throw new Malformed(`has a value of unknown type ${type} at ${shown(key)}`, at - 4);
  }
}

function narrow(value: bigint): number | bigint {
  const plain = Number(value);
  return Number.isSafeInteger(plain) ? plain : value;
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>, reader: ByteReader): number {
  const value = metadata.get('general.alignment');
  if (value === undefined) return 32;
  const number = value.type === 'scalar' ? value.value : null;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > 65536) {
    throw new Malformed('has an alignment that is no size', reader.offset);
  }
  if ((number & (number - 1)) !== 0) {
    throw new Malformed('has an alignment that is no power of two', reader.offset);
  }
  return number;
}

/** A key as it may be shown: short, printable. */
function shown(key: string): string {
  const clean = key.replace(/[^\x20-\x7e]/g, '?');
  return `"${clean.length > 64 ? `${clean.slice(0, 64)}…` : clean}"`;
}
