// SPDX-License-Identifier: GPL-3.0-or-later

import type { Fit, MemoryNeed } from '../core/models/types.ts';
import { listed, listedApart } from './joined.ts';
import { _, fill } from './translate.ts';
import { bytes } from './units.ts';

export type MemoryPartId = 'weights' | 'context' | 'working' | 'kept' | 'spare' | 'missing';

/** A part of the memory picture: drawn as long as its share. */
export interface MemoryPart {
  readonly id: MemoryPartId;
  readonly bytes: number;
  readonly label: string;
}

/** One memory of the computer with what a model takes of it. */
export interface MemoryPicture {
  readonly id: 'gpu' | 'main';
  readonly label: string;
  /** Short, for beside a bar. */
  readonly short: string;
  readonly parts: readonly MemoryPart[];
}

/**
 * What a model takes and what is left in each memory that it uses, in the order of the picture. Parts of nothing are
 * left out. What is missing is part of the need, not beside it.
 */
export function memoryPictures(fit: Fit): readonly MemoryPicture[] {
  const { need, free, kept, verdict, place } = fit;
  const unknown = verdict === 'unknown';
  const main: MemoryPicture = {
    id: 'main',
    label: place === 'shared' ? _('Main memory, shared with the graphics') : _('Main memory'),
    short: _('Main'),
    parts: partsOf(need.main, unknown ? null : free.main, kept.main),
  };
  if (need.gpu === null) return [main];
  const gpu: MemoryPicture = {
    id: 'gpu',
    label: _('Graphics memory'),
    short: _('Graphics'),
    parts: partsOf(need.gpu, free.gpu, kept.gpu),
  };
  return [gpu, main];
}

function partsOf(need: MemoryNeed, free: number | null, kept: number | null): readonly MemoryPart[] {
  const spare = free === null ? 0 : free - need.total;
  const parts: readonly MemoryPart[] = [
    { id: 'weights', bytes: need.weights, label: _('Model') },
    { id: 'context', bytes: need.kvCache, label: _('Context') },
    { id: 'working', bytes: need.compute + need.overhead, label: _('Work space') },
    { id: 'kept', bytes: free === null || spare < 0 ? 0 : (kept ?? 0), label: _('Kept for the desktop') },
    { id: 'spare', bytes: Math.max(0, spare), label: _('Left free') },
    { id: 'missing', bytes: Math.max(0, -spare), label: _('Missing') },
  ];
  return parts.filter((part) => part.bytes > 0);
}

/** 'Model 5.3 GB'. */
export function memoryPartText({ label, bytes: size }: MemoryPart): string {
  return fill(_('{part} {size}'), { part: label, size: bytes(size) });
}

/** The picture in one sentence: 'Graphics memory: Model 5.3 GB, Context 1 GB, …; Main memory: …'. */
export function memoryDescription(fit: Fit): string {
  return listedApart(
    memoryPictures(fit).map(({ label, parts }) =>
      fill(_('{memory}: {parts}'), { memory: label, parts: listed(parts.map(memoryPartText)) }),
    ),
  );
}
