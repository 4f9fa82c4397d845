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
  const { recording, quick = false } = options;
  const parts = {
    system: observeSystem(look),
    kernel: observeKernel(look),
    cpu: observeCpu(look),
    memory: observeMemory(look),
    disk: observeDisk(look, options.modelsPath),
    gpus: observeGpus(look),
    firmware: observeFirmware(look),
    virtualisation: observeVirtualisation(look),
    podman: observeVersion(look, 'podman', quick),
    flatpak: observeVersion(look, 'flatpak', quick),
    existing: observeExisting(look, options.home),
    network: observeNetwork(look),
    onBattery: observeOnBattery(look),
    ...(quick ? {} : { containers: observeContainers(look) }),
  };
  return { recording, ...(await together(parts)) };
}

/** `Promise.all` by name. */
async function together<P extends object>(parts: P): Promise<{ [K in keyof P]: Awaited<P[K]> }> {
  const names = Object.keys(parts);
  const values: readonly unknown[] = await Promise.all(Object.values(parts));
  const found = Object.fromEntries(names.map((name, at) => [name, values[at]]));
  return found as { [K in keyof P]: Awaited<P[K]> };
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
