// SPDX-License-Identifier: GPL-3.0-or-later

/** The bytes given end before what comes next; `bytes` from the start of the file are needed at least. */
export class NeedMore extends Error {
  readonly bytes: number;

  constructor(bytes: number) {
    super(`needs ${bytes} bytes`);
    this.bytes = bytes;
  }
}

export class Malformed extends Error {
  readonly problem: string;
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(problem);
    this.problem = problem;
    this.offset = offset;
  }
}

/** Little-endian reading that never goes past what it was given: it throws `NeedMore` instead. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder();
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  need(count: number): void {
    if (count > this.#bytes.length - this.offset) throw new NeedMore(this.offset + count);
  }

  skip(count: number): void {
    this.need(count);
    this.offset += count;
  }

  /** An unsigned 64-bit count of at most `max`. */
  count(what: string, max: number): number {
    const at = this.offset;
    const value = this.u64();
    if (value > BigInt(max)) throw new Malformed(`claims ${value} ${what}`, at);
    return Number(value);
  }

  /** The length of the string that comes next, in bytes, without moving on. */
  peekLength(max: number, what: string): number {
    const start = this.offset;
    const value = this.u64();
    this.offset = start;
    if (value > BigInt(max)) throw new Malformed(`claims ${value} bytes for ${what}`, start);
    return Number(value);
  }

  text(max: number, what: string): string {
    const length = this.peekLength(max, what);
    this.need(8 + length);
    const start = this.offset + 8;
    this.offset = start + length;
    return this.#decoder.decode(this.#bytes.subarray(start, this.offset));
  }

  skipText(): void {
    this.skip(8 + this.peekLength(Number.MAX_SAFE_INTEGER, 'a text'));
  }

  /** Steps over many strings: a vocabulary has hundreds of thousands. */
  skipTexts(count: number, max: number, what: string): void {
    const view = this.#view;
    const end = this.#bytes.length;
    let at = this.offset;
    for (let index = 0; index < count; index += 1) {
      if (end - at < 8) throw new NeedMore(at + 8 * (count - index));
      const high = view.getUint32(at + 4, true);
      const length = view.getUint32(at, true);
      if (high !== 0 || length > max) throw new Malformed(`claims too many bytes for ${what}`, at);
      at += 8 + length;
    }
    // What the last one claims may lie beyond the end.
    if (at > end) throw new NeedMore(at);
    this.offset = at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  #take(count: number): number {
    const at = this.offset;
    this.skip(count);
    return at;
  }
}
