// SPDX-License-Identifier: GPL-3.0-or-later

import { known, valueOr, type Known } from '../known.ts';
import type { MachineFacts } from '../machine/facts.ts';
import type { DriverReadings } from './readings.ts';
import type { Certificate, KeyRequest, MechanismState, ModuleFile } from './types.ts';

/**
 * A recorded computer on which a driver is set up in play: what was done to it since it was recorded. Simulated from
 * end to end; nothing of it touches the computer that plays it.
 */
export interface Rehearsed {
  /** Restarts so far. */
  readonly starts: number;
  readonly running: string;
  readonly defaultKernel: string | null;
  readonly repositories: readonly string[];
  readonly installed: readonly string[];
  readonly removed: readonly string[];
  readonly key: boolean;
  readonly enrolled: boolean;
  readonly request: (KeyRequest & { readonly pending: boolean }) | null;
  /** Kernels that a module was built for, and whether the key of this computer signed it. */
  readonly built: Readonly<Record<string, 'signed' | 'unsigned'>>;
  readonly arguments: 'nvidia' | 'none';
  readonly loaded: boolean;
  readonly described: boolean;
  /** The update of the image that waited when it was recorded was discarded. */
  readonly dropped: boolean;
}

const version = '610.43.03';
const fingerprint = '5e0f1c6a0b7d4e2f9a3c8b1d6f4e7a90c2d5b8e1';

export const rehearsedKey: Certificate = {
  fingerprint,
  serial: '4d2a91c07be35f18',
  issuer: '3019',
  subjectKeyId: null,
  name: 'practice module signing',
  notBefore: Date.UTC(2026, 0, 1),
  notAfter: Date.UTC(2036, 0, 1),
  modulesOnly: true,
};

export function rehearsalOf(machine: MachineFacts): Rehearsed {
  const kernel = valueOr(machine.kernel, null);
  const running = kernel?.running ?? '';
  return {
    starts: 0,
    running,
    defaultKernel: running,
    repositories: [],
    installed: [],
    removed: [],
    key: false,
    enrolled: false,
    request: null,
    built: {},
    arguments: valueOr(machine.gpus, []).some((gpu) => valueOr(gpu.driver, null) === 'nvidia')
      ? 'nvidia'
      : 'none',
    loaded: false,
    described: false,
    dropped: false,
  };
}

/** The machine and what is read of it, with what was done in play. */
export function rehearsedFacts(
  state: Rehearsed,
  machine: MachineFacts,
  readings: DriverReadings,
): { readonly machine: MachineFacts; readonly readings: DriverReadings } {
  const installed = valueOr(readings.installed, [])
    .filter(({ name }) => !state.removed.includes(name) && !state.installed.includes(name))
    .concat(state.installed.map((name) => ({ name, version })));
  const keys = valueOr(readings.keys, []);
  const module = state.loaded
    ? known({ version, srcversion: 'PRACTICE', taint: 'O', open: true }, '/sys/module/nvidia')
    : readings.loaded;
  return {
    machine: {
      ...machine,
      kernel: mapKnown(machine.kernel, (kernel) => ({ ...kernel, running: state.running })),
      gpus: mapKnown(machine.gpus, (gpus) =>
        gpus.map((gpu) =>
          gpu.vendor === 'nvidia' && state.loaded
            ? {
                ...gpu,
                driver: known('nvidia', gpu.driver.source),
                driverVersion: known(version, '/sys/module/nvidia/version'),
              }
            : gpu,
        ),
      ),
    },
    readings: {
      ...readings,
      bootId: known(`00000000-0000-4000-8000-${String(state.starts).padStart(12, '0')}`, 'practice'),
      installed: known(installed, 'practice'),
      repositories: [...new Set([...readings.repositories, ...state.repositories])],
      keys: known(state.enrolled ? [...keys, { ...rehearsedKey, place: 'mok' as const }] : keys, 'practice'),
      mokVariables:
        state.request?.pending === true
          ? [...readings.mokVariables, 'MokNew', 'MokAuth']
          : readings.mokVariables,
      loaded: module,
      cuda: state.loaded
        ? known(
            state.installed.some((name) => name.endsWith('-cuda')),
            'practice',
          )
        : readings.cuda,
      complaint: state.loaded ? null : readings.complaint,
      cdi: readings.cdi || state.described,
      kernels: readings.kernels
        .filter(({ staged }) => !staged || !state.dropped)
        .map((each) => {
          // What is laid over an image is in the one that waits, too.
          const built = state.built[each.kernel] ?? (each.staged ? state.built[state.running] : undefined);
          return built === undefined
            ? each
            : { ...each, build: { tag: 'idle' }, module: known(moduleFor(each.kernel, built), 'practice') };
        }),
    },
  };
}

function moduleFor(kernel: string, built: 'signed' | 'unsigned'): ModuleFile {
  const { issuer, serial } = rehearsedKey;
  return {
    path: `/lib/modules/${kernel}/extra/nvidia/nvidia.ko.xz`,
    version,
    vermagic: `${kernel} SMP preempt mod_unload`,
    srcversion: 'PRACTICE',
    open: true,
    signers: built === 'signed' ? [{ issuer, serial, subjectKeyId: null }] : [],
    prebuilt: false,
    badCompression: false,
  };
}

export function rehearsedState(state: Rehearsed): MechanismState {
  const { request } = state;
  const pending = (kind: KeyRequest['kind']): readonly string[] =>
    request?.pending === true && request.kind === kind ? [request.fingerprint] : [];
  return {
    key: state.key ? { ...rehearsedKey, source: 'akmods' } : null,
    pendingEnrolment: pending('enrol'),
    pendingDeletion: pending('delete'),
    staleAuth: false,
    request: request === null ? null : { ...request, attempts: 1 },
    obstacles: [],
    nvramFree: 60_000,
    defaultKernel: state.defaultKernel,
    driverArguments: state.arguments,
    verified: state.loaded ? { kernel: state.running, version, fingerprint } : null,
  };
}

/** The next kernel would load its module. */
export function rehearsedLoads(state: Rehearsed, secureBoot: boolean): boolean {
  const built = state.built[state.defaultKernel ?? state.running];
  if (built === undefined || !state.installed.some((name) => /nvidia/.test(name))) return false;
  return !secureBoot || (built === 'signed' && state.enrolled);
}

/** One driver at least is there at the next start. */
export function keepsDriver(state: Rehearsed, secureBoot: boolean): boolean {
  return state.arguments === 'none' || rehearsedLoads(state, secureBoot);
}

/** The computer restarts, and the person does at the firmware's screens what the guide says. */
export function restarted(state: Rehearsed, secureBoot: boolean): Rehearsed {
  const { request } = state;
  const asked = request?.pending === true ? request.kind : null;
  const enrolled = asked === 'enrol' || (state.enrolled && asked !== 'delete');
  const next: Rehearsed = {
    ...state,
    starts: state.starts + 1,
    running: state.defaultKernel ?? state.running,
    enrolled,
    request: request === null ? null : { ...request, pending: false },
  };
  return { ...next, loaded: next.arguments === 'nvidia' && rehearsedLoads(next, secureBoot) };
}

function mapKnown<T>(fact: Known<T>, change: (value: T) => T): Known<T> {
  return fact.known ? known(change(fact.value), fact.source) : fact;
}
