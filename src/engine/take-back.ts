// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../core/cancel.ts';
import type { DriverUndo } from '../core/driver/actions.ts';
import { HearthError, toErrorValue } from '../core/errors.ts';
import type { JournalEntry } from '../core/setup/journal.ts';
import type { Undo } from '../core/setup/plan.ts';
import { undoDriver } from './driver-perform.ts';
import type { Journal } from './journal.ts';
import type { Parts } from './parts.ts';
import { undoStep } from './run.ts';

/** Whether anything of an entry can still be taken back. */
export function canUndo(entry: JournalEntry): boolean {
  return entry.steps.some((step) => step.outcome !== 'undone' && step.undo.undo !== 'nothing');
}

/**
 * Takes back what an entry did, last step first. A step that cannot be (its file was changed since) is kept, noted in
 * the journal with the reason, and does not stop the others.
 */
export async function undoEntry(
  plan: string,
  entries: readonly JournalEntry[],
  parts: Parts,
  journal: Journal,
  stopServing: () => Promise<void>,
): Promise<void> {
  const entry = entries.find((candidate) => candidate.plan === plan);
  if (entry === undefined || !canUndo(entry)) throw new HearthError('nothing-to-undo', { plan });
  const deps = {
    files: parts.files,
    sha256: parts.sha256,
    choose: parts.settings.write.bind(parts.settings),
    stopServer: stopServing,
    moveModel: async (undo: Extract<Undo, { undo: 'move-model' }>) => {
      await stopServing();
      await parts.models.move(undo, () => {}, never);
    },
    removeImage: (image: string) => parts.containers.remove(image),
    removeRules: (rules: Extract<Undo, { undo: 'firewall' }>['rules']) => parts.firewall.remove(rules, never),
    units: parts.serving.units.bind(parts.serving),
    uninstallApp: (undo: Extract<Undo, { undo: 'uninstall-app' }>) => parts.aiLab.uninstall(undo),
    removeExtension: (undo: Extract<Undo, { undo: 'remove-extension' }>) => parts.aiLab.removeExtension(undo),
    takeOut: (taken: Extract<Undo, { undo: 'take-out' }>) => parts.aiLab.takeOut(taken),
    driver: (undo: DriverUndo) => undoDriver(undo, parts.driver),
    unlink: (path: string, target: string, before: string | null) => parts.tools.unlink(path, target, before),
  };
  for (const step of entry.steps.toReversed()) {
    if (step.outcome === 'undone') continue;
    const { do: what } = step.action;
    const forgetModel = async (path: string): Promise<void> => {
      if (what === 'download' || what === 'import' || what === 'import-own') await parts.models.remove(path);
      if (what === 'install-tool') await parts.tools.forget(path);
    };
    try {
      await undoStep(step.undo, { ...deps, forgetModel });
      await journal.write({ plan, event: 'step-undone', step: step.step });
    } catch (thrown) {
      await journal.write({ plan, event: 'step-kept', step: step.step, error: toErrorValue(thrown) });
    }
  }
  // systemd would go on with the services that it has read.
  if (entry.steps.some(({ action }) => action.do === 'write-file' && action.purpose === 'server-unit'))
    await parts.serving.units('reload', []);
}
