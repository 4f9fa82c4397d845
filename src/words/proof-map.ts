// SPDX-License-Identifier: GPL-3.0-or-later

import type { ProofMap } from '../core/proof/map.ts';
import { ownerName } from './proof.ts';
import { paragraph } from './joined.ts';
import { _, fill } from './translate.ts';

export const mapWords = {
  computer: (): string => _('This computer'),
  network: (): string => _('Network'),
  model: (): string => _('Model'),
  modelOff: (): string => _('Model, off'),
};

/** The picture for those who do not see it. */
export function mapDescription(map: ProofMap): string {
  const parts = [wallSentence(map)];
  for (const { owner, asks, open, online } of map.programs) {
    const name = ownerName(owner);
    if (asks) parts.push(fill(_('{name} asks the model on this computer.'), { name }));
    if (open) parts.push(fill(_('The network can reach {name}.'), { name }));
    if (online) parts.push(fill(_('{name} can go online when its tools do.'), { name }));
  }
  return paragraph(...parts);
}

function wallSentence({ wall, running }: ProofMap): string {
  if (wall === 'closed') return _('The model is behind a wall that no network gets through.');
  if (wall === 'open') return _('The wall around the model is open.');
  return running
    ? _('Whether the wall around the model is closed is not known.')
    : _('The model is off; its wall is seen when it runs.');
}
