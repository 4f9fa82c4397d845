// SPDX-License-Identifier: GPL-3.0-or-later

import type { MachineFacts } from '../machine/facts.ts';
import { buildRows } from './diagnosis-build.ts';
import { caseOf, type Row } from './diagnosis-case.ts';
import { keyRows } from './diagnosis-key.ts';
import { runRows } from './diagnosis-run.ts';
import { canCure } from './offers.ts';
import type { DriverSight, Finding, FindingId } from './types.ts';

/**
 * The table of symptoms: thirty ways in which a signed driver goes wrong, each with what shows it and what one button
 * does about it, or nothing where nothing would help. `words/diagnosis.ts` has the sentences.
 */
export const rows: readonly Row[] = [...keyRows, ...buildRows, ...runRows];

/** In the order in which they are said: what stops the driver, what may, what only explains. */
const order: readonly Finding['severity'][] = ['blocks', 'warns', 'tells'];

/** Rows whose cause another row names more exactly. */
const covers: Readonly<Record<FindingId, readonly FindingId[]>> = {
  'reset-offered': ['screen-missed', 'keyboard-layout', 'older-request', 'key-unknown', 'key-wiped'],
  'screen-missed': ['key-unknown', 'key-wiped'],
  'screen-not-shown': ['key-unknown', 'older-request'],
  'firmware-drops-key': ['key-unknown', 'key-wiped'],
  'firmware-full': ['key-unknown'],
  'no-key-manager': ['key-unknown'],
  'key-wiped': ['key-unknown'],
  'older-request': ['key-unknown'],
};

/** @param failure what the last package work of the driver said when it failed */
export function diagnose(
  machine: MachineFacts,
  sight: Omit<DriverSight, 'findings'>,
  failure?: string,
): readonly Finding[] {
  const c = caseOf(machine, sight, failure);
  const found = rows.flatMap(({ id, detect }): readonly Finding[] => {
    const seen = detect(c);
    if (seen === null) return [];
    const cure = seen.cure !== null && canCure(seen.cure, sight) ? seen.cure : null;
    return [{ id, ...seen, cure }];
  });
  const covered = new Set(found.flatMap(({ id }) => covers[id] ?? []));
  const left = found.filter(({ id }) => !covered.has(id));
  return left.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
