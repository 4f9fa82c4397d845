// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import { logFile, type ServerFiles } from './command.ts';
import type { ContainerRun } from './engine-facts.ts';
import { isPinned } from './images.ts';
import { parent } from './sandbox.ts';
import {
  conditionPath,
  healthCommand,
  quote,
  unchanged,
  unitHeader,
  waitCommand,
  type UnitInput,
} from './units.ts';

/** Below `~/.config/containers/systemd`. systemd's generator makes `hearth-model.service` of it. */
export const quadletName = 'hearth-model.container';

/** Also the container's name. */
export const containerName = 'hearth-model';

/** By these labels Podman AI Lab knows a model server that it did not start. */
export const aiLabLabels = {
  models: 'ai-lab-inference-server',
  api: 'api',
  docs: 'docs',
  gpu: 'gpu',
} as const;

export interface QuadletInput {
  readonly run: ContainerRun;
  /** The whole command of the server; its program is looked up in the image. */
  readonly command: readonly string[];
  readonly files: ServerFiles;
  readonly modelPath: string;
  /** See `ServeRequest.stamp`. */
  readonly stamp?: string | undefined;
  /** See `UnitInput`. */
  readonly checked?: UnitInput['checked'];
  /** Id of the model, for AI Lab. */
  readonly modelId: string;
  readonly port: number;
  /** curl of this computer, to wait for the model; null where there is none. */
  readonly curl: string | null;
}

/**
 * The container of the model server as a Quadlet (podman-systemd.unit(5)). The same paths inside as outside, so that
 * what is looked at afterwards is the same for every engine.
 *
 * There is always a user namespace, because podman runs as the person. Root of the container is the person, with no
 * capability left; other mappings would have podman copy the whole image.
 *
 * @throws usage when a path cannot be written in a container file
 */
export function quadletText(input: QuadletInput): string {
  const { run, files, modelPath, command } = input;
  if (!isPinned(run.image)) throw new HearthError('usage', { text: run.image.slice(0, 200) });
  const label = (name: string, value: string): string => `Label=${quote(`${name}=${value}`)}`;
  const mode = run.relabel ? ',z' : '';
  const folder = parent(files.socket);
  return lines([
    unitHeader,
    '[Unit]',
    'Description=Local model of Hearth, in a container without a network',
    'StopWhenUnneeded=yes',
    ...(input.stamp === undefined ? [] : [`AssertPathExists=${conditionPath(input.stamp)}`]),
    'StartLimitIntervalSec=10min',
    'StartLimitBurst=3',
    '',
    '[Container]',
    `Image=${run.image}`,
    `ContainerName=${containerName}`,
    '# What is not on this computer is not fetched behind anybody’s back.',
    'Pull=never',
    '',
    '# The wall: a network namespace of its own with nothing in it.',
    'Network=none',
    '',
    '# Files: the image and the model and the key to read, the folder of the socket to write.',
    'ReadOnly=true',
    'ReadOnlyTmpfs=false',
    'Tmpfs=/tmp:rw,size=64m,mode=1777,nosuid,nodev',
    `Volume=${volume(modelPath)}:ro${mode}`,
    `Volume=${volume(files.keyFile)}:ro${mode}`,
    `Volume=${volume(folder)}:rw${mode}`,
    ...(run.unlabelled
      ? ['# SELinux keeps containers from these devices unless they go without its label.']
      : []),
    ...(run.unlabelled ? ['SecurityLabelDisable=true'] : []),
    ...run.devices.map((device) => `AddDevice=${device}`),
    '',
    '# Everything else that a server of numbers does not need.',
    'User=0',
    'Group=0',
    'DropCapability=all',
    'NoNewPrivileges=true',
    // Without a controller for it podman cannot keep its own limit either.
    `PidsLimit=${run.limitProcesses ? 512 : 0}`,
    'Environment=LC_ALL=C.UTF-8 HOME=/tmp',
    'LogDriver=journald',
    // It has nothing to put away.
    'StopTimeout=3',
    '',
    '# A server that stays silent is ended; the next request starts it again.',
    `HealthCmd=${JSON.stringify(healthCommand('curl', files).map(plain))}`,
    'HealthInterval=30s',
    'HealthTimeout=10s',
    'HealthRetries=3',
    'HealthStartPeriod=15m',
    'HealthOnFailure=kill',
    '',
    '# Podman AI Lab lists it among its own.',
    label(aiLabLabels.models, JSON.stringify([input.modelId])),
    label(aiLabLabels.api, `http://localhost:${input.port}/v1`),
    label(aiLabLabels.docs, `http://localhost:10434/api-docs/${input.port}`),
    ...(run.devices.length > 0 ? [label(aiLabLabels.gpu, run.device)] : []),
    '',
    // The image may have a start of its own, which would listen on every address.
    'Entrypoint=llama-server',
    `Exec=${command.slice(1).map(quote).join(' ')}`,
    '',
    '[Quadlet]',
    '# It would wait for a network, which the model has no use for.',
    'DefaultDependencies=false',
    '',
    '[Service]',
    `ExecStartPre=/bin/mkdir -p -m 0700 ${quote(folder)}`,
    `ExecStartPre=/bin/rm -f ${quote(files.socket)} ${quote(logFile(files.socket))}`,
    ...(input.checked === undefined ? [] : [unchanged(modelPath, input.checked, '')]),
    // Whoever waits for this unit (the proxy) waits until the model is loaded.
    `ExecStartPost=${waitCommand(files, input.curl).map(quote).join(' ')}`,
    `ExecStopPost=/bin/rm -f ${quote(files.socket)}`,
    // As the installed one; what podman itself says (125 to 127) another try does not change either.
    'Restart=on-failure',
    'RestartMode=direct',
    'RestartPreventExitStatus=1 125 126 127',
    'RestartSec=500ms',
    'RestartSteps=2',
    'RestartMaxDelaySec=5s',
    'TimeoutStartSec=15min',
    'TimeoutStopSec=20s',
    ...(run.memoryMax === null ? [] : [`MemoryMax=${run.memoryMax}`]),
  ]);
}

/** A path and itself, as source and target of a mount; podman divides at colons and knows no way around it. */
function volume(path: string): string {
  const text = plain(path).replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `${text}:${text}`;
}

function plain(path: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f:,]/.test(path) && !path.startsWith('http:'))
    throw new HearthError('usage', { path: path.slice(0, 200) });
  return path;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
