// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../errors.ts';
import type { Action, Undo } from './plan.ts';
import type { TaskId } from './tasks.ts';

/** An action as the journal keeps it: file contents are left out, only their size stays. */
export type LoggedAction =
  | Exclude<Action, { do: 'write-file' }>
  | (Omit<Extract<Action, { do: 'write-file' }>, 'content'> & { readonly bytes: number });

/** One line of the journal (JSON Lines). `at` is milliseconds since the epoch. */
export type JournalLine = { readonly v: 1; readonly at: number; readonly plan: string } & (
  | {
      readonly event: 'plan-start';
      readonly task: TaskId;
      readonly steps: number;
      readonly practice: boolean;
    }
  | {
      readonly event: 'step-start';
      readonly step: string;
      readonly action: LoggedAction;
      readonly undo: Undo;
    }
  | { readonly event: 'step-done'; readonly step: string }
  | { readonly event: 'step-failed'; readonly step: string; readonly error: ErrorValue }
  | { readonly event: 'plan-done' }
  | { readonly event: 'step-undone'; readonly step: string }
  | { readonly event: 'step-kept'; readonly step: string; readonly error: ErrorValue }
);

export type StepOutcome = 'done' | 'failed' | 'interrupted' | 'undone' | 'kept';

/** A plan as it went, read back from the journal's lines. */
export interface JournalEntry {
  readonly plan: string;
  readonly task: TaskId;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly practice: boolean;
  readonly steps: readonly {
    readonly step: string;
    readonly action: LoggedAction;
    readonly undo: Undo;
    readonly outcome: StepOutcome;
    readonly error: ErrorValue | null;
  }[];
}
