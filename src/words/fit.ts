// SPDX-License-Identifier: GPL-3.0-or-later

import type { Estimate, SideBytes, Unknown } from '../core/models/estimate.ts';
import { _, fill } from './translate.ts';
import { bytes, tokens } from './units.ts';

/** What a file takes, as label and text, in the order in which it is shown. */
export function estimateRows(estimate: Estimate): readonly (readonly [label: string, text: string])[] {
  const { gpu, memory } = estimate;
  const rows: (readonly [string, string])[] = [];
  if (estimate.gpuLayers > 0) {
    rows.push([_('Graphics card'), bytes(gpu.total)], ...sideRows(gpu));
  }
  rows.push([_('Main memory'), bytes(memory.total)], ...sideRows(memory));
  return rows;
}

function sideRows(side: SideBytes): readonly (readonly [string, string])[] {
  const parts: readonly (readonly [string, number])[] = [
    [_('  Weights'), side.weights],
    [_('  Context'), side.cache],
    [_('  State'), side.state],
    [_('  Results'), side.compute],
    [_('  Program and rest'), side.fixed],
    [_('  Projector for pictures'), side.projector],
    [_('  Looking at a large picture'), side.pictures],
  ];
  return parts.filter(([, size]) => size > 0).map(([label, size]) => [label, bytes(size)] as const);
}

/** How the layers are shared out, or null when all of them are in main memory. */
export function splitSentence(estimate: Estimate, expertLayers: number): string | null {
  // The output counts as one.
  const { gpuLayers, layers } = estimate;
  if (gpuLayers === 0) return null;
  if (expertLayers > 0) {
    return fill(
      _('The graphics card takes all layers; the experts of {some} of {all} stay in main memory.'),
      {
        some: expertLayers,
        all: layers,
      },
    );
  }
  if (gpuLayers > layers) return _('The graphics card takes the whole model.');
  return fill(_('The graphics card takes {some} of {all} layers.'), { some: gpuLayers - 1, all: layers });
}

export function fitTitle(name: string, contextTokens: number): string {
  return fill(_('{name} with a context of {context}'), { name, context: tokens(contextTokens) });
}

/** Whether it fits here now; `free` and `largest` are null where the computer does not tell its memory. */
export function fitHere(missing: number | null, largest: number | null): string {
  if (missing === null || largest === null) {
    return _('Whether it fits is not known, because this computer does not tell its memory.');
  }
  if (missing > 0 && largest === 0) {
    return fill(_('Does not fit now, whatever the context: {missing} missing.'), { missing: bytes(missing) });
  }
  if (missing > 0) {
    return fill(_('Does not fit now: {missing} missing. A context of {context} would.'), {
      missing: bytes(missing),
      context: tokens(largest),
    });
  }
  return fill(_('Fits now. The longest context that does is {context}.'), { context: tokens(largest) });
}

/** What the figures leave open. */
export function unknownSentence(unknown: Unknown): string {
  switch (unknown) {
    case 'architecture':
      return _('This kind of model was not compared with llama.cpp, so work space may differ.');
    case 'split-results':
      return _('Work space on graphics cards is an upper bound, measured with a software driver only.');
    case 'repacking':
      return _('How this processor reorders weights is not known, so weights may take some more.');
    case 'per-layer-embeddings':
      return _('Work space of this kind of model may be up to a sixth less.');
    case 'projector-work':
      return _('What looking at pictures takes besides the projector is not known.');
    case 'cache':
      return _('How this model keeps its context is not known before it is downloaded.');
    case 'compute':
      return _('Work space is a middle value until the model is downloaded.');
  }
}
