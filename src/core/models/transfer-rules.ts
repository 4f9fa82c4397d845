// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Whether a download starts by itself, is asked about, or waits.
 *
 * - What a person asked for is never refused: they are told what it costs, and may go on.
 * - What nobody is there to be asked about waits: for a network that is not metered, for mains, for room on the disk.
 * - What is not known stands in nobody's way.
 * - What was agreed to at the start holds to the end. What comes up on the way (another network, a battery that runs
 *   low, a disk that others fill) holds the download until it is over or a person goes on in spite of it.
 */

export type TransferCaution = 'offline' | 'low-disk' | 'metered' | 'battery' | 'low-battery';

export interface TransferFacts {
  /** Bytes still to come. */
  readonly bytes: number;
  readonly offline: boolean;
  /** Null: not known. So for the next two. */
  readonly metered: boolean | null;
  readonly onBattery: boolean | null;
  /** Charge of the battery in percent; null also where there is none. */
  readonly charge?: number | null;
  /** Bytes free where the file goes. */
  readonly free: number | null;
  /** Somebody is there who started this and can be asked. */
  readonly attended: boolean;
}

export type TransferRule =
  { readonly tag: 'go' } | { readonly tag: 'ask' | 'wait'; readonly because: readonly TransferCaution[] };

/** A disk with less than this left makes the rest of a computer misbehave. */
export const diskReserve = 2 * 1024 ** 3;
/** Less than this costs a battery next to nothing. */
const batteryBytes = 1024 ** 3;
/** Percent at which desktops begin to warn. */
const lowCharge = 20;

export function transferRule(facts: TransferFacts): TransferRule {
  const because = cautionsOf(facts);
  if (because.length === 0) return { tag: 'go' };
  return { tag: facts.attended ? 'ask' : 'wait', because };
}

/** What comes up while a download is under way, and holds it. */
export type HoldReason = Extract<TransferCaution, 'metered' | 'low-battery' | 'low-disk'>;

export const holdReasons: readonly HoldReason[] = ['metered', 'low-battery', 'low-disk'];

/** The first reason to hold a download that nobody agreed to, or null. */
export function holdReason(
  facts: Omit<TransferFacts, 'offline' | 'attended'>,
  agreed: readonly HoldReason[],
): HoldReason | null {
  const because = cautionsOf({ ...facts, offline: false, attended: false });
  return holdReasons.find((reason) => because.includes(reason) && !agreed.includes(reason)) ?? null;
}

function cautionsOf(facts: TransferFacts): readonly TransferCaution[] {
  const { bytes, offline, metered, onBattery, free } = facts;
  if (bytes <= 0) return [];
  const low = onBattery === true && (facts.charge ?? 100) <= lowCharge;
  const cautions: readonly (readonly [TransferCaution, boolean])[] = [
    ['offline', offline],
    ['low-disk', free !== null && free - bytes < diskReserve],
    ['metered', metered === true],
    ['battery', onBattery === true && !low && bytes > batteryBytes],
    ['low-battery', low],
  ];
  return cautions.flatMap(([caution, holds]) => (holds ? [caution] : []));
}
