// SPDX-License-Identifier: GPL-3.0-or-later

import type { CatalogueEntry } from './types.ts';

/** The catalogue entry of the practice model, as it was just made: nothing about it is known before. */
export function practiceEntry(file: CatalogueEntry['file']): CatalogueEntry {
  const made = 'made on this computer';
  return {
    id: 'practice',
    name: 'Practice Model',
    publisher: 'Hearth, on this computer',
    summary: 'Random weights. It talks gibberish, and shows how everything works.',
    homepage: '',
    file,
    licence: { spdx: 'GPL-3.0-or-later', osiApproved: true, note: null },
    trainingData: { level: 'published', source: 'There is none: its weights are random numbers.' },
    consent: { level: 'public-licence', source: made },
    toolCalling: { level: 'no', source: made },
    released: '2026-11',
    architecture: 'llama',
    parameters: { total: 0.002, active: 0.002 },
    contextTrained: 65536,
    attention: { layers: 2, kvLayers: 2, kvHeads: 2, headSize: 32, slidingWindow: null },
    practice: true,
  };
}
