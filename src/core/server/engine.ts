// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { ContainerFacts, Gpu, MachineFacts } from '../machine/facts.ts';
import { canCompute } from '../models/places.ts';
import { missingFor } from './choose.ts';
import type {
  Candidate,
  ContainerRun,
  EngineChoice,
  EngineDecision,
  EngineFacts,
  EngineId,
  EngineNote,
  EngineNoteCode,
  EngineReason,
  OtherServer,
} from './engine-facts.ts';
import { otherProgram } from './engine-facts.ts';
import { imageFor, imageReference, type ImageDevice } from './images.ts';
import { otherRun } from './others.ts';
import type { ProgramFacts } from './types.ts';

/**
 * Which engine serves the model.
 *
 * - Practice takes children of Hearth: units and containers would be outside its folder.
 * - What a person chose is taken or nothing is: another engine in its place would not be what they asked for. "Native"
 *   is the installed llama-server, as services where there is a user manager and as children of Hearth otherwise.
 * - Otherwise, the first of these that can be used:
 *   1. a container on an NVIDIA card, when its image is on this computer already: llama-server as distributions build
 *      it does not compute on such cards;
 *   2. the installed llama-server as services: nothing has to be fetched;
 *   3. a container;
 *   4. the installed llama-server as children of Hearth, where there is no user manager.
 * - A server of somebody else's making is never taken by itself: Hearth neither started nor walled it in. Who chooses it
 *   by name gets it, and is told what it is.
 *
 * A container can be used when podman is new enough to make a service of a file that waits for no network (5.3),
 * systemd has podman's generator, the person has ids to give to containers, and a list pins an image for the device:
 *
 * - NVIDIA's own driver: the CUDA image, and the card by its description (CDI). Without a description the container
 *   would silently compute on the processor, so it is not used before that is cured. Where the description lies in a
 *   folder that Podman AI Lab does not read, that is said, and does not stop Hearth.
 * - Intel cards of their own: Intel's image, or Vulkan.
 * - AMD: Vulkan, or ROCm where no Vulkan image is pinned. Everything else: Vulkan's image, on the processor.
 */
export function chooseEngine(
  facts: EngineFacts,
  programs: ProgramFacts,
  choice: EngineChoice,
  otherModel: string | null = null,
): EngineDecision {
  const box = containerCandidate(facts, programs);
  const candidates = [
    nativeCandidate('native-units', facts, programs),
    nativeCandidate('native-children', facts, programs),
    box.candidate,
    reuseCandidate(facts.others),
  ];
  const program = facts.practice ? null : otherProgram(choice);
  const run = program === null ? null : otherRun(facts.others, program, otherModel);
  const other = run !== null && 'server' in run ? run : null;
  const usable = (id: EngineId): boolean => candidates.some((one) => one.id === id && one.usable);
  const decide = (chosen: EngineId | null, because: EngineReason): EngineDecision => ({
    choice,
    candidates,
    chosen,
    because,
    container: box.run,
    other,
    obstacle: run !== null && 'code' in run ? run : null,
  });
  const native: EngineId | null = usable('native-units')
    ? 'native-units'
    : usable('native-children')
      ? 'native-children'
      : null;
  if (facts.practice) return decide(usable('native-children') ? 'native-children' : null, 'practice');
  if (program !== null) return decide(other === null ? null : 'reuse', 'chosen');
  if (choice === 'container') return decide(usable('container') ? 'container' : null, 'chosen');
  if (choice === 'native') return decide(native, 'chosen');
  const fetched = box.run !== null && facts.present.includes(box.run.image);
  if (usable('container') && box.run?.device === 'cuda' && fetched)
    return decide('container', 'graphics-in-container');
  if (native === 'native-units') return decide(native, 'installed');
  if (usable('container')) return decide('container', 'not-installed');
  return native === null ? decide(null, 'nothing') : decide(native, 'no-manager');
}

function nativeCandidate(
  id: 'native-units' | 'native-children',
  facts: EngineFacts,
  programs: ProgramFacts,
): Candidate {
  const obstacles: EngineNote[] = [];
  const units = id === 'native-units';
  if (units && facts.practice) obstacles.push(note('practice'));
  else if (units && !programs.userManager) obstacles.push(note('no-user-manager'));
  const missing = missingFor(units ? 'user-units' : 'children', programs);
  if (missing.length > 0) obstacles.push(note('programs-missing', { missing: missing.join(', ') }));
  return candidate(id, obstacles);
}

/** Oldest podman whose services need not wait for a network that a model has no use for. */
export const neededPodman = '5.3';

function containerCandidate(
  facts: EngineFacts,
  programs: ProgramFacts,
): { readonly candidate: Candidate; readonly run: ContainerRun | null } {
  const { machine, practice } = facts;
  const { containers, podman } = machine;
  if (practice) return { candidate: candidate('container', [note('practice')]), run: null };
  if (!podman.known && podman.reason === 'no-tool')
    return { candidate: candidate('container', [note('no-podman')]), run: null };
  if (containers === undefined || !podman.known)
    return { candidate: candidate('container', [note('not-looked')]), run: null };
  const obstacles: EngineNote[] = [];
  if (!programs.userManager) obstacles.push(note('no-user-manager'));
  if (programs.socketProxy === null)
    obstacles.push(note('programs-missing', { missing: 'systemd-socket-proxyd' }));
  if (isOlder(podman.value, neededPodman))
    obstacles.push(note('podman-old', { version: podman.value, needed: neededPodman }));
  else if (valueOr(containers.quadlet, true) === false) obstacles.push(note('no-quadlet'));
  if (valueOr(containers.idMapper, true) === false) obstacles.push(note('no-id-mapper'));
  else if (valueOr(containers.idRanges, true) === false) obstacles.push(note('no-id-ranges'));
  const { run, obstacle, notes } = containerRun(facts, containers);
  if (obstacle !== null) obstacles.push(obstacle);
  return {
    candidate: candidate('container', obstacles, notes),
    run: obstacles.length === 0 ? run : null,
  };
}

function containerRun(
  facts: EngineFacts,
  containers: ContainerFacts,
): {
  readonly run: ContainerRun | null;
  readonly obstacle: EngineNote | null;
  readonly notes: readonly EngineNote[];
} {
  const { machine, images, present } = facts;
  const wish = devicesOf(machine);
  const cdi = containers.cdi.filter((file) => file.kind === nvidiaKind && file.devices.length > 0);
  const notes: EngineNote[] = [];
  if (wish[0] === 'cuda' && cdi.length === 0) return { run: null, obstacle: note('no-cdi'), notes };
  const seen = cdi.find((file) => file.path === aiLabCdi);
  if (wish[0] === 'cuda' && seen === undefined)
    notes.push(note('cdi-hidden', { path: cdi[0]?.path ?? '', needed: aiLabCdi }));
  const architecture = machine.cpu.known ? machine.cpu.value.architecture : '';
  const found = imageFor(images, wish, architecture);
  if (found === null) {
    const names = { device: wish[0] ?? 'cpu', architecture };
    return { run: null, obstacle: note('no-image', names), notes };
  }
  const { image, device } = found;
  const reference = imageReference(image);
  if (reference === null) {
    return { run: null, obstacle: note('image-not-pinned', { repository: image.repository }), notes };
  }
  const selinux = valueOr(containers.selinux, 'off');
  const unlabelled = selinux !== 'off' && device === 'cuda';
  if (unlabelled && selinux === 'enforcing') notes.push(note('selinux-device'));
  const controllers = valueOr(containers.controllers, [] as readonly string[]);
  if (!controllers.includes('pids')) notes.push(note('no-pids-limit'));
  if (!controllers.includes('memory')) notes.push(note('no-memory-limit'));
  if (!present.includes(reference))
    notes.push(note('to-fetch', { host: image.repository.split('/', 1)[0] ?? '', size: image.size ?? 0 }));
  const run: ContainerRun = {
    image: reference,
    size: image.size,
    device,
    devices: deviceArguments(device, machine, containers),
    relabel: selinux !== 'off' && !unlabelled,
    unlabelled,
    limitProcesses: controllers.includes('pids'),
    memoryMax: controllers.includes('memory') ? memoryMax(machine) : null,
  };
  return { run, obstacle: null, notes };
}

const nvidiaKind = 'nvidia.com/gpu';
/** The one file that Podman AI Lab looks for. */
export const aiLabCdi = '/etc/cdi/nvidia.yaml';

/** What images may compute on here, best first. */
function devicesOf(machine: MachineFacts): readonly ImageDevice[] {
  const gpus = valueOr(machine.gpus, [] as readonly Gpu[]).filter(canCompute);
  const has = (vendor: Gpu['vendor'], own = false): boolean =>
    gpus.some((gpu) => gpu.vendor === vendor && !(own && gpu.integrated));
  if (has('nvidia')) return ['cuda'];
  if (has('amd')) return ['vulkan', 'rocm'];
  if (has('intel', true)) return ['intel', 'vulkan'];
  return has('apple') ? ['vulkan', 'cpu'] : ['cpu', 'vulkan'];
}

function deviceArguments(
  device: ImageDevice,
  machine: MachineFacts,
  { nodes }: ContainerFacts,
): readonly string[] {
  if (device === 'cuda') return [`${nvidiaKind}=all`];
  if (devicesOf(machine)[0] === 'cpu') return [];
  const wanted = device === 'rocm' ? ['/dev/dri', '/dev/kfd'] : ['/dev/dri'];
  return wanted.filter((node) => nodes.includes(node));
}

/** All main memory but what a desktop needs to stay alive: a server that grows must not take the screen with it. */
function memoryMax(machine: MachineFacts): number | null {
  if (!machine.memory.known) return null;
  const { total } = machine.memory.value;
  return Math.floor(total - Math.min(2 * GiB, total / 4));
}

const GiB = 1024 ** 3;

function reuseCandidate(others: readonly OtherServer[]): Candidate {
  if (others.length === 0) return candidate('reuse', [note('none-running')]);
  return candidate('reuse', [], others.flatMap(otherNotes));
}

/** What was found open of somebody else's server. */
export function otherNotes(server: OtherServer): readonly EngineNote[] {
  const args = { program: server.program, port: server.port };
  return [
    note('not-ours', args),
    ...(server.keyless === true ? [note('no-key', args)] : []),
    ...(server.open ? [note('open-to-network', args)] : []),
    ...(server.cloud === true ? [note('cloud-on', args)] : []),
    ...(server.cloud === null ? [note('cloud-unknown', args)] : []),
  ];
}

function candidate(
  id: EngineId,
  obstacles: readonly EngineNote[],
  notes: readonly EngineNote[] = [],
): Candidate {
  return { id, usable: obstacles.length === 0, obstacles, notes };
}

function note(code: EngineNoteCode, args: EngineNote['args'] = {}): EngineNote {
  return { code, args };
}

/** Whether a version number comes before another; what is no number comes before nothing. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string): number[] => (/^[\d.]+/.exec(text)?.[0] ?? '').split('.').map(Number);
  const [a, b] = [parts(version), parts(than)];
  for (let index = 0; index < b.length; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (Number.isNaN(difference)) return true;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
