// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import type { ProgramFacts, ServingWay } from './types.ts';

type Native = Exclude<ServingWay, 'container'>;

export type Missing = 'llama-server' | 'bwrap' | 'systemd-socket-activate' | 'systemd-socket-proxyd';

/** Programs that a way of serving needs and that are not installed. */
export function missingFor(way: Native, programs: ProgramFacts): readonly Missing[] {
  const missing: Missing[] = [];
  if (programs.llamaServer === null) missing.push('llama-server');
  if (programs.socketProxy === null) missing.push('systemd-socket-proxyd');
  if (way === 'children') {
    if (programs.bwrap === null) missing.push('bwrap');
    if (programs.socketActivate === null) missing.push('systemd-socket-activate');
  }
  return missing;
}

/**
 * How the model is served here: by the person's systemd where it answers, else as children of Hearth. Practice always
 * takes children, because units would be files outside its folder.
 *
 * @throws no-engine when llama-server is missing, no-isolation when what walls it in is
 */
export function chooseWay(programs: ProgramFacts, practice: boolean): Native {
  const way = programs.userManager && !practice ? 'user-units' : 'children';
  const missing = missingFor(way, programs);
  if (missing.length === 0) return way;
  const code = missing.includes('llama-server') ? 'no-engine' : 'no-isolation';
  throw new HearthError(code, { missing: missing.join(', ') });
}

export type PackageFamily = 'fedora' | 'debian';

const packages: Readonly<Record<Missing, Readonly<Record<PackageFamily, string>>>> = {
  'llama-server': { fedora: 'llama-cpp', debian: 'llama.cpp-tools' },
  bwrap: { fedora: 'bubblewrap', debian: 'bubblewrap' },
  'systemd-socket-activate': { fedora: 'systemd', debian: 'systemd' },
  'systemd-socket-proxyd': { fedora: 'systemd', debian: 'systemd' },
};

/** Names of the packages to install, each once. Debian's hold for Ubuntu too. */
export function packagesFor(missing: readonly Missing[], family: PackageFamily): readonly string[] {
  return [...new Set(missing.map((name) => packages[name][family]))];
}

/** Takes the names out of the `missing` of an error again; what is no name of ours is left out. */
export function parseMissing(text: string): readonly Missing[] {
  return text.split(', ').filter((name): name is Missing => Object.hasOwn(packages, name));
}

/** Next ports to try when one is taken: the asked one, then its neighbours. */
export function portsFrom(first: number, count = 20): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index).filter((port) => port < 65536);
}
