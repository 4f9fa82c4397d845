// SPDX-License-Identifier: GPL-3.0-or-later

import { enrolled } from './key/trust.ts';
import type { Certificate, DriverSight, Obstacle } from './types.ts';

export type KeyTask = 'enrol' | 'delete';

/** Where a person stands with the key. */
export type KeyStage =
  /** Nothing was seen yet, or the root service does not answer. */
  | { readonly tag: 'unknown' }
  | { readonly tag: 'no-service' }
  /** A request is possible, and would lead through the firmware's screens. */
  | { readonly tag: 'ready' }
  | { readonly tag: 'refused'; readonly obstacles: readonly Obstacle[] }
  /** The firmware has a request, and a restart is due. */
  | { readonly tag: 'pending' }
  /** It is enrolled, or, for a deletion, it is not. */
  | { readonly tag: 'done' };

export function keyStage(sight: DriverSight | null, task: KeyTask): KeyStage {
  if (sight === null) return { tag: 'unknown' };
  const { mechanism } = sight;
  if (mechanism === null) return { tag: 'no-service' };
  const pending = task === 'enrol' ? mechanism.pendingEnrolment : mechanism.pendingDeletion;
  const { key } = mechanism;
  if (key !== null && pending.includes(key.fingerprint)) return { tag: 'pending' };
  if (task === 'delete') {
    if (key === null || !sight.keys.known) return { tag: 'done' };
    const there = sight.keys.value.some(
      ({ place, fingerprint }) => place === 'mok' && fingerprint === key.fingerprint,
    );
    // What speaks against an enrolment because of the key or the module does not speak against deleting it.
    const obstacles = mechanism.obstacles.filter((obstacle) => ofFirmware.has(obstacle));
    if (!there) return { tag: 'done' };
    return obstacles.length === 0 ? { tag: 'ready' } : { tag: 'refused', obstacles };
  }
  const { obstacles } = mechanism;
  if (obstacles.includes('already-enrolled')) return { tag: 'done' };
  if (key !== null && sight.keys.known && enrolled(key.fingerprint, sight.keys.value)) return { tag: 'done' };
  if (obstacles.length > 0) return { tag: 'refused', obstacles };
  return { tag: 'ready' };
}

const ofFirmware: ReadonlySet<Obstacle> = new Set<Obstacle>([
  'no-efi',
  'secure-boot-off',
  'setup-mode',
  'validation-off',
  'no-shim',
  'no-key-manager',
  'boot-path-unknown',
  'nvram-full',
  'foreign-request',
]);

/** The key that is spoken of: the one that modules are signed with here. */
export function spokenKey(sight: DriverSight | null): Certificate | null {
  return sight?.mechanism?.key ?? null;
}

/** What one button does about an obstacle; null where only a person can. */
export type ObstacleCure = 'place-key-manager' | 'withdraw' | 'build' | 'install' | null;

export function obstacleCure(obstacle: Obstacle): ObstacleCure {
  switch (obstacle) {
    case 'no-key-manager':
      return 'place-key-manager';
    case 'foreign-request':
      return 'withdraw';
    case 'module-missing':
    case 'module-unsigned':
    case 'module-other-key':
      return 'build';
    case 'key-missing':
      return 'install';
    case 'no-efi':
    case 'secure-boot-off':
    case 'setup-mode':
    case 'validation-off':
    case 'no-shim':
    case 'boot-path-unknown':
    case 'nvram-full':
    case 'key-expired':
    case 'key-revoked':
    case 'already-enrolled':
      return null;
  }
}
