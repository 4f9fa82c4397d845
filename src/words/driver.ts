// SPDX-License-Identifier: GPL-3.0-or-later

import type { CardAdvice, DriverAdvice, Flavour, FlavourAdvice, Generation } from '../core/driver/types.ts';
import type { Gpu, MachineFacts } from '../core/machine/facts.ts';
import { gpuRows } from './gpu.ts';
import { paragraph } from './joined.ts';
import type { FactRow } from './machine.ts';
import { _, fill, pgettext } from './translate.ts';
import { bytes } from './units.ts';

/** Names of NVIDIA's generations are names, and stay as they are. */
const generations: Readonly<Record<Exclude<Generation, 'unknown' | 'fermi-or-older'>, string>> = {
  kepler: 'Kepler',
  maxwell: 'Maxwell',
  pascal: 'Pascal',
  volta: 'Volta',
  turing: 'Turing',
  ampere: 'Ampere',
  ada: 'Ada Lovelace',
  hopper: 'Hopper',
  blackwell: 'Blackwell',
};

export function generationName(generation: Generation): string {
  switch (generation) {
    case 'unknown':
      return _('unknown generation');
    case 'fermi-or-older':
      return _('Fermi or older');
    default:
      return generations[generation];
  }
}

/** What there is for one card, in one or two sentences. */
export function cardSentence(card: CardAdvice): string {
  const name = card.name === '' ? card.address : card.name;
  const values = { name, generation: generationName(card.generation) };
  if (card.leftOut === true) {
    return fill(
      _('{name} ({generation}) has to go without: the driver that serves the other card does not know it.'),
      values,
    );
  }
  if (card.newer === true) {
    return fill(
      _('{name} is newer than what this version of Hearth knows. Only NVIDIA’s current driver can serve it.'),
      values,
    );
  }
  if (card.generation === 'unknown')
    return fill(_('{name} is not in NVIDIA’s published lists, so nothing is promised for it.'), values);
  switch (card.branch) {
    case 'current':
      return card.open === 'required'
        ? fill(
            _('{name} ({generation}) uses NVIDIA’s current driver, with the open kernel modules only.'),
            values,
          )
        : fill(
            _('{name} ({generation}) uses NVIDIA’s current driver, with the open kernel modules.'),
            values,
          );
    case 'legacy-580':
      return fill(
        _(
          '{name} ({generation}) uses NVIDIA’s driver of branch 580, which is kept up beside the current one.',
        ),
        values,
      );
    case 'none':
      return fill(
        _('{name} ({generation}) has no driver of NVIDIA’s that is still kept up. It stays with nouveau.'),
        values,
      );
  }
}

export interface FlavourWords {
  readonly title: string;
  /** Whom it is for, in one line. */
  readonly summary: string;
}

export function flavourWords(flavour: Flavour): FlavourWords {
  switch (flavour) {
    case 'clean':
      return {
        title: pgettext('driver', 'Clean'),
        summary: _('Nothing proprietary: the drivers that are part of the system'),
      };
    case 'cuda':
      return {
        title: _('CUDA'),
        summary: _('NVIDIA’s driver with what AI programs need, also in containers'),
      };
    case 'cuda-toolkit':
      return {
        title: _('CUDA for Development'),
        summary: _('The same, and the toolkit that CUDA programs are written with'),
      };
  }
}

/** Why a flavour cannot be had here; empty where it can. */
export function flavourRefusal({ because, flavour }: FlavourAdvice, advice: DriverAdvice): string {
  switch (because) {
    case null:
      return '';
    case 'no-nvidia':
      return _('There is no NVIDIA card in this computer.');
    case 'unsupported-system':
      return flavour === 'cuda-toolkit' && advice.family !== null
        ? _('This release of the distribution has no CUDA toolkit.')
        : _('Hearth does not know how drivers are installed on this system.');
    case 'managed':
      return flavour === 'clean'
        ? _('The driver is part of the image. It goes only with the image.')
        : _('The system is an image: what is developed with goes into a container on top of CUDA.');
    case 'unsupported-card':
      return unsupportedCard(flavour, advice);
  }
}

function unsupportedCard(flavour: Flavour, { branch, cards, family }: DriverAdvice): string {
  if (branch === 'none') return _('No driver of NVIDIA’s that is still kept up serves this card.');
  if (cards.some((card) => card.leftOut === true))
    return _(
      'The card that shows the screen is too old for the driver of the other one, and would be left without a picture.',
    );
  if (family === 'debian' && cards.some((card) => card.open === 'required'))
    return _('The driver in Debian came before this card.');
  return flavour === 'cuda-toolkit'
    ? _(
        'The current CUDA toolkit no longer builds programs for this card. What is built already runs with CUDA.',
      )
    : _('No driver of NVIDIA’s that is still kept up serves this card.');
}

/** What a flavour takes, one line each, before it is chosen. */
export function flavourNeeds(flavour: FlavourAdvice): readonly string[] {
  if (!flavour.possible) return [];
  const lines: string[] = [];
  const way = wayLine(flavour);
  if (way !== null) lines.push(way);
  if (flavour.downloadBytes !== null)
    lines.push(fill(_('{size} to download'), { size: bytes(flavour.downloadBytes) }));
  if (flavour.needsKey)
    lines.push(_('A security key of this computer (machine owner key, MOK), and blue firmware screens once'));
  if (flavour.needsRestart && !flavour.inUse) lines.push(_('A restart'));
  return lines;
}

function wayLine({ way, flavour, images }: FlavourAdvice): string | null {
  switch (way) {
    case 'packages':
      return _('Packages; the driver’s module is built on this computer, and again for every new kernel');
    case 'signed-packages':
      return _('Packages with a module that the distribution signed; nothing is built here');
    case 'in-image':
      return _('Part of the image already; nothing is installed');
    case 'rebase':
      if (images?.length === 0)
        return _('Another image of the system, which carries the driver; none is listed for this system');
      return _('Another image of the system, which carries the driver; the one of now stays to go back to');
    default:
      return flavour === 'clean' ? _('Nothing to install') : null;
  }
}

/** The advanced way of image-based systems, with its problem told. */
export function layersSentence(): string {
  return _(
    'The same packages can be layered over the image. Their module cannot be signed there: with Secure Boot on, the kernel refuses it, so this is for computers without Secure Boot.',
  );
}

/** What a card can do for models with the driver that it has now. */
export function accelerationSentence(gpu: Gpu, card: CardAdvice | null): string {
  const driver = gpu.driver.known ? gpu.driver.value : null;
  switch (driver) {
    case 'nvidia':
      return _('CUDA and Vulkan, by NVIDIA’s driver');
    case 'nouveau':
      return card !== null && nvk(card)
        ? _('Vulkan by NVK, which is part of the system; slower than CUDA')
        : _('None for models: on this card nouveau shows pictures only');
    case 'nova_core':
    case 'nova-core':
      return _('None for models yet: Nova cannot run programs so far');
    case 'amdgpu':
      return _(
        'Vulkan, and ROCm on cards that it supports; both drivers are part of the system or its packages',
      );
    case 'i915':
    case 'xe':
      return _('Vulkan, by the driver that is part of the system');
    case 'asahi':
      return _('Vulkan, by the driver that is part of the system');
    case 'vfio-pci':
      return _('None here: the card was given to virtual machines');
    case null:
      return _('None: no driver is in use for it');
    default:
      return gpu.vendor === 'virtual'
        ? _('None: it belongs to the virtual machine')
        : _('Not known for this driver');
  }
}

/** NVK needs the firmware that takes care of the card itself, from Turing on. */
function nvk(card: CardAdvice): boolean {
  return card.branch === 'current' && card.newer !== true;
}

/** What is true of the whole computer and easily missed; one line each. */
export function adviceNotes(advice: DriverAdvice): readonly string[] {
  const notes: string[] = [];
  if (advice.cards.length > 1 && new Set(advice.cards.map((card) => card.branch)).size > 1) {
    notes.push(
      advice.branch === 'legacy-580'
        ? _('Cards of different generations share one driver: branch 580 serves them all.')
        : _('Cards of different generations share one driver, and it does not serve them all.'),
    );
  }
  if (advice.hybrid && advice.branch !== 'none')
    notes.push(
      _('The built-in graphics keep showing the screen; the NVIDIA card works when programs ask for it.'),
    );
  return notes;
}

/** A row for each graphics processor: what there is for it, and what it can do for models now. */
export function driverCardRows(machine: MachineFacts, advice: DriverAdvice | null): readonly FactRow[] {
  const gpus = machine.gpus.known ? machine.gpus.value : [];
  return gpuRows(machine.gpus).map((row) => {
    const gpu = gpus.find(({ address }) => row.id === `gpu-${address}`);
    if (gpu === undefined) return row;
    const card = advice?.cards.find(({ address }) => address === gpu.address) ?? null;
    const able = fill(_('For models: {acceleration}.'), { acceleration: accelerationSentence(gpu, card) });
    return { ...row, detail: paragraph(...(card === null ? [] : [cardSentence(card)]), able) };
  });
}
