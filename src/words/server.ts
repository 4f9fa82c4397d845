// SPDX-License-Identifier: GPL-3.0-or-later

import { packagesFor, type Missing, type PackageFamily } from '../core/server/choose.ts';
import { _, fill } from './translate.ts';

/** How to install what serving needs, as one command to copy; a list of names where the package manager is not known. */
export function installCommand(missing: readonly Missing[], family: PackageFamily, atomic = false): string {
  const names = packagesFor(missing, family).join(' ');
  switch (family) {
    case 'fedora':
      return atomic ? `rpm-ostree install ${names}` : `sudo dnf install ${names}`;
    case 'debian':
      return `sudo apt install ${names}`;
    case 'other':
      return names;
  }
}

/** Why the model cannot be served here, for the parts that are not installed. */
export function missingSentence(missing: readonly Missing[]): string {
  const wall = missing.filter((name) => name !== 'llama-server');
  if (wall.length === 0) return _('The program that runs models, llama-server, is not installed.');
  const names = wall.join(', ');
  return missing.length > wall.length
    ? fill(
        _('llama-server, which runs models, and {names}, which shut it off from the network, are missing.'),
        {
          names,
        },
      )
    : fill(_('{names} is missing, without which the model cannot be shut off from the network.'), { names });
}

/** What being shut off does not cover, said wherever the proof is shown. */
export function honestLimits(): readonly string[] {
  return [
    _('A download shows the address of this computer to the publisher of the model.'),
    _('The model cannot reach the network. An agent that uses it, such as Goose, can, when its tools do.'),
    _('Programs that run under your name can read the key, and so ask the model.'),
  ];
}
