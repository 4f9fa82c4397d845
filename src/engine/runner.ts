// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, never } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import { isAlive } from '../core/setup/downloads.ts';
import { broughtBy, movesModels, type Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { Progress, TaskId } from '../core/setup/tasks.ts';
import { Downloads, lookEvery } from './downloads.ts';
import type { Journal } from './journal.ts';
import { bringModel } from './lane.ts';
import type { Parts } from './parts.ts';
import { runDeps, type PerformContext } from './perform.ts';
import { busyWith, offerOf } from './planner.ts';
import { runPlan, seldom, type RunDeps } from './run.ts';

/** How long the end waits for what was cancelled, in milliseconds. */
const closingPatience = 3000;

export type RunnerContext = Pick<PerformContext, 'parts' | 'serve' | 'stopServing'> & {
  readonly parts: Parts;
  readonly journal: Journal;
  state(): HearthState;
  set(change: Partial<HearthState>): void;
  look(): Promise<void>;
  forget(task: TaskId): void;
  fail(task: TaskId, thrown: unknown): void;
};

interface Running {
  readonly cancel: CancelSource;
  readonly plan: string;
  /** Models are on their way to another folder. */
  readonly moves: boolean;
}

/** Carries plans out: one for each task at a time, and those that bring a model side by side. */
export class Runner {
  readonly downloads: Downloads;
  readonly #context: RunnerContext;
  readonly #running = new Map<TaskId, Running>();
  readonly #applying = new Set<Promise<void>>();

  constructor(context: RunnerContext) {
    const { parts, set } = context;
    this.#context = context;
    this.downloads = new Downloads({
      clock: parts.clock,
      lookEvery: parts.lookEvery ?? lookEvery,
      conditions: () => parts.observeConditions(),
      free: () => parts.files.freeSpace(parts.paths.models),
      onChange: (downloads) => set({ downloads }),
      report: parts.report,
    });
  }

  /** Plans that are under way. */
  get plans(): readonly string[] {
    return [...[...this.#running.values()].map((run) => run.plan), ...this.downloads.plans];
  }

  async apply(plan: Plan): Promise<void> {
    const work = this.#apply(plan);
    this.#applying.add(work);
    try {
      await work;
    } finally {
      this.#applying.delete(work);
    }
  }

  /** @throws busy when a plan runs now */
  refuseRunning(plan: string): void {
    for (const [task, run] of this.#running) if (run.plan === plan) throw new HearthError('busy', { task });
    if (this.downloads.plans.includes(plan)) throw new HearthError('busy', { task: 'model' });
  }

  cancel(task: TaskId): void {
    const { state, set } = this.#context;
    this.#running.get(task)?.cancel.cancel();
    const { jobs } = state();
    const job = jobs[task];
    if (job !== undefined) set({ jobs: { ...jobs, [task]: { ...job, stopping: true } } });
  }

  async close(): Promise<void> {
    for (const run of this.#running.values()) run.cancel.cancel();
    this.downloads.close();
    // What is under way writes down how far it came, before the ground is taken from under it.
    const settled = Promise.allSettled(this.#applying);
    await Promise.race([settled, this.#context.parts.clock.sleep(closingPatience, never)]);
  }

  async #apply(plan: Plan): Promise<void> {
    const { parts, state, set, look, forget, fail } = this.#context;
    const { task } = plan;
    if (broughtBy(plan) !== null) {
      if ([...this.#running.values()].some(({ moves }) => moves)) throw new HearthError('busy', { task });
      await this.#bring(plan);
      return;
    }
    if (this.#running.has(task)) throw new HearthError('busy', { task });
    if (plan.steps.length === 0) return;
    const cancel = new CancelSource();
    const moves = movesModels(plan);
    const onTheWay = this.downloads.items.find(isAlive);
    if (moves && onTheWay !== undefined) throw busyWith(state(), onTheWay.modelId);
    this.#running.set(task, { cancel, plan: plan.id, moves });
    forget(task);
    try {
      const deps = this.#runDeps({
        choose: (change) => parts.settings.write(change),
        transfer: (attempt) => attempt(cancel),
      });
      const show = (progress: Progress): void => this.#showJob(plan, progress);
      await runPlan(plan, parts.mode.tag === 'practice', deps, seldom(parts.clock, show), cancel);
    } catch (thrown) {
      if (!hasCode(thrown, 'cancelled')) fail(task, thrown);
      throw thrown;
    } finally {
      this.#running.delete(task);
      const { [task]: _ended, ...jobs } = state().jobs;
      set({ jobs });
      await look();
    }
  }

  /** A plan that brings a model runs in a lane of its own, beside others. */
  async #bring(plan: Plan): Promise<void> {
    const { parts, state, look, forget, fail } = this.#context;
    const action = broughtBy(plan);
    if (action === null) return;
    const practice = parts.mode.tag === 'practice';
    await bringModel(plan, action, {
      parts,
      state,
      look,
      downloads: this.downloads,
      run: (made, how, { cancel, tell }) =>
        runPlan(made, practice, this.#runDeps(how), seldom(parts.clock, tell), cancel),
      forget: () => forget('model'),
      fail: (thrown) => fail('model', thrown),
    });
  }

  #runDeps(how: Pick<PerformContext, 'choose' | 'transfer'>): RunDeps {
    const { parts, journal, state, serve, stopServing } = this.#context;
    const entry: PerformContext['entry'] = (id) => offerOf(state(), id).entry;
    return runDeps(journal, { ...how, parts, entry, serve, stopServing });
  }

  #showJob({ id, task }: Plan, progress: Progress): void {
    const { state, set } = this.#context;
    const stopping = this.#running.get(task)?.cancel.cancelled ?? false;
    set({ jobs: { ...state().jobs, [task]: { plan: id, task, progress, stopping } } });
  }
}
