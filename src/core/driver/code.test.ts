// SPDX-License-Identifier: GPL-3.0-or-later

import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { makeOneTimeCode } from '../../engine/one-time-code.ts';
import { codeFrom, codeGroups } from './code.ts';
import { parseCryptHash } from './key/validate.ts';
import { saltFrom, sha512Crypt } from './sha512-crypt.ts';

const sha512 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha512').update(data).digest());

// The vectors of the description, as far as their salts are 16 letters or fewer, and what openssl makes of a code.
test.each([
  [
    'Hello world!',
    'saltstring',
    5000,
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    'Hello world!',
    'saltstringsaltst',
    10_000,
    '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
  ],
  [
    'This is just a test',
    'toolongsaltstrin',
    5000,
    '$6$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0',
  ],
  [
    'a very much longer text to encrypt.  This one even stretches over morethan one line.',
    'anotherlongsalts',
    1400,
    '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1',
  ],
  [
    'we have a short salt string but not a short password',
    'short',
    77_777,
    '$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0',
  ],
  [
    '83692715',
    'Qk3./zYp0aBcDeFg',
    5000,
    '$6$Qk3./zYp0aBcDeFg$P9PBbU594KDDHhBVkOFfZn7y5U2Q9S3Ua0u4UuX61jtZuqAwrkzEvRvd1dWlx0RJWqRF6jYkAK5y0jIrjfa4O.',
  ],
])('SHA-512 crypt of %j', (password, salt, rounds, expected) =>
  expect(sha512Crypt(password, salt, sha512, rounds)).toBe(expected),
);

test('every code has eight digits from 1 to 9, or there were too few bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const usable = bytes.filter((byte) => byte < 252).length;
      expect(codeFrom(bytes)?.replace(/^[1-9]{8}$/, 'good') ?? 'short').toBe(usable >= 8 ? 'good' : 'short');
    }),
    { numRuns: 300 },
  );
});

test('no digit is likelier than another', () => {
  const counts = new Map<string, number>();
  for (let byte = 0; byte < 256; byte += 1) {
    const digit = codeFrom(new Uint8Array(8).fill(byte))?.[0] ?? 'thrown away';
    counts.set(digit, (counts.get(digit) ?? 0) + 1);
  }
  expect(counts.get('thrown away')).toBe(4);
  expect([...counts.values()].filter((count) => count === 28)).toHaveLength(9);
});

test('a code comes with a hash that the root service takes, salted anew each time', async () => {
  let given = 0;
  // The first sixteen bytes are of no use.
  const random = {
    bytes: (count: number) => {
      given += 1;
      return Promise.resolve(new Uint8Array(count).fill(given === 1 ? 255 : given));
    },
  };
  const [one, two] = [await makeOneTimeCode(random, sha512), await makeOneTimeCode(random, sha512)];
  expect(one.code).toMatch(/^[1-9]{8}$/);
  expect(parseCryptHash(one.hash)).toEqual({ rounds: 5000, salt: saltFrom(new Uint8Array(16).fill(3)) });
  expect(parseCryptHash(two.hash)?.salt).not.toBe(parseCryptHash(one.hash)?.salt);
  expect(codeGroups('12345678')).toEqual(['1234', '5678']);
});
