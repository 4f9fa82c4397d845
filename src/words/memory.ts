// SPDX-License-Identifier: GPL-3.0-or-later

import type { Fit } from '../core/models/types.ts';
import { placeLabel } from './models.ts';
import { _, fill } from './translate.ts';
import { bytes } from './units.ts';

export type MemoryPartId = 'weights' | 'context' | 'working' | 'spare' | 'missing';

/** A part of the memory picture: drawn as long as its share. */
export interface MemoryPart {
  readonly id: MemoryPartId;
  readonly bytes: number;
  readonly label: string;
}

/** What a model takes and what is left, in the order of the picture; parts of nothing are left out. */
export function memoryParts({ need, spare, available, verdict }: Fit): readonly MemoryPart[] {
  const unknown = verdict === 'unknown' || available <= 0;
  const parts: readonly MemoryPart[] = [
    { id: 'weights', bytes: need.weights, label: _('Model') },
    { id: 'context', bytes: need.kvCache, label: _('Context') },
    { id: 'working', bytes: need.compute + need.overhead, label: _('Work space') },
    { id: 'spare', bytes: unknown ? 0 : Math.max(0, spare), label: _('Left free') },
    { id: 'missing', bytes: unknown ? 0 : Math.max(0, -spare), label: _('Missing') },
  ];
  return parts.filter((part) => part.bytes > 0);
}

/** The picture in words, for screen readers and below the bar: 'Processor: Model 5.3 GB, Context 1 GB, …'. */
export function memoryDescription(fit: Fit): string {
  const parts = memoryParts(fit).map((part) => `${part.label} ${bytes(part.bytes)}`);
  return fill(_('{place}: {parts}'), { place: placeLabel(fit.place), parts: parts.join(', ') });
}
