// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { MachineFacts } from '../machine/facts.ts';
import type { AdviceSight, OfferedDriver } from './advice-sight.ts';
import { containerRepository, containerToolkit } from './container-toolkit.ts';
import type { Branch, CardAdvice, DriverImage, Family, FlavourAdvice, InstallWay } from './types.ts';

// What is installed for a driver, family by family. Names of packages and repositories only: who fetches them, and
// from where, is the business of the system's own daemons.

type Served = Exclude<Branch, 'none'>;

export interface InstallSet {
  readonly way: InstallWay;
  readonly packages: readonly string[];
  readonly repositories: readonly string[];
  /** A module is built here, which Secure Boot asks a key of this computer for. */
  readonly built: boolean;
  readonly images?: readonly DriverImage[];
  readonly layers?: NonNullable<FlavourAdvice['layers']>;
}
export type InstallAnswer = InstallSet | Exclude<FlavourAdvice['because'], null>;

interface Asked {
  readonly machine: MachineFacts;
  readonly sight: AdviceSight;
  readonly branch: Served;
  readonly cards: readonly CardAdvice[];
  readonly toolkit: boolean;
}

/** NVIDIA's own repository of the CUDA toolkit. */
const cudaRepository = 'cuda';

export function installSet(family: Family, asked: Asked): InstallAnswer {
  switch (family) {
    case 'fedora':
      return onFedora(asked);
    case 'fedora-atomic':
      return onAtomic(asked);
    case 'ubuntu':
      return onUbuntu(asked);
    case 'debian':
      return onDebian(asked);
  }
}

/** CUDA 13 and later compile nothing for Maxwell, Pascal and Volta. */
function currentToolkitServes(asked: Asked): boolean {
  return !asked.toolkit || asked.branch === 'current';
}

function fedoraPackages({ machine, branch, toolkit }: Asked): string[] {
  const release = Number(valueOr(machine.system, null)?.version ?? NaN);
  // Until Fedora 42 the ordinary packages are of the 580 branch. 43 has both, and those named 580xx outlive the
  // upgrade to 44, where the ordinary ones leave Maxwell, Pascal and Volta without a driver.
  const name = branch === 'legacy-580' && !(release <= 42) ? 'nvidia-580xx' : 'nvidia';
  return [
    `akmod-${name}`,
    `xorg-x11-drv-${name}-cuda`,
    containerToolkit,
    ...(toolkit ? ['cuda-toolkit'] : []),
  ];
}

function fedoraRepositories({ sight, branch, toolkit }: Asked): string[] {
  // Whether Fedora's small repository has the 580 branch is not known; the whole of RPM Fusion does.
  const small =
    branch === 'current' &&
    !sight.repositories.includes('rpmfusion-nonfree') &&
    sight.repositories.includes('rpmfusion-nonfree-nvidia-driver');
  return [
    ...(small ? ['rpmfusion-nonfree-nvidia-driver'] : ['rpmfusion-free', 'rpmfusion-nonfree']),
    containerRepository,
    ...(toolkit ? [cudaRepository] : []),
  ];
}

function onFedora(asked: Asked): InstallAnswer {
  if (!currentToolkitServes(asked)) return 'unsupported-card';
  return {
    way: 'packages',
    packages: fedoraPackages(asked),
    repositories: fedoraRepositories(asked),
    built: true,
  };
}

function onAtomic(asked: Asked): InstallAnswer {
  const { machine, sight, branch, toolkit } = asked;
  // What is to be developed with is put into a container there, never into the image.
  if (sight.inImage && toolkit) return 'managed';
  if (sight.inImage) return { way: 'in-image', packages: [], repositories: [], built: false };
  if (toolkit) return 'managed';
  const images = sight.images.filter((image) => image.branch === branch);
  return {
    way: 'rebase',
    packages: [],
    repositories: [],
    built: false,
    images,
    layers: {
      packages: fedoraPackages(asked),
      repositories: fedoraRepositories(asked),
      refused: valueOr(machine.firmware.secureBoot, 'off') === 'on',
    },
  };
}

/** Kernels of Ubuntu's own, by the end of their names, for which there are signed modules. */
const ubuntuFlavour =
  /^[0-9][0-9.]*-[0-9]+-(generic|lowlatency|oem|nvidia|aws|azure|gcp|oracle)(?:-[a-z0-9.]+)?$/;

function onUbuntu(asked: Asked): InstallAnswer {
  const { machine, branch, sight, toolkit } = asked;
  const offer = offeredFor(sight.offered, branch) ?? usualOffer(asked);
  const own = ubuntuFlavour.test(valueOr(machine.kernel, null)?.running ?? '');
  const modules = own ? offer.modules : null;
  const dkms = offer.driver.replace('nvidia-driver-', 'nvidia-dkms-');
  return {
    way: modules === null ? 'packages' : 'signed-packages',
    packages: [
      ...(modules === null ? [dkms] : [modules]),
      offer.driver,
      containerToolkit,
      ...(toolkit ? ['nvidia-cuda-toolkit'] : []),
    ],
    repositories: ['restricted', containerRepository],
    built: modules === null,
  };
}

/** The newest of a branch that ubuntu-drivers offers: with open modules for the current one, closed for 580. */
function offeredFor(offered: readonly OfferedDriver[], branch: Served): OfferedDriver | null {
  const number = (offer: OfferedDriver): number => Number(/\d{3,4}/.exec(offer.driver)?.[0] ?? 0);
  const fitting = offered.filter((offer) => {
    if (offer.driver.includes('-server')) return false;
    return branch === 'legacy-580'
      ? offer.driver === 'nvidia-driver-580'
      : offer.driver.endsWith('-open') && number(offer) >= 580;
  });
  return fitting.toSorted((a, b) => number(b) - number(a))[0] ?? null;
}

function usualOffer({ machine, branch }: Asked): OfferedDriver {
  const kernel = valueOr(machine.kernel, null)?.running ?? '';
  const flavour = ubuntuFlavour.exec(kernel)?.[1] ?? 'generic';
  const release = Number(valueOr(machine.system, null)?.version ?? NaN);
  const version = branch === 'legacy-580' || release < 26 ? '580' : '595';
  const name = branch === 'legacy-580' ? version : `${version}-open`;
  return { driver: `nvidia-driver-${name}`, modules: `linux-modules-nvidia-${name}-${flavour}` };
}

function onDebian(asked: Asked): InstallAnswer {
  const { machine, cards, toolkit } = asked;
  const architecture = valueOr(machine.cpu, null)?.architecture === 'aarch64' ? 'arm64' : 'amd64';
  // Debian 13 and what comes after it have 550.163, which came before Blackwell; it still serves Maxwell and later.
  const tooNew = cards.some((card) => card.leftOut !== true && card.open === 'required');
  if (tooNew) return 'unsupported-card';
  // The toolkit left Debian after 13.
  if (toolkit && valueOr(machine.system, null)?.version !== '13') return 'unsupported-system';
  return {
    way: 'packages',
    packages: [
      `linux-headers-${architecture}`,
      'nvidia-kernel-dkms',
      'nvidia-driver',
      'nvidia-smi',
      'libcuda1',
      'firmware-misc-nonfree',
      containerToolkit,
      ...(toolkit ? ['nvidia-cuda-toolkit'] : []),
    ],
    repositories: ['contrib', 'non-free', 'non-free-firmware', containerRepository],
    built: true,
  };
}
