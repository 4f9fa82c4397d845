// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../errors.ts';
import type { HoldReason } from '../models/transfer-rules.ts';

/** The tasks of the home list, in the order of the first run. */
export const taskIds = ['computer', 'driver', 'model', 'try', 'tools'] as const;
export type TaskId = (typeof taskIds)[number];

/** One line of evidence: `words/tasks.ts` has the sentence for `id`. */
export interface Evidence {
  readonly id: EvidenceId;
  readonly args: Readonly<Record<string, string | number>>;
}

export type EvidenceId =
  | 'machine-read'
  | 'machine-read-with-gaps'
  | 'no-gpu'
  | 'gpu-driver-in-use'
  | 'driver-in-tree'
  | 'driver-stays-in-tree'
  | 'driver-trusted'
  | 'cuda-answers'
  | 'cards-in-containers'
  | 'next-start-safe'
  | 'next-start-building'
  | 'update-at-restart'
  | 'model-verified'
  | 'server-ready'
  | 'server-on-demand'
  | 'isolated'
  | 'not-isolated'
  | 'answered'
  | 'goose-wired'
  | 'goose-answered';

export type Standing =
  | { readonly tag: 'not-needed'; readonly because: Evidence }
  | { readonly tag: 'ready'; readonly offer: Offering }
  | {
      readonly tag: 'waiting';
      readonly on: 'restart' | 'network' | 'permission' | 'you';
      readonly because: WaitReason;
    }
  | { readonly tag: 'running'; readonly progress: Progress }
  | { readonly tag: 'done'; readonly evidence: readonly Evidence[] }
  | { readonly tag: 'broken'; readonly error: ErrorValue; readonly cure: Cure };

/** What the one suggested button would do. */
export type Offering =
  | 'look-at-facts'
  | 'choose-model'
  | 'resume-download'
  | 'serve-model'
  | 'ask-question'
  | 'set-up-goose'
  | 'driver-advice'
  | 'install-driver';

export type WaitReason =
  | 'model-first'
  | 'goose-not-installed'
  | 'offline'
  | 'key-at-restart'
  | 'driver-at-restart'
  | 'driver-building'
  | 'driver-permission'
  | 'driver-other-system'
  | HoldReason;

export type Cure =
  | 'retry'
  | 'smaller-context'
  | 'restart'
  | 'choose-another'
  | 'free-disk'
  | 'fix-file'
  | 'install-engine'
  | 'change-engine'
  | 'look-at-driver'
  | 'look-at-details';

/** Progress in the task's own units. */
export interface Progress {
  /** Step of the plan that runs, from 0, and how many there are. */
  readonly step: number;
  readonly steps: number;
  readonly stepId: string;
  /** Bytes, when the step has bytes; else null. */
  readonly done: number | null;
  readonly total: number | null;
  /** Bytes per second over the last seconds, or null before it is known. */
  readonly rate: number | null;
  readonly phase:
    | 'checking'
    | 'connecting'
    /** Waits to try again: the network is gone, or the publisher does not answer as it should. */
    | 'no-network'
    | 'no-answer'
    | 'downloading'
    | 'verifying'
    | 'writing'
    | 'starting'
    | 'working';
  readonly host: string | null;
}

export type Standings = Readonly<Record<TaskId, Standing>>;

/** Whether there is nothing left to do. */
export function isSettled({ tag }: Standing): boolean {
  return tag === 'done' || tag === 'not-needed';
}
