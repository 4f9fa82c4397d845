// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Whether a download starts by itself, is asked about, or waits.
 *
 * - What a person asked for is never refused: they are told what it costs, and may go on.
 * - What nobody is there to be asked about waits: for a network that is not metered, for mains, for room on the disk.
 * - What is not known stands in nobody's way.
 */

export type TransferCaution = 'offline' | 'low-disk' | 'metered' | 'battery';

export interface TransferFacts {
  /** Bytes still to come. */
  readonly bytes: number;
  readonly offline: boolean;
  /** Null: not known. So for the next two. */
  readonly metered: boolean | null;
  readonly onBattery: boolean | null;
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

export function transferRule(facts: TransferFacts): TransferRule {
  const because = cautionsOf(facts);
  if (because.length === 0) return { tag: 'go' };
  return { tag: facts.attended ? 'ask' : 'wait', because };
}

function cautionsOf({ bytes, offline, metered, onBattery, free }: TransferFacts): readonly TransferCaution[] {
  if (bytes <= 0) return [];
  const cautions: readonly (readonly [TransferCaution, boolean])[] = [
    ['offline', offline],
    ['low-disk', free !== null && free - bytes < diskReserve],
    ['metered', metered === true],
    ['battery', onBattery === true && bytes > batteryBytes],
  ];
  return cautions.flatMap(([caution, holds]) => (holds ? [caution] : []));
}
