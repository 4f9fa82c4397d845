// SPDX-License-Identifier: GPL-3.0-or-later

import type { Plan } from '../../core/setup/plan.ts';
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
      hearth.cancel(plan.task);
    }
  };
  const show = (): void => {
    const job = hearth.state.value.jobs[plan.task];
    if (job === undefined || job.plan !== plan.id) return;
    const said = progressLines(memory, job.progress, plan, known, seconds(), out.columns);
    memory = said.memory;
    if (said.line !== null && (said.fleeting === null || !out.options.rewrites)) out.note(said.line, '  ');
    if (said.fleeting !== null) out.fleeting(said.fleeting);
  };
  const unwatch = hearth.state.subscribe(tell);
  const forget = cancel.onCancel(() => hearth.cancel(plan.task));
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
export async function startModel(context: Context): ReturnType<Context['hearth']['serve']> {
  const { hearth, out, cancel } = context;
  const unwatch = hearth.state.subscribe(({ jobs }) => {
    const job = jobs.try;
    if (job !== undefined) out.fleeting(`  ${progressWords(job.progress)}`);
  });
  try {
    return await hearth.serve(cancel);
  } finally {
    unwatch();
    out.clearFleeting();
  }
}
