// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverSight, KernelSight } from './types.ts';

/** The kernel that the next start uses, as far as that can be told without root. */
export function nextKernel(sight: Pick<DriverSight, 'kernels' | 'mechanism'>): KernelSight | null {
  const { kernels, mechanism } = sight;
  return (
    kernels.find(({ staged }) => staged) ??
    kernels.find(({ isDefault }) => isDefault === true) ??
    kernels.find(({ kernel }) => kernel === mechanism?.defaultKernel) ??
    kernels.find(({ running }) => running) ??
    null
  );
}

/** Whether a kernel has a module that it would load. */
export function wouldLoad({ module, trust }: KernelSight): boolean {
  if (!module.known || module.value === null || module.value.badCompression) return false;
  return trust === 'trusted' || trust === 'not-asked';
}

/** The key that modules are signed with here is one that the firmware trusts. */
export function keyEnrolled({ mechanism, keys }: Pick<DriverSight, 'keys' | 'mechanism'>): boolean {
  const key = mechanism?.key ?? null;
  if (key === null || !keys.known) return false;
  const places = keys.value.filter(({ fingerprint }) => same(fingerprint, key.fingerprint));
  return (
    places.some(({ place }) => place === 'mok' || place === 'db') &&
    !places.some(({ place }) => place === 'dbx' || place === 'mokx')
  );
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
