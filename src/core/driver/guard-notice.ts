// SPDX-License-Identifier: GPL-3.0-or-later

import type { GuardVerdict } from './types.ts';

/** Whether a person has to do something, rather than wait or only know. Updates in a restart cannot be looked at before. */
export function mustAct(
  verdict: GuardVerdict,
): verdict is Extract<GuardVerdict, { tag: 'falls-back' | 'failed' }> {
  return verdict.tag === 'falls-back' || verdict.tag === 'failed';
}
