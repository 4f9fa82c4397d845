// SPDX-License-Identifier: GPL-3.0-or-later

import type { Counters } from './answers.ts';

/** How a server that answers does, by its own counters and by what the kernel says of its process. */
export interface ServerHealth extends Counters {
  /** Tokens that one conversation has. */
  readonly contextTokens: number;
  readonly memory: ServerMemory;
  /** How often it died and was started again in the last minutes. */
  readonly restarts: number;
}

/** Bytes; null where it is not told. */
export interface ServerMemory {
  /** In main memory now, the parts of the model's file that were read included. */
  readonly resident: number | null;
  /** By the control group of its unit; null for a child of Hearth, which shares its group. */
  readonly group: number | null;
  /** Taken on the graphics card when the model was loaded. */
  readonly card: number | null;
  /** What it took in all when it was loaded, by its own log. */
  readonly loaded: number | null;
}
