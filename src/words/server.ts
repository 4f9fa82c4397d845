// SPDX-License-Identifier: GPL-3.0-or-later

import { packagesFor, type Missing } from '../core/server/choose.ts';
import { listed } from './joined.ts';
import { _, fill } from './translate.ts';

/** How to install what serving needs, as commands to copy. */
export function installHint(missing: readonly Missing[]): string {
  return fill(
    _('Fedora: sudo dnf install {fedora}. Debian and Ubuntu: sudo apt install {debian}. Then look again.'),
    {
      fedora: packagesFor(missing, 'fedora').join(' '),
      debian: packagesFor(missing, 'debian').join(' '),
    },
  );
}

/** Why the model cannot be served here, for the parts that are not installed. */
export function missingSentence(missing: readonly Missing[]): string {
  const wall = missing.filter((name) => name !== 'llama-server');
  if (wall.length === 0) return _('The program that runs models, llama-server, is not installed.');
  const names = listed(wall);
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
    _(
      'The model that Hearth serves cannot reach the network. An agent that uses it, such as Goose, can, when its tools do.',
    ),
    _('Programs that run under your name can read the key, and so ask the model.'),
  ];
}
