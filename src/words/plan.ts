// SPDX-License-Identifier: GPL-3.0-or-later

import { isDriverAction, isDriverUndo } from '../core/driver/actions.ts';
import { registryOf } from '../core/server/images.ts';
import { hostOf, planTouches, type Action, type Plan, type Touches, type Undo } from '../core/setup/plan.ts';
import type { TransferCaution } from '../core/models/transfer-rules.ts';
import type { LoggedAction, StepOutcome } from '../core/setup/journal.ts';
import { listed, stated } from './joined.ts';
import { driverActionSentence, driverUndoSentence, keyStays } from './driver-steps.ts';
import { sourceName } from './on-disk.ts';
import { bytes, tokens } from './units.ts';
import { _, fill, ngettext } from './translate.ts';

/** How names in a sentence are made readable: models by their name, paths with `~` for the home folder. */
export interface Names {
  model(modelId: string): string;
  path(path: string): string;
}

export const plainNames: Names = { model: (id) => id, path: (path) => path };

/** Names for sentences, from what the shelf calls its models and where home is. */
export function namesFrom(
  offers: readonly { readonly entry: { readonly id: string; readonly name: string } }[],
  home: string,
): Names {
  return {
    model: (id) => offers.find((offer) => offer.entry.id === id)?.entry.name ?? id,
    path: (path) =>
      home !== '' && (path === home || path.startsWith(home + '/')) ? `~${path.slice(home.length)}` : path,
  };
}

/** What a step does, in the imperative: 'Download Qwen3 4B, 2.5 GB, from huggingface.co'. */
export function actionSentence(action: Action | LoggedAction, names: Names = plainNames): string {
  if (isDriverAction(action)) return driverActionSentence(action);
  switch (action.do) {
    case 'make-folder':
      return fill(_('Make the folder {path}'), { path: names.path(action.path) });
    case 'make-key':
      return fill(_('Make a key for the local model in {path}'), { path: names.path(action.path) });
    case 'write-file':
      return writeSentence(action, names);
    case 'download':
      return stays(
        fill(_('Download {model}, {size}, from {host}, and check it'), {
          model: names.model(action.modelId),
          size: bytes(action.size),
          host: hostOf(action.url),
        }),
        action,
        names,
      );
    case 'import':
      return stays(importSentence(action, names), action, names);
    case 'discard':
      return fill(_('Throw away the {size} of {model} that came so far'), {
        model: names.model(action.modelId),
        size: bytes(action.size),
      });
    case 'install-app':
      return installAppSentence(action);
    case 'hand-over': {
      const values = { model: names.model(action.modelId), size: bytes(action.size) };
      return action.how === 'copy'
        ? fill(_('Copy {model} to where AI Lab looks for it, which takes another {size} of the disk'), values)
        : fill(_('Put {model} where AI Lab looks for it, without taking more of the disk'), values);
    }
    case 'import-own': {
      const values = { model: action.name, source: sourceName(action.source), size: bytes(action.size) };
      return action.how === 'copy'
        ? fill(_('Copy {model} from {source}, which takes another {size} of the disk'), values)
        : fill(_('Add {model} from {source} without taking more of the disk'), values);
    }
    case 'move-model':
      return moveSentence(action, names);
    case 'install-tool':
      return installSentence(action, names);
    case 'link':
      return fill(_('Let {path} lead to it, where a terminal finds it'), { path: names.path(action.path) });
    case 'remove-model':
      return fill(_('Remove {model} and free {size}'), {
        model: names.model(action.modelId),
        size: bytes(action.size),
      });
    case 'choose': {
      const { modelId, contextTokens, port, modelsFolder } = action.change;
      if (modelsFolder === null) return _('Keep models in the usual folder from now on');
      if (modelsFolder !== undefined)
        return fill(_('Keep models in {path} from now on'), { path: names.path(modelsFolder) });
      if (modelId !== undefined && modelId !== null)
        return fill(_('Use {model} from now on'), { model: names.model(modelId) });
      if (modelId === null) return _('Use no model for now');
      if (contextTokens !== undefined && contextTokens !== null)
        return fill(_('Use a context of {context}'), { context: tokens(contextTokens) });
      if (port !== undefined) return fill(_('Use port {port} for the local model'), { port: String(port) });
      return _('Remember the choice');
    }
    case 'serve':
      return fill(_('Start {model} with a context of {context}, shut off from the network'), {
        model: names.model(action.modelId),
        context: tokens(action.contextTokens),
      });
    case 'units':
      return unitsSentence(action.verb, action.units);
    case 'remove-file':
      return fill(_('Take {path} away, which another service replaces'), { path: names.path(action.path) });
    case 'place-extension':
      return fill(_('Put AI Lab {version} where Podman Desktop looks for its extensions'), {
        version: action.version,
      });
    case 'firewall':
      return fill(_('Add a rule to the firewall that keeps other computers from port {port}'), {
        port: action.port,
      });
    case 'pull-image': {
      const values = { image: imageName(action.image), host: registryOf(action.image) ?? '' };
      return action.size === null
        ? fill(_('Fetch the container image {image} from {host} and check it; its size is not known'), values)
        : fill(_('Fetch the container image {image}, {size}, from {host}, and check it'), {
            ...values,
            size: bytes(action.size),
          });
    }
  }
}

/** What is brought beside a model that is in use does not take its place. */
function stays(sentence: string, { inUse }: { readonly inUse?: string }, names: Names): string {
  if (inUse === undefined) return sentence;
  return stated(sentence, fill(_('{model} stays in use'), { model: names.model(inUse) }));
}

function moveSentence(action: Extract<Action, { do: 'move-model' }>, names: Names): string {
  const { modelId, how } = action;
  const path = names.path(modelId === null ? action.to : action.to.slice(0, action.to.lastIndexOf('/')));
  if (modelId === null)
    return fill(_('Move what else is left, such as started downloads, to {path}'), { path });
  const values = { model: names.model(modelId), path, size: bytes(action.size) };
  return how === 'copy'
    ? fill(_('Copy {model}, {size}, to {path}, check it there, and remove it here'), values)
    : fill(_('Move {model} to {path}'), values);
}

function installSentence(action: Extract<Action, { do: 'install-tool' }>, names: Names): string {
  const values = {
    program: `Goose ${action.version}`,
    host: hostOf(action.url),
    path: names.path(action.to),
  };
  return action.attestedBy === null
    ? fill(_('Download {program} from {host}, check the program in it, and put it to {path}'), values)
    : fill(
        _(
          'Download {program} from {host}, check the program in it, ask gh for its makers’ attestation, and put it to {path}',
        ),
        values,
      );
}

/** The last part of its name, and enough of its digest to know it again. */
function imageName(reference: string): string {
  const [name = '', digest = ''] = reference.split('@');
  return `${name.split('/').at(-1) ?? name} (${digest.slice(0, 'sha256:'.length + 12)})`;
}

function installAppSentence({ scope, url, permissions }: Extract<Action, { do: 'install-app' }>): string {
  const values = { host: hostOf(url), uses: listed(permissions) };
  return scope === 'user'
    ? fill(_('Install Podman Desktop from {host} for you alone; it may use: {uses}'), values)
    : fill(_('Install Podman Desktop from {host} for everybody here; it may use: {uses}'), values);
}

function importSentence(action: Extract<Action, { do: 'import' }>, names: Names): string {
  const values = {
    model: names.model(action.modelId),
    source: sourceName(action.source),
    size: bytes(action.size),
  };
  return action.how === 'copy'
    ? fill(_('Copy {model} from {source}, which takes another {size} of the disk, and check it'), values)
    : fill(_('Use {model} from {source} without taking more of the disk, and check it'), values);
}

function writeSentence(action: Extract<Action | LoggedAction, { do: 'write-file' }>, names: Names): string {
  const values = { path: names.path(action.path) };
  switch (action.purpose) {
    case 'goose-config':
      return action.before === null
        ? fill(_('Write Goose’s settings to {path}'), values)
        : fill(
            _('Add the local model to Goose’s settings in {path}; a copy of the old file is kept'),
            values,
          );
    case 'goose-provider':
      return fill(_('Tell Goose how to reach the local model, in {path}'), values);
    case 'server-unit':
      return fill(_('Write the service that runs the model to {path}'), values);
    case 'desktop-telemetry':
      return fill(_('Turn off the usage reports of Podman Desktop in {path}'), values);
    case 'ai-lab-catalogue':
      return fill(_('Add the model to AI Lab’s catalogue in {path}'), values);
    case 'containers-config':
      return fill(_('Let containers find the description of the graphics card, in {path}'), values);
    case 'program-unit':
      return fill(_('Let {units} listen on this computer only, by {path}, and restart it'), {
        ...values,
        units: listed(action.restarts ?? []),
      });
    case 'practice':
      return fill(_('Write a practice file to {path}'), values);
  }
}

function unitsSentence(verb: 'reload' | 'enable' | 'start' | 'stop', units: readonly string[]): string {
  const values = { units: listed(units) };
  switch (verb) {
    case 'reload':
      return _('Let systemd read the service files again');
    case 'enable':
      return fill(_('Let {units} start when needed'), values);
    case 'start':
      return fill(_('Start {units}'), values);
    case 'stop':
      return fill(_('Stop {units}'), values);
  }
}

/** How a step is taken back. */
export function undoSentence(undo: Undo, names: Names = plainNames): string {
  if (isDriverUndo(undo)) return driverUndoSentence(undo);
  switch (undo.undo) {
    case 'remove-file':
      return fill(_('Remove {path}'), { path: names.path(undo.path) });
    case 'restore-file':
      return fill(_('Put the old {path} back'), { path: names.path(undo.path) });
    case 'remove-folder':
      return fill(_('Remove the folder {path} if it is empty'), { path: names.path(undo.path) });
    case 'move-model': {
      const path = names.path(undo.to);
      return undo.modelId === null
        ? fill(_('Move everything back to {path}'), { path })
        : fill(_('Move {model} back to {path}'), { model: names.model(undo.modelId), path });
    }
    case 'uninstall-app':
      return fill(_('Uninstall {app}; what it kept for you stays'), { app: undo.app });
    case 'remove-extension':
      return _('Take AI Lab out of Podman Desktop; its models and settings stay');
    case 'take-out':
      return fill(_('Take {path} out of AI Lab’s folder; the model stays with Hearth'), {
        path: names.path(undo.path),
      });
    case 'choose': {
      const { modelId, modelsFolder } = undo.change;
      if (modelsFolder === null) return _('Keep models in the usual folder again');
      if (modelsFolder !== undefined)
        return fill(_('Keep models in {path} again'), { path: names.path(modelsFolder) });
      return modelId === undefined || modelId === null
        ? _('Go back to the earlier choice')
        : fill(_('Go back to {model}'), { model: names.model(modelId) });
    }
    case 'bring-back':
      return fill(_('Put {path} back'), { path: names.path(undo.path) });
    case 'remove-image':
      return fill(_('Remove the container image {image}, unless another container needs it'), {
        image: imageName(undo.image),
      });
    case 'firewall':
      return _('Take the rule out of the firewall');
    case 'stop-server':
      return _('Stop the model');
    case 'unlink':
      return undo.before === null
        ? fill(_('Remove the link {path}'), { path: names.path(undo.path) })
        : fill(_('Let {path} lead to the earlier version again'), { path: names.path(undo.path) });
    case 'units': {
      const values = { units: listed(undo.units) };
      if (undo.verb === 'reload') return _('Let systemd read the service files again');
      return undo.verb === 'stop'
        ? fill(_('Stop {units}'), values)
        : fill(_('No longer let {units} start'), values);
    }
    case 'nothing':
      return nothingSentence(undo.why);
  }
}

function nothingSentence(why: Extract<Undo, { undo: 'nothing' }>['why']): string {
  switch (why) {
    case 'no-effect':
      return _('Nothing to take back');
    case 'already-there':
      return _('It was there before, so it stays');
    case 'key-stays':
      return keyStays();
    case 'removed-own':
      return _('Cannot be taken back; nobody publishes this file');
    case 'removed-for-good':
      return _('Cannot be taken back; it can be downloaded again');
  }
}

export interface Line {
  readonly label: string;
  readonly value: string;
}

/** What a plan touches as a short table: only the lines that have something to say. */
export function touchesLines(touches: Touches, names: Names = plainNames): readonly Line[] {
  const lines: Line[] = [];
  const add = (label: string, value: string): void => void lines.push({ label, value });
  if (touches.downloadBytes > 0) add(_('Download'), bytes(touches.downloadBytes));
  if (touches.hosts.length > 0) add(_('Contacts'), listed(touches.hosts));
  for (const caution of touches.cautions) add(_('Mind'), cautionSentence(caution));
  if (touches.diskBytes > 0) add(_('Disk space'), bytes(touches.diskBytes));
  if (touches.diskBytes < 0) add(_('Frees'), bytes(-touches.diskBytes));
  if (touches.files.length > 0) add(_('Files'), touches.files.map((file) => names.path(file)).join('\n'));
  if (touches.units.length > 0) add(_('Services'), touches.units.join('\n'));
  if (touches.packages.length > 0) add(_('Packages'), listed(touches.packages));
  add(
    _('Permission'),
    touches.permission === null ? _('None asked') : _('The administrator password is asked for'),
  );
  return lines;
}

/** What speaks against a download right now. */
export function cautionSentence(caution: TransferCaution): string {
  switch (caution) {
    case 'offline':
      return _('There is no network right now.');
    case 'low-disk':
      return _('Little of the disk is left free afterwards.');
    case 'metered':
      return _('This network is metered, so the download may cost money.');
    case 'battery':
      return _('This computer runs on battery.');
    case 'low-battery':
      return _('The battery is nearly empty.');
  }
}

/** The whole plan in one line: '3 steps, 2.5 GB to download from huggingface.co'. */
export function planSummary(plan: Plan): string {
  const touches = planTouches(plan);
  const steps = fill(ngettext('{count} step', '{count} steps', plan.steps.length), {
    count: plan.steps.length,
  });
  if (touches.downloadBytes > 0)
    return listed([
      steps,
      touches.hosts.length === 0
        ? fill(_('{size} to download'), { size: bytes(touches.downloadBytes) })
        : fill(_('{size} to download from {hosts}'), {
            size: bytes(touches.downloadBytes),
            hosts: listed(touches.hosts),
          }),
    ]);
  if (touches.diskBytes < 0)
    return listed([steps, fill(_('frees {size}'), { size: bytes(-touches.diskBytes) })]);
  return touches.hosts.length === 0 ? listed([steps, _('nothing is contacted')]) : steps;
}

/** How a step of the journal went. */
export function outcomeWords(outcome: StepOutcome): string {
  switch (outcome) {
    case 'done':
      return _('Done');
    case 'failed':
      return _('Failed');
    case 'interrupted':
      return _('Interrupted');
    case 'undone':
      return _('Taken back');
    case 'kept':
      return _('Kept, because it was changed since');
  }
}
