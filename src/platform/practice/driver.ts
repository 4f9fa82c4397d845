// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../../core/cancel.ts';
import { familyOf } from '../../core/driver/advice.ts';
import { packageKitPermissions } from '../../core/driver/permissions.ts';
import type { PackageProgress, SystemPackages } from '../../core/driver/packages.ts';
import type { Mechanism } from '../../core/driver/ports.ts';
import {
  keepsDriver,
  rehearsalOf,
  rehearsedKey,
  rehearsedState,
  restarted,
  type Rehearsed,
} from '../../core/driver/rehearsed.ts';
import { HearthError, hasCode } from '../../core/errors.ts';
import { valueOr } from '../../core/known.ts';
import type { MachineFacts } from '../../core/machine/facts.ts';
import type { Clock, Files } from '../../core/ports.ts';

export interface PracticeDriverDeps {
  readonly files: Files;
  readonly clock: Clock;
  /** Where what was done so far is kept, so that a rehearsal may be cut off as well. */
  readonly file: string;
  /** The recorded machine. */
  observeMachine(): Promise<MachineFacts>;
  /** Milliseconds that a step takes, so that it can be seen. */
  readonly pace: number;
}

/** The simulated sizes of simulated packages, in bytes. */
const packageBytes = 180_000_000;
const company: readonly string[] = ['nvidia-modprobe', 'xorg-x11-drv-nvidia-libs'];

/** A recorded computer on which a driver is set up in play. Nothing here touches the computer that plays it. */
export class PracticeDriver {
  readonly mechanism: Mechanism;
  readonly packages: SystemPackages;
  readonly #deps: PracticeDriverDeps;

  constructor(deps: PracticeDriverDeps) {
    this.#deps = deps;
    this.mechanism = this.#mechanism();
    this.packages = this.#packages();
  }

  async state(): Promise<Rehearsed> {
    const { files, file, observeMachine } = this.#deps;
    try {
      return JSON.parse(await files.readText(file)) as Rehearsed;
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return rehearsalOf(await observeMachine());
      throw thrown;
    }
  }

  async restart(): Promise<void> {
    await this.#pause(null);
    await this.#change(async (state) => restarted(state, await this.#secureBoot()));
  }

  async dropUpdate(cancel: Cancel): Promise<void> {
    await this.#pause(cancel);
    await this.#change((state) => ({ ...state, dropped: true }));
  }

  async describe(): Promise<void> {
    await this.#change((state) => ({ ...state, described: true }));
  }

  async #secureBoot(): Promise<boolean> {
    return valueOr((await this.#deps.observeMachine()).firmware.secureBoot, 'off') === 'on';
  }

  async #change(change: (state: Rehearsed) => Rehearsed | Promise<Rehearsed>): Promise<void> {
    const { files, file } = this.#deps;
    await files.writeAtomic(file, JSON.stringify(await change(await this.state())), 0o600);
  }

  async #pause(cancel: Cancel | null): Promise<void> {
    cancel?.throwIfCancelled();
    await this.#deps.clock.sleep(this.#deps.pace, cancel ?? never);
  }

  #mechanism(): Mechanism {
    const request = async (kind: 'enrol' | 'delete', cancel: Cancel): Promise<void> => {
      await this.#pause(cancel);
      await this.#change((state) => {
        if (kind === 'enrol' && !state.key) throw new HearthError('key-refused', { obstacle: 'key-missing' });
        if (kind === 'enrol' && state.enrolled)
          throw new HearthError('key-refused', { obstacle: 'already-enrolled' });
        return {
          ...state,
          request: {
            kind,
            fingerprint: rehearsedKey.fingerprint,
            bootId: `00000000-0000-4000-8000-${String(state.starts).padStart(12, '0')}`,
            requestedAt: this.#deps.clock.now(),
            pending: true,
          },
        };
      });
    };
    return {
      state: async () => rehearsedState(await this.state()),
      prepareKey: async (cancel) => {
        await this.#pause(cancel);
        await this.#change((state) => ({ ...state, key: true }));
        return rehearsedKey.fingerprint;
      },
      requestEnrolment: (_fingerprint, _hash, cancel) => request('enrol', cancel),
      forgetKey: (_fingerprint, _hash, cancel) => request('delete', cancel),
      cancelRequest: (cancel) => {
        cancel.throwIfCancelled();
        return this.#change((state) => ({ ...state, request: null }));
      },
      rebuildModule: async (kernel, cancel) => {
        await this.#pause(cancel);
        await this.#change((state) => ({
          ...state,
          built: { ...state.built, [kernel]: state.key ? 'signed' : 'unsigned' },
        }));
      },
      setDefaultKernel: async (kernel, cancel) => {
        await this.#pause(cancel);
        const secureBoot = await this.#secureBoot();
        await this.#change((state) => guarded({ ...state, defaultKernel: kernel }, secureBoot));
      },
      setDriverArguments: async (preset, cancel) => {
        await this.#pause(cancel);
        const secureBoot = await this.#secureBoot();
        await this.#change((state) => guarded({ ...state, arguments: preset }, secureBoot));
      },
      placeKeyManager: (cancel) => this.#pause(cancel),
    };
  }

  #packages(): SystemPackages {
    const all = (names: readonly string[]): readonly string[] => [...new Set([...names, ...company])];
    return {
      kind: 'practice',
      permissions: packageKitPermissions,
      look: async (names) => {
        const { installed } = await this.state();
        return names.map((name) => ({
          name,
          installed: installed.includes(name) ? '610.43.03' : null,
          available: '610.43.03',
        }));
      },
      resolve: async (verb, names) => {
        const { installed } = await this.state();
        const listed = verb === 'install' ? all(names) : installed;
        const open = listed.filter((name) => installed.includes(name) === (verb === 'remove'));
        const bytes = open.length * packageBytes;
        return {
          installs: verb === 'install' ? open : [],
          removes: verb === 'remove' ? open : [],
          downloadBytes: verb === 'install' ? bytes : 0,
          diskBytes: bytes * 3,
        };
      },
      install: async (names, onProgress, cancel) => {
        await this.#steps('downloading', onProgress, cancel);
        // rpm-ostree builds with the image that it puts together, and signs nothing.
        const layered =
          familyOf(valueOr((await this.#deps.observeMachine()).system, null)) === 'fedora-atomic';
        await this.#change((state) => ({
          ...state,
          built: layered ? { [state.running]: 'unsigned' } : state.built,
          installed: [...new Set([...state.installed, ...all(names)])],
          removed: state.removed.filter((name) => !names.includes(name)),
        }));
      },
      remove: async (names, onProgress, cancel) => {
        await this.#steps('working', onProgress, cancel);
        const secureBoot = await this.#secureBoot();
        await this.#change((state) =>
          guarded(
            {
              ...state,
              installed: state.installed.filter((name) => !names.includes(name) && !company.includes(name)),
              removed: [...new Set([...state.removed, ...names])],
              built: {},
            },
            secureBoot,
          ),
        );
      },
      repositories: async () => {
        const { repositories } = await this.state();
        return ['rpmfusion-nonfree-nvidia-driver', 'rpmfusion-free', 'rpmfusion-nonfree'].map((id) => ({
          id,
          name: id,
          enabled: repositories.includes(id),
        }));
      },
      setRepository: (id, enabled) =>
        this.#change((state) => ({
          ...state,
          repositories: [...state.repositories.filter((each) => each !== id), ...(enabled ? [id] : [])],
        })),
    };
  }

  async #steps(
    phase: PackageProgress['phase'],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    for (const part of [0.2, 0.6, 1]) {
      await this.#pause(cancel);
      onProgress({ phase, done: null, total: null, part });
    }
  }
}

/** As the real root service does: nothing that would leave the computer without a driver. @throws keep-one-driver */
function guarded(state: Rehearsed, secureBoot: boolean): Rehearsed {
  if (!keepsDriver(state, secureBoot)) throw new HearthError('keep-one-driver');
  return state;
}
