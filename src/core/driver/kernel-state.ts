// SPDX-License-Identifier: GPL-3.0-or-later

import type { Known } from '../known.ts';
import { upstreamVersion } from './package-output.ts';
import type { InstalledPackage } from './readings.ts';
import type { BuildFailure, FallBack, KernelSight } from './types.ts';

/** What would become of the driver if this kernel were started. */
export type KernelState =
  | { readonly tag: 'fine' }
  | { readonly tag: 'building'; readonly since: number | null }
  | { readonly tag: 'falls-back'; readonly because: FallBack }
  | { readonly tag: 'failed'; readonly because: BuildFailure }
  | { readonly tag: 'unknown'; readonly because: UnknownBecause };
export type UnknownBecause = 'module' | 'keys' | 'key-expired' | 'default-kernel' | 'no-kernel';

/** Whatever is not known to be fine is not fine. `driverVersion`: of the installed libraries; null where nobody tells. */
export function kernelState(kernel: KernelSight, driverVersion: string | null): KernelState {
  if (kernel.build.tag === 'building') return { tag: 'building', since: kernel.build.since };
  if (!kernel.module.known) return { tag: 'unknown', because: 'module' };
  const module = kernel.module.value;
  if (module === null) {
    return kernel.build.tag === 'failed'
      ? { tag: 'failed', because: kernel.build.reason }
      : { tag: 'falls-back', because: 'no-module' };
  }
  if (module.badCompression) return { tag: 'falls-back', because: 'bad-compression' };
  const otherKernel = module.vermagic !== null && module.vermagic.split(' ', 1)[0] !== kernel.kernel;
  // The libraries of a deployment that waits are in it, not here.
  const otherVersion =
    !kernel.staged && driverVersion !== null && module.version !== null && module.version !== driverVersion;
  if (otherKernel || otherVersion) return { tag: 'falls-back', because: 'wrong-version' };
  switch (kernel.trust) {
    case 'trusted':
    case 'not-asked':
      return { tag: 'fine' };
    case 'unsigned':
      return { tag: 'falls-back', because: 'unsigned' };
    case 'unknown-key':
      return { tag: 'falls-back', because: 'key-not-enrolled' };
    case 'blocked-key':
      return { tag: 'falls-back', because: 'key-blocked' };
    case 'expired-key':
      return { tag: 'unknown', because: 'key-expired' };
    case 'not-known':
      return { tag: 'unknown', because: 'keys' };
  }
}

/** Packages whose version is the driver's: its libraries, which have to be of the same version as the module. */
const libraries =
  /^(?:xorg-x11-drv-nvidia(?:-\d+xx)?|nvidia-driver(?:-\d+(?:-server)?(?:-open)?)?|libnvidia-compute-\d+(?:-server)?)$/;

export function driverVersion(installed: Known<readonly InstalledPackage[]>): string | null {
  if (!installed.known) return null;
  const found = installed.value.find(({ name }) => libraries.test(name));
  return found === undefined ? null : upstreamVersion(found.version);
}
