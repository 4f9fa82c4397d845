// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorArgs } from '../errors.ts';
import type { MachineFacts } from '../machine/facts.ts';
import type { EngineImage, ImageDevice, ImageProblem } from './images.ts';

/**
 * What a person may wish: Hearth's choice, the installed llama-server, a container, or a server of somebody else's making
 * that runs already.
 */
export const engineChoices = ['auto', 'native', 'container', 'ollama', 'lm-studio'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** The program that a choice means, where it is somebody else's. */
export function otherProgram(choice: EngineChoice): OtherServer['program'] | null {
  return choice === 'ollama' ? 'ollama' : choice === 'lm-studio' ? 'lmstudio' : null;
}

/**
 * A way to serve a model: llama-server as services of the person's systemd, the same as children of Hearth, a
 * container, or a server of somebody else's making that runs already.
 */
export const engineIds = ['native-units', 'native-children', 'container', 'reuse'] as const;
export type EngineId = (typeof engineIds)[number];

/** Why an engine cannot be used, or what to know of it. `words/engine.ts` has a sentence and a cure for each. */
export type EngineNoteCode =
  // native
  | 'programs-missing'
  | 'no-user-manager'
  | 'practice'
  // container
  | 'not-looked'
  | 'no-podman'
  | 'podman-old'
  | 'no-quadlet'
  | 'no-id-mapper'
  | 'no-id-ranges'
  | 'no-image'
  | 'image-not-pinned'
  | 'no-cdi'
  // container, to know
  | 'to-fetch'
  | 'cdi-hidden'
  | 'selinux-device'
  | 'no-pids-limit'
  | 'no-memory-limit'
  // somebody else's server
  | 'none-running'
  | 'not-ours'
  | 'no-key'
  | 'open-to-network'
  | 'cloud-on'
  | 'cloud-unknown'
  | 'other-gone'
  | 'other-no-model'
  | 'other-model-gone'
  // what Hearth does with servers of its own only
  | 'goose-own-server'
  | 'measure-own-server';

export interface EngineNote {
  readonly code: EngineNoteCode;
  readonly args: ErrorArgs;
}

export interface Candidate {
  readonly id: EngineId;
  readonly usable: boolean;
  /** What stands in the way; empty exactly when it can be used. */
  readonly obstacles: readonly EngineNote[];
  /** What to know about it. */
  readonly notes: readonly EngineNote[];
}

/** What a container is run with. */
export interface ContainerRun {
  /** Image by its digest. */
  readonly image: string;
  /** Bytes to download, where the list says. */
  readonly size: number | null;
  readonly device: ImageDevice;
  /** Device nodes, and devices by the name of their description (CDI). */
  readonly devices: readonly string[];
  /** SELinux is there: what is mounted gets the label of containers … */
  readonly relabel: boolean;
  /** … or the container goes without one, where its devices are closed to all containers otherwise. */
  readonly unlabelled: boolean;
  /** The system lets people's services limit processes and memory. */
  readonly limitProcesses: boolean;
  /** Most bytes of main memory; null where it cannot be limited. */
  readonly memoryMax: number | null;
}

export type EngineReason =
  'chosen' | 'practice' | 'graphics-in-container' | 'installed' | 'not-installed' | 'no-manager' | 'nothing';

export interface EngineDecision {
  readonly choice: EngineChoice;
  /** In the order in which they are shown. */
  readonly candidates: readonly Candidate[];
  /** Null when what was chosen, or anything at all, cannot be used. */
  readonly chosen: EngineId | null;
  readonly because: EngineReason;
  /** Set whenever a container could be run here. */
  readonly container: ContainerRun | null;
  /** Set exactly when somebody else's server was chosen and can be used. */
  readonly other: OtherRun | null;
  /** Why the one that was chosen cannot be. */
  readonly obstacle: EngineNote | null;
}

/** A model server that somebody has running on this computer. */
export interface OtherServer {
  readonly program: 'ollama' | 'lmstudio';
  readonly port: number;
  /** Null when it does not say. */
  readonly version: string | null;
  /** Listens beyond loopback. */
  readonly open: boolean;
  /** Answers whoever asks; null when that was not found out. */
  readonly keyless: boolean | null;
  /** May hand requests to its maker's computers; null when that cannot be told. */
  readonly cloud: boolean | null;
  /** Models that it would have answer, as it names them; those that its maker's computers run are left out. */
  readonly models: readonly string[];
}

/** Somebody else's server, and which of its models is asked. */
export interface OtherRun {
  readonly server: OtherServer;
  readonly model: string;
}

export interface EngineFacts {
  readonly machine: MachineFacts;
  readonly images: readonly EngineImage[];
  /** References of images that are on this computer. */
  readonly present: readonly string[];
  readonly others: readonly OtherServer[];
  readonly practice: boolean;
}

/** What was seen for engines besides the machine itself. */
export interface EngineSight {
  readonly images: readonly EngineImage[];
  readonly problems: readonly ImageProblem[];
  readonly present: readonly string[];
  readonly others: readonly OtherServer[];
}
