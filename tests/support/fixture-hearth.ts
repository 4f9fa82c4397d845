// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import type { Cancel } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { withSeen } from '../../src/core/first-boot/news.ts';
import type { Choices } from '../../src/core/ports.ts';
import type { EngineChoice } from '../../src/core/server/engine-facts.ts';
import type { Answer, ChatMessage, Endpoint } from '../../src/core/server/types.ts';
import type { Measured, Verified } from '../../src/core/models/types.ts';
import type { JournalEntry } from '../../src/core/setup/journal.ts';
import type { Action, Plan } from '../../src/core/setup/plan.ts';
import { step } from '../../src/core/setup/plan.ts';
import { assess } from '../../src/core/setup/assess.ts';
import type { DownloadItem } from '../../src/core/setup/downloads.ts';
import type { HearthState } from '../../src/core/setup/state.ts';
import type { TaskId } from '../../src/core/setup/tasks.ts';
import { Store } from '../../src/core/store.ts';
import type { GooseAnswer } from '../../src/core/tools/types.ts';
import type { AskProgress, FirstBootIntents, Hearth, OfflineSession } from '../../src/engine/api.ts';
import {
  endpoint,
  gooseAnswer,
  journalEntry,
  sampleAnswer,
  sampleHealth,
  sampleMeasured,
} from './fixture-parts.ts';
import { fixtureTools } from './fixture-tools.ts';
import { SightedDriver } from './sighted-driver.ts';
import type { HearthCure, Proof } from '../../src/core/proof/types.ts';
import { cureAction, fixtureProof } from './fixture-proof.ts';

const oldConfig = '# my settings\nGOOSE_MODE: smart_approve\nextensions:\n  developer:\n    enabled: true\n';

/**
 * A Hearth whose state is given and whose intents change only that. For pictures and window tests: it never touches
 * the computer, and is never shipped.
 */
export class FixtureHearth implements Hearth {
  readonly state: Store<HearthState>;
  /** Intents as they came, for tests. */
  readonly calls: string[] = [];

  constructor(state: HearthState) {
    this.state = new Store(state);
  }

  set(change: Partial<HearthState>): void {
    this.state.update((state) => {
      const next = { ...state, ...change };
      return { ...next, standings: assess(next) };
    });
  }

  async refresh(): Promise<void> {
    this.calls.push('refresh');
  }

  chooseEngine(engine: EngineChoice): void {
    this.calls.push(`engine ${engine}`);
    this.set({ choices: { ...this.state.value.choices, engine } });
  }

  choose(modelId: string, contextTokens: number | null = null): void {
    this.calls.push(contextTokens === null ? `choose ${modelId}` : `choose ${modelId} ${contextTokens}`);
    this.set({ choices: { ...this.state.value.choices, modelId, contextTokens } });
  }

  async plan(task: TaskId): Promise<Plan> {
    this.calls.push(`plan ${task}`);
    const actions = task === 'tools' ? gooseActions() : this.#modelActions();
    return {
      id: 'plan-1',
      task,
      steps: actions.map((action, index) => step(`${index}-${action.do}`, action)),
    };
  }

  readonly driver = new SightedDriver(
    this.calls,
    () => this.state.value.driver,
    (driver) => this.set({ driver }),
  );

  readonly tools = fixtureTools(
    () => this.state,
    (task) => this.plan(task),
    (call) => void this.calls.push(call),
  );

  async planModel(modelId: string): Promise<Plan> {
    this.choose(modelId);
    return this.plan('model');
  }

  async planDiscard(modelId: string): Promise<Plan> {
    const partial = this.state.value.shelf?.offers.find(({ entry }) => entry.id === modelId)?.partial;
    const actions: readonly Action[] =
      partial == null ? [] : [{ do: 'discard', modelId, path: partial.path, size: partial.bytes }];
    return { id: 'plan-3', task: 'model', steps: actions.map((action) => step('discard', action)) };
  }

  async planRemoval(modelId: string): Promise<Plan> {
    const offer = this.state.value.shelf?.offers.find((candidate) => candidate.entry.id === modelId);
    if (offer?.installed == null) throw new HearthError('unknown-model', { model: modelId });
    const { path, size } = offer.installed;
    return {
      id: 'plan-2',
      task: 'model',
      steps: [step('remove', { do: 'remove-model', modelId, path, size })],
    };
  }

  async planImport(path: string, onPart: (part: number) => void): Promise<Plan> {
    this.calls.push(`import ${path}`);
    onPart(1);
    const to = '/home/ada/.local/share/hearth/models/own-mine/mine.gguf';
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
    return { id: 'plan-3', task: 'model', steps: [step('import-own', action)] };
  }

  async planMove(folder: string): Promise<Plan> {
    this.calls.push(`move ${folder}`);
    const from = '/home/ada/.local/share/hearth/models';
    const common = { do: 'move-model', how: 'copy' } as const;
    const actions: readonly Action[] = [
      { do: 'make-folder', path: folder, mode: 0o755 },
      { ...common, modelId: 'own-mine', from: `${from}/own-mine`, to: `${folder}/own-mine`, size: 5.3e9 },
      { ...common, modelId: null, from, to: folder, size: 0 },
      { do: 'choose', change: { modelsFolder: folder }, before: { modelsFolder: null } },
    ];
    return { id: 'plan-4', task: 'model', steps: actions.map((action, at) => step(`${at}`, action)) };
  }

  /** What the next check finds. */
  right = true;

  async verify(modelId: string, onPart: (part: number) => void, cancel: Cancel): Promise<Verified> {
    this.calls.push(`verify ${modelId}`);
    for (const part of [0.25, 0.5, 0.75, 1]) {
      await pause(60);
      cancel.throwIfCancelled();
      onPart(part);
    }
    const expected = 'a'.repeat(64);
    return {
      modelId,
      path: '/m',
      right: this.right,
      found: this.right ? expected : 'b'.repeat(64),
      expected,
    };
  }

  async textAt(path: string): Promise<string | null> {
    return path.endsWith('config.yaml') ? oldConfig : null;
  }

  async apply(plan: Plan): Promise<void> {
    this.calls.push(`apply ${plan.task}`);
  }

  cancel(task: TaskId): void {
    this.calls.push(`cancel ${task}`);
    const { [task]: _gone, ...jobs } = this.state.value.jobs;
    this.set({ jobs });
  }

  pause(modelId: string): void {
    this.calls.push(`pause ${modelId}`);
    const stand = (item: DownloadItem): DownloadItem => ({
      ...item,
      status: 'paused',
      held: null,
      plan: null,
    });
    const downloads = this.state.value.downloads.map((item) =>
      item.modelId === modelId ? stand(item) : item,
    );
    this.set({ downloads });
  }

  async resume(modelId: string): Promise<void> {
    this.calls.push(`resume ${modelId}`);
  }

  drop(modelId: string): void {
    this.calls.push(`drop ${modelId}`);
    this.set({ downloads: this.state.value.downloads.filter((item) => item.modelId !== modelId) });
  }

  async serve(): Promise<Endpoint> {
    const modelId = this.state.value.choices.modelId ?? '';
    this.set({ server: { tag: 'ready', endpoint: endpoint(modelId) } });
    return endpoint(modelId);
  }

  async checkHealth(): Promise<void> {
    if (this.state.value.server.tag === 'ready') this.set({ health: sampleHealth() });
  }

  async cure(cure: 'restart' | 'smaller-context'): Promise<Endpoint> {
    this.calls.push(`cure ${cure}`);
    return this.serve();
  }

  async stopServing(): Promise<void> {
    this.calls.push('stop');
    this.set({ server: { tag: 'off' } });
  }

  async measure(modelId: string): Promise<Measured> {
    this.calls.push(`measure ${modelId}`);
    return sampleMeasured();
  }

  async ask(
    messages: readonly ChatMessage[],
    onProgress: (progress: AskProgress) => void,
    cancel: Cancel,
  ): Promise<Answer> {
    this.calls.push(`ask ${messages.at(-1)?.content ?? ''}`);
    await this.serve();
    const answer = sampleAnswer();
    let work = { tokens: 0, ms: 0 };
    for (let end = 0; end < answer.text.length; end += 12) {
      cancel.throwIfCancelled();
      const rate = 18 + 6 * Math.sin(end / 30);
      work = { tokens: work.tokens + rate / 3, ms: work.ms + 334 };
      onProgress({ text: answer.text.slice(0, end), reasoning: '', work });
      await pause(10);
    }
    this.set({ answer });
    return answer;
  }

  async askGoose(prompt: string, onLine: (line: string) => void): Promise<GooseAnswer> {
    this.calls.push(`goose ${prompt}`);
    for (const line of gooseAnswer().text.split('\n')) onLine(line);
    this.set({ gooseAnswer: gooseAnswer() });
    return gooseAnswer();
  }

  async checkGooseOffline(): Promise<void> {}

  async openGooseOffline(session: OfflineSession): Promise<number> {
    this.calls.push(`goose offline ${session.folder}`);
    return 0;
  }

  async prove({ start }: { readonly start: boolean }): Promise<Proof> {
    this.calls.push(start ? 'prove start' : 'prove');
    const proof = this.state.value.proof ?? fixtureProof(this.state.value.server.tag === 'ready');
    this.set({ proof });
    return proof;
  }

  async planCure(cure: HearthCure): Promise<Plan> {
    this.calls.push(`cure ${cure.cure}`);
    return { id: 'plan-3', task: 'tools', steps: [step('write', cureAction(cure))] };
  }

  async clearLedger(): Promise<void> {
    this.calls.push('clear ledger');
    this.set({ ledger: { lines: [], skipped: [] } });
  }

  async exportLedger(path: string): Promise<void> {
    this.calls.push(`export ${path}`);
  }

  async undo(plan: string): Promise<JournalEntry> {
    this.calls.push(`undo ${plan}`);
    return journalEntry();
  }

  readonly firstBoot: FirstBootIntents = {
    arrive: () => Promise.resolve(this.state.value.arrival),
    restartShown: () => void this.calls.push('restart shown'),
    atPage: (page) => this.#choose({ firstRunPage: page }),
    pageSeen: (page) => {
      this.calls.push(`seen ${page}`);
      this.#choose({ pagesSeen: withSeen(this.state.value.choices.pagesSeen ?? {}, page) });
    },
    finish: () => {
      this.calls.push('finish');
      this.#choose({ firstRunDone: true, firstRunPage: null });
    },
    dismiss: () => void this.calls.push('dismiss'),
    settled: () => Promise.resolve(),
  };

  #choose(change: Partial<Choices>): void {
    this.set({ choices: { ...this.state.value.choices, ...change } });
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }

  #modelActions(): readonly Action[] {
    const { shelf, choices } = this.state.value;
    const offer = shelf?.offers.find((candidate) => candidate.entry.id === choices.modelId);
    if (offer === undefined) throw new HearthError('unknown-model');
    const { file, id } = offer.entry;
    const models = '/home/ada/.local/share/hearth/models';
    return [
      { do: 'make-folder', path: models, mode: 0o700 },
      {
        do: 'download',
        modelId: id,
        url: file.url,
        to: `${models}/${file.name}`,
        size: file.size,
        sha256: file.sha256,
      },
      { do: 'choose', change: { modelId: id }, before: { modelId: null } },
    ];
  }
}

function gooseActions(): readonly Action[] {
  const folder = '/home/ada/.config/goose';
  const common = { do: 'write-file', mode: 0o600, owner: 'person' } as const;
  return [
    {
      ...common,
      path: `${folder}/custom_providers/hearth.json`,
      content: '{\n  "name": "hearth",\n  "engine": "openai"\n}\n',
      before: null,
      owner: 'hearth',
      purpose: 'goose-provider',
    },
    {
      ...common,
      path: `${folder}/config.yaml`,
      content: `${oldConfig}GOOSE_PROVIDER: hearth\nGOOSE_MODEL: local\nGOOSE_TELEMETRY_ENABLED: false\n`,
      before: 'aa',
      purpose: 'goose-config',
    },
  ];
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    GLib.timeout_add(GLib.PRIORITY_DEFAULT, milliseconds, () => {
      resolve();
      return GLib.SOURCE_REMOVE;
    });
  });
}
