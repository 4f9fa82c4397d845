// SPDX-License-Identifier: GPL-3.0-or-later

/** A small writer of GGUF, for tests: says whatever it is told, right or wrong. Little-endian. */
export class GgufWriter {
  readonly #parts: number[] = [];

  get length(): number {
    return this.#parts.length;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#parts);
  }

  raw(...values: number[]): this {
    this.#parts.push(...values);
    return this;
  }
  u8(value: number): this {
    return this.raw(value & 255);
  }
  u32(value: number): this {
    return this.raw(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
  }
  u64(value: number | bigint): this {
    const big = BigInt.asUintN(64, BigInt(value));
    return this.u32(Number(big & 0xffffffffn)).u32(Number(big >> 32n));
  }
  text(value: string): this {
    const encoded = new TextEncoder().encode(value);
    return this.u64(encoded.length).raw(...encoded);
  }
  start(version: number, tensors: number | bigint, keys: number | bigint): this {
    return this.raw(0x47, 0x47, 0x55, 0x46).u32(version).u64(tensors).u64(keys);
  }
  textKey(key: string, value: string): this {
    return this.text(key).u32(8).text(value);
  }
  u32Key(key: string, value: number): this {
    return this.text(key).u32(4).u32(value);
  }
  tensor(
    name: string,
    dimensions: readonly (number | bigint)[],
    type: number,
    offset: number | bigint,
  ): this {
    this.text(name).u32(dimensions.length);
    for (const dimension of dimensions) this.u64(dimension);
    return this.u32(type).u64(offset);
  }
  pad(to: number): this {
    while (this.#parts.length % to !== 0) this.raw(0);
    return this;
  }
}

/** Header of a model with one F32 tensor of `count` numbers; the data is to follow. */
export function smallHeader(architecture: string, layers: number, count: number): Uint8Array {
  return new GgufWriter()
    .start(3, 1, 4)
    .textKey('general.architecture', architecture)
    .u32Key(`${architecture}.block_count`, layers)
    .u32Key(`${architecture}.attention.head_count_kv`, 2)
    .u32Key(`${architecture}.context_length`, 4096)
    .tensor('token_embd.weight', [count], 0, 0)
    .pad(32)
    .bytes();
}

/** Bytes that look random and are the same every time. */
export function seededBytes(count: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < count; index += 1) {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    bytes[index] = state & 255;
  }
  return bytes;
}

/** A model file of about `size` bytes. */
export function smallModel(architecture: string, layers: number, size: number, seed: number): Uint8Array {
  const count = Math.floor(size / 4);
  const header = smallHeader(architecture, layers, count);
  const whole = new Uint8Array(header.length + count * 4);
  whole.set(header);
  whole.set(seededBytes(count * 4, seed), header.length);
  return whole;
}

/** A small model of llama's kind, with a name of its own and whatever else `keys` writes. */
export function namedModel(
  name: string,
  seed: number,
  extra: readonly ((writer: GgufWriter) => unknown)[] = [],
  architecture = 'llama',
): Uint8Array {
  const width = 64;
  const tensors: readonly (readonly [string, number])[] = [
    ['token_embd.weight', 8192],
    ...[0, 1].flatMap((layer) =>
      [['q', 64] as const, ['k', 32] as const, ['v', 32] as const, ['output', 64] as const].map(
        ([part, rows]) => [`blk.${layer}.attn_${part}.weight`, rows] as const,
      ),
    ),
  ];
  const writer = new GgufWriter()
    .start(3, tensors.length, 7 + extra.length)
    .textKey('general.architecture', architecture)
    .textKey('general.name', name)
    .u32Key(`${architecture}.block_count`, 2)
    .u32Key(`${architecture}.embedding_length`, width)
    .u32Key(`${architecture}.attention.head_count`, 4)
    .u32Key(`${architecture}.attention.head_count_kv`, 2)
    .u32Key(`${architecture}.context_length`, 8192);
  for (const write of extra) write(writer);
  let bytes = 0;
  for (const [tensor, rows] of tensors) {
    writer.tensor(tensor, [width, rows], 0, bytes);
    bytes += width * rows * 4;
  }
  const header = writer.pad(32).bytes();
  const whole = new Uint8Array(header.length + bytes);
  whole.set(header);
  whole.set(seededBytes(bytes, seed), header.length);
  return whole;
}
