// SPDX-License-Identifier: GPL-3.0-or-later

import { findOffer } from '../models/shelf.ts';
import { valueOr } from '../known.ts';
import type { HearthState } from '../setup/state.ts';
import type { NoCardReason } from './load-log.ts';

/** A model that was promised a graphics card and is worked on by the processor. */
export interface Fallback {
  readonly reason: NoCardReason | 'no-driver';
  /** Name of the card that should have done it. */
  readonly card: string;
}

/**
 * Whether the server fell back to the processor although the shelf promised a graphics card. Null when all is as
 * promised, when it is not known, and in practice, where the promise is made for a recorded machine.
 */
export function fallbackOf({
  server,
  shelf,
  machine,
  mode,
}: Pick<HearthState, 'server' | 'shelf' | 'machine' | 'mode'>): Fallback | null {
  if (server.tag !== 'ready' || mode.tag === 'practice') return null;
  const { servedBy, modelId } = server.endpoint;
  const fit = findOffer(shelf, modelId)?.fit;
  if (servedBy === null || servedBy.noCard === null || fit === undefined) return null;
  if (fit.place === 'memory' || machine === null) return null;
  const gpu = valueOr(machine.gpus, []).find(({ address }) => address === fit.gpuAddress);
  const driver = gpu === undefined ? null : valueOr(gpu.driver, null);
  const driverless = driver === null || (gpu?.vendor === 'nvidia' && driver !== 'nvidia');
  const reason = gpu !== undefined && driverless ? 'no-driver' : servedBy.noCard;
  return { reason, card: gpu === undefined ? '' : valueOr(gpu.name, '') };
}
