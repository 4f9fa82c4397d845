// SPDX-License-Identifier: GPL-3.0-or-later

import { lockIds, type LockId } from '../core/vendor/types.ts';
import type { ErrorArgs, ErrorCode } from '../core/errors.ts';
import type { Telling } from './engine-errors.ts';
import { _ } from './translate.ts';
import { lockSentence } from './vendor.ts';

const next = (): string => _('Whoever looks after this computer can allow it.');

export const vendorTellings: Readonly<Record<Extract<ErrorCode, 'locked'>, Telling>> = {
  locked: { sentences: () => [_('Your organisation does not allow this here.')], next },
};

/** The sentence of the lock itself; null for other errors. */
export function lockedWords(args: ErrorArgs): { readonly sentence: string; readonly next: string } | null {
  const { lock, organisation } = args;
  const known = lockIds.find((id: LockId) => id === lock);
  if (known === undefined) return null;
  return {
    sentence: lockSentence(known, organisation === undefined ? null : String(organisation)),
    next: next(),
  };
}
