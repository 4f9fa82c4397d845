// SPDX-License-Identifier: GPL-3.0-or-later

/** Why a fact is missing: said to people as "not known, because …". */
export type MissingReason =
  /** The system has no such file or program. */
  | 'absent'
  /** There, but not readable without more rights. */
  | 'denied'
  /** There, but its content made no sense. */
  | 'garbled'
  /** The program that would tell is not installed. */
  | 'no-tool'
  /** The program ran and refused. */
  | 'tool-failed'
  /** Nothing in this system tells. */
  | 'not-told'
  /** Not looked at, because it takes long and was not needed. */
  | 'not-asked';

export interface Missing {
  readonly reason: MissingReason;
  /** File or command that was asked. */
  readonly source: string;
  readonly detail?: string;
}

/** A fact with its evidence, or the reason why there is none. */
export type Known<T> =
  | { readonly known: true; readonly value: T; readonly source: string }
  | ({ readonly known: false } & Missing);

export function known<T>(value: T, source: string): Known<T> {
  return { known: true, value, source };
}

export function missing(reason: MissingReason, source: string, detail?: string): Known<never> {
  return detail === undefined ? { known: false, reason, source } : { known: false, reason, source, detail };
}

export function valueOr<T, D>(fact: Known<T>, otherwise: D): T | D {
  return fact.known ? fact.value : otherwise;
}
