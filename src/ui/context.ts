// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../core/errors.ts';
import type { Report } from '../core/ports.ts';
import type { Plan } from '../core/setup/plan.ts';
import { taskIds, type TaskId } from '../core/setup/tasks.ts';
import type { Names } from '../words/plan.ts';
import type { Hearth } from '../engine/api.ts';

export const pageNames = [
  'welcome',
  'home',
  ...taskIds,
  'summary',
  'journal',
  'proof',
  'ledger',
  'key',
  'key-removal',
] as const;
export type PageName = (typeof pageNames)[number];

/** The order of the first run. */
export const tour: readonly PageName[] = ['welcome', ...taskIds, 'summary'];

/** What pages may use: the state and its intents, and the few things that only the window can do. */
export interface Ui {
  readonly hearth: Hearth;
  readonly report: Report;
  /** Whether the pages are walked through in order for the first time. */
  readonly touring: boolean;
  open(page: PageName): void;
  /** Goes on from a page of the first run. */
  next(from: PageName): void;
  /** Ends the first run and shows the home list. */
  finishTour(): void;
  toast(text: string, button?: { readonly label: string; readonly clicked: () => void }): void;
  showError(error: ErrorValue, retry?: () => void): void;
  /** Awaits what a person started: a failure is shown, a cancelled call is not one, the unexpected is reported. */
  attempt(action: () => Promise<void>, retry?: () => void): void;
  /** Shows a plan and carries it out when the person agrees; `declined` is called when not. */
  preview(make: () => Promise<Plan>, declined?: () => void): void;
  /** Carries a plan out at once; shows it first where there is something to mind. */
  carryOn(make: () => Promise<Plan>): void;
  /** Plans a task, shows the plan. */
  start(task: TaskId, declined?: () => void): void;
  /** Has a model on the disk measured, and shows how fast it is here. */
  measureModel(modelId: string): void;
  names(): Names;
  copy(text: string, said: string): void;
}
