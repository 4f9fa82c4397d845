// SPDX-License-Identifier: GPL-3.0-or-later

import { newestId, ranges } from './generation-table.ts';
import type { Branch, CardAdvice, Generation } from './types.ts';

/** What is known of a card by its PCI device id alone. */
export interface GenerationFacts {
  readonly generation: Generation;
  readonly branch: Branch;
  readonly open: CardAdvice['open'];
  /** Published after the table was made, or of a generation that it has no name for. */
  readonly newer: boolean;
}

/** @param deviceId four hexadecimal digits, as sysfs has them without '0x' */
export function generationFacts(deviceId: string | null): GenerationFacts {
  const id = deviceId !== null && /^[0-9a-f]{4}$/i.test(deviceId) ? parseInt(deviceId, 16) : null;
  const range = id === null ? undefined : ranges.find(([from, to]) => from <= id && id <= to);
  if (range !== undefined && range[2] !== 'unknown') {
    const generation = range[2];
    return { generation, branch: branchOf(generation), open: openOf(generation), newer: false };
  }
  // NVIDIA hands ids out upwards: one beyond the table is of a card that came later, which no old branch serves.
  const newer = range !== undefined || (id !== null && id > newestId);
  return newer
    ? { generation: 'unknown', branch: 'current', open: 'required', newer }
    : { generation: 'unknown', branch: 'none', open: 'impossible', newer };
}

/** Which of NVIDIA's maintained branches serves a generation. From 590 on, Maxwell, Pascal and Volta are left out. */
export function branchOf(generation: Generation): Branch {
  switch (generation) {
    case 'turing':
    case 'ampere':
    case 'ada':
    case 'hopper':
    case 'blackwell':
      return 'current';
    case 'maxwell':
    case 'pascal':
    case 'volta':
      return 'legacy-580';
    default:
      return 'none';
  }
}

export function openOf(generation: Generation): CardAdvice['open'] {
  if (generation === 'blackwell') return 'required';
  return branchOf(generation) === 'current' ? 'possible' : 'impossible';
}
