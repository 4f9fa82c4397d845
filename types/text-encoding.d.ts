// SPDX-License-Identifier: GPL-3.0-or-later

// UTF-8 to and from bytes: the one thing outside ECMAScript that src/core may use, because GJS and Node both have it.
// Only the pure type check reads this file; elsewhere the declarations of GJS or Node apply.

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  /** @throws TypeError when `fatal` and the bytes are not text. */
  decode(input?: ArrayBufferView | ArrayBuffer): string;
}

declare class TextEncoder {
  encode(input?: string): Uint8Array;
}
