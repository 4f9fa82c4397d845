// SPDX-License-Identifier: GPL-3.0-or-later

import type { Known } from '../../known.ts';
import type { Certificate, Obstacle, Signer, TrustedKey } from '../types.ts';
import { blocks, enrolled, signedBy } from './trust.ts';

/** What has to be seen before anything is staged for the firmware. */
export interface PreflightSight {
  /** /sys/firmware/efi is there. */
  readonly efi: boolean;
  readonly secureBoot: 'on' | 'off' | 'setup' | 'unknown';
  /** shim was told not to check (MokSBStateRT). */
  readonly validationOff: boolean;
  /** /sys/firmware/efi/mok-variables is there. */
  readonly shim: boolean;
  /** mmx64.efi beside the boot loader that the firmware started. */
  readonly keyManager: 'there' | 'missing' | 'unknown';
  /** Bytes; null where nothing tells, which stops nobody. */
  readonly nvramFree: number | null;
  readonly key: Certificate | null;
  /** Bytes of its DER form. */
  readonly keySize: number;
  /** Its signed part is on the firmware's list of hashes. */
  readonly keyRevoked: boolean;
  readonly keys: readonly TrustedKey[];
  /** Something is staged that Hearth did not stage: another key, a deletion, a password for MokManager. */
  readonly foreignRequest: boolean;
  /** Signers of the driver's module for the kernel that starts next; null where there is no module. */
  readonly module: Known<readonly Signer[] | null>;
  /** ms since the epoch */
  readonly now: number;
}

const leastFree = 16 * 1024;

/**
 * What speaks against asking for an enrolment, in the order in which it is best dealt with. Each has a cure of its own.
 * Firmware that cannot be understood is an obstacle too.
 */
export function judgePreflight(sight: PreflightSight): Obstacle[] {
  if (!sight.efi) return ['no-efi'];
  const firmware = firmwareObstacles(sight);
  return [...firmware, ...keyObstacles(sight), ...moduleObstacles(sight)];
}

/**
 * The same for a deletion: the key has to be there, the rest of its state does not matter, and nor does the module.
 *
 * @param sight with the key to delete
 */
export function judgeDeletion(sight: PreflightSight): Obstacle[] {
  if (!sight.efi) return ['no-efi'];
  const there =
    sight.key !== null &&
    sight.keys.some((key) => key.place === 'mok' && key.fingerprint === sight.key?.fingerprint);
  return [
    ...firmwareObstacles(sight),
    ...(there ? [] : (['key-missing'] as const)),
    ...(sight.foreignRequest ? (['foreign-request'] as const) : []),
  ];
}

function firmwareObstacles(sight: PreflightSight): Obstacle[] {
  const found: Obstacle[] = [];
  if (sight.secureBoot === 'setup') found.push('setup-mode');
  else if (sight.secureBoot !== 'on') found.push('secure-boot-off');
  if (sight.validationOff) found.push('validation-off');
  if (!sight.shim) found.push('no-shim');
  else if (sight.keyManager !== 'there')
    found.push(sight.keyManager === 'missing' ? 'no-key-manager' : 'boot-path-unknown');
  if (sight.nvramFree !== null && sight.nvramFree < Math.max(leastFree, 3 * sight.keySize))
    found.push('nvram-full');
  return found;
}

function keyObstacles({ key, keyRevoked, keys, foreignRequest, now }: PreflightSight): Obstacle[] {
  const found: Obstacle[] = [];
  if (key === null) found.push('key-missing');
  else {
    if (now > key.notAfter || now < key.notBefore - day) found.push('key-expired');
    if (keyRevoked || keys.some((one) => blocks(one) && one.fingerprint === key.fingerprint))
      found.push('key-revoked');
    if (enrolled(key.fingerprint, keys)) found.push('already-enrolled');
  }
  if (foreignRequest) found.push('foreign-request');
  return found;
}

/** Clocks of firmware are a time zone off now and then. */
const day = 24 * 60 * 60 * 1000;

function moduleObstacles({ key, module }: PreflightSight): Obstacle[] {
  // What could not be read stops nobody: the proof after the restart will tell.
  if (!module.known) return [];
  if (module.value === null) return ['module-missing'];
  if (module.value.length === 0) return ['module-unsigned'];
  return key === null || module.value.some((signer) => signedBy(signer, key)) ? [] : ['module-other-key'];
}
