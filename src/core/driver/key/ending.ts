// SPDX-License-Identifier: GPL-3.0-or-later

import type { KeyEnding, KeyRequest, MechanismState, TrustedKey } from '../types.ts';

export interface EndingSight {
  /** What was asked; null when nothing was. */
  readonly request: KeyRequest | null;
  /** The start that runs now. */
  readonly bootId: string;
  /** Fingerprints of MokListRT and db. */
  readonly enrolled: readonly string[];
  readonly pendingEnrolment: readonly string[];
  readonly pendingDeletion: readonly string[];
  /** MokAuth without MokNew (or MokDelAuth without MokDel). */
  readonly staleAuth: boolean;
  /** What the person says of the screens, where they were asked. */
  readonly personSaysDone?: boolean;
}

/**
 * How a request for an enrolment or a deletion ended. From Hearth's own record and from what the firmware lists: shim
 * erases a request before it shows anything, so "screen missed", "No" and three wrong codes cannot be told apart.
 * Null when nothing was asked, or when it was withdrawn before a restart.
 */
export function endingOf(sight: EndingSight): KeyEnding | null {
  const { request } = sight;
  if (request === null) return null;
  const enrol = request.kind === 'enrol';
  const pending = (enrol ? sight.pendingEnrolment : sight.pendingDeletion).includes(request.fingerprint);
  const reached = sight.enrolled.includes(request.fingerprint) === enrol;
  if (request.bootId === sight.bootId) {
    // A key that is there already, without a restart, was there before.
    return pending ? 'pending' : null;
  }
  if (reached) return enrol ? 'enrolled' : 'deleted';
  if (pending) return 'not-shown';
  if (sight.staleAuth) return 'cut-off';
  const dropped = (request.attempts ?? 1) >= 2 && sight.personSaysDone !== false;
  return dropped ? 'dropped' : 'not-done';
}

/** The same from what the root service tells and from the lists that everybody may read. */
export function endingFrom(
  state: MechanismState,
  bootId: string,
  keys: readonly TrustedKey[],
  personSaysDone?: boolean,
): KeyEnding | null {
  const trusted = keys.filter((key) => key.place === 'mok' || key.place === 'db');
  return endingOf({
    request: state.request,
    bootId,
    // A deletion is of the machine owner's list only; the same key in db would still be trusted.
    enrolled: trusted
      .filter((key) => state.request?.kind !== 'delete' || key.place === 'mok')
      .map((key) => key.fingerprint),
    pendingEnrolment: state.pendingEnrolment,
    pendingDeletion: state.pendingDeletion,
    staleAuth: state.staleAuth,
    ...(personSaysDone === undefined ? {} : { personSaysDone }),
  });
}
