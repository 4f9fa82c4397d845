// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { checkIds, type Check, type Proof } from '../core/proof/types.ts';
import type { Parts } from './parts.ts';

/** Runs the checks and tells how far they are, in the order in which people read them. */
export async function proveNow(
  parts: Parts,
  tell: (proof: Proof) => void,
  /** Starts the model first; null to look at things as they are. */
  start: (() => Promise<unknown>) | null,
  cancel: Cancel,
): Promise<Proof> {
  let proof: Proof = { running: true, startedAt: parts.clock.now(), checks: [] };
  const change = (now: Partial<Proof>): void => {
    proof = { ...proof, ...now };
    tell(proof);
  };
  change({});
  try {
    await start?.();
    const seen = new Map<string, Check>();
    await parts.proof.run((check) => {
      seen.set(check.id, check);
      change({ checks: checkIds.map((id) => seen.get(id)).filter((each) => each !== undefined) });
    }, cancel);
  } finally {
    change({ running: false });
  }
  return proof;
}
