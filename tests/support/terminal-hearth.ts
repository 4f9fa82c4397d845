// SPDX-License-Identifier: GPL-3.0-or-later

import { noVendor, type Vendor } from '../../src/core/vendor/types.ts';
import type { EngineChoice } from '../../src/core/server/engine-facts.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { HearthError } from '../../src/core/errors.ts';
import { known } from '../../src/core/known.ts';
import type { MachineFacts } from '../../src/core/machine/facts.ts';
import { buildShelf } from '../../src/core/models/shelf.ts';
import type { CatalogueEntry, InstalledModel, Measured, Verified } from '../../src/core/models/types.ts';
import type { Answer, Endpoint } from '../../src/core/server/types.ts';
import { assess, unseen } from '../../src/core/setup/assess.ts';
import type { JournalEntry, LoggedAction } from '../../src/core/setup/journal.ts';
import type { Proof } from '../../src/core/proof/types.ts';
import type { Action, Plan } from '../../src/core/setup/plan.ts';
import { step } from '../../src/core/setup/plan.ts';
import type { HearthState, Mode } from '../../src/core/setup/state.ts';
import type { Progress, TaskId } from '../../src/core/setup/tasks.ts';
import { undoFor } from '../../src/core/setup/undo.ts';
import { Store } from '../../src/core/store.ts';
import type { GooseAnswer } from '../../src/core/tools/types.ts';
import type { FirstBootIntents, Hearth } from '../../src/engine/api.ts';
import { FixtureDriver } from './fixture-driver-calls.ts';
import { endpoint as gpuEndpoint, sampleMeasured } from './fixture-parts.ts';
import { fixtureTools } from './fixture-tools.ts';
import { card, machine } from './model-machines.ts';

/** A Hearth whose world is a few values, to test what the terminal says and asks. Keeps a list of what was done. */

export interface World {
  readonly entries: readonly CatalogueEntry[];
  readonly mode: Mode;
  readonly goose: boolean;
  /** What the next plan of a task fails with. */
  readonly failing: Partial<Record<TaskId, ErrorCode>>;
  readonly facts: MachineFacts;
  readonly answer: string;
  readonly vendor: Vendor;
}

export const endpoint: Endpoint = {
  ...gpuEndpoint('test-model'),
  way: 'children',
  baseUrl: 'http://127.0.0.1:8765/v1',
  port: 8765,
  contextTokens: 16_384,
};

/** A plan that went well, as the journal has it. */
function journalled({ id, task, steps }: Plan): JournalEntry {
  const before = { exists: false, sha256: null, mode: 0o644 };
  return {
    ...{ plan: id, task, startedAt: 1, endedAt: 2, practice: false },
    steps: steps.map(({ id: name, action }) => ({
      step: name,
      action: action as LoggedAction,
      undo: undoFor(action, before, () => 'b'.repeat(64), '/backup'),
      outcome: 'done',
      error: null,
    })),
  };
}

export function entry(change: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const size = 2_500_000_000;
  return {
    id: 'test-model',
    name: 'Test Model 4B',
    publisher: 'Testers',
    summary: 'A model for tests.',
    homepage: 'https://models.example/test-model',
    file: {
      url: 'https://models.example/test-model.gguf',
      name: 'test-model.gguf',
      size,
      sha256: 'a'.repeat(64),
      revision: 'r1',
    },
    licence: { spdx: 'Apache-2.0', osiApproved: true, note: null },
    trainingData: { level: 'published', source: 'https://models.example/data' },
    consent: { level: 'unknown', source: 'https://models.example/card' },
    toolCalling: { level: 'yes', source: 'https://models.example/tools' },
    released: '2026-05-01',
    architecture: 'test',
    parameters: { total: 4, active: 4 },
    contextTrained: 32_768,
    attention: { layers: 32, kvLayers: 32, kvHeads: 8, headSize: 128, slidingWindow: null },
    practice: false,
    ...change,
  };
}

export const laptop: MachineFacts = {
  ...machine({ memory: 32, gpus: [card('intel', 'i915', null, { integrated: true })] }),
  system: known(
    {
      id: 'fedora',
      idLike: [],
      prettyName: 'Fedora Linux 44 (Workstation Edition)',
      version: '44',
      variantId: 'workstation',
      variant: 'workstation',
      image: false,
    },
    '/etc/os-release',
  ),
};

export const ordinary: World = {
  entries: [entry()],
  mode: { tag: 'real' },
  goose: true,
  failing: {},
  facts: laptop,
  answer: 'A hearth is the floor of a fireplace.',
  vendor: noVendor,
};

export class TerminalHearth implements Hearth {
  readonly state: Store<HearthState>;
  readonly done: string[] = [];
  readonly driver = new FixtureDriver(this.done);
  readonly #failing: Partial<Record<TaskId, ErrorCode>>;
  readonly #world: World;
  #installed: readonly InstalledModel[] = [];
  #wired = false;

  constructor(world: Partial<World> = {}) {
    this.#world = { ...ordinary, ...world };
    this.#failing = { ...this.#world.failing };
    const choices = {
      modelId: null,
      contextTokens: null,
      port: 8765,
      firstRunDone: false,
      modelsFolder: null,
      engine: 'auto' as const,
    };
    this.state = new Store(unseen(this.#world.mode, choices, this.#world.vendor));
  }

  #set(change: Partial<HearthState>): void {
    const next = { ...this.state.value, ...change };
    this.state.set({ ...next, standings: assess(next) });
  }

  refresh(): Promise<void> {
    const { entries, facts, goose, mode } = this.#world;
    const practice = mode.tag === 'practice';
    const shelf = buildShelf({
      entries,
      machine: facts,
      installed: this.#installed,
      partials: [],
      problems: [],
      practice,
    });
    this.#set({
      looked: true,
      machine: facts,
      shelf,
      goose: {
        program: goose ? { path: '/usr/bin/goose', version: '1.52.0' } : null,
        provider: this.#wired ? 'right' : 'missing',
        activeProvider: null,
        activeModel: null,
        telemetry: 'off',
        cloudProviders: [],
        stillCloud: [],
        install: { offered: null, ours: null },
        problem: null,
      },
    });
    return Promise.resolve();
  }

  chooseEngine(engine: EngineChoice): void {
    this.done.push(`engine ${engine}`);
    this.#set({ choices: { ...this.state.value.choices, engine } });
  }

  choose(modelId: string, contextTokens?: number | null): void {
    if (!this.#world.entries.some((each) => each.id === modelId))
      throw new HearthError('unknown-model', { model: modelId });
    this.done.push(`choose ${modelId}`);
    const choices = { ...this.state.value.choices, modelId };
    this.#set({ choices: contextTokens === undefined ? choices : { ...choices, contextTokens } });
  }

  plan(task: TaskId): Promise<Plan> {
    const modelId = this.state.value.choices.modelId ?? 'test-model';
    const { file } = this.#world.entries.find((each) => each.id === modelId) ?? entry();
    const to = `/home/ann/.local/share/hearth/models/${file.name}`;
    const actions: Partial<Record<TaskId, readonly Action[]>> = {
      model: [{ do: 'download', modelId, url: file.url, to, size: file.size, sha256: file.sha256 }],
      try: [{ do: 'serve', modelId, contextTokens: 16_384 }],
      tools: this.#wired ? [] : [{ do: 'make-key', path: '/home/ann/.local/share/hearth/key' }],
    };
    const steps = (actions[task] ?? []).map((action) => step(action.do, action));
    return Promise.resolve({ id: `plan-${task}`, task, steps });
  }

  readonly tools = fixtureTools(
    () => this.state,
    (task) => this.plan(task),
  );

  async planModel(modelId: string): Promise<Plan> {
    this.choose(modelId);
    return this.plan('model');
  }

  planDiscard(modelId: string): Promise<Plan> {
    const action: Action = { do: 'discard', modelId, path: '/m.part', size: 1_200_000_000 };
    return Promise.resolve({ id: 'plan-discard', task: 'model', steps: [step('discard', action)] });
  }

  planRemoval(modelId: string): Promise<Plan> {
    const action: Action = { do: 'remove-model', modelId, path: '/m', size: 2_500_000_000 };
    return Promise.resolve({ id: 'plan-removal', task: 'model', steps: [step('remove', action)] });
  }

  planImport(path: string): Promise<Plan> {
    const to = '/home/ann/.local/share/hearth/models/own-mine/mine.gguf';
    const action: Action = {
      do: 'import-own',
      modelId: 'own-mine',
      name: 'Mine',
      from: path,
      source: 'file',
      to,
      size: 1_000_000,
      how: 'link',
    };
    return Promise.resolve({ id: 'plan-import', task: 'model', steps: [step('import-own', action)] });
  }

  planMove(folder: string): Promise<Plan> {
    const from = '/home/ann/.local/share/hearth/models';
    const action: Action = { do: 'move-model', modelId: null, from, to: folder, size: 0, how: 'rename' };
    return Promise.resolve({ id: 'plan-move', task: 'model', steps: [step('move-model', action)] });
  }

  verify(modelId: string): Promise<Verified> {
    this.done.push(`verify ${modelId}`);
    const sha256 = 'a'.repeat(64);
    return Promise.resolve({ modelId, path: '/m', right: true, found: sha256, expected: sha256 });
  }

  textAt(): Promise<string | null> {
    return Promise.resolve(null);
  }

  async apply(plan: Plan): Promise<void> {
    const { task } = plan;
    for (const [at, each] of plan.steps.entries()) {
      for (const done of [0, 0.5, 1]) {
        const size = each.action.do === 'download' ? each.action.size : null;
        const progress: Progress = {
          step: at,
          steps: plan.steps.length,
          stepId: each.id,
          done: size === null ? null : size * done,
          total: size,
          rate: size === null ? null : 1e7,
          phase: size === null ? 'working' : 'downloading',
          host: size === null ? null : 'models.example',
        };
        this.#set({ jobs: { [task]: { plan: plan.id, task, progress, stopping: false } } });
        await Promise.resolve();
      }
      const code = this.#failing[task];
      if (code !== undefined) {
        delete this.#failing[task];
        this.#set({ jobs: {} });
        throw new HearthError(code, { host: 'models.example' });
      }
      this.done.push(each.action.do);
      if (each.action.do === 'download') {
        const { modelId, size, to } = each.action;
        this.#installed = [{ modelId, path: to, size, verified: true, verifiedAt: 1 }];
      }
      if (task === 'tools') this.#wired = true;
    }
    this.#set({ jobs: {}, journal: [...this.state.value.journal, journalled(plan)] });
    await this.refresh();
  }

  cancel(): void {
    this.done.push('cancel');
  }

  pause(modelId: string): void {
    this.done.push(`pause ${modelId}`);
  }

  async resume(modelId: string): Promise<void> {
    await this.apply(await this.planModel(modelId));
  }

  drop(modelId: string): void {
    this.done.push(`drop ${modelId}`);
  }

  async serve(): Promise<Endpoint> {
    await this.apply(await this.plan('try'));
    this.#set({ server: { tag: 'ready', endpoint } });
    return endpoint;
  }

  checkHealth(): Promise<void> {
    return Promise.resolve();
  }

  cure(): Promise<Endpoint> {
    return this.serve();
  }

  stopServing(): Promise<void> {
    this.done.push('stop');
    this.#set({ server: { tag: 'off' } });
    return Promise.resolve();
  }

  measure(modelId: string): Promise<Measured> {
    this.done.push(`measure ${modelId}`);
    return Promise.resolve(sampleMeasured());
  }

  ask(...[messages, onProgress]: Parameters<Hearth['ask']>): Promise<Answer> {
    const text = this.#world.answer;
    this.done.push(`ask ${messages.at(-1)?.content ?? ''}`);
    for (let at = 0; at < text.length; at += 7)
      onProgress({ text: text.slice(0, at), reasoning: '', work: null });
    const answer: Answer = {
      text,
      reasoning: '',
      promptTokens: 12,
      answerTokens: 10,
      promptRate: 100,
      answerRate: 42.5,
      firstTokenAfter: 250,
      stopped: 'end',
    };
    this.#set({ answer });
    return Promise.resolve(answer);
  }

  askGoose(...[prompt, onLine]: Parameters<Hearth['askGoose']>): Promise<GooseAnswer> {
    this.done.push(`goose ${prompt}`);
    onLine('From Goose: a fireplace.');
    const gooseAnswer = {
      text: 'From Goose: a fireplace.',
      tokensSeen: 9000,
      durationMs: 4000,
    };
    this.#set({ gooseAnswer });
    return Promise.resolve(gooseAnswer);
  }

  checkGooseOffline(): Promise<void> {
    return Promise.resolve();
  }

  openGooseOffline(...[session]: Parameters<Hearth['openGooseOffline']>): Promise<number> {
    this.done.push(`goose offline ${session.folder} ${session.prompt ?? 'in the terminal'}`);
    session.onReady(session.folder, { namespace: 'net:[1]', interfaces: ['lo'], offline: true });
    return Promise.resolve(0);
  }

  prove({ start }: { readonly start: boolean }): Promise<Proof> {
    this.done.push(start ? 'prove start' : 'prove');
    const proof = this.state.value.proof ?? { running: false, startedAt: 0, checks: [] };
    this.#set({ proof });
    return Promise.resolve(proof);
  }

  planCure(): Promise<Plan> {
    return Promise.resolve({ id: 'plan-cure', task: 'tools', steps: [] });
  }

  clearLedger(): Promise<void> {
    this.done.push('clear ledger');
    this.#set({ ledger: { lines: [], skipped: [] } });
    return Promise.resolve();
  }

  exportLedger(path: string, replace: boolean): Promise<void> {
    this.done.push(`export ${path} ${replace}`);
    return Promise.resolve();
  }

  undo(plan: string): ReturnType<Hearth['undo']> {
    return Promise.reject(new HearthError('nothing-to-undo', { plan }));
  }

  readonly firstBoot: FirstBootIntents = {
    arrive: () => Promise.resolve('person'),
    restartShown: () => {},
    atPage: () => {},
    pageSeen: () => {},
    finish: () => {},
    dismiss: () => {},
    settled: () => Promise.resolve(),
  };

  close(): Promise<void> {
    this.done.push('close');
    return Promise.resolve();
  }
}
