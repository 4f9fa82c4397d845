// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, hasCode } from '../core/errors.ts';
import type { Choices } from '../core/ports.ts';
import { isAlive, itemOf } from '../core/setup/downloads.ts';
import { choiceOf, type Download, type Import, type Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import { queued } from './bring.ts';
import type { Downloads, LaneCalls } from './downloads.ts';
import type { Parts } from './parts.ts';
import type { PerformContext } from './perform.ts';
import { busyWith } from './planner.ts';

export interface LaneContext {
  readonly parts: Parts;
  readonly downloads: Downloads;
  state(): HearthState;
  /** Carries the steps out. */
  run(plan: Plan, how: Pick<PerformContext, 'choose' | 'transfer'>, calls: LaneCalls): Promise<void>;
  look(): Promise<void>;
  forget(): void;
  fail(thrown: unknown): void;
}

/** Carries out a plan that brings a model, in a lane of its own, beside others. @throws busy, no-space, cancelled … */
export async function bringModel(
  plan: Plan,
  action: Download | Import,
  { parts, downloads, state, run, look, forget, fail }: LaneContext,
): Promise<void> {
  const { modelId } = action;
  const { settings } = parts;
  const before = itemOf(downloads.items, modelId);
  if (before !== null && isAlive(before)) throw busyWith(state(), modelId);
  const choice = choiceOf(plan);
  const chosen = (): boolean => settings.read().modelId === modelId;
  if (choice !== null || chosen()) forget();
  try {
    const asked = await queued(plan, action, state(), parts);
    // Agreeing is choosing: an interrupted download is then known as the one to continue.
    if (choice !== null) settings.write(choice);
    await downloads.run(asked, async (calls) => {
      // What was chosen since holds.
      const choose = (change: Partial<Choices>): void => {
        if (chosen()) settings.write(change);
      };
      await run(plan, { choose, transfer: calls.transfer }, calls);
      // The shelf shows the model before the list of downloads lets go of it.
      await look();
    });
  } catch (thrown) {
    if (!hasCode(thrown, 'cancelled') && chosen()) fail(thrown);
    else if (!(thrown instanceof HearthError)) parts.report(thrown, 'download');
    await look();
    throw thrown;
  }
}
