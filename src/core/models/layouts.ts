// SPDX-License-Identifier: GPL-3.0-or-later

import type { ModelCost } from './cost.ts';
import { largest } from './estimate.ts';
import type { FreeMemory, KvType, Layout, Place, SplitNeed } from './types.ts';

/**
 * How a model can lie in what is free, in one place and at one context length: each layout that fits and is not worse
 * than another one. On a card alone, in main memory alone and on shared graphics there is one. Between a card and main
 * memory as many layers are on the card as fit there; of a mixture also all layers with as many experts as fit.
 */

export interface Laid {
  readonly layout: Layout;
  readonly need: SplitNeed;
}

/** Where memory is not told nothing is known to be missing. */
export function within(need: SplitNeed, free: FreeMemory): boolean {
  const gpu = need.gpu === null || (free.gpu !== null && need.gpu.total <= free.gpu);
  return gpu && (free.main === null || need.main.total <= free.main);
}

/** The layout of a place that is not split. */
export function wholeLayout(cost: ModelCost, place: Place): Layout {
  return { gpuLayers: place === 'memory' ? 0 : 'all', expertLayers: 0, layers: cost.layers };
}

export function layoutsWithin(
  cost: ModelCost,
  place: Place,
  free: FreeMemory,
  contextTokens: number,
  kvType: KvType,
): readonly Laid[] {
  const laid = (layout: Layout): Laid => ({ layout, need: cost.need(layout, contextTokens, kvType, place) });
  if (place !== 'split') {
    const whole = laid(wholeLayout(cost, place));
    return within(whole.need, free) ? [whole] : [];
  }
  const { layers } = cost;
  // Without the number of layers there is nothing to count.
  if (layers === null) return [];
  const onCard = (each: Laid): boolean => (each.need.gpu?.total ?? 0) <= (free.gpu ?? 0);
  const of = (gpuLayers: number, expertLayers: number): Laid => laid({ gpuLayers, expertLayers, layers });
  const found: Laid[] = [];
  if (cost.mixture && onCard(of(layers + 1, layers))) {
    const kept = largest(layers - 1, (more) => onCard(of(layers + 1, layers - more)));
    found.push(of(layers + 1, layers - kept));
  }
  // The output alone on a card would gain nothing.
  const count = largest(layers, (gpuLayers) => gpuLayers < 2 || onCard(of(gpuLayers, 0)));
  if (count >= 2) found.push(of(count, 0));
  return found.filter(({ need }) => within(need, free));
}
