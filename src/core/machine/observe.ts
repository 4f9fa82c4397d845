// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import { observeContainers } from './containers.ts';
import { observeCpu } from './cpu.ts';
import { observeDisk } from './disk.ts';
import { observeExisting } from './existing.ts';
import type { MachineFacts, Recording } from './facts.ts';
import { observeFirmware } from './firmware.ts';
import { observeKernel } from './kernel.ts';
import { observeMemory } from './memory.ts';
import { observeNetwork } from './network.ts';
import { observeGpus } from './observe-gpus.ts';
import { observeOnBattery } from './power.ts';
import { complaint, runCommand } from './read.ts';
import { observeSystem } from './system.ts';
import { observeVirtualisation } from './virtualisation.ts';

export interface ObserveOptions {
  /** The person's home folder; absolute. */
  readonly home: string;
  /** Where models go; need not be there yet. */
  readonly modelsPath: string;
  /** Set when `look` answers from a recorded machine. */
  readonly recording: Recording | null;
  /** Leave out what only starting a program tells, and nothing depends on. */
  readonly quick?: boolean;
}

/** Looks at a machine: files and a handful of commands, no root, nothing changed. Never rejects. */
export async function observeMachine(look: Look, options: ObserveOptions): Promise<MachineFacts> {
  const [
    system,
    kernel,
    cpu,
    memory,
    disk,
    gpus,
    firmware,
    virtualisation,
    podman,
    flatpak,
    existing,
    network,
    onBattery,
    containers,
  ] = await Promise.all([
    observeSystem(look),
    observeKernel(look),
    observeCpu(look),
    observeMemory(look),
    observeDisk(look, options.modelsPath),
    observeGpus(look),
    observeFirmware(look),
    observeVirtualisation(look),
    observeVersion(look, 'podman', options.quick ?? false),
    observeVersion(look, 'flatpak', options.quick ?? false),
    observeExisting(look, options.home),
    observeNetwork(look),
    observeOnBattery(look),
    options.quick === true ? undefined : observeContainers(look),
  ]);
  return {
    recording: options.recording,
    system,
    kernel,
    cpu,
    memory,
    disk,
    gpus,
    firmware,
    virtualisation,
    podman,
    flatpak,
    existing,
    network,
    onBattery,
    ...(containers === undefined ? {} : { containers }),
  };
}

/** 'podman version 5.8.6', 'Flatpak 1.18.1'. */
export function parseVersion(stdout: string): string | null {
  return /\b([0-9]+\.[0-9]+[A-Za-z0-9.+~-]{0,40})\s*$/.exec(stdout.split('\n', 1)[0] ?? '')?.[1] ?? null;
}

async function observeVersion(look: Look, program: string, quick: boolean): Promise<Known<string>> {
  if (quick) return missing('not-asked', `${program} --version`);
  const output = await runCommand(look, [program, '--version']);
  if (!output.known) return output;
  const version = output.value.exit === 0 ? parseVersion(output.value.stdout) : null;
  if (version !== null) return known(version, output.source);
  const reason = output.value.exit === 0 ? 'garbled' : 'tool-failed';
  return missing(reason, output.source, complaint(output.value));
}

/** A quick look leaves out what does not change by itself; that stays as it was. */
export function withEarlier(machine: MachineFacts, before: MachineFacts | null): MachineFacts {
  if (before?.containers === undefined || machine.containers !== undefined) return machine;
  return { ...machine, containers: before.containers, podman: before.podman };
}
