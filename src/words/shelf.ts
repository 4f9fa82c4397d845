// SPDX-License-Identifier: GPL-3.0-or-later

import type { Offer, Pick as Recommendation, Shelf } from '../core/models/types.ts';
import { speedWords } from './models.ts';
import type { Line } from './plan.ts';
import { _, fill } from './translate.ts';
import { bytes } from './units.ts';

/** Who limits the list, or an empty text where nobody does. */
export function managedSentence({ managedBy }: Pick<Shelf, 'managedBy'>): string {
  if (managedBy === null) return '';
  return managedBy === ''
    ? _('Chosen by your organisation: only these models are offered.')
    : fill(_('Chosen by {organisation}: only these models are offered.'), { organisation: managedBy });
}

/** The neighbours of a pick, each with its size and speed; none where there are none. */
export function neighbourLines(pick: Recommendation, offers: readonly Offer[]): readonly Line[] {
  const named = [
    [_('Smaller and faster'), pick.smaller],
    [_('Larger and slower'), pick.larger],
  ] as const;
  return named.flatMap(([label, id]) => {
    const offer = offers.find(({ entry }) => entry.id === id);
    return offer === undefined ? [] : [{ label, value: neighbour(offer) }];
  });
}

function neighbour({ entry, fit }: Offer): string {
  const values = { name: entry.name, size: bytes(entry.file.size), speed: speedWords(fit.generation) };
  return fill(_('{name} ({size}). {speed}'), values);
}

/** 'en, de, fr' of a model, or that none are known. */
export function languagesLine(entry: Offer['entry']): string {
  const known = entry.languages ?? null;
  if (known === null) return _('Not known');
  return fill(_('{statement}. {source}'), { statement: known.codes.join(', '), source: known.source });
}
