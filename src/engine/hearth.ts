// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode, toErrorValue, type ErrorValue } from '../core/errors.ts';
import { valueOr } from '../core/known.ts';
import type { MachineFacts } from '../core/machine/facts.ts';
import { buildShelf } from '../core/models/shelf.ts';
import type { Measured, OnDisk, Verified } from '../core/models/types.ts';
import type { HearthCure, Proof } from '../core/proof/types.ts';
import type { Answer, ChatMessage, Endpoint } from '../core/server/types.ts';
import { assess, unseen } from '../core/setup/assess.ts';
import type { JournalEntry } from '../core/setup/journal.ts';
import { step, type Action, type Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { Progress, TaskId } from '../core/setup/tasks.ts';
import { Store } from '../core/store.ts';
import type { GooseAnswer } from '../core/tools/types.ts';
import type { AskProgress, Hearth, OfflineSession } from './api.ts';
import { Headers } from './headers.ts';
import { Journal } from './journal.ts';
import { asChosen, forgetOnOtherDevice, measureModel } from './measuring.ts';
import type { Parts } from './parts.ts';
import { performer } from './perform.ts';
import { actionsForCure } from './proof-cures.ts';
import { proveNow } from './proving.ts';
import {
  actionsFor,
  contextFor,
  gooseActions,
  gooseTarget,
  ready,
  refuseSmallContext,
  serveRequest,
  stepIds,
} from './plans.ts';
import { runPlan } from './run.ts';
import { undoEntry } from './take-back.ts';

/** How often progress reaches the screen at most, in milliseconds. */
const progressInterval = 80;
/** Tokens to which a server rounds its context up. */
const contextBlock = 256;
/** How long the end waits for what was cancelled, in milliseconds. */
const closingPatience = 3000;

/** The loop: observe, assess, plan, run, verify, undo. One per process. */
export class Engine implements Hearth {
  readonly state: Store<HearthState>;
  readonly #parts: Parts;
  readonly #journal: Journal;
  readonly #headers: Headers;
  readonly #running = new Map<TaskId, { readonly cancel: CancelSource; readonly plan: string }>();
  readonly #applying = new Set<Promise<void>>();
  #starting: Promise<Endpoint> | null = null;
  /** Who asks while the server is being brought up waits for the same one. */
  #serving: Promise<Endpoint> | null = null;
  /** Likewise for the checks. */
  #proving: Promise<Proof> | null = null;
  /** Facts from a moment when no model of ours took memory: what fits is judged by them. */
  #calm: MachineFacts | null = null;
  /** Files of other programs that may be models. */
  #found: ReadonlyMap<string, OnDisk> = new Map();
  #counter = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#journal = new Journal(parts.paths.journal, parts.files, parts.clock);
    this.#headers = new Headers(parts.files, parts.report);
    this.state = new Store(unseen(parts.mode, parts.settings.read()));
    parts.settings.subscribe(() => this.#set({ choices: parts.settings.read() }));
  }

  #set(change: Partial<HearthState>): void {
    this.state.update((state) => {
      const next = { ...state, ...change };
      return { ...next, standings: assess(next) };
    });
  }

  async refresh(depth: 'quick' | 'full' = 'full'): Promise<void> {
    const parts = this.#parts;
    await Promise.all([
      parts.observeMachine(depth === 'quick').then((machine) => this.#set({ machine })),
      parts.observePrograms(depth === 'full').then((programs) => this.#set({ programs })),
      this.#readJournal(),
      this.#readLedger(),
      this.#checkServer(),
      this.#findModels(),
    ]);
    await this.#refreshShelf();
    await this.#refreshGoose();
    this.#set({ looked: true });
  }

  async #checkServer(): Promise<void> {
    if (this.#starting !== null) return;
    const endpoint = await this.#parts.serving.check(new CancelSource());
    if (endpoint !== null) this.#set({ server: { tag: 'ready', endpoint } });
    else if (this.state.value.server.tag === 'ready') this.#set({ server: { tag: 'off' } });
  }

  async #findModels(): Promise<void> {
    const { entries } = await this.#parts.catalogue.load();
    this.#found = await this.#parts.models.find(entries);
  }

  async #refreshShelf(): Promise<void> {
    const { catalogue, models } = this.#parts;
    const { machine, server, mode, programs, choices } = this.state.value;
    if (machine === null) return;
    const { modelId, contextTokens } = choices;
    if (server.tag === 'off' || this.#calm === null) this.#calm = machine;
    const { entries, problems, managedBy } = await catalogue.load();
    const { installed, partials } = await models.list(entries);
    const practice = mode.tag === 'practice';
    const features = valueOr(this.#calm.cpu, null)?.features ?? [];
    const headers = await this.#headers.of(entries, installed, features);
    this.#set({
      shelf: buildShelf({
        entries,
        machine: this.#calm,
        installed,
        partials,
        problems,
        managedBy,
        found: this.#found,
        serving: { modelId, contextTokens, engine: programs?.llamaServer?.version ?? null },
        headers,
        practice,
      }),
    });
  }

  async #refreshGoose(): Promise<void> {
    const goose = await this.#parts.goose.observe(gooseTarget(this.state.value, this.#parts));
    this.#set({ goose });
  }

  async #readJournal(): Promise<void> {
    const running = new Set([...this.#running.values()].map((run) => run.plan));
    const { entries } = await this.#journal.read(running);
    this.#set({ journal: entries });
  }

  async #readLedger(): Promise<void> {
    this.#set({ ledger: await this.#parts.ledger.read() });
  }

  choose(modelId: string, contextTokens?: number | null): void {
    const known = this.state.value.shelf?.offers.some((offer) => offer.entry.id === modelId);
    if (known === false) throw new HearthError('unknown-model', { model: modelId });
    this.#forget('model');
    this.#parts.settings.write(contextTokens === undefined ? { modelId } : { modelId, contextTokens });
  }

  async plan(task: TaskId): Promise<Plan> {
    return this.#planOf(task, await actionsFor(task, this.state.value, this.#parts));
  }

  async planGooseDefault(): Promise<Plan> {
    return this.#planOf('tools', await gooseActions(this.state.value, this.#parts, true));
  }

  async planRemoval(modelId: string): Promise<Plan> {
    const offer = this.state.value.shelf?.offers.find((o) => o.entry.id === modelId);
    if (offer?.installed == null) throw new HearthError('unknown-model', { model: modelId });
    const { path, size } = offer.installed;
    return this.#planOf('model', [{ do: 'remove-model', modelId, path, size }]);
  }

  async verify(modelId: string, onPart: (part: number) => void, cancel: Cancel): Promise<Verified> {
    const offer = this.state.value.shelf?.offers.find((o) => o.entry.id === modelId);
    if (offer?.installed == null) throw new HearthError('unknown-model', { model: modelId });
    const { path } = offer.installed;
    const { sha256 } = offer.entry.file;
    try {
      const verified = await this.#parts.models.verify({ modelId, path, sha256 }, onPart, cancel);
      // A server that has the file open, or would open it on the next request, must not go on with it.
      if (!verified.right && this.state.value.choices.modelId === modelId) await this.stopServing();
      return verified;
    } finally {
      await this.#look();
    }
  }

  async #planOf(task: TaskId, actions: readonly Action[]): Promise<Plan> {
    this.#counter += 1;
    const noise = Array.from(await this.#parts.random.bytes(3), (b) => b.toString(16).padStart(2, '0')).join(
      '',
    );
    const id = `${Math.floor(this.#parts.clock.now()).toString(36)}-${this.#counter}${noise}`;
    const ids = stepIds(actions);
    return { id, task, steps: actions.map((action, index) => step(ids[index] ?? action.do, action)) };
  }

  async textAt(path: string): Promise<string | null> {
    try {
      return await this.#parts.files.readText(path);
    } catch (thrown) {
      // The preview only shows; the step itself will refuse what it cannot merge into, and say why.
      if (hasCode(thrown, 'not-found', 'denied', 'not-text', 'too-large')) return null;
      throw thrown;
    }
  }

  async apply(plan: Plan): Promise<void> {
    const work = this.#apply(plan);
    this.#applying.add(work);
    try {
      await work;
    } finally {
      this.#applying.delete(work);
    }
  }

  async #apply(plan: Plan): Promise<void> {
    const { task } = plan;
    if (this.#running.has(task)) throw new HearthError('busy', { task });
    if (plan.steps.length === 0) return;
    const cancel = new CancelSource();
    this.#running.set(task, { cancel, plan: plan.id });
    this.#forget(task);
    try {
      const practice = this.#parts.mode.tag === 'practice';
      await runPlan(plan, practice, this.#runDeps(), this.#teller(plan), cancel);
    } catch (thrown) {
      if (!hasCode(thrown, 'cancelled')) this.#fail(task, thrown);
      throw thrown;
    } finally {
      this.#running.delete(task);
      const { [task]: _ended, ...jobs } = this.state.value.jobs;
      this.#set({ jobs });
      await this.#look();
    }
  }

  /** After something was done: what the machine shows now. A failure to look is reported, not thrown over the result. */
  async #look(): Promise<void> {
    try {
      await this.#readJournal();
      await this.#readLedger();
      await this.#findModels();
      await this.#refreshShelf();
      await this.#refreshGoose();
    } catch (thrown) {
      this.#parts.report(thrown, 'looking again');
    }
  }

  #runDeps(): Parameters<typeof runPlan>[2] {
    const parts = this.#parts;
    return {
      files: parts.files,
      journal: this.#journal,
      sha256: parts.sha256,
      backups: `${parts.paths.state}/backups`,
      perform: performer({
        parts,
        entry: (id) => this.#entry(id),
        serve: (modelId, _context, cancel) => this.#start(modelId, cancel),
        stopServing: () => this.stopServing(),
      }),
    };
  }

  #entry(modelId: string): ReturnType<typeof entryOf> {
    return entryOf(this.state.value, modelId);
  }

  #teller(plan: Plan): (progress: Progress) => void {
    let last = -Infinity;
    let lastKey = '';
    return (progress) => {
      const now = this.#parts.clock.monotonic();
      const key = `${progress.stepId} ${progress.phase}`;
      const ended = progress.total !== null && progress.done === progress.total;
      if (key === lastKey && !ended && now - last < progressInterval) return;
      last = now;
      lastKey = key;
      const stopping = this.#running.get(plan.task)?.cancel.cancelled ?? false;
      const job = { plan: plan.id, task: plan.task, progress, stopping };
      this.#set({ jobs: { ...this.state.value.jobs, [plan.task]: job } });
    };
  }

  cancel(task: TaskId): void {
    this.#running.get(task)?.cancel.cancel();
    const job = this.state.value.jobs[task];
    if (job !== undefined)
      this.#set({ jobs: { ...this.state.value.jobs, [task]: { ...job, stopping: true } } });
  }

  serve(cancel: Cancel): Promise<Endpoint> {
    this.#serving ??= this.#serve(cancel).finally(() => {
      this.#serving = null;
    });
    return this.#serving;
  }

  async #serve(cancel: Cancel): Promise<Endpoint> {
    await this.#checkServer();
    const { server } = this.state.value;
    if (server.tag === 'ready' && servesWhatIsChosen(this.state.value, server.endpoint))
      return server.endpoint;
    const forget = cancel.onCancel(() => this.cancel('try'));
    try {
      await this.apply(await this.plan('try'));
    } finally {
      forget();
    }
    const now = this.state.value.server;
    if (now.tag === 'ready') return now.endpoint;
    throw new HearthError('server-unhealthy');
  }

  #start(modelId: string, cancel: Cancel): Promise<Endpoint> {
    this.#starting ??= this.#startServer(modelId, cancel).finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #startServer(modelId: string, cancel: Cancel): Promise<Endpoint> {
    const request = serveRequest(asChosen(this.state.value, modelId), this.#parts);
    this.#set({ server: { tag: 'starting', modelId: request.modelId } });
    try {
      const endpoint = await this.#parts.serving.start(request, cancel);
      // A port that was taken is solved once and remembered.
      if (endpoint.port !== request.port) this.#parts.settings.write({ port: endpoint.port });
      this.#set({ server: { tag: 'ready', endpoint } });
      await forgetOnOtherDevice(this.state.value, endpoint, this.#parts);
      return endpoint;
    } catch (thrown) {
      const cancelled = hasCode(thrown, 'cancelled');
      this.#set({ server: cancelled ? { tag: 'off' } : { tag: 'failed', error: toErrorValue(thrown) } });
      throw thrown;
    }
  }

  async stopServing(): Promise<void> {
    await this.#parts.serving.stop();
    this.#set({ server: { tag: 'off' } });
  }

  async measure(modelId: string, cancel: Cancel): Promise<Measured> {
    try {
      return await measureModel(
        modelId,
        {
          parts: this.#parts,
          state: () => this.state.value,
          serve: (stop) => this.serve(stop),
          stop: () => this.stopServing(),
          carryOut: async (actions, stop) => {
            const forget = stop.onCancel(() => this.cancel('try'));
            await this.apply(await this.#planOf('try', actions)).finally(forget);
          },
        },
        cancel,
      );
    } finally {
      await this.#look();
    }
  }

  async ask(
    messages: readonly ChatMessage[],
    onProgress: (progress: AskProgress) => void,
    cancel: Cancel,
  ): Promise<Answer> {
    const endpoint = await this.serve(cancel);
    try {
      const answer = await this.#parts.chat.ask(endpoint, messages, onProgress, cancel);
      this.#forget('try');
      this.#set({ answer });
      return answer;
    } catch (thrown) {
      if (!hasCode(thrown, 'cancelled')) {
        await this.#checkServer();
        this.#fail('try', thrown);
      }
      throw thrown;
    }
  }

  async askGoose(prompt: string, onLine: (line: string) => void, cancel: Cancel): Promise<GooseAnswer> {
    const endpoint = await this.serve(cancel);
    await this.#refreshGoose();
    const { goose } = this.state.value;
    if (goose?.program == null) throw new HearthError('no-goose');
    try {
      refuseSmallContext(endpoint);
      const gooseAnswer = await this.#parts.goose.ask(endpoint, prompt, onLine, cancel);
      this.#forget('tools');
      this.#set({ gooseAnswer });
      return gooseAnswer;
    } catch (thrown) {
      if (!hasCode(thrown, 'cancelled')) this.#fail('tools', thrown);
      throw thrown;
    }
  }

  async checkGooseOffline(folder: string): Promise<void> {
    await this.#parts.offlineGoose.check(folder);
  }

  async openGooseOffline(session: OfflineSession, cancel: Cancel): Promise<number> {
    const endpoint = await this.serve(cancel);
    refuseSmallContext(endpoint);
    return this.#parts.offlineGoose.run({ ...session, endpoint }, cancel);
  }

  prove(options: { readonly start: boolean }, cancel: Cancel): Promise<Proof> {
    this.#proving ??= this.#prove(options.start, cancel).finally(() => {
      this.#proving = null;
    });
    return this.#proving;
  }

  async #prove(start: boolean, cancel: Cancel): Promise<Proof> {
    try {
      const serve = start ? () => this.serve(cancel) : null;
      return await proveNow(this.#parts, (proof) => this.#set({ proof }), serve, cancel);
    } finally {
      await this.#readLedger();
    }
  }

  async planCure(cure: HearthCure): Promise<Plan> {
    return this.#planOf('tools', await actionsForCure(cure, this.#parts));
  }

  async clearLedger(): Promise<void> {
    await this.#parts.ledger.clear();
    await this.#readLedger();
  }

  async exportLedger(path: string, replace: boolean): Promise<void> {
    await this.#parts.ledger.export(path, replace);
  }

  async undo(plan: string): Promise<JournalEntry> {
    for (const [task, run] of this.#running) if (run.plan === plan) throw new HearthError('busy', { task });
    await undoEntry(plan, this.state.value.journal, this.#parts, this.#journal, () => this.stopServing());
    this.#set({ choices: this.#parts.settings.read() });
    await this.#look();
    const entry = this.state.value.journal.find((candidate) => candidate.plan === plan);
    if (entry === undefined) throw new HearthError('nothing-to-undo', { plan });
    return entry;
  }

  /** A server that was ready has ended by itself: said at once, not at the next look. */
  serverDied(error: ErrorValue): void {
    this.#set({ server: { tag: 'failed', error } });
  }

  firstRunSeen(): void {
    this.#parts.settings.write({ firstRunDone: true });
  }

  async close(): Promise<void> {
    for (const run of this.#running.values()) run.cancel.cancel();
    // What is under way writes down how far it came, before the ground is taken from under it.
    const settled = Promise.allSettled(this.#applying);
    await Promise.race([settled, this.#parts.clock.sleep(closingPatience, never)]);
    await this.#parts.close();
  }

  #fail(task: TaskId, thrown: unknown): void {
    if (!(thrown instanceof HearthError)) this.#parts.report(thrown, task);
    this.#set({ failures: { ...this.state.value.failures, [task]: toErrorValue(thrown) } });
  }

  #forget(task: TaskId): void {
    const { [task]: _gone, ...failures } = this.state.value.failures;
    const server =
      task === 'try' && this.state.value.server.tag === 'failed' ? { server: { tag: 'off' } as const } : {};
    this.#set({ failures, ...server });
  }
}

/** The chosen model, and the context that somebody asked for by hand; servers round it up to whole blocks. */
function servesWhatIsChosen(state: HearthState, endpoint: Endpoint): boolean {
  if (endpoint.modelId !== state.choices.modelId) return false;
  const offer = ready(state);
  if (state.choices.contextTokens === null || offer === null) return true;
  return Math.abs(endpoint.contextTokens - contextFor(state, offer)) < contextBlock;
}

function entryOf(state: HearthState, modelId: string) {
  const offer = state.shelf?.offers.find((candidate) => candidate.entry.id === modelId);
  if (offer === undefined) throw new HearthError('unknown-model', { model: modelId });
  return offer.entry;
}
