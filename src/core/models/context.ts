// SPDX-License-Identifier: GPL-3.0-or-later

import { costOf } from './cost.ts';
import { agentContext, spareOf, steps } from './fit.ts';
import { layoutsWithin, wholeLayout } from './layouts.ts';
import type { Laid } from './layouts.ts';
import type { CatalogueEntry, Fit, KvType, Offer } from './types.ts';

/** Context lengths that can be asked for, in tokens, shortest first. */
export function contextChoices(entry: CatalogueEntry): readonly number[] {
  return steps(entry);
}

/** The next shorter context than the one that was served, or null where there is none that is of use. */
export function smallerContext(entry: CatalogueEntry, served: number): number | null {
  return contextChoices(entry).findLast((context) => context < served && context >= 4096) ?? null;
}

/**
 * What a model takes with a context of one's own, in the place where it would run: the cache in the given way where
 * that fits, else in 8 bits, and shared with the card anew where it is shared. `does-not-fit` where it takes more than
 * is free.
 */
export function withContext(
  { entry, fit, header }: Pick<Offer, 'entry' | 'fit' | 'header'>,
  tokens: number,
): Fit {
  if (tokens === fit.contextTokens) return fit;
  const cost = costOf(entry, header);
  const types: readonly KvType[] = fit.kvType === 'f16' ? ['f16', 'q8_0'] : [fit.kvType];
  const unknown = fit.verdict === 'unknown';
  for (const kvType of unknown ? [] : types) {
    const [laid] = layoutsWithin(cost, fit.place, fit.free, tokens, kvType);
    if (laid !== undefined)
      return { ...changed(fit, laid, tokens, kvType), agentReady: tokens >= agentContext };
  }
  const kvType = types.at(-1) ?? fit.kvType;
  const layout = fit.place === 'split' ? fit.layout : wholeLayout(cost, fit.place);
  const need = cost.need(layout, tokens, kvType, fit.place);
  const missing = changed(fit, { layout, need }, tokens, kvType);
  return unknown
    ? { ...missing, verdict: 'unknown', spare: 0, agentReady: false }
    : { ...missing, verdict: 'does-not-fit', agentReady: false };
}

function changed(fit: Fit, laid: Laid, contextTokens: number, kvType: KvType): Fit {
  const spare = spareOf(laid.need, fit.free, fit.place);
  return {
    ...fit,
    ...laid,
    kvType,
    contextTokens,
    spare,
    verdict: fit.verdict === 'tight' ? 'tight' : 'fits',
  };
}
