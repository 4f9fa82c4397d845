// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../../src/core/cancel.ts';
import type { CatalogueEntry } from '../../src/core/models/types.ts';
import type { Download } from '../../src/core/setup/plan.ts';
import { download } from '../../src/engine/download.ts';
import type { ImportDeps } from '../../src/engine/import.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { fileLocks } from '../../src/platform/locks.ts';
import { processes } from '../../src/platform/processes.ts';
import { curlTransfers } from '../../src/platform/transfers.ts';
import { smallModel } from './gguf-writer.ts';

/** A publisher that misbehaves on purpose (fault-server.mjs), and what a download from it needs. */
export interface Publisher {
  readonly port: number;
  readonly otherPort: number;
  readonly wrongPort: number;
  readonly plainPort: number;
  readonly ca: string;
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

export const modelSize = 8 * 1024 * 1024;

export async function startPublisher(folder: string, size = modelSize, seed = 42): Promise<Publisher> {
  const model = smallModel('hearthtest', 4, size, seed);
  const file = `${folder}/published.gguf`;
  await files.makeFolder(folder, 0o755);
  await files.writeAtomic(file, model, 0o644);
  let tell: (line: string) => void = () => {};
  const line = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = await processes.start(['node', 'tests/support/fault-server.mjs', folder, file], {
    onLine: (text) => tell(text),
  });
  void server.exited.then(({ stderrTail }) => tell(JSON.stringify({ failed: stderrTail })));
  const ports = JSON.parse(await line) as Omit<Publisher, 'file' | 'size' | 'sha256'>;
  if (!('port' in ports)) throw new Error(`the publisher did not start: ${JSON.stringify(ports)}`);
  return { ...ports, file, size: model.length, sha256: sha256(model) };
}

export function depsFor(publisher: Publisher, models: string): ImportDeps {
  // Quick waits and short patience: the rules are the same, only the clock runs faster.
  const limits = { slowest: 4096, slowFor: 1, connect: 5, poll: 50 };
  return {
    files,
    clock,
    locks: fileLocks(processes),
    ledger: new Ledger(`${models}.ledger.jsonl`, files, clock),
    transfers: curlTransfers({ files, processes, clock }, limits),
    models,
    processes,
    home: `${models}/nobody`,
    usualModels: models,
    caFile: publisher.ca,
    policy: {
      tries: 4,
      triesUnanswered: 4,
      worthwhile: 256 * 1024,
      firstWait: 0.05,
      longestWait: 5,
      longestPause: 0.4,
      patience: 8,
    },
  };
}

export function actionFor(publisher: Publisher, models: string, url: string): Download {
  const to = `${models}/test-model/model.gguf`;
  return { do: 'download', modelId: 'test-model', url, to, size: publisher.size, sha256: publisher.sha256 };
}

export function urlFor(publisher: Publisher, mode: string, key: string, port = publisher.port): string {
  return `https://localhost:${port}/${mode}/${key}/model.gguf`;
}

/** The catalogue entry of the published file; `change` for one that says something else. */
export function entryFor(publisher: Publisher, change: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    id: 'test-model',
    name: 'Test',
    publisher: 'Test',
    summary: 'Test',
    homepage: 'https://localhost/',
    file: {
      url: urlFor(publisher, 'ok', 'x'),
      name: 'model.gguf',
      size: publisher.size,
      sha256: publisher.sha256,
      revision: '0'.repeat(40),
    },
    licence: { spdx: 'MIT', osiApproved: true, note: null },
    trainingData: { level: 'published', source: 'random' },
    consent: { level: 'unknown', source: 'random' },
    toolCalling: { level: 'no', source: 'random' },
    released: '2026',
    architecture: 'hearthtest',
    parameters: { total: 0.002, active: 0.002 },
    contextTrained: 4096,
    attention: { layers: 4, kvLayers: 4, kvHeads: 2, headSize: 64, slidingWindow: null },
    practice: false,
    ...change,
  };
}

/** Downloads to the end, quietly. */
export function fetchModel(publisher: Publisher, models: string, url: string): Promise<void> {
  const action = actionFor(publisher, models, url);
  return download(action, entryFor(publisher), depsFor(publisher, models), () => {}, never);
}

export interface Asked {
  readonly mode: string;
  readonly range: string | null;
  readonly ifRange: string | null;
  readonly encoding: string | null;
  /** Bytes of bodies that the publisher handed to its kernel. */
  readonly sent: number;
}

/** What was asked of the publisher under a key. The other port is there even when the first plays gone. */
export async function asked(publisher: Publisher, key: string): Promise<readonly Asked[]> {
  const url = `https://localhost:${publisher.otherPort}/log/${key}`;
  const output = await processes.run(['curl', '-q', '-sS', '--cacert', publisher.ca, url], {}, never);
  return JSON.parse(output.stdout);
}
