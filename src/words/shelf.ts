// SPDX-License-Identifier: GPL-3.0-or-later

import { agentContext } from '../core/models/fit.ts';
import type { Fit, Offer, Pick as Recommendation, Shelf } from '../core/models/types.ts';
import { languageName } from './filter.ts';
import { paceWords } from './measured.ts';
import { fitLabel } from './models.ts';
import type { Line } from './plan.ts';
import { listed, stated } from './joined.ts';
import { dataText } from './data-texts.ts';
import { _, fill } from './translate.ts';
import { bytes } from './units.ts';

/** Who limits the list, or an empty text where nobody does. */
export function managedSentence({ managedBy }: Pick<Shelf, 'managedBy'>): string {
  if (managedBy === null) return '';
  return managedBy === ''
    ? _('Chosen by your organisation: only these models are offered.')
    : fill(_('Chosen by {organisation}: only these models are offered.'), { organisation: managedBy });
}

/** That nothing fits, and what would: the model that misses least. Empty where something does, or nothing is known. */
export function nothingFits({ offers }: Pick<Shelf, 'offers'>): string {
  if (offers.length === 0 || offers.some(({ refused }) => refused !== 'does-not-fit')) return '';
  const nearest = offers.reduce((best, offer) => (offer.fit.spare > best.fit.spare ? offer : best));
  return fill(
    _(
      'No model fits into the memory that is free now. {name} would with {missing} more: close other programs, and look again.',
    ),
    { name: nearest.entry.name, missing: bytes(-nearest.fit.spare) },
  );
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

function neighbour(offer: Offer): string {
  const { entry } = offer;
  const values = { name: entry.name, size: bytes(entry.file.size), speed: paceWords(offer) };
  return stated(fill(_('{name} ({size})'), values), values.speed);
}

/** 'English, German' of a model, or that none are known. */
export function languagesLine(entry: Offer['entry']): string {
  const known = entry.languages ?? null;
  if (known === null) return _('Not known');
  return stated(listed(known.codes.map(languageName)), dataText(known.source));
}

/** The state of a model whose file is not the one that was checked, with what to do. */
export function publisherChanged(entry: Offer['entry']): string {
  return fill(
    _(
      '{publisher} changed this file since it was checked, so it is not used. Choose another model, or wait for a newer list of models: it comes with an update of Hearth.',
    ),
    { publisher: entry.publisher },
  );
}

export const contextWords = {
  languages: (): string => _('Languages'),
  file: (): string => _('File'),
  /** What a context length means here. */
  says: (fit: Fit): string => {
    if (fit.verdict === 'does-not-fit') return fitLabel(fit);
    return stated(
      fitLabel(fit),
      fit.contextTokens < agentContext ? _('Too short for agents.') : _('Long enough for agents.'),
    );
  },
};
