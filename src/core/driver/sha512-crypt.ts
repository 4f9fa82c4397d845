// SPDX-License-Identifier: GPL-3.0-or-later

/** Digest of bytes as bytes, 64 of them. */
export type Sha512 = (data: Uint8Array) => Uint8Array;

/** The letters of crypt(3), which are not those of base 64. */
const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const usualRounds = 5000;

/**
 * SHA-512 crypt, as glibc, openssl and shim's MokManager work it out (Ulrich Drepper, "Unix crypt using SHA-256 and
 * SHA-512", version 0.6). Here and not in a child, so that the code is in no other process, pipe or argument.
 *
 * @param salt 1 to 16 letters of crypt(3)
 * @param rounds 1000 to 999 999 999
 * @returns '$6$…'
 */
export function sha512Crypt(password: string, salt: string, sha512: Sha512, rounds = usualRounds): string {
  const key = new TextEncoder().encode(password);
  const salted = new TextEncoder().encode(salt);
  const b = sha512(join(key, salted, key));
  const parts: Uint8Array[] = [key, salted, stretch(b, key.length)];
  for (let bits = key.length; bits > 0; bits >>>= 1) parts.push((bits & 1) === 1 ? b : key);
  let a = sha512(join(...parts));
  const p = stretch(sha512(join(...Array.from({ length: key.length }, () => key))), key.length);
  const times = 16 + (a[0] ?? 0);
  const s = stretch(sha512(join(...Array.from({ length: times }, () => salted))), salted.length);
  for (let round = 0; round < rounds; round += 1) {
    const odd = round % 2 === 1;
    const turn = [odd ? p : a];
    if (round % 3 !== 0) turn.push(s);
    if (round % 7 !== 0) turn.push(p);
    turn.push(odd ? a : p);
    a = sha512(join(...turn));
  }
  const named = rounds === usualRounds ? '' : `rounds=${rounds}$`;
  return `$6$${named}${salt}$${encode(a)}`;
}

/** 16 letters from 16 bytes of the kernel's generator; 256 is a multiple of 64, so all are equally likely. */
export function saltFrom(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 16), (byte) => letters[byte & 63]).join('');
}

/** The digest's bytes in the order of the description: three to four letters, each time the next three columns. */
function encode(digest: Uint8Array): string {
  let text = '';
  let [x, y, z] = [0, 21, 42];
  for (let index = 0; index < 21; index += 1) {
    text += word(digest[x] ?? 0, digest[y] ?? 0, digest[z] ?? 0, 4);
    [x, y, z] = [y + 1, z + 1, x + 1];
  }
  return text + word(0, 0, digest[63] ?? 0, 2);
}

function word(high: number, middle: number, low: number, count: number): string {
  let value = (high << 16) | (middle << 8) | low;
  let text = '';
  for (let index = 0; index < count; index += 1) {
    text += letters[value & 63];
    value >>>= 6;
  }
  return text;
}

function stretch(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  for (let at = 0; at < length; at += bytes.length) whole.set(bytes.subarray(0, length - at), at);
  return whole;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
