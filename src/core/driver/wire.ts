// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';

import { HearthError } from '../errors.ts';
import type { MechanismState, Obstacle } from './types.ts';

/** What the root service tells, as it crosses the bus: a{sv}, with what is null left out. */

const text = v.pipe(v.string(), v.maxLength(1000));
const number = v.pipe(v.number(), v.safeInteger());
const fingerprint = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const fingerprints = v.optional(v.pipe(v.array(fingerprint), v.maxLength(100)), []);

export const obstacles = [
  'no-efi',
  'secure-boot-off',
  'setup-mode',
  'validation-off',
  'no-shim',
  'no-key-manager',
  'boot-path-unknown',
  'nvram-full',
  'key-missing',
  'key-expired',
  'key-revoked',
  'already-enrolled',
  'foreign-request',
  'module-missing',
  'module-unsigned',
  'module-other-key',
] as const satisfies readonly Obstacle[];

/** Whether a text names an obstacle. */
export function isObstacle(name: string): name is Obstacle {
  return (obstacles as readonly string[]).includes(name);
}

const stateSchema = v.object({
  key: v.optional(
    v.nullable(
      v.object({
        fingerprint,
        serial: text,
        issuer: v.pipe(v.string(), v.maxLength(20_000)),
        subjectKeyId: v.optional(v.nullable(text), null),
        name: text,
        notBefore: number,
        notAfter: number,
        modulesOnly: v.boolean(),
        source: v.picklist(['akmods', 'dkms', 'ubuntu', 'image']),
      }),
    ),
    null,
  ),
  pendingEnrolment: fingerprints,
  pendingDeletion: fingerprints,
  staleAuth: v.boolean(),
  request: v.optional(
    v.nullable(
      v.object({
        kind: v.picklist(['enrol', 'delete']),
        fingerprint,
        bootId: text,
        requestedAt: number,
        attempts: v.optional(number, 1),
      }),
    ),
    null,
  ),
  obstacles: v.array(v.picklist(obstacles)),
  nvramFree: v.optional(v.nullable(number), null),
  defaultKernel: v.optional(v.nullable(text), null),
  driverArguments: v.optional(v.nullable(v.picklist(['nvidia', 'none', 'mixed'])), null),
  verified: v.optional(
    v.nullable(
      v.object({ kernel: text, version: text, fingerprint: v.optional(v.nullable(fingerprint), null) }),
    ),
    null,
  ),
});

/** @throws mechanism-failed */
export function parseMechanismState(value: unknown): MechanismState {
  const parsed = v.safeParse(stateSchema, value);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new HearthError('mechanism-failed', {}, { detail: `${v.getDotPath(issue) ?? ''}: ${issue.message}` });
}
