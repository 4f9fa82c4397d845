// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode, toErrorValue, type ErrorValue } from '../core/errors.ts';
import { withEarlier } from '../core/machine/observe.ts';
import type { Measured, Verified } from '../core/models/types.ts';
import type { HearthCure, Proof } from '../core/proof/types.ts';
import { findOffer } from '../core/models/shelf.ts';
import type { EngineChoice } from '../core/server/engine-facts.ts';
import type { Answer, ChatMessage, Endpoint } from '../core/server/types.ts';
import { assess, nextSmallerContext, unseen } from '../core/setup/assess.ts';
import { itemOf } from '../core/setup/downloads.ts';
import type { JournalEntry } from '../core/setup/journal.ts';
import type { Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { TaskId } from '../core/setup/tasks.ts';
import { Store } from '../core/store.ts';
import type { GooseAnswer } from '../core/tools/types.ts';
import { DriverUse } from './driver.ts';
import type { AskProgress, Hearth, OfflineSession } from './api.ts';
import type { Wish } from './bring.ts';
import { FirstBoot } from './first-boot.ts';
import { Journal } from './journal.ts';
import { importActions } from './import-plan.ts';
import { measureModel } from './measuring.ts';
import { moveActions } from './move-plan.ts';
import type { Parts } from './parts.ts';
import { offerOf, Planner } from './planner.ts';
import { actionsForCure } from './proof-cures.ts';
import { proveNow } from './proving.ts';
import {
  refuseFetching,
  refuseGone,
  refuseOthersWork,
  refuseSmallContext,
  servesWhatIsChosen,
} from './plans.ts';
import { Runner } from './runner.ts';
import { ShelfLook } from './shelf-look.ts';
import { ServerKeeper } from './server-keeper.ts';
import { ToolUse } from './tool-use.ts';
import { undoEntry } from './take-back.ts';
import { watched } from './watched.ts';

/** The loop: observe, assess, plan, run, verify, undo. One per process. */
export class Engine implements Hearth {
  readonly state: Store<HearthState>;
  readonly tools: ToolUse;
  readonly firstBoot: FirstBoot;
  readonly driver: DriverUse;
  readonly #parts: Parts;
  readonly #journal: Journal;
  readonly #shelf: ShelfLook;
  readonly #runner: Runner;
  readonly #planner: Planner;
  readonly #server: ServerKeeper;
  /** Looks at the disk come one after the other, or an old one could hide what a newer one saw. */
  #looked: Promise<void> = Promise.resolve();
  /** Who asks while the server is being brought up waits for the same one. */
  #serving: Promise<Endpoint> | null = null;
  /** Likewise for the checks. */
  #proving: Promise<Proof> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#journal = new Journal(parts.paths.journal, parts.files, parts.clock);
    this.#shelf = new ShelfLook(parts);
    this.state = new Store(unseen(parts.mode, parts.settings.read(), parts.vendor));
    this.#planner = new Planner(parts, () => this.state.value);
    this.firstBoot = new FirstBoot(parts, (arrival) => this.#set({ arrival }));
    this.tools = new ToolUse({
      parts,
      planner: this.#planner,
      state: () => this.state.value,
      set: (change) => this.#set(change),
      serve: (cancel) => this.serve(cancel),
    });
    this.driver = new DriverUse({
      parts,
      planner: this.#planner,
      state: () => this.state.value,
      set: (change) => this.#set(change),
    });
    this.#server = new ServerKeeper(
      parts,
      () => this.state.value,
      (change) => this.#set(change),
    );
    this.#runner = new Runner({
      parts,
      journal: this.#journal,
      state: () => this.state.value,
      set: (change) => this.#set(change),
      serve: (modelId, _context, cancel) => this.#server.start(modelId, cancel),
      stopServing: () => this.stopServing(),
      look: () => this.#look(),
      forget: (task) => this.#forget(task),
      fail: (task, thrown) => this.#fail(task, thrown),
    });
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
      parts
        .observeMachine(depth === 'quick')
        .then((machine) => this.#set({ machine: withEarlier(machine, this.state.value.machine) })),
      parts.observePrograms(depth === 'full').then((programs) => this.#set({ programs })),
      depth === 'quick' && this.state.value.engines !== null ? null : this.#lookAtEngines(),
      depth === 'quick' && this.state.value.driver !== null ? null : this.driver.refresh(),
      this.#readJournal(),
      this.#readLedger(),
      this.#server.check(),
      this.#shelf.findElsewhere(),
    ]);
    await this.#refreshShelf();
    await this.tools.refresh();
    this.#set({ looked: true });
  }

  checkHealth(): Promise<void> {
    return this.#server.checkHealth();
  }

  async cure(cure: 'restart' | 'smaller-context', cancel: Cancel): Promise<Endpoint> {
    const { choices } = this.state.value;
    const smaller = nextSmallerContext(this.state.value);
    if (cure === 'smaller-context' && choices.modelId !== null && smaller !== null)
      this.choose(choices.modelId, smaller);
    this.#forget('try');
    await this.#server.letGo();
    return this.serve(cancel);
  }

  async #lookAtEngines(): Promise<void> {
    this.#set({ engines: await this.#parts.observeEngines() });
  }

  async #refreshShelf(): Promise<void> {
    const seen = await this.#shelf.look(this.state.value);
    if (seen === null) return;
    this.#runner.downloads.seenOnDisk(seen.partials, new Set(seen.installed.map(({ modelId }) => modelId)));
    this.#set({ shelf: seen.shelf });
  }

  async #readJournal(): Promise<void> {
    const { entries } = await this.#journal.read(new Set(this.#runner.plans));
    this.#set({ journal: entries });
  }

  async #readLedger(): Promise<void> {
    this.#set({ ledger: await this.#parts.ledger.read() });
  }

  choose(modelId: string, contextTokens?: number | null): void {
    const { shelf } = this.state.value;
    if (shelf !== null && findOffer(shelf, modelId) === null)
      throw new HearthError('unknown-model', { model: modelId });
    this.#forget('model');
    this.#parts.settings.write(contextTokens === undefined ? { modelId } : { modelId, contextTokens });
  }

  chooseEngine(engine: EngineChoice, otherModel: string | null = null): void {
    this.#forget('try');
    this.#parts.settings.write({ engine, otherModel });
    this.#server.chosenAnew();
  }

  plan(task: TaskId): Promise<Plan> {
    return task === 'driver' ? this.driver.planUsual() : this.#planner.task(task);
  }

  planModel(modelId: string, wish: Wish = {}): Promise<Plan> {
    return this.#planner.model(modelId, wish);
  }

  planDiscard(modelId: string): Promise<Plan> {
    return this.#planner.discard(modelId);
  }

  planRemoval(modelId: string): Promise<Plan> {
    return this.#planner.removal(modelId);
  }

  async planImport(path: string, onPart: (part: number) => void, cancel: Cancel): Promise<Plan> {
    const actions = await importActions(path, this.state.value, this.#parts, onPart, cancel);
    return this.#planner.of('model', actions);
  }

  async planMove(folder: string): Promise<Plan> {
    return this.#planner.of('model', await moveActions(folder, this.state.value, this.#parts));
  }

  async verify(modelId: string, onPart: (part: number) => void, cancel: Cancel): Promise<Verified> {
    const { entry, installed } = offerOf(this.state.value, modelId);
    if (installed === null) throw new HearthError('unknown-model', { model: modelId });
    const { path } = installed;
    const { sha256 } = entry.file;
    try {
      const verified = await this.#parts.models.verify({ modelId, path, sha256 }, onPart, cancel);
      // A server that has the file open, or would open it on the next request, must not go on with it.
      if (!verified.right && this.state.value.choices.modelId === modelId) await this.stopServing();
      return verified;
    } finally {
      await this.#look();
    }
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

  apply(plan: Plan): Promise<void> {
    return this.#runner.apply(plan);
  }

  #look(): Promise<void> {
    this.#looked = this.#looked.then(() => this.#lookOnce());
    return this.#looked;
  }

  /** After something was done: what the machine shows now. A failure to look is reported, not thrown over the result. */
  async #lookOnce(): Promise<void> {
    try {
      await this.#readJournal();
      await this.#readLedger();
      await this.#lookAtEngines();
      await this.driver.refresh();
      await this.#shelf.findElsewhere();
      await this.#refreshShelf();
      await this.tools.refresh();
    } catch (thrown) {
      this.#parts.report(thrown, 'looking again');
    }
  }

  pause(modelId: string): void {
    this.#runner.downloads.pause(modelId);
  }

  async resume(modelId: string): Promise<void> {
    const { downloads } = this.#runner;
    if (itemOf(downloads.items, modelId)?.held != null) downloads.goOn(modelId);
    else await this.apply(await this.planModel(modelId));
  }

  drop(modelId: string): void {
    this.#runner.downloads.drop(modelId);
  }

  cancel(task: TaskId): void {
    this.#runner.cancel(task);
  }

  async serve(cancel: Cancel, hold = false): Promise<Endpoint> {
    this.#serving ??= this.#serve(cancel).finally(() => {
      this.#serving = null;
    });
    const endpoint = await this.#serving;
    if (hold) this.#parts.serving.hold();
    return endpoint;
  }

  async #serve(cancel: Cancel): Promise<Endpoint> {
    await this.#server.check();
    const { server } = this.state.value;
    if (server.tag === 'ready' && servesWhatIsChosen(this.state.value, server.endpoint))
      return server.endpoint;
    refuseGone(this.state.value);
    const forget = cancel.onCancel(() => this.cancel('try'));
    try {
      const plan = await this.plan('try');
      refuseFetching(plan);
      await this.apply(plan);
    } finally {
      forget();
    }
    const now = this.state.value.server;
    if (now.tag === 'ready') return now.endpoint;
    throw new HearthError('server-unhealthy');
  }

  stopServing(): Promise<void> {
    return this.#server.stop();
  }

  async measure(modelId: string, cancel: Cancel): Promise<Measured> {
    refuseOthersWork(this.state.value, 'measure-own-server');
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
            const plan = await this.#planner.of('try', actions);
            refuseFetching(plan);
            await this.apply(plan).finally(forget);
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
      const { chat, serving, clock } = this.#parts;
      const answer = await watched(
        (stop) => chat.ask(endpoint, messages, onProgress, stop),
        () => (endpoint.other === undefined ? serving.check(never) : Promise.resolve()),
        clock,
        cancel,
      );
      this.#forget('try');
      this.#set({ answer });
      return answer;
    } catch (thrown) {
      if (!hasCode(thrown, 'cancelled')) {
        await this.#server.check(thrown);
        this.#fail('try', thrown);
      }
      throw thrown;
    }
  }

  async askGoose(prompt: string, onLine: (line: string) => void, cancel: Cancel): Promise<GooseAnswer> {
    refuseOthersWork(this.state.value);
    const endpoint = await this.serve(cancel);
    await this.tools.refresh();
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
    refuseOthersWork(this.state.value);
    const endpoint = await this.serve(cancel, true);
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
    return this.#planner.of('tools', await actionsForCure(cure, this.#parts));
  }

  async clearLedger(): Promise<void> {
    await this.#parts.ledger.clear();
    await this.#readLedger();
  }

  async exportLedger(path: string, replace: boolean): Promise<void> {
    await this.#parts.ledger.export(path, replace);
  }

  async undo(plan: string): Promise<JournalEntry> {
    this.#runner.refuseRunning(plan);
    await undoEntry(plan, this.state.value.journal, this.#parts, this.#journal, () => this.stopServing());
    this.#set({ choices: this.#parts.settings.read() });
    await this.#look();
    const entry = this.state.value.journal.find((candidate) => candidate.plan === plan);
    if (entry === undefined) throw new HearthError('nothing-to-undo', { plan });
    return entry;
  }

  serverDied(error: ErrorValue): void {
    this.#server.failed(error);
  }

  serverRestarts(endpoint: Endpoint | null): void {
    this.#server.restarts(endpoint);
  }

  serverIdle(): void {
    this.#server.off();
  }

  async close(): Promise<void> {
    await this.firstBoot.settled();
    await this.#runner.close();
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
