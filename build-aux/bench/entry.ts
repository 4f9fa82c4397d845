// SPDX-License-Identifier: GPL-3.0-or-later

import type { CatalogueEntry } from '../../src/core/models/types.ts';
import type { Download } from '../../src/core/setup/plan.ts';

/** What the runner says about its file. Sizes in bytes. */
export interface Job {
  readonly url: string;
  /** Folder of the models. */
  readonly models: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly architecture: string;
  readonly caFile: string;
}

/** @param argv as group_download.py passes it */
export function parseJob(argv: readonly string[]): Job {
  const [url = '', models = '', name = '', size = '', sha256 = '', architecture = '', caFile = ''] = argv;
  return { url, models, name, size: Number(size), sha256, architecture, caFile };
}

export function actionOf({ url, models, name, size, sha256 }: Job): Download {
  return { do: 'download', modelId: 'bench', url, to: `${models}/bench/${name}`, size, sha256 };
}

export function entryOf({ url, name, size, sha256, architecture }: Job): CatalogueEntry {
  const source = 'Made for a measurement.';
  return {
    id: 'bench',
    name: 'Noise',
    publisher: 'Hearth',
    summary: 'A header and noise, to measure downloads with.',
    homepage: 'https://example.org/',
    file: { url, name, size, sha256, revision: url.split('/').at(-2) ?? '' },
    licence: { spdx: 'MIT', osiApproved: true, note: null },
    trainingData: { level: 'published', source },
    consent: { level: 'public-licence', source },
    toolCalling: { level: 'no', source },
    released: '2026-01-01',
    architecture,
    parameters: { total: 1, active: 1 },
    contextTrained: 16384,
    attention: null,
    practice: false,
  };
}
