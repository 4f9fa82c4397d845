// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../errors.ts';
import type { Program } from '../server/types.ts';
import type { CloudPath } from './goose-cloud.ts';

/** How Goose stands on this computer. */
export interface GooseFacts {
  readonly program: Program | null;
  /** Hearth's provider is written as it should be for the present endpoint. */
  readonly provider: 'right' | 'other' | 'missing';
  /** Provider that Goose uses now, from its configuration; null when none. */
  readonly activeProvider: string | null;
  readonly activeModel: string | null;
  readonly telemetry: 'off' | 'on' | 'unset';
  /** Configured providers that send what is typed to somebody else's computer. */
  readonly cloudProviders: readonly string[];
  /** What would leave this computer even with the local model as the default. */
  readonly stillCloud: readonly CloudPath[];
  /** config.yaml cannot be used as it is. */
  readonly problem: ErrorValue | null;
}

export interface GooseAnswer {
  readonly text: string;
  /** Tokens read and written while Goose ran, by the server's own counters. */
  readonly tokensSeen: number;
  readonly durationMs: number;
}
