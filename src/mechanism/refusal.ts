// SPDX-License-Identifier: GPL-3.0-or-later

import type { CallError } from '../core/driver/verbs.ts';
import type { Obstacle } from '../core/driver/types.ts';

/** What a call ends in when it is not done. The message of Refused is an obstacle's name; others are for the details. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: CallError;

  constructor(kind: CallError, message: string) {
    super(message);
    this.kind = kind;
  }
}

export function refused(obstacle: Obstacle | 'keep-one-driver'): Refusal {
  return new Refusal('Refused', obstacle);
}
