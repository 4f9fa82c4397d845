// SPDX-License-Identifier: GPL-3.0-or-later

/** Text from bytes that come in pieces. GJS's TextDecoder cannot do it, and a piece may end inside a character. */
export class Utf8Pieces {
  #rest: Uint8Array = new Uint8Array();
  readonly #decoder = new TextDecoder();

  /** The characters that are whole by now; broken ones become U+FFFD. */
  push(piece: Uint8Array): string {
    const bytes = this.#rest.length === 0 ? piece : joined(this.#rest, piece);
    const cut = bytes.length - unfinished(bytes);
    this.#rest = bytes.slice(cut);
    return this.#decoder.decode(bytes.subarray(0, cut));
  }

  /** What was still open when the stream ended. */
  end(): string {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return this.#decoder.decode(rest);
  }
}

/** How many bytes at the end belong to a character that is not whole yet: 0 to 3. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
