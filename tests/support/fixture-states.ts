// SPDX-License-Identifier: GPL-3.0-or-later

import { ownEntry } from '../../src/core/models/own.ts';
import type { OwnRecord } from '../../src/core/models/own.ts';
import { parseCatalogue, mergeCatalogues } from '../../src/core/models/catalogue.ts';
import { buildShelf } from '../../src/core/models/shelf.ts';
import type { InstalledModel, LooseFile, PartialDownload, Shelf } from '../../src/core/models/types.ts';
import { assess, unseen } from '../../src/core/setup/assess.ts';
import type { ErrorValue } from '../../src/core/errors.ts';
import type { DownloadItem } from '../../src/core/setup/downloads.ts';
import type { HearthState } from '../../src/core/setup/state.ts';
import { lockIds, noVendor } from '../../src/core/vendor/types.ts';
import { laptop, laptopWithDriver } from './fixture-machine.ts';
import { fixtureLedger } from './fixture-proof.ts';
import {
  aiLab,
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
  'downloads',
  'stopped',
  'failed',
  'model-ready',
  'all-done',
  'own-models',
  'broken',
  'practice',
] as const;
/** `locked`: everything that an organisation can lock, for the pages where a lock applies. */
export type StateName = (typeof stateNames)[number] | 'locked';

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
    aiLab: aiLab('absent'),
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
  const path = '/home/ada/.local/share/hearth/models/.partial/00.part';
  const partial: PartialDownload = { modelId: chosen, bytes: Math.floor(size * 0.41), total: size, path };
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
      return make({ ...started, downloads: [downloadItem(partial)] });
    case 'downloads':
      return make({ ...started, downloads: queueOf(shelf, chosen) });
    case 'stopped':
      return make({ ...started, downloads: [pausedItem(partial)] });
    case 'failed':
      return make({
        ...started,
        downloads: [{ ...pausedItem(partial), status: 'failed', error: lost }],
        failures: { model: lost },
      });
    case 'model-ready':
      return make({ ...ready, aiLab: aiLab('fresh') });
    case 'own-models':
      return make({ ...ready, shelf: ownShelf(ready.shelf) });
    case 'locked':
      return make({
        ...{ ...ready, shelf: ownShelf(ready.shelf), aiLab: aiLab('fresh') },
        vendor: { ...noVendor, organisation: 'Example University', locked: lockIds },
      });
    case 'broken':
      return make({
        ...ready,
        programs: { ...programs(false), llamaServer: null },
        aiLab: aiLab('open'),
        goose: {
          ...goose('other'),
          problem: {
            code: 'bad-config',
            args: {
              path: '/home/ada/.config/goose/config.yaml',
              line: 3,
              problem: 'Tabs are not allowed as indentation',
            },
            detail: 'Tabs are not allowed as indentation at line 3, column 1',
          },
        },
      });
    case 'all-done':
      return make({
        ...ready,
        machine: laptopWithDriver(),
        server: { tag: 'ready', endpoint: endpoint(chosen) },
        goose: goose('right'),
        aiLab: aiLab('placed'),
        answer: sampleAnswer(),
        gooseAnswer: gooseAnswer(),
        journal: [downloadEntry(chosen, size), journalEntry()],
        ledger: fixtureLedger(),
      });
  }
}

/** With a file that a person added, one that is not what it was, and what other programs have. */
function ownShelf(shelf: Shelf): Shelf {
  const record: OwnRecord = {
    version: 1,
    id: 'own-mira-7b',
    file: 'mira-7b-Q4_K_M.gguf',
    name: 'Mira 7B Instruct',
    architecture: 'llama',
    size: 4_370_000_000,
    sha256: '5'.repeat(64),
    contextTrained: 32768,
    parameters: { total: 7.2, active: 7.2 },
    attention: { layers: 32, kvLayers: 32, kvHeads: 8, headSize: 128, slidingWindow: null },
    source: 'downloads',
    from: '/home/ada/Downloads/mira-7b-Q4_K_M.gguf',
    addedAt: Date.UTC(2026, 10, 21),
  };
  const other = { ...record, id: 'own-notes-3b', name: 'Notes 3B', size: 1_900_000_000 };
  const models = '/home/ada/.local/share/hearth/models';
  const installed = [record, other].map(({ id, file, size }): InstalledModel => ({
    modelId: id,
    path: `${models}/${id}/${file}`,
    size,
    verified: id === record.id,
    verifiedAt: id === record.id ? 1 : null,
  }));
  const { own } = buildShelf({
    ...{ entries: [], own: [ownEntry(record), ownEntry(other)], machine: laptop(), installed },
    ...{ partials: [], problems: [], practice: false },
  });
  const loose: readonly LooseFile[] = [
    {
      path: `/home/ada/.ollama/models/blobs/sha256-${'7'.repeat(64)}`,
      size: 5_200_000_000,
      source: 'ollama',
      name: 'Quill 8B',
    },
    {
      path: '/home/ada/.lmstudio/models/a/b/pine.gguf',
      size: 8_100_000_000,
      source: 'lm-studio',
      name: 'Pine 14B',
    },
  ];
  return { ...shelf, own, loose };
}

function base(): HearthState {
  const state = unseen(
    { tag: 'real' },
    {
      modelId: null,
      contextTokens: null,
      port: 4327,
      firstRunDone: false,
      modelsFolder: null,
      engine: 'auto',
    },
  );
  const images = [
    {
      devices: ['cpu', 'vulkan'] as const,
      repository: 'registry.example/llama-server',
      digest: null,
      size: null,
      architectures: ['x86_64'],
    },
  ];
  return { ...state, engines: { images, problems: [], present: [], others: [] } };
}

const lost: ErrorValue = { code: 'connection-lost', args: { host: 'huggingface.co' }, detail: 'reset' };

function pausedItem({
  modelId,
  bytes,
  total,
}: Pick<PartialDownload, 'modelId' | 'bytes' | 'total'>): DownloadItem {
  return {
    ...{ modelId, bytes, total, plan: null, status: 'paused', step: 0, steps: 1 },
    ...{ rate: null, secondsLeft: null, host: null, phase: null, held: null, error: null, agreed: [] },
    needsRoom: true,
  };
}

function downloadItem(partial: Pick<PartialDownload, 'modelId' | 'bytes' | 'total'>): DownloadItem {
  const rate = 11.8e6;
  const secondsLeft = (partial.total - partial.bytes) / rate;
  const moving = { plan: 'p1', status: 'running', phase: 'downloading', host: 'huggingface.co' } as const;
  return { ...pausedItem(partial), ...moving, step: 1, steps: 3, rate, secondsLeft };
}

/** One of each: two that run, one of which waits for the network, one held back, one waiting, one paused. */
function queueOf({ offers, picks }: Shelf, chosen: string): readonly DownloadItem[] {
  const picked = picks.map(({ modelId }) => modelId);
  const order = [...new Set([chosen, ...picked, ...offers.map(({ entry }) => entry.id)])];
  const at = (index: number, part: number) => {
    const offer = offers.find(({ entry }) => entry.id === order[index]);
    const total = offer?.entry.file.size ?? 0;
    return { modelId: order[index] ?? '', bytes: Math.floor(total * part), total };
  };
  const first = downloadItem(at(0, 0.41));
  const lane = { plan: 'p2', host: 'huggingface.co' };
  return [
    first,
    { ...pausedItem(at(1, 0.2)), ...lane, status: 'running', phase: 'no-network' },
    { ...pausedItem(at(2, 0.6)), ...lane, held: 'metered' },
    { ...pausedItem(at(3, 0)), ...lane, status: 'waiting' },
    pausedItem(at(4, 0.8)),
  ];
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
