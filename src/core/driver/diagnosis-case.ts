// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { MachineFacts } from '../machine/facts.ts';
import { isDriverWanted, keepKernel, nextKernels } from './guard.ts';
import { driverVersion } from './kernel-state.ts';
import { canChooseKernel } from './offers.ts';
import type { DriverReadings } from './readings.ts';
import type { DriverSight, Finding, FindingCure, FindingId, KernelSight, ModuleFile } from './types.ts';

/** What a detector looks at: the sight, and what several of them ask of it. */
export interface Case {
  readonly machine: MachineFacts;
  readonly sight: Omit<DriverSight, 'findings'>;
  readonly readings: DriverReadings | null;
  /** Somebody installed the driver, or the image has it. */
  readonly wanted: boolean;
  readonly secureBoot: boolean;
  /** An image-based system. */
  readonly image: boolean;
  readonly running: KernelSight | null;
  /** The kernel that starts next, as far as that is known; else the one that runs. */
  readonly next: KernelSight | null;
  /** Version of the driver's libraries. */
  readonly version: string | null;
  /** Of the kernel's log about modules; empty where nobody may read it. */
  readonly log: string;
  /** What the last package work of the driver ended with; empty where it did not fail. */
  readonly failure: string;
}

/** A row of the table of symptoms. */
export interface Row {
  readonly id: FindingId;
  readonly detect: (c: Case) => Omit<Finding, 'id'> | null;
}

export function caseOf(machine: MachineFacts, sight: Omit<DriverSight, 'findings'>, failure = ''): Case {
  const running = sight.kernels.find((kernel) => kernel.running) ?? null;
  const log = sight.readings?.kernelLog;
  return {
    machine,
    sight,
    readings: sight.readings ?? null,
    wanted: isDriverWanted(sight),
    secureBoot: valueOr(machine.firmware.secureBoot, null) === 'on',
    image: valueOr(machine.system, null)?.image === true,
    running,
    next: nextKernels(sight.kernels).at(-1) ?? running,
    version: driverVersion(sight.installed),
    log: log?.known === true ? log.value : '',
    failure,
  };
}

export function finding(
  severity: Finding['severity'],
  cure: FindingCure | null,
  args: Finding['args'] = {},
): Omit<Finding, 'id'> {
  return { severity, cure, args };
}

export function moduleOf(kernel: KernelSight | null): ModuleFile | null {
  return kernel === null ? null : valueOr(kernel.module, null);
}

/** There is certainly none: not the same as not being able to tell. */
export function lacksModule(kernel: KernelSight | null): kernel is KernelSight {
  return kernel !== null && kernel.module.known && kernel.module.value === null;
}

/** Keeping an older kernel, where there is one to keep; else a look at the log, else nothing. */
export function keepOr(c: Case, kernel: string, otherwise: FindingCure | null): Omit<Finding, 'id'> {
  const keep = c.image ? null : keepKernel(c.sight, kernel, c.version);
  if (keep === null) return finding('blocks', otherwise, { kernel });
  return finding('blocks', canChooseKernel(c.sight) ? 'keep-kernel' : otherwise, { kernel, keep });
}
