// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';

import type { KeyRequest, MechanismState } from '../core/driver/types.ts';
import { hasCode } from '../core/errors.ts';
import type { Box } from './box.ts';

/** What the service remembers: the firmware forgets a request before it shows anything. Only root may read it. */
export interface MechanismRecord {
  readonly request: (KeyRequest & { readonly attempts: number; readonly salt: string }) | null;
  readonly verified: MechanismState['verified'];
}

const path = '/var/lib/hearth/record.json';
const empty: MechanismRecord = { request: null, verified: null };

const schema = v.object({
  version: v.literal(1),
  request: v.nullable(
    v.object({
      kind: v.picklist(['enrol', 'delete']),
      fingerprint: v.string(),
      bootId: v.string(),
      requestedAt: v.number(),
      attempts: v.number(),
      salt: v.string(),
    }),
  ),
  verified: v.nullable(
    v.object({ kernel: v.string(), version: v.string(), fingerprint: v.nullable(v.string()) }),
  ),
});

/** A record that makes no sense is none: everything in it can be seen or asked again. */
export async function readRecord(box: Box): Promise<MechanismRecord> {
  try {
    const text = await box.files.readText(box.at(path), 64 * 1024);
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? { request: parsed.output.request, verified: parsed.output.verified } : empty;
  } catch (thrown) {
    if (hasCode(thrown, 'not-found', 'too-large', 'not-text') || thrown instanceof SyntaxError) return empty;
    throw thrown;
  }
}

let last: Promise<unknown> = Promise.resolve();

/** Changes the record as it is by then: looking and asking write it too, and neither must undo the other. */
export function updateRecord(box: Box, change: Partial<MechanismRecord>): Promise<void> {
  const next = last.then(async () => {
    const record = { ...(await readRecord(box)), ...change };
    await box.files.makeFolder(box.at('/var/lib/hearth'), 0o700);
    await box.files.writeAtomic(box.at(path), `${JSON.stringify({ version: 1, ...record })}\n`, 0o600);
  });
  last = next.catch(() => {});
  return next;
}
