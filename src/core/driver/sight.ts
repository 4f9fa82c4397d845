// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../errors.ts';
import { valueOr } from '../known.ts';
import type { MachineFacts } from '../machine/facts.ts';
import { adviseDriver } from './advice.ts';
import { diagnose } from './diagnosis.ts';
import { guardVerdict } from './guard.ts';
import { endingFrom } from './key/ending.ts';
import { moduleTrust } from './key/trust.ts';
import type { DriverReadings, KernelReading } from './readings.ts';
import type {
  CardAdvice,
  DriverImage,
  DriverSight,
  KernelSight,
  MechanismState,
  ModuleTrust,
} from './types.ts';

export interface SightInput {
  readonly machine: MachineFacts;
  readonly readings: DriverReadings;
  readonly mechanism: MechanismState | null;
  readonly mechanismError: ErrorValue | null;
  /** Images to offer, as the vendor lists them. */
  readonly images: readonly DriverImage[];
  /** ms since the epoch */
  readonly now: number;
  /** What the person says of the firmware's screens, where they were asked. */
  readonly personSaysDone?: boolean;
  /** What the last package work of the driver said when it failed. */
  readonly failure?: string;
}

/** Everything that follows from what was seen. Pure. */
export function assembleSight(input: SightInput): DriverSight {
  const { machine, readings, mechanism, mechanismError, images } = input;
  const { loaded, installed, keys, bootId, cuda, cdi } = readings;
  const kernels = readings.kernels.map((reading) => kernelSight(reading, input));
  const running = kernels.find((kernel) => kernel.running);
  const module = running === undefined ? null : valueOr(running.module, null);
  const advice = adviseDriver(machine, {
    inImage: valueOr(machine.system, null)?.image === true && module?.prebuilt === true,
    packages: installed.known ? installed.value.map(({ name }) => name) : null,
    repositories: readings.repositories,
    offered: readings.offered,
    trusted: running?.trust === 'trusted',
    images,
  });
  const ending =
    mechanism !== null && bootId.known && keys.known
      ? endingFrom(mechanism, bootId.value, keys.value, input.personSaysDone)
      : null;
  const seen = { advice, loaded, installed, kernels, keys, bootId, mechanism, mechanismError, readings };
  const guard = guardVerdict(seen);
  const verified = isVerified(machine, advice.cards, seen, cuda);
  const sight = { ...seen, ending, guard, cuda, cdi, verified };
  return { ...sight, findings: diagnose(machine, sight, input.failure) };
}

function kernelSight(reading: KernelReading, input: SightInput): KernelSight {
  const { kernel, staged } = reading;
  const running = !staged && valueOr(input.machine.kernel, null)?.running === kernel;
  return {
    ...reading,
    running,
    isDefault: isDefault(reading, input),
    trust: trustOf(reading, running, input),
  };
}

/** Null where only root can tell and the root service did not. */
function isDefault(
  { kernel, staged }: KernelReading,
  { readings, mechanism, machine }: SightInput,
): boolean | null {
  if (readings.kernels.some((other) => other.staged)) return staged;
  if (readings.kernels.length === 1) return true;
  // Without a deployment that waits, an image starts again as it is.
  if (readings.image !== null) return valueOr(machine.kernel, null)?.running === kernel;
  const chosen = mechanism?.defaultKernel ?? null;
  // A default that is not installed is no answer.
  return chosen !== null && readings.kernels.some((other) => other.kernel === chosen)
    ? chosen === kernel
    : null;
}

function trustOf(reading: KernelReading, running: boolean, input: SightInput): ModuleTrust {
  const { machine, readings, now } = input;
  const { module } = reading;
  if (!module.known) return 'not-known';
  if (module.value === null) return 'not-asked';
  const secureBoot = valueOr(machine.firmware.secureBoot, null);
  // shim turns the kernel's question off with a variable of its own.
  if (secureBoot !== null && (secureBoot !== 'on' || readings.mokVariables.includes('MokSBStateRT')))
    return 'not-asked';
  const file = module.value;
  const loaded = valueOr(readings.loaded, null);
  // The kernel took this very file: nothing that could be read elsewhere says more.
  const proven =
    running && loaded !== null && file.srcversion !== null && file.srcversion === loaded.srcversion;
  if (proven && secureBoot === 'on' && !loaded.taint.includes('E')) return 'trusted';
  if (file.signers.length === 0) return secureBoot === 'on' ? 'unsigned' : 'not-known';
  // A distribution's key for its own modules is in its kernel, in no list that can be read.
  const ofImage = valueOr(machine.system, null)?.image === true;
  if (file.prebuilt && !ofImage && reading.ofDistribution) return 'trusted';
  if (secureBoot === null || !readings.keys.known) return 'not-known';
  return moduleTrust(file.signers, readings.keys.value, now);
}

/** Proven, not assumed: the module runs and is trusted, every card that it serves is bound to it, and CUDA answers. */
function isVerified(
  machine: MachineFacts,
  cards: readonly CardAdvice[],
  { loaded, kernels }: Pick<DriverSight, 'loaded' | 'kernels'>,
  cuda: DriverSight['cuda'],
): boolean {
  const module = valueOr(loaded, null);
  const running = kernels.find((kernel) => kernel.running);
  if (module === null || running === undefined || !valueOr(cuda, false)) return false;
  const asked = running.trust !== 'not-asked';
  if (asked && (running.trust !== 'trusted' || module.taint.includes('E'))) return false;
  const served = cards.filter((card) => card.leftOut !== true);
  const bound = valueOr(machine.gpus, []).filter((gpu) => valueOr(gpu.driver, null) === 'nvidia');
  return served.length > 0 && served.every((card) => bound.some((gpu) => gpu.address === card.address));
}
