// SPDX-License-Identifier: GPL-3.0-or-later

// An engine that downloads for real: from publishers that misbehave on purpose, with curl, into a folder of its own.
// Only what has nothing to do with downloads is made up.

import type { Conditions } from '../../src/core/machine/conditions.ts';
import type { CatalogueEntry } from '../../src/core/models/types.ts';
import type { Files } from '../../src/core/ports.ts';
import { itemOf, type DownloadItem } from '../../src/core/setup/downloads.ts';
import { Engine } from '../../src/engine/hearth.ts';
import { modelStore } from '../../src/engine/installed.ts';
import type { Parts } from '../../src/engine/parts.ts';
import { clock, random, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { memorySettings } from '../../src/platform/settings.ts';
import { laptop } from './fixture-machine.ts';
import { programs } from './fixture-parts.ts';
import { depsFor, entryFor, startPublisher, urlFor, type Publisher } from './publisher.ts';

export interface Shop {
  /** By the model's id: a, b, c. */
  readonly publishers: Readonly<Record<string, Publisher>>;
  /** All authorities in one file. */
  readonly ca: string;
}

/** One publisher for each model, because each publishes one file. */
export async function openShop(folder: string, ids: readonly string[]): Promise<Shop> {
  const started = await Promise.all(
    ids.map((id, index) => startPublisher(`${folder}/publisher-${id}`, undefined, 100 + index)),
  );
  const ca = `${folder}/all.pem`;
  const texts = await Promise.all(started.map((publisher) => files.readText(publisher.ca)));
  await files.writeAtomic(ca, texts.join('\n'), 0o644);
  return { publishers: Object.fromEntries(ids.map((id, index) => [id, started[index] as Publisher])), ca };
}

export interface DownloadStage {
  readonly engine: Engine;
  readonly models: string;
  /** What the next look at the surroundings finds. */
  conditions: Conditions;
  /** Bytes free; null for what the disk says. */
  free: number | null;
  item(id: string): DownloadItem | null;
  shown(): readonly string[];
}

export const calm: Conditions = { offline: false, metered: false, onBattery: false, charge: null };

/** @param modes how each model is published, by its id; see fault-server.mjs */
export async function openStage(
  shop: Shop,
  home: string,
  modes: Readonly<Record<string, string>>,
): Promise<DownloadStage> {
  const models = `${home}/models`;
  const entries = Object.entries(modes).map(([id, mode]): CatalogueEntry => {
    const publisher = shop.publishers[id] as Publisher;
    const entry = entryFor(publisher, { id, name: `Model ${id}` });
    return { ...entry, file: { ...entry.file, url: urlFor(publisher, mode, home.replaceAll('/', '_')) } };
  });
  const stage = { conditions: calm, free: null as number | null, models };
  const own: Files = { ...files, freeSpace: async (path) => stage.free ?? files.freeSpace(path) };
  const any = Object.values(shop.publishers)[0] as Publisher;
  const deps = { ...depsFor(any, models), caFile: shop.ca, files: own };
  const parts = {
    mode: { tag: 'real' },
    paths: { journal: `${home}/journal`, state: home, keyFile: `${home}/key`, models, usualModels: models },
    files: own,
    ...{ processes, clock, random, sha256 },
    settings: memorySettings(),
    report: (thrown: unknown) => logError(thrown as Error),
    cores: 1,
    maxAnswerTokens: null,
    lookEvery: 100,
    observeMachine: async () => laptop(),
    observeConditions: async () => stage.conditions,
    observePrograms: async () => programs(false),
    observeEngines: async () => ({ images: [], problems: [], present: [], others: [] }),
    catalogue: { load: async () => ({ entries, problems: [], managedBy: null }) },
    models: modelStore(deps),
    serving: { check: async () => null, stop: async () => {} },
    goose: { follow: async () => [] },
    driver: { observe: async () => null },
    ledger: { read: async () => ({ lines: [], skipped: [] }) },
    close: async () => {},
  } as unknown as Parts;
  const engine = new Engine(parts);
  // Tools are looked at after each plan; they have no part in this.
  engine.tools.refresh = async () => {};
  await engine.refresh();
  const items = (): readonly DownloadItem[] => engine.state.value.downloads;
  return Object.assign(stage, {
    engine,
    item: (id: string) => itemOf(items(), id),
    shown: () => items().map(({ modelId, status }) => `${modelId} ${status}`),
  });
}
