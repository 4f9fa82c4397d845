// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../../src/core/cancel.ts';
import type { DriverAction } from '../../src/core/driver/actions.ts';
import type { DriverSight } from '../../src/core/driver/types.ts';
import { fixtureKey, kernels, withMechanism } from './driver-sights.ts';
import { FixtureDriver } from './fixture-driver-calls.ts';

/** A code that nobody could mistake for another number in a log. */
export const fixtureCode = '48271935';

/** What an installation would do. */
const installation: readonly DriverAction[] = [
  {
    do: 'repository',
    repository: 'rpmfusion-nonfree-nvidia-driver',
    name: 'RPM Fusion for Fedora 44 - Nonfree - NVIDIA Driver',
    enabled: true,
    hosts: ['mirrors.rpmfusion.org'],
    permission: 'org.freedesktop.packagekit.system-sources-configure',
  },
  {
    do: 'packages',
    verb: 'install',
    names: ['akmod-nvidia', 'xorg-x11-drv-nvidia-cuda', 'nvidia-container-toolkit'],
    along: ['kmodtool', 'xorg-x11-drv-nvidia', 'xorg-x11-drv-nvidia-libs'],
    downloadBytes: 612e6,
    diskBytes: 1.9e9,
    hosts: ['mirrors.rpmfusion.org'],
    permission: 'org.freedesktop.packagekit.package-install',
    layered: false,
  },
  { do: 'build-module', kernel: kernels.running },
];

/** Driver intents on a made-up sight, which a request and its withdrawal change. */
export class SightedDriver extends FixtureDriver {
  override actions = installation;
  override code = fixtureCode;
  override log: string | null =
    'Building for the kernel 7.2.4-200.fc44.x86_64\ncc: error: unrecognized command-line option\nBuild failed.\n';
  readonly #asked: string[];
  readonly #sight: () => DriverSight | null;
  readonly #set: (driver: DriverSight) => void;

  constructor(calls: string[], sight: () => DriverSight | null, set: (driver: DriverSight) => void) {
    super(calls);
    this.#asked = calls;
    this.#sight = sight;
    this.#set = set;
  }

  override newCode(): Promise<string> {
    this.#asked.push('driver code');
    return super.newCode();
  }

  /** Notes whether it came with the code that was shown; the code itself goes nowhere. */
  override async request(kind: 'enrol' | 'delete', code = '', cancel?: Cancel): Promise<void> {
    cancel?.throwIfCancelled();
    this.#asked.push(`driver request ${kind} ${code === this.code ? 'right' : 'wrong'}`);
    const pending = [fixtureKey.fingerprint];
    this.#change(kind === 'enrol' ? { pendingEnrolment: pending } : { pendingDeletion: pending });
  }

  override async cancelRequest(): Promise<void> {
    this.#asked.push('driver withdraw');
    this.#change({ pendingEnrolment: [], pendingDeletion: [] });
  }

  #change(change: Parameters<typeof withMechanism>[1]): void {
    const sight = this.#sight();
    if (sight !== null) this.#set(withMechanism(sight, change));
  }
}
