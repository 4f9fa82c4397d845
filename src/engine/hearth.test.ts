// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixtureState } from '../../tests/support/fixture-states.ts';
import { never } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import { mergeCatalogues, parseCatalogue } from '../core/models/catalogue.ts';
import type { Choices, FileStat, Files } from '../core/ports.ts';
import type { OtherServer } from '../core/server/engine-facts.ts';
import type { Answer, Endpoint, ServeRequest } from '../core/server/types.ts';
import { addressWords } from '../words/app.ts';
import { standingWords } from '../words/tasks.ts';
import { tryEvidence } from '../words/try-page.ts';
import { Engine } from './hearth.ts';
import type { Parts } from './parts.ts';

const catalogue = readFileSync(new URL('../../data/catalogue/hearth.json', import.meta.url), 'utf8');
const entries = mergeCatalogues([parseCatalogue(catalogue, 'hearth.json').catalogue]);
const fixture = fixtureState('model-ready', catalogue);
const answer = { text: 'yes', answerTokens: 3, answerRate: 9 } as Answer;

/** Files in memory: enough of a disk for a journal and a key. */
function memoryFiles(): Files {
  const kept = new Map<string, string>();
  const stat = (path: string): FileStat | null => {
    const text = kept.get(path);
    return text === undefined ? null : { kind: 'file', size: text.length, mtime: 1, mode: 0o600 };
  };
  const gone = (path: string): never => {
    throw new HearthError('not-found', { path });
  };
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    readText: async (path) => kept.get(path) ?? gone(path),
    readBytes: async (path) => new TextEncoder().encode(kept.get(path) ?? gone(path)),
    list: () => Promise.resolve([]),
    stat: (path) => Promise.resolve(stat(path)),
    writeAtomic: async (path, data) => void kept.set(path, String(data)),
    append: async (path, text) => void kept.set(path, (kept.get(path) ?? '') + text),
    makeFolder: nothing,
    rename: nothing,
    remove: async (path) => void kept.delete(path),
    copy: nothing,
    sync: nothing,
    freeSpace: () => Promise.resolve(1e12),
  };
}

interface Stage {
  readonly engine: Engine;
  readonly starts: ServeRequest[];
  /** Servers of other programs that run. */
  others: readonly OtherServer[];
  /** Addresses that questions went to. */
  readonly asked: Endpoint[];
  /** Lets a started server become ready. */
  letIn: () => void;
}

/** An engine on a computer that has a model; its server is started by hand. */
async function stage(change: Partial<Choices> = {}): Promise<Stage> {
  let choices: Choices = { ...fixture.choices, ...change };
  const watchers = new Set<() => void>();
  const starts: ServeRequest[] = [];
  let running: Endpoint | null = null;
  const made: Stage = { starts, others: [], asked: [], letIn: () => {}, engine: undefined as never };
  const parts = {
    mode: { tag: 'real' },
    paths: {
      journal: '/journal',
      state: '/state',
      keyFile: '/key',
      models: '/models',
      usualModels: '/models',
    },
    files: memoryFiles(),
    clock: { now: () => 1, monotonic: () => 1, sleep: () => Promise.resolve() },
    random: { bytes: (count: number) => Promise.resolve(new Uint8Array(count)) },
    settings: {
      read: () => choices,
      write: (part: Partial<Choices>) => {
        choices = { ...choices, ...part };
        for (const watcher of watchers) watcher();
      },
      subscribe: (watcher: () => void) => watchers.add(watcher),
    },
    sha256: (data: unknown) => String(data).length.toString(16),
    report: (thrown: unknown) => {
      throw thrown;
    },
    cores: 4,
    maxAnswerTokens: null,
    observeMachine: () => Promise.resolve(fixture.machine),
    observeEngines: () => Promise.resolve({ images: [], problems: [], present: [], others: made.others }),
    observeOthers: () => Promise.resolve(made.others),
    observePrograms: () => Promise.resolve(fixture.programs),
    catalogue: { load: () => Promise.resolve({ entries, problems: [], managedBy: null }) },
    models: {
      list: () => {
        const installed = (fixture.shelf?.offers ?? []).flatMap((offer) => offer.installed ?? []);
        return Promise.resolve({ installed, partials: [], own: [], problems: [] });
      },
      find: () => Promise.resolve({ known: new Map(), loose: [] }),
      pathOf: () => '/models/x',
    },
    serving: {
      prepare: () => Promise.resolve([]),
      start: async (request: ServeRequest) => {
        starts.push(request);
        await new Promise<void>((resolve) => {
          made.letIn = resolve;
        });
        const { modelId, contextTokens, port } = request;
        const isolation = { interfaces: ['lo'] };
        running = {
          way: request.engine?.way ?? 'user-units',
          modelId,
          alias: modelId,
          port,
          contextTokens,
          baseUrl: 'x',
          isolation,
        } as unknown as Endpoint;
        return running;
      },
      check: () => Promise.resolve(running),
      stop: () => Promise.resolve(),
    },
    chat: {
      ask: (endpoint: Endpoint) => {
        made.asked.push(endpoint);
        return Promise.resolve(answer);
      },
    },
    goose: { follow: () => Promise.resolve([]), observe: () => Promise.resolve(fixture.goose) },
    aiLab: { observe: () => Promise.resolve(null) },
    driver: { observe: () => Promise.resolve(null) },
    connect: { find: () => Promise.resolve([]) },
    capability: { kept: () => Promise.resolve(null) },
    tools: { look: () => Promise.resolve({ offered: null, ours: null }) },
    ledger: { read: () => Promise.resolve({ lines: [], skipped: [] }) },
    close: () => Promise.resolve(),
  } as unknown as Parts;
  const engine = new Engine(parts);
  await engine.refresh();
  return Object.assign(made, { engine });
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 200; turns += 1) await Promise.resolve();
}

const ask = (engine: Engine): Promise<Answer> =>
  engine.ask([{ role: 'user', content: '?' }], () => {}, never);

test('two who ask at once get one server', async () => {
  const here = await stage();
  const both = Promise.all([ask(here.engine), ask(here.engine)]);
  await settle();
  here.letIn();
  expect(await both).toEqual([answer, answer]);
  expect(here.starts).toHaveLength(1);
  expect(here.engine.state.value.server.tag).toBe('ready');
});

test('another context takes another start, the same one does not', async () => {
  const here = await stage({ contextTokens: 8192 });
  const asking = async (): Promise<void> => {
    const asked = ask(here.engine);
    await settle();
    here.letIn();
    await asked;
  };
  await asking();
  await asking();
  expect(here.starts.map((request) => request.contextTokens)).toEqual([8192]);
  here.engine.choose(here.starts[0]?.modelId ?? '', 16384);
  await asking();
  expect(here.starts.map((request) => request.contextTokens)).toEqual([8192, 16384]);
});

test('a plan that runs is not taken back under its own feet', async () => {
  const here = await stage();
  const asked = ask(here.engine);
  await settle();
  await here.engine.refresh();
  const plan = here.engine.state.value.journal[0]?.plan ?? '';
  await expect(here.engine.undo(plan)).rejects.toMatchObject({ code: 'busy' });
  here.letIn();
  await asked;
});

test('a server that ends by itself is said at once, and the next question starts it again', async () => {
  const here = await stage();
  here.engine.serverDied({ code: 'server-died', args: { exit: 139 }, detail: null });
  expect(here.engine.state.value.standings.try).toMatchObject({
    tag: 'broken',
    error: { code: 'server-died' },
  });
  const asked = ask(here.engine);
  await settle();
  here.letIn();
  await asked;
  expect(here.engine.state.value.standings.try.tag).not.toBe('broken');
});

const ollama: OtherServer = {
  program: 'ollama',
  port: 11434,
  version: '0.33.0',
  open: false,
  keyless: true,
  cloud: null,
  models: ['qwen3:8b', 'llama3.2:3b'],
};

test('somebody else’s server answers only when it was chosen, and is never called shut off', async () => {
  const here = await stage();
  here.others = [ollama];
  here.engine.chooseEngine('ollama', 'llama3.2:3b');
  await ask(here.engine);
  expect(here.starts, 'Hearth starts nothing').toHaveLength(0);
  expect(here.asked[0]).toMatchObject({
    other: 'ollama',
    alias: 'llama3.2:3b',
    baseUrl: 'http://127.0.0.1:11434/v1',
    isolation: { isolated: false },
  });
  const state = here.engine.state.value;
  expect(tryEvidence(state)).toBe('Not shut off from the network: served by Ollama');
  expect(addressWords(state)?.subtitle).toMatch(/not shut off from the network: served by Ollama/i);
  expect(standingWords(state.standings.try).sentence).not.toMatch(/Shut off from the network: checked/);
  const refused = { code: 'engine-unusable', args: { because: 'goose-own-server' } };
  await expect(here.engine.askGoose('?', () => {}, never)).rejects.toMatchObject(refused);
  await expect(here.engine.plan('tools')).rejects.toMatchObject(refused);
});

test('somebody else’s server that is gone is said, and Automatic is the way back', async () => {
  const here = await stage({ engine: 'ollama' });
  await expect(ask(here.engine)).rejects.toMatchObject({
    args: { because: 'other-gone', program: 'ollama' },
  });
  expect(here.engine.state.value.standings.try).toMatchObject({
    tag: 'broken',
    error: { code: 'engine-unusable' },
  });
  expect(here.starts).toHaveLength(0);
  here.engine.chooseEngine('auto');
  const asked = ask(here.engine);
  await settle();
  here.letIn();
  await asked;
  expect(here.asked.map(({ other }) => other)).toEqual([undefined]);
});
