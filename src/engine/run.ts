// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError, toErrorValue } from '../core/errors.ts';
import { isDriverUndo, type DriverUndo } from '../core/driver/actions.ts';
import type { Clock, Files, Sha256 } from '../core/ports.ts';
import { pathOf, undoFor, type Before } from '../core/setup/undo.ts';
import type { Action, Plan, Step, Undo } from '../core/setup/plan.ts';
import type { Progress } from '../core/setup/tasks.ts';
import { logged, type Journal } from './journal.ts';

export type StepProgress = Pick<Progress, 'done' | 'total' | 'rate' | 'phase' | 'host'>;

export const quietProgress: StepProgress = {
  done: null,
  total: null,
  rate: null,
  phase: 'working',
  host: null,
};

/** How often progress reaches the screen at most, in milliseconds. */
const progressInterval = 80;

/** Progress, no more often than a screen needs it. */
export function seldom(
  { monotonic }: Pick<Clock, 'monotonic'>,
  show: (progress: Progress) => void,
): (progress: Progress) => void {
  let last = -Infinity;
  let lastKey = '';
  return (progress) => {
    const now = monotonic();
    const key = `${progress.stepId} ${progress.phase}`;
    const ended = progress.total !== null && progress.done === progress.total;
    if (key === lastKey && !ended && now - last < progressInterval) return;
    last = now;
    lastKey = key;
    show(progress);
  };
}

/** Does one action. Must be safe to repeat after having been cut off anywhere. */
export type Perform = (
  action: Action,
  onProgress: (progress: StepProgress) => void,
  cancel: Cancel,
) => Promise<void>;

export interface RunDeps {
  readonly files: Files;
  readonly journal: Journal;
  readonly sha256: Sha256;
  /** Folder for backups of a person's files. */
  readonly backups: string;
  readonly perform: Perform;
}

/**
 * Carries a plan out, step by step: look, write to the journal how the step is taken back, back up, do, write that it
 * is done. A cut at any point leaves either nothing of a step or a step that can be repeated and taken back.
 */
export async function runPlan(
  plan: Plan,
  practice: boolean,
  deps: RunDeps,
  onProgress: (progress: Progress) => void,
  cancel: Cancel,
): Promise<void> {
  const { journal } = deps;
  await journal.write({
    plan: plan.id,
    event: 'plan-start',
    task: plan.task,
    steps: plan.steps.length,
    practice,
  });
  for (const [index, step] of plan.steps.entries()) {
    const tell = (progress: StepProgress): void =>
      onProgress({ ...progress, step: index, steps: plan.steps.length, stepId: step.id });
    tell(quietProgress);
    try {
      cancel.throwIfCancelled();
      await runStep(plan, step, deps, tell, cancel);
    } catch (thrown) {
      await journal.write({
        plan: plan.id,
        event: 'step-failed',
        step: step.id,
        error: toErrorValue(thrown),
      });
      throw thrown;
    }
    await journal.write({ plan: plan.id, event: 'step-done', step: step.id });
  }
  await journal.write({ plan: plan.id, event: 'plan-done' });
}

async function runStep(
  plan: Plan,
  step: Step,
  deps: RunDeps,
  tell: (progress: StepProgress) => void,
  cancel: Cancel,
): Promise<void> {
  const { action } = step;
  const before = await look(action, deps);
  if (isChanged(action, before, deps.sha256)) {
    throw new HearthError('changed-since', { path: action.path });
  }
  const backup = `${deps.backups}/${plan.id}-${step.id}`;
  const undo = undoFor(action, before, deps.sha256, backup);
  if (undo.undo === 'restore-file' || undo.undo === 'bring-back') {
    await deps.files.makeFolder(deps.backups, 0o700);
    await deps.files.copy(undo.path, undo.backup, undo.mode & 0o600);
    await deps.files.sync(undo.backup);
  }
  await deps.journal.write({
    plan: plan.id,
    event: 'step-start',
    step: step.id,
    action: logged(action),
    undo,
  });
  await deps.perform(action, tell, cancel);
}

/** Whether the file is neither what the plan started from nor what the step makes of it. */
function isChanged(
  action: Action,
  before: Before,
  sha256: Sha256,
): action is Extract<Action, { do: 'write-file' | 'remove-file' }> {
  if (action.do === 'remove-file') return before.exists && before.sha256 !== action.before;
  return (
    action.do === 'write-file' && before.sha256 !== action.before && before.sha256 !== sha256(action.content)
  );
}

async function look(action: Action, deps: RunDeps): Promise<Before> {
  const path = pathOf(action);
  const stat = path === null ? null : await deps.files.stat(path);
  if (path === null || stat === null) return { exists: false, sha256: null, mode: 0 };
  if (action.do !== 'write-file' && action.do !== 'remove-file')
    return { exists: true, sha256: null, mode: stat.mode };
  // A link's own bits say nothing; the file behind it keeps the mode that the plan asks for.
  const mode = stat.kind === 'link' ? (action.do === 'write-file' ? action.mode : 0o644) : stat.mode;
  return { exists: true, sha256: deps.sha256(await deps.files.readBytes(path)), mode };
}

export interface UndoDeps {
  readonly files: Files;
  readonly sha256: Sha256;
  readonly choose: (change: Extract<Undo, { undo: 'choose' }>['change']) => void;
  readonly stopServer: () => Promise<void>;
  readonly removeImage: (image: string) => Promise<void>;
  readonly removeRules: (rules: Extract<Undo, { undo: 'firewall' }>['rules']) => Promise<void>;
  readonly units: (
    verb: 'disable' | 'stop' | 'reload' | 'restart',
    units: readonly string[],
  ) => Promise<void>;
  readonly moveModel: (undo: Extract<Undo, { undo: 'move-model' }>) => Promise<void>;
  readonly uninstallApp: (undo: Extract<Undo, { undo: 'uninstall-app' }>) => Promise<void>;
  readonly removeExtension: (undo: Extract<Undo, { undo: 'remove-extension' }>) => Promise<void>;
  /** Removes what was handed to another program. */
  readonly takeOut: (undo: Extract<Undo, { undo: 'take-out' }>) => Promise<void>;
  readonly driver: (undo: DriverUndo) => Promise<void>;
  readonly unlink: (path: string, target: string, before: string | null) => Promise<void>;
  /** Forgets what Hearth keeps beside a model file (its stamp, its folder). */
  readonly forgetModel: (path: string) => Promise<void>;
}

/**
 * Takes one step back. A file that somebody changed since is left alone.
 * @throws changed-since, and what the files throw
 */
export async function undoStep(undo: Undo, deps: UndoDeps): Promise<void> {
  if (isDriverUndo(undo)) {
    await deps.driver(undo);
    return;
  }
  switch (undo.undo) {
    case 'nothing':
      return;
    case 'remove-file': {
      if (undo.ifSha256 !== null && !(await isStill(undo.path, undo.ifSha256, deps))) return;
      await deps.files.remove(undo.path);
      await deps.forgetModel(undo.path);
      if (undo.restarts !== undefined) await deps.units('restart', undo.restarts);
      return;
    }
    case 'restore-file': {
      const original = await deps.files.readBytes(undo.backup);
      const now = await digest(undo.path, deps);
      if (now === deps.sha256(original)) return;
      if (now !== undo.ifSha256) throw new HearthError('changed-since', { path: undo.path });
      await deps.files.writeAtomic(undo.path, original, undo.mode);
      if (undo.restarts !== undefined) await deps.units('restart', undo.restarts);
      return;
    }
    case 'uninstall-app':
      await deps.uninstallApp(undo);
      return;
    case 'remove-extension':
      await deps.removeExtension(undo);
      return;
    case 'take-out':
      await deps.takeOut(undo);
      return;
    case 'unlink':
      await deps.unlink(undo.path, undo.target, undo.before);
      return;
    case 'bring-back': {
      const original = await deps.files.readBytes(undo.backup);
      const now = await digest(undo.path, deps);
      if (now === deps.sha256(original)) return;
      if (now !== null) throw new HearthError('changed-since', { path: undo.path });
      await deps.files.writeAtomic(undo.path, original, undo.mode);
      return;
    }
    case 'remove-image':
      await deps.removeImage(undo.image);
      return;
    case 'firewall':
      await deps.removeRules(undo.rules);
      return;
    case 'remove-folder':
      await removeIfEmpty(undo.path, deps.files);
      return;
    case 'move-model':
      await deps.moveModel(undo);
      return;
    case 'choose':
      deps.choose(undo.change);
      return;
    case 'stop-server':
      await deps.stopServer();
      return;
    case 'units':
      await deps.units(undo.verb, undo.units);
      return;
  }
}

async function digest(path: string, deps: UndoDeps): Promise<string | null> {
  return (await deps.files.stat(path)) === null ? null : deps.sha256(await deps.files.readBytes(path));
}

/** True when the file is as Hearth left it, false when it is gone. @throws changed-since */
async function isStill(path: string, sha256: string, deps: UndoDeps): Promise<boolean> {
  const now = await digest(path, deps);
  if (now === null) return false;
  if (now !== sha256) throw new HearthError('changed-since', { path });
  return true;
}

/** A folder that holds something else by now is somebody's and stays. */
async function removeIfEmpty(path: string, files: Files): Promise<void> {
  const stat = await files.stat(path);
  if (stat?.kind === 'directory' && (await files.list(path)).length === 0) await files.remove(path);
}
