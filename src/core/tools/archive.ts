// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';

/** Bytes that an archive may hold unpacked, and names in it: more is no release of one program. */
const unpackedCap = 1024 ** 3;
const memberCap = 64;

/**
 * The name of the one wanted program in what `LC_ALL=C tar --list --verbose --numeric-owner` printed. An archive that
 * holds a link, a device, or a name that leads out of its folder is refused as a whole, whatever else is in it.
 *
 * @throws bad-archive
 */
export function programIn(listing: string, name: string, size: number): string {
  const refuse = (problem: string): HearthError => new HearthError('bad-archive', { problem });
  const lines = listing.split('\n').filter((line) => line !== '');
  if (lines.length > memberCap) throw refuse(`it holds more than ${memberCap} files`);
  let unpacked = 0;
  const found: { member: string; size: number }[] = [];
  for (const line of lines) {
    const match = /^([^\s])\S* +\d+\/\d+ +(\d+) \d{4}-\d\d-\d\d \d\d:\d\d (.*)$/.exec(line);
    if (match === null) throw refuse('its list of contents makes no sense');
    const [, kind = '', length = '', member = ''] = match;
    if (kind !== '-' && kind !== 'd') throw refuse(`${member} is neither a file nor a folder`);
    // GNU tar writes odd characters as \ooo: no release needs them.
    if (member.startsWith('/') || member.includes('\\') || member.split('/').includes('..'))
      throw refuse(`${member} leads out of it`);
    unpacked += Number(length);
    if (unpacked > unpackedCap) throw refuse('it would unpack to more than 1 GiB');
    if (
      kind === '-' &&
      member
        .replace(/^(?:\.\/)+/, '')
        .split('/')
        .at(-1) === name
    )
      found.push({ member, size: Number(length) });
  }
  const [only] = found;
  if (only === undefined || found.length > 1) throw refuse(`it does not hold one program ${name}`);
  if (only.size !== size)
    throw new HearthError('hash-mismatch', { name }, { detail: `${only.size} bytes, expected ${size}` });
  return only.member;
}

/** What `gh attestation verify` came to. */
export type Attestation =
  | { readonly tag: 'verified' }
  /** It says that the file is not what the makers built. */
  | { readonly tag: 'refused'; readonly why: string }
  /** It could not look: nobody signed in, no network, too old. */
  | { readonly tag: 'not-checked'; readonly why: string };

export function judgeAttestation(exit: number, output: string): Attestation {
  const why = output
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-3)
    .join(' ')
    .slice(0, 300);
  if (exit === 0) return { tag: 'verified' };
  const couldNotLook =
    /gh auth login|GH_TOKEN|not logged in|HTTP 40[13]|error connecting|dial tcp|no such host|timeout|unknown command/i;
  return couldNotLook.test(output) ? { tag: 'not-checked', why } : { tag: 'refused', why };
}
