// SPDX-License-Identifier: GPL-3.0-or-later

import { parseCatalogue, mergeCatalogues } from '../../src/core/models/catalogue.ts';
import { buildShelf } from '../../src/core/models/shelf.ts';
import type { InstalledModel, PartialDownload, Shelf } from '../../src/core/models/types.ts';
import { assess, unseen } from '../../src/core/setup/assess.ts';
import type { HearthState } from '../../src/core/setup/state.ts';
import { laptop } from './fixture-machine.ts';
import {
  downloadEntry,
  endpoint,
  goose,
  gooseAnswer,
  journalEntry,
  practiceEntry,
  programs,
  sampleAnswer,
} from './fixture-parts.ts';

export const stateNames = [
  'looking',
  'first-run',
  'downloading',
  'stopped',
  'failed',
  'model-ready',
  'all-done',
  'broken',
  'practice',
] as const;
export type StateName = (typeof stateNames)[number];

/** A whole state by name, with the real catalogue's text. Made up, for pictures and window tests. */
export function fixtureState(name: StateName, catalogue: string): HearthState {
  const make = (over: Partial<Omit<HearthState, 'standings'>>): HearthState => {
    const bare = { ...base(), ...over };
    return { ...bare, standings: assess(bare) };
  };
  const shelf = shelfOf(catalogue, [], [], name === 'practice');
  const chosen = shelf.picks[0]?.modelId ?? '';
  const size = shelf.offers.find((offer) => offer.entry.id === chosen)?.entry.file.size ?? 0;
  const looked = {
    looked: true,
    machine: laptop(),
    programs: programs(true),
    goose: goose('missing'),
    shelf,
  };
  const picked = { ...base().choices, modelId: chosen, firstRunDone: true };
  const installed: InstalledModel = {
    modelId: chosen,
    path: `/home/ada/.local/share/hearth/models/${chosen}.gguf`,
    size,
    verified: true,
    verifiedAt: Date.UTC(2026, 10, 21),
  };
  const partial: PartialDownload = { modelId: chosen, bytes: Math.floor(size * 0.41), total: size };
  const started = { ...looked, choices: picked, shelf: shelfOf(catalogue, [], [partial], false) };
  const ready = { ...looked, choices: picked, shelf: shelfOf(catalogue, [installed], [], false) };
  switch (name) {
    case 'looking':
      return make({ choices: { ...base().choices, firstRunDone: true } });
    case 'first-run':
      return make(looked);
    case 'practice':
      return make({
        ...looked,
        choices: { ...base().choices, firstRunDone: true },
        mode: { tag: 'practice', machine: 'RTX 4060 laptop', folder: '/tmp/practice' },
      });
    case 'downloading':
      return make({ ...started, jobs: { model: downloadJob(partial) } });
    case 'stopped':
      return make(started);
    case 'failed':
      return make({
        ...started,
        failures: { model: { code: 'connection-lost', args: { host: 'huggingface.co' }, detail: 'reset' } },
      });
    case 'model-ready':
      return make(ready);
    case 'broken':
      return make({
        ...ready,
        programs: { ...programs(false), llamaServer: null },
        goose: {
          ...goose('other'),
          problem: {
            code: 'bad-config',
            args: {
              path: '/home/ada/.config/goose/config.yaml',
              line: 3,
              problem: 'a tab where spaces belong',
            },
            detail: 'Tabs are not allowed as indentation at line 3, column 1',
          },
        },
      });
    case 'all-done':
      return make({
        ...ready,
        server: { tag: 'ready', endpoint: endpoint(chosen) },
        goose: goose('right'),
        answer: sampleAnswer(),
        gooseAnswer: gooseAnswer(),
        journal: [downloadEntry(chosen, size), journalEntry()],
      });
  }
}

function base(): HearthState {
  return unseen({ tag: 'real' }, { modelId: null, contextTokens: null, port: 4327, firstRunDone: false });
}

function downloadJob({ bytes, total }: PartialDownload) {
  return {
    plan: 'p1',
    task: 'model' as const,
    stopping: false,
    progress: {
      step: 1,
      steps: 3,
      stepId: 'download',
      done: bytes,
      total,
      rate: 11.8e6,
      phase: 'downloading' as const,
      host: 'huggingface.co',
    },
  };
}

function shelfOf(
  catalogue: string,
  installed: readonly InstalledModel[],
  partials: readonly PartialDownload[],
  practice: boolean,
): Shelf {
  const { catalogue: parsed, problems } = parseCatalogue(catalogue, 'hearth.json');
  const entries = [...(practice ? [practiceEntry()] : []), ...mergeCatalogues([parsed])];
  return buildShelf({ entries, machine: laptop(), installed, partials, problems, practice });
}
