// SPDX-License-Identifier: GPL-3.0-or-later

import { isDriverAction } from '../core/driver/actions.ts';
import { HearthError } from '../core/errors.ts';
import type { CatalogueEntry } from '../core/models/types.ts';
import type { Choices } from '../core/ports.ts';
import type { Action } from '../core/setup/plan.ts';
import type { Cancel } from '../core/cancel.ts';
import type { Endpoint } from '../core/server/types.ts';
import { performDriver } from './driver-perform.ts';
import type { Journal } from './journal.ts';
import type { Parts } from './parts.ts';
import { quietProgress, type Perform, type RunDeps, type StepProgress } from './run.ts';

export interface PerformContext {
  readonly parts: Parts;
  readonly entry: (modelId: string) => CatalogueEntry;
  readonly serve: (modelId: string, contextTokens: number, cancel: Cancel) => Promise<Endpoint>;
  readonly stopServing: () => Promise<void>;
  readonly choose: (change: Partial<Choices>) => void;
  /** Moves the bytes of a model: stopped and called again as often as something speaks against it for a while. */
  readonly transfer: (attempt: (cancel: Cancel) => Promise<void>) => Promise<void>;
}

/** What carries a plan out, with each action done through the ports. */
export function runDeps(journal: Journal, context: PerformContext): RunDeps {
  const { files, sha256, paths } = context.parts;
  return { files, journal, sha256, backups: `${paths.state}/backups`, perform: performer(context) };
}

/** Each action, done through the ports. Every one may be repeated after a cut. */
export function performer(context: PerformContext): Perform {
  return (action, onProgress, cancel) => perform(action, context, onProgress, cancel);
}

async function perform(
  action: Action,
  { parts, entry, serve, stopServing, choose, transfer }: PerformContext,
  onProgress: (progress: StepProgress) => void,
  cancel: Cancel,
): Promise<void> {
  const { files } = parts;
  if (isDriverAction(action)) {
    await performDriver(action, parts.driver, onProgress, cancel);
    return;
  }
  switch (action.do) {
    case 'make-folder':
      await files.makeFolder(action.path, action.mode);
      return;
    case 'write-file':
      if (action.purpose === 'desktop-telemetry') await parts.aiLab.refuseWhileOpen();
      onProgress({ ...quietProgress, phase: 'writing' });
      await files.makeFolder(parentOf(action.path), 0o755);
      await files.writeAtomic(action.path, action.content, action.mode);
      if (action.restarts !== undefined) await parts.serving.units('restart', action.restarts);
      return;
    case 'make-key': {
      // The server shows the last four characters of the key in its log: they are always the same ones.
      if ((await files.stat(action.path)) !== null) return;
      await files.makeFolder(parentOf(action.path), 0o700);
      await files.writeAtomic(action.path, `${hex(await parts.random.bytes(24))}-key\n`, 0o600);
      return;
    }
    case 'download':
      await transfer((stop) => parts.models.download(action, entry(action.modelId), onProgress, stop));
      return;
    case 'import':
      await transfer((stop) => parts.models.import(action, entry(action.modelId), onProgress, stop));
      return;
    case 'import-own':
      await parts.models.importOwn(action, onProgress, cancel);
      return;
    case 'move-model':
      await stopServing();
      await parts.models.move(action, onProgress, cancel);
      return;
    case 'install-tool':
      await parts.tools.install(action, onProgress, cancel);
      return;
    case 'install-app':
      await parts.aiLab.install(action, onProgress, cancel);
      return;
    case 'place-extension':
      await parts.aiLab.refuseWhileOpen();
      onProgress({ ...quietProgress, phase: 'writing' });
      await parts.aiLab.placeExtension(action, cancel);
      return;
    case 'hand-over':
      await parts.aiLab.handOver(action, cancel);
      return;
    case 'link':
      await parts.tools.link(action);
      return;
    case 'remove-model':
      await stopServing();
      await parts.models.remove(action.path);
      return;
    case 'discard':
      await parts.models.discard(action.path);
      return;
    case 'choose':
      choose(action.change);
      return;
    case 'serve':
      onProgress({ ...quietProgress, phase: 'starting' });
      await serve(action.modelId, action.contextTokens, cancel);
      return;
    case 'remove-file':
      await files.remove(action.path);
      return;
    case 'pull-image':
      await parts.containers.pull(action, onProgress, cancel);
      return;
    case 'firewall':
      await parts.firewall.add(action.rules, cancel);
      return;
    case 'units':
      await parts.serving.units(action.verb, action.units);
      return;
  }
}

function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  if (at < 0) throw new HearthError('unexpected', {}, { detail: `Not an absolute path: ${path}` });
  return at === 0 ? '/' : path.slice(0, at);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
