// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { Gpu, MachineFacts, SystemFacts } from '../machine/facts.ts';
import { nothingSeen, type AdviceSight } from './advice-sight.ts';
import { generationFacts } from './generations.ts';
import { installSet, type InstallAnswer } from './install.ts';
import { flavours, type Branch, type CardAdvice, type DriverAdvice, type Family } from './types.ts';
import type { Flavour, FlavourAdvice } from './types.ts';

/** What there is for this computer's cards, and what each flavour would mean. Pure; for every system there is. */
export function adviseDriver(machine: MachineFacts, sight: AdviceSight = nothingSeen): DriverAdvice {
  const gpus = valueOr(machine.gpus, []).filter((gpu) => gpu.vendor !== 'virtual');
  // One that was given to virtual machines is not this system's to drive.
  const nvidia = gpus.filter((gpu) => gpu.vendor === 'nvidia' && valueOr(gpu.driver, null) !== 'vfio-pci');
  const family = familyOf(valueOr(machine.system, null));
  const bare = nvidia.map(cardOf);
  const branch = branchOfAll(bare);
  const cards = bare.map((card) => (isServed(card, branch) ? card : { ...card, leftOut: true as const }));
  const answers = flavours.map((flavour) =>
    adviceFor(flavour, { machine, sight, family, nvidia, cards, branch }),
  );
  const cuda = answers.find(({ flavour }) => flavour === 'cuda');
  return {
    family,
    cards,
    branch,
    flavours: answers,
    recommended: cuda?.possible === true ? 'cuda' : 'clean',
    hybrid: nvidia.length > 0 && gpus.some((gpu) => gpu.integrated && !nvidia.includes(gpu)),
  };
}

/** Which adapter knows this system. Relatives of Fedora count, those of its enterprise branch do not. */
export function familyOf(system: SystemFacts | null): Family | null {
  if (system === null) return null;
  const names = [system.id, ...system.idLike];
  const fedora = names.includes('fedora') && !names.some((name) => name === 'rhel' || name === 'centos');
  switch (system.variant) {
    case 'workstation':
      return fedora ? 'fedora' : null;
    case 'atomic':
      return fedora ? 'fedora-atomic' : null;
    case 'ubuntu':
    case 'debian':
      return system.variant;
    case 'other':
      return null;
  }
}

function cardOf(gpu: Gpu): CardAdvice {
  const { generation, branch, open, newer } = generationFacts(gpu.deviceId);
  const name = valueOr(gpu.name, '');
  const card = { address: gpu.address, name: /\[([^\]]+)\]/.exec(name)?.[1] ?? name, generation };
  return { ...card, branch, open, ...(newer ? { newer: true as const } : {}) };
}

/**
 * One driver serves all cards. Branch 580 with closed modules serves everything from Maxwell to Hopper; a card that
 * needs open modules decides for the current branch, and an old one beside it is left out.
 */
function branchOfAll(cards: readonly CardAdvice[]): Branch {
  if (cards.some((card) => card.open === 'required')) return 'current';
  if (cards.some((card) => card.branch === 'legacy-580')) return 'legacy-580';
  return cards.some((card) => card.branch === 'current') ? 'current' : 'none';
}

function isServed(card: CardAdvice, branch: Branch): boolean {
  if (branch === 'none') return true;
  return card.branch === branch || (branch === 'legacy-580' && card.branch === 'current');
}

interface Context {
  readonly machine: MachineFacts;
  readonly sight: AdviceSight;
  readonly family: Family | null;
  readonly nvidia: readonly Gpu[];
  readonly cards: readonly CardAdvice[];
  readonly branch: Branch;
}

function adviceFor(flavour: Flavour, context: Context): FlavourAdvice {
  const { machine, sight } = context;
  const inUse = isInUse(flavour, context);
  const bare = { flavour, packages: [], repositories: [], needsKey: false, downloadBytes: null, inUse };
  if (flavour === 'clean') {
    // The driver of an image goes only with the image.
    const possible = !sight.inImage;
    const needsRestart = possible && !inUse;
    return { ...bare, possible, because: possible ? null : 'managed', needsRestart };
  }
  const answer = answerFor(flavour, context);
  if (typeof answer === 'string') return { ...bare, possible: false, because: answer, needsRestart: false };
  const secureBoot = valueOr(machine.firmware.secureBoot, 'off') === 'on';
  const loaded = context.nvidia.some((gpu) => valueOr(gpu.driver, null) === 'nvidia');
  const { built, ...set } = answer;
  return {
    ...bare,
    ...set,
    possible: true,
    because: null,
    // What runs under Secure Boot is trusted. An image's module may be signed by a key that is not known here yet.
    needsKey: secureBoot && !sight.trusted && !loaded && (built || sight.inImage),
    needsRestart: !loaded,
  };
}

function answerFor(flavour: Flavour, context: Context): InstallAnswer {
  const { machine, sight, family, nvidia, cards, branch } = context;
  if (nvidia.length === 0) return 'no-nvidia';
  if (branch === 'none') return 'unsupported-card';
  // The driver takes nouveau away from every card: one that shows the screen must not be left without.
  const screen = nvidia.find((gpu) => gpu.bootScreen);
  if (screen !== undefined && cards.find((card) => card.address === screen.address)?.leftOut === true)
    return 'unsupported-card';
  if (family === null) return 'unsupported-system';
  return installSet(family, { machine, sight, branch, cards, toolkit: flavour === 'cuda-toolkit' });
}

function isInUse(flavour: Flavour, { sight, nvidia }: Context): boolean {
  const loaded = nvidia.some((gpu) => valueOr(gpu.driver, null) === 'nvidia');
  const toolkit = sight.packages?.some((name) => /^(?:nvidia-)?cuda-toolkit(?:-|$)/.test(name)) ?? false;
  switch (flavour) {
    case 'clean':
      return !loaded && !sight.inImage && !(sight.packages?.some(isDriverPackage) ?? false);
    case 'cuda':
      return loaded && !toolkit;
    case 'cuda-toolkit':
      return loaded && toolkit;
  }
}

/** Packages that bring NVIDIA's module or ask for it. */
export function isDriverPackage(name: string): boolean {
  return /^(?:akmod-nvidia|kmod-nvidia|xorg-x11-drv-nvidia|nvidia-driver|nvidia-(?:kernel-|open-kernel-)?dkms|linux-modules-nvidia)/.test(
    name,
  );
}
