// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import type { Arrival, Door } from '../core/first-boot/markers.ts';
import type { Flavour, FindingId } from '../core/driver/types.ts';
import type { JournalEntry } from '../core/setup/journal.ts';
import type { Measured, Verified } from '../core/models/types.ts';
import type { HearthCure, Proof } from '../core/proof/types.ts';
import type { Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { TaskId } from '../core/setup/tasks.ts';
import type { EngineChoice } from '../core/server/engine-facts.ts';
import type { Answer, ChatMessage, Endpoint } from '../core/server/types.ts';
import type { Store } from '../core/store.ts';
import type { Connection } from '../core/tools/clients.ts';
import type { Newest } from '../core/tools/newest.ts';
import type { Capability } from '../core/tools/capability.ts';
import type { GooseAnswer } from '../core/tools/types.ts';
import type { Wish } from './bring.ts';
import type { OfflineRequest } from './goose-offline.ts';

export type OfflineSession = Omit<OfflineRequest, 'endpoint'>;

/** What an answer tells while it is made. */
export interface AskProgress {
  readonly text: string;
  readonly reasoning: string;
  /** Tokens written so far and the milliseconds they took, by the server's own clock; null before the first. */
  readonly work: { readonly tokens: number; readonly ms: number } | null;
}

/** What people do with Goose and other programs, besides setting them up. */
export interface ToolIntents {
  /** What would make the local model the one that Goose asks by itself; its settings for another one stay. @throws like plan */
  planDefault(): Promise<Plan>;

  /**
   * Opens Goose with the local model, once it answers: in the terminal that Hearth was started from (`here`), else in one
   * of its own. @returns its exit status here, null elsewhere. @throws no-goose, no-terminal, context-too-small …
   */
  openGoose(
    where: { readonly folder: string | null; readonly here: boolean },
    cancel: Cancel,
  ): Promise<number | null>;

  /**
   * What would be done so that AI Lab has the chosen model and Podman Desktop reports nothing.
   * @throws no-desktop, desktop-open, bad-config, exists
   */
  planAiLab(): Promise<Plan>;

  /** Opens Podman Desktop, which outlives Hearth. @throws no-desktop, command-failed */
  openAiLab(): Promise<void>;

  /** The host that says which Goose is the newest, to be named before it is asked; null where nobody does. */
  newestFrom(): Promise<string | null>;

  /** Asks it, because a person said so. @throws offline, host-not-found, tls, http-status, bad-answer … */
  newest(cancel: Cancel): Promise<Newest>;

  /** What other programs need to ask the local model; null where no model is chosen. */
  connection(): Connection | null;

  /** The key of the local server, for a person who asked to copy it. @throws not-found, bad-config */
  key(): Promise<string>;

  /** Asks the chosen model for one tool call, and for one small task through Goose; what came of it is kept. */
  checkAgent(cancel: Cancel): Promise<Capability>;
}

/** What people do about the graphics driver and its key. What was seen is in `state.driver`. */
export interface DriverIntents {
  /** Looks at the driver, the keys and the kernels again. */
  refresh(): Promise<void>;

  /**
   * What would be done for a flavour as things are now; without steps where all is there.
   *
   * @param options.layer on image-based systems: packages over the image, also where another image could be had
   * @throws driver-impossible, no-mechanism, no-package-service …
   */
  plan(flavour: Flavour, options?: { readonly layer?: boolean }): Promise<Plan>;

  /** What would be done to be without the driver again: packages, kernel arguments, and the key last. */
  planRemoval(): Promise<Plan>;

  /** A one-time code for the firmware screens: eight digits, 1 to 9, from the kernel's random source. Kept by nobody. */
  newCode(): Promise<string>;

  /** Has the enrolment (or the deletion) of the key staged; only a hash of the code leaves this process. */
  request(kind: 'enrol' | 'delete', code: string, cancel: Cancel): Promise<void>;

  /** Withdraws what was staged. */
  cancelRequest(cancel: Cancel): Promise<void>;

  /** What would be done about a finding that has a cure. @throws nothing-to-do */
  planCure(finding: FindingId): Promise<Plan>;

  /** Has the next start use a kernel whose module is known to work. */
  planKeepKernel(kernel: string): Promise<Plan>;

  /** Discards an update of the image that waits, so that the system that runs starts again. @throws nothing-to-do */
  planKeepSystem(): Promise<Plan>;

  /** Has the module built now. */
  planBuild(kernel: string): Promise<Plan>;

  /** Log of a build, or null where there is none that an ordinary person may read. */
  buildLog(kernel: string): Promise<string | null>;

  /** Restarts the computer by way of the session, after noting that Hearth is to come back. @throws restart-refused */
  restart(): Promise<void>;
}

/** When Hearth opens by itself, and how far a person has come in the first run. */
export interface FirstBootIntents {
  /** Called once, before a window is shown. @returns null where none is to be shown; also in `state.arrival` */
  arrive(door: Door): Promise<Arrival | null>;

  /** What the restart came to has been read: Hearth does not come by itself for it again. */
  restartShown(): void;

  /** Where the first run goes on when the window is opened again. */
  atPage(page: string): void;

  /** A person saw what a page has to offer. */
  pageSeen(page: TaskId): void;

  /** The first run is over: the window opens with the home page from now on. */
  finish(): void;

  /** The window is closed: Hearth stays away until somebody opens it. */
  dismiss(): void;

  /** Resolves when all of that is on the disk. */
  settled(): Promise<void>;
}

/**
 * The whole of Hearth, for the window and the terminal alike: one state to render, a few intents to emit.
 * Every promise rejects with HearthError only; a cancelled call rejects with `cancelled`.
 */
export interface Hearth {
  readonly state: Store<HearthState>;
  readonly tools: ToolIntents;
  readonly firstBoot: FirstBootIntents;
  readonly driver: DriverIntents;

  /**
   * Looks at the machine again. Cheap; state is updated as parts arrive. A quick look leaves out the versions of
   * programs, which only starting them tells.
   */
  refresh(depth?: 'quick' | 'full'): Promise<void>;

  /** Notes which model (and context) a person wants. Changes nothing else. */
  choose(modelId: string, contextTokens?: number | null): void;

  /**
   * Notes how a person wants models to be served. A server that runs is replaced with the next question.
   *
   * @param otherModel which model of somebody else's server to ask; null for the first that it names
   */
  chooseEngine(choice: EngineChoice, otherModel?: string | null): void;

  /** What would be done for a task as things are now. @throws nothing-fits, unknown-model, no-engine, no-goose, bad-config … */
  plan(task: TaskId): Promise<Plan>;

  /**
   * What would be done to bring a model here, or to use one that is here. A model that is in use stays so, unless the
   * other one is here already; the plan says which. @throws nothing-fits, no-space, unknown-model
   */
  planModel(modelId: string, wish?: Wish): Promise<Plan>;

  /** What would be done to throw away what came of a model. Without steps where nothing did. @throws busy */
  planDiscard(modelId: string): Promise<Plan>;

  /** What would be done to take a model off the disk again. */
  planRemoval(modelId: string): Promise<Plan>;

  /**
   * What would be done to add a file of a person's own, or one of another program. One that the catalogue knows is taken
   * for that; finding out may take reading all of it, and `onPart` hears how much, 0 to 1.
   * @throws bad-gguf, wrong-kind, exists, not-found, models-away, cancelled
   */
  planImport(path: string, onPart: (part: number) => void, cancel: Cancel): Promise<Plan>;

  /** What would be done to keep models in another folder from now on. @throws wrong-folder, no-space, models-away */
  planMove(folder: string): Promise<Plan>;

  /**
   * Reads a model's file again from end to end; `onPart` hears how much of it, 0 to 1. A wrong one stays on the disk but
   * is not served any more. @throws unknown-model, not-found, busy, changed-since, io
   */
  verify(modelId: string, onPart: (part: number) => void, cancel: Cancel): Promise<Verified>;

  /** Text that lies now where a plan would write, for the preview; null when there is none that can be shown. */
  textAt(path: string): Promise<string | null>;

  /**
   * Carries a plan out; progress is in `state.jobs`, that of a model on its way in `state.downloads`. Several models may
   * be on their way, and wait for their turn. Failures also end in `state.failures`. @throws busy, cancelled
   */
  apply(plan: Plan): Promise<void>;

  /** Asks the running plan of a task to stop. What is there stays for next time. Models are paused, one by one. */
  cancel(task: TaskId): void;

  /** Stops a model's download for now; its plan ends as cancelled. */
  pause(modelId: string): void;

  /** Goes on: what Hearth holds back in spite of the reason, anything else with a new plan, to the end. */
  resume(modelId: string): Promise<void>;

  /** Takes a model off the list of downloads. What came of it stays on the disk. */
  drop(modelId: string): void;

  /**
   * Plans and applies what lets the chosen model answer, then returns its checked address.
   *
   * @param hold keeps the address open although nobody asks, until `stopServing`
   */
  serve(cancel: Cancel, hold?: boolean): Promise<Endpoint>;

  /** Looks at how the running server does, into `state.health`. Starts nothing. */
  checkHealth(): Promise<void>;

  /** Lets a server that is stuck or too large go, and starts it anew: as it was, or with less context. */
  cure(cure: 'restart' | 'smaller-context', cancel: Cancel): Promise<Endpoint>;

  /** Lets the server go. */
  stopServing(): Promise<void>;

  /**
   * Has a model on the disk read and answer for some ten seconds, and keeps how fast it was beside it: the shelf says that
   * instead of the estimate.
   */
  measure(modelId: string, cancel: Cancel): Promise<Measured>;

  /** Asks the model; starts the server when it is off. */
  ask(
    messages: readonly ChatMessage[],
    onProgress: (progress: AskProgress) => void,
    cancel: Cancel,
  ): Promise<Answer>;

  /** Asks the model through Goose, and judges by the server's own counters. @throws no-goose, goose-silent */
  askGoose(prompt: string, onLine: (line: string) => void, cancel: Cancel): Promise<GooseAnswer>;

  /**
   * Whether Goose can be opened on a folder without a network, before anything is fetched or started for it.
   *
   * @throws no-goose, goose-exposed, folder-unfit, not-found
   */
  checkGooseOffline(folder: string): Promise<void>;

  /**
   * Opens Goose on one folder without a network, in the terminal that Hearth was started from, or asks it one question.
   *
   * @returns its exit status
   * @throws no-goose, goose-exposed, folder-unfit, not-found, context-too-small
   */
  openGooseOffline(session: OfflineSession, cancel: Cancel): Promise<number>;

  /**
   * Looks, live, for what would leave this computer; results come one by one in `state.proof`. The model is started only
   * where `start` says so. Who asks while it runs waits for the same run.
   */
  prove(options: { readonly start: boolean }, cancel: Cancel): Promise<Proof>;

  /** What would be done so that a failed check holds. @throws bad-config */
  planCure(cure: HearthCure): Promise<Plan>;

  /** Forgets whom Hearth contacted. */
  clearLedger(): Promise<void>;

  /** Writes whom Hearth contacted to a file: a table where its name ends in .csv, else JSON Lines. @throws exists */
  exportLedger(path: string, replace: boolean): Promise<void>;

  /** Takes back what a journal entry did, last step first; steps whose files were changed since are kept and said. */
  undo(plan: string): Promise<JournalEntry>;

  /** Ends what must not outlive Hearth. */
  close(): Promise<void>;
}
