// SPDX-License-Identifier: GPL-3.0-or-later

import type { HoldReason } from '../../core/models/transfer-rules.ts';
import { progressOf } from '../../core/setup/downloads.ts';
import { broughtBy, type Plan } from '../../core/setup/plan.ts';
import { heldWords } from '../../words/downloads.ts';
import { progressWords } from '../../words/tasks.ts';
import type { Context } from '../context.ts';
import { names } from '../context.ts';
import { noProgress, progressLines } from '../progress.ts';

/** Carries a plan out with its progress on the terminal. Ctrl+C asks it to stop. @throws what the plan throws */
export async function carryOut(context: Context, plan: Plan): Promise<number> {
  const { hearth, out, cancel, seconds } = context;
  const started = seconds();
  const known = names(context);
  let memory = noProgress;
  // A reader that went away must not look like a failure of the step: it is a wish to stop.
  let closed: unknown = null;
  const tell = (): void => {
    try {
      show();
    } catch (thrown) {
      closed ??= thrown;
      stop();
    }
  };
  const brings = broughtBy(plan);
  const stop = (): void => (brings === null ? hearth.cancel(plan.task) : hearth.pause(brings.modelId));
  let held: HoldReason | null = null;
  const show = (): void => {
    const { jobs, downloads } = hearth.state.value;
    const item = downloads.find((each) => each.plan === plan.id);
    if (item !== undefined && item.held !== held) {
      held = item.held;
      if (held !== null) out.say(heldWords(held), '  ');
    }
    if (held !== null) return;
    const job = jobs[plan.task];
    const progress = item === undefined ? (job?.plan === plan.id ? job.progress : null) : progressOf(item);
    if (progress === null) return;
    const said = progressLines(memory, progress, plan, known, seconds(), out.columns);
    memory = said.memory;
    if (said.line !== null && (said.fleeting === null || !out.options.rewrites)) out.note(said.line, '  ');
    if (said.fleeting !== null) out.fleeting(said.fleeting);
  };
  const unwatch = hearth.state.subscribe(tell);
  const forget = cancel.onCancel(stop);
  try {
    await hearth.apply(plan);
  } catch (thrown) {
    throw closed ?? thrown;
  } finally {
    unwatch();
    forget();
  }
  out.clearFleeting();
  return seconds() - started;
}

/** Starts the model and shows what is under way. */
export async function startModel(context: Context, hold = false): ReturnType<Context['hearth']['serve']> {
  const { hearth, out, cancel } = context;
  const unwatch = hearth.state.subscribe(({ jobs }) => {
    const job = jobs.try;
    if (job !== undefined) out.fleeting(`  ${progressWords(job.progress)}`);
  });
  try {
    return await hearth.serve(cancel, hold);
  } finally {
    unwatch();
    out.clearFleeting();
  }
}
