// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { DriverSight, FindingCure } from './types.ts';

// What can be done on a system at all. What could only fail is not offered: neither as a button nor in the terminal.

/** Modules are built here: neither on images, nor where packages of the distribution bring them, nor where nobody knows how. */
export function canBuild({ advice, kernels }: Pick<DriverSight, 'advice' | 'kernels'>): boolean {
  if (advice.family === null || advice.family === 'fedora-atomic') return false;
  return !kernels.some(({ module }) => valueOr(module, null)?.prebuilt === true);
}

/**
 * Kernels can be chosen: not on images, which start deployments, and not in a boot menu that the root service cannot read.
 * Where that service is missing, asking for it says so.
 */
export function canChooseKernel({ advice, mechanism }: Pick<DriverSight, 'advice' | 'mechanism'>): boolean {
  if (advice.family === 'fedora-atomic') return false;
  return mechanism === null || mechanism.defaultKernel !== null;
}

/** An update of an image waits for the next start, and can be discarded. */
export function canDropUpdate({ advice, kernels }: Pick<DriverSight, 'advice' | 'kernels'>): boolean {
  return advice.family === 'fedora-atomic' && kernels.some(({ staged }) => staged);
}

/** Kernel arguments can be set: they could be read. */
export function canSetArguments({ mechanism }: Pick<DriverSight, 'mechanism'>): boolean {
  return mechanism === null || mechanism.driverArguments !== null;
}

export function canCure(
  cure: FindingCure,
  sight: Pick<DriverSight, 'advice' | 'kernels' | 'mechanism'>,
): boolean {
  switch (cure) {
    case 'rebuild':
    case 'install-headers':
    case 'install-build-tools':
      return canBuild(sight);
    case 'keep-kernel':
      return canChooseKernel(sight);
    case 'driver-arguments':
      return canSetArguments(sight);
    case 'request-again':
    case 'place-key-manager':
    case 'cancel-request':
    case 'wait':
    case 'switch-branch':
    case 'restart':
    case 'show-log':
    case 'rebase-image':
      return true;
  }
}
