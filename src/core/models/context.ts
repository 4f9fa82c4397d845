// SPDX-License-Identifier: GPL-3.0-or-later

import { agentContext, contextSteps } from './fit.ts';
import { memoryNeed } from './memory.ts';
import type { CatalogueEntry, Fit, KvType } from './types.ts';

/** Context lengths that can be asked for, in tokens, shortest first. */
export function contextChoices(entry: CatalogueEntry): readonly number[] {
  const possible = contextSteps.filter((context) => context <= entry.contextTrained);
  return possible.length === 0 ? [entry.contextTrained] : possible;
}

/**
 * What a model takes with a context of one's own, in the place where it would run: the cache in the given way where
 * that fits, else in 8 bits. `does-not-fit` where it takes more than is free.
 */
export function withContext(entry: CatalogueEntry, fit: Fit, contextTokens: number): Fit {
  const types: readonly KvType[] = fit.kvType === 'f16' ? ['f16', 'q8_0'] : [fit.kvType];
  const needs = types.map((kvType) => ({
    kvType,
    need: memoryNeed(entry, contextTokens, kvType, fit.place),
  }));
  const best = needs.find(({ need }) => need.total <= fit.available) ?? needs.at(-1);
  if (best === undefined) return fit;
  const spare = fit.available - best.need.total;
  const unknown = fit.verdict === 'unknown';
  return {
    ...fit,
    ...best,
    verdict: unknown ? 'unknown' : spare < 0 ? 'does-not-fit' : fit.verdict === 'tight' ? 'tight' : 'fits',
    contextTokens,
    spare: unknown ? 0 : spare,
    agentReady: spare >= 0 && contextTokens >= agentContext,
  };
}
