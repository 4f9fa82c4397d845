// SPDX-License-Identifier: GPL-3.0-or-later

import { Malformed } from './gguf-bytes.ts';
import type { ByteReader } from './gguf-bytes.ts';

/** What the list of tensors says, summed up. Sizes in bytes. */
export interface TensorSummary {
  readonly count: number;
  /** Numbers in all tensors. */
  readonly elements: number;
  /** Bytes of all tensors; null when there is one of a type that is not known. */
  readonly bytes: number | null;
  /** Where the data begins in the file. */
  readonly dataOffset: number;
  /** Types of tensors with how many there are of each, e.g. `Q4_K`. */
  readonly types: Readonly<Record<string, number>>;
  /** Each of them, in the order of the file. */
  readonly list: readonly TensorInfo[];
}

export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  /** Length of a row, then how many rows, and so on. */
  readonly lengths: readonly number[];
  /** Null for a type that is not known. */
  readonly bytes: number | null;
}

/** Numbers in a block and bytes for it, by the type's number in the file. Source: ggml's type traits. */
const tensorTypes: ReadonlyMap<number, readonly [string, number, number]> = new Map([
  [0, ['F32', 1, 4]],
  [1, ['F16', 1, 2]],
  [2, ['Q4_0', 32, 18]],
  [3, ['Q4_1', 32, 20]],
  [6, ['Q5_0', 32, 22]],
  [7, ['Q5_1', 32, 24]],
  [8, ['Q8_0', 32, 34]],
  [9, ['Q8_1', 32, 36]],
  [10, ['Q2_K', 256, 84]],
  [11, ['Q3_K', 256, 110]],
  [12, ['Q4_K', 256, 144]],
  [13, ['Q5_K', 256, 176]],
  [14, ['Q6_K', 256, 210]],
  [15, ['Q8_K', 256, 292]],
  [16, ['IQ2_XXS', 256, 66]],
  [17, ['IQ2_XS', 256, 74]],
  [18, ['IQ3_XXS', 256, 98]],
  [19, ['IQ1_S', 256, 50]],
  [20, ['IQ4_NL', 32, 18]],
  [21, ['IQ3_S', 256, 110]],
  [22, ['IQ2_S', 256, 82]],
  [23, ['IQ4_XS', 256, 136]],
  [24, ['I8', 1, 1]],
  [25, ['I16', 1, 2]],
  [26, ['I32', 1, 4]],
  [27, ['I64', 1, 8]],
  [28, ['F64', 1, 8]],
  [29, ['IQ1_M', 256, 56]],
  [30, ['BF16', 1, 2]],
  [34, ['TQ1_0', 256, 54]],
  [35, ['TQ2_0', 256, 66]],
  [39, ['MXFP4', 32, 17]],
  [40, ['NVFP4', 64, 36]],
  [41, ['Q1_0', 128, 18]],
  [42, ['Q2_0', 64, 18]],
]);
/** Numbers up to here that are not in the table were types once and are none any more; later ones may come. */
const lastKnown = 42;
const lastPossible = 127;
const nameLength = 63;
const maxDimensions = 4;

export function readTensors(
  reader: ByteReader,
  count: number,
  alignment: number,
  fileSize: number | null,
): TensorSummary {
  const names = new Set<string>();
  const types: Record<string, number> = {};
  const list: TensorInfo[] = [];
  let elements = 0;
  let bytes: number | null = 0;
  let end = 0;
  let lastByte = 0;
  for (let index = 0; index < count; index += 1) {
    const at = reader.offset;
    const tensor = readTensor(reader);
    if (names.has(tensor.name)) throw new Malformed('has two tensors of the same name', at);
    names.add(tensor.name);
    // llama.cpp loads only tensors that follow each other without a gap.
    if (bytes !== null && tensor.offset !== end) throw new Malformed('has a tensor in a wrong place', at);
    elements += tensor.elements;
    bytes = bytes === null || tensor.bytes === null ? null : bytes + tensor.bytes;
    lastByte = end + (tensor.bytes ?? 0);
    end += roundUp(tensor.bytes ?? 0, alignment);
    if (!Number.isSafeInteger(elements) || !Number.isSafeInteger(end)) {
      throw new Malformed('has tensors larger than any disk', at);
    }
    types[tensor.type] = (types[tensor.type] ?? 0) + 1;
    list.push({ name: tensor.name, type: tensor.type, lengths: tensor.lengths, bytes: tensor.bytes });
  }
  const dataOffset = roundUp(reader.offset, alignment);
  // Padding after the last tensor may be left out.
  if (fileSize !== null && bytes !== null && count > 0 && dataOffset + lastByte > fileSize) {
    throw new Malformed(`is cut off: ${fileSize} of ${dataOffset + lastByte} bytes are there`, reader.offset);
  }
  return { count, elements, bytes, dataOffset, types, list };
}

interface Tensor extends TensorInfo {
  readonly elements: number;
  readonly offset: number;
}

function readTensor(reader: ByteReader): Tensor {
  const at = reader.offset;
  const name = reader.text(nameLength, 'the name of a tensor');
  const dimensions = reader.u32();
  if (dimensions > maxDimensions) throw new Malformed(`has a tensor with ${dimensions} dimensions`, at);
  let elements = 1;
  const lengths: number[] = [];
  for (let index = 0; index < dimensions; index += 1) {
    const length = reader.count('numbers in a row of a tensor', Number.MAX_SAFE_INTEGER);
    if (length === 0) throw new Malformed('has a tensor without numbers', at);
    elements *= length;
    if (!Number.isSafeInteger(elements)) throw new Malformed('has a tensor larger than any disk', at);
    lengths.push(length);
  }
  const number = reader.u32();
  const offset = reader.count('bytes before a tensor', Number.MAX_SAFE_INTEGER);
  const known = tensorTypes.get(number);
  if (known === undefined) {
    if (number <= lastKnown || number > lastPossible) {
      throw new Malformed(`has a tensor of unknown type ${number}`, at);
    }
    return { name, type: `type ${number}`, lengths, elements, bytes: null, offset };
  }
  const [type, block, size] = known;
  if ((lengths[0] ?? 1) % block !== 0)
    throw new Malformed(`has a tensor whose rows are no whole blocks of ${type}`, at);
  return { name, type, lengths, elements, bytes: (elements / block) * size, offset };
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
