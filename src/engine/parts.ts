// SPDX-License-Identifier: GPL-3.0-or-later

import type { Vendor } from '../core/vendor/types.ts';
import type { Cancel } from '../core/cancel.ts';
import type { Conditions } from '../core/machine/conditions.ts';
import type { MachineFacts } from '../core/machine/facts.ts';
import type { CatalogueProblem } from '../core/models/catalogue.ts';
import type {
  CatalogueEntry,
  InstalledModel,
  Measured,
  LooseFile,
  OnDisk,
  PartialDownload,
  Verified,
} from '../core/models/types.ts';
import type { Clock, Files, Paths, Processes, Random, Report, Settings, Sha256 } from '../core/ports.ts';
import type { EngineSight, OtherServer } from '../core/server/engine-facts.ts';
import type { ServerHealth } from '../core/server/health.ts';
import type {
  Answer,
  ChatMessage,
  Endpoint,
  Program,
  ProgramFacts,
  ServeRequest,
} from '../core/server/types.ts';
import type {
  Action,
  Download,
  HandOver,
  Import,
  ImportOwn,
  InstallApp,
  InstallTool,
  MoveModel,
  PlaceExtension,
  Undo,
  WriteFile,
} from '../core/setup/plan.ts';
import type { Mode } from '../core/setup/state.ts';
import type { AiLabFacts, GooseAnswer, GooseFacts, InstallFacts } from '../core/tools/types.ts';
import type { Firewall } from '../core/proof/firewall.ts';
import type { Check } from '../core/proof/types.ts';
import type { Newest } from '../core/tools/newest.ts';
import type { ClientId } from '../core/tools/clients.ts';
import type { Capability } from '../core/tools/capability.ts';
import type { AskProgress } from './api.ts';
import type { DriverPart } from './driver-part.ts';
import type { CheckedModel } from './capability.ts';
import type { OfflineRequest } from './goose-offline.ts';
import type { Rates } from './measure.ts';
import type { Ledger } from './ledger.ts';
import type { StepProgress } from './run.ts';

/** The parts that the engine is put together from, each behind the few calls that it needs of it. */
export interface Parts {
  readonly mode: Mode;
  readonly paths: Paths;
  readonly files: Files;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
  readonly sha256: Sha256;
  readonly report: Report;
  /** Processor cores of the computer that does the work; a recorded machine's count is not it. */
  readonly cores: number;
  /** Cap on an answer's length in tokens (practice model), or null. */
  readonly maxAnswerTokens: number | null;
  /** Milliseconds between looks at network and battery while something is fetched; the usual when not given. */
  readonly lookEvery?: number;
  observeMachine(quick: boolean): Promise<MachineFacts>;
  /** What a download asks about its surroundings, now. */
  observeConditions(): Promise<Conditions>;
  observePrograms(versions: boolean): Promise<ProgramFacts>;
  /** What there is to serve with besides programs: images, servers of other programs. */
  observeEngines(): Promise<EngineSight>;
  /** Servers of other programs alone. */
  observeOthers(): Promise<readonly OtherServer[]>;
  readonly containers: ContainerPart;
  /** What the distributor or an administrator decided; nothing when not given. */
  readonly vendor?: Vendor;
  readonly catalogue: CatalogueSource;
  readonly models: ModelStore;
  readonly serving: ServingPart;
  readonly chat: ChatPart;
  /** See engine/measure.ts. */
  measureRates(endpoint: Endpoint, cancel: Cancel): Promise<Rates>;
  readonly goose: GoosePart;
  readonly capability: CapabilityPart;
  readonly connect: ConnectPart;
  readonly tools: ToolsPart;
  readonly aiLab: AiLabPart;
  readonly offlineGoose: OfflineGoosePart;
  readonly firewall: Firewall;
  readonly proof: ProofPart;
  readonly driver: DriverPart;
  readonly ledger: Ledger;
  /** Ends what the composition started (a publisher, sessions). */
  close(): Promise<void>;
}

export interface CatalogueSource {
  load(): Promise<{
    readonly entries: readonly CatalogueEntry[];
    readonly problems: readonly CatalogueProblem[];
    /** See `Shelf.managedBy`. */
    readonly managedBy: string | null;
  }>;
}

export interface ModelStore {
  list(entries: readonly CatalogueEntry[]): Promise<{
    readonly installed: readonly InstalledModel[];
    readonly partials: readonly PartialDownload[];
    /** Files that a person added and the catalogue does not know. */
    readonly own: readonly CatalogueEntry[];
    readonly problems: readonly CatalogueProblem[];
  }>;
  /** Where an entry's file will be. */
  pathOf(entry: CatalogueEntry): string;
  download(
    action: Download,
    entry: CatalogueEntry,
    onProgress: (progress: StepProgress) => void,
    cancel: Cancel,
  ): Promise<void>;
  /** Model files of other programs. */
  find(entries: readonly CatalogueEntry[]): Promise<Elsewhere>;
  /** The step that takes such a file over, or null when it is gone meanwhile. */
  planImport(entry: CatalogueEntry, found: OnDisk): Promise<Import | null>;
  import(
    action: Import,
    entry: CatalogueEntry,
    onProgress: (progress: StepProgress) => void,
    cancel: Cancel,
  ): Promise<void>;
  /** The step that takes over a file which the catalogue does not know. @throws bad-gguf, wrong-kind, exists, not-found */
  planOwn(found: OnDisk, entries: readonly CatalogueEntry[], name: string): Promise<ImportOwn>;
  importOwn(action: ImportOwn, onProgress: (progress: StepProgress) => void, cancel: Cancel): Promise<void>;
  /** Moves a model's folder, or with no model everything in it; the same call moves it back. */
  move(
    move: Pick<MoveModel, 'modelId' | 'from' | 'to'>,
    onProgress: (progress: StepProgress) => void,
    cancel: Cancel,
  ): Promise<void>;
  /** What there is to move, with sizes in bytes. */
  movable(): Promise<readonly Movable[]>;
  /** SHA-256 of any file. */
  hash(path: string, onPart: (part: number) => void, cancel: Cancel): Promise<string>;
  /** Reads an installed file again from end to end; a wrong one is no longer served. */
  verify(model: ToVerify, onPart: (part: number) => void, cancel: Cancel): Promise<Verified>;
  remove(path: string): Promise<void>;
  /** Keeps how fast a model's file was on this computer; null forgets it. */
  keepMeasured(path: string, measured: Measured | null): Promise<void>;
  /** Throws away a file that came in part. @throws busy, denied */
  discard(path: string): Promise<void>;
}

export interface Elsewhere {
  /** Those that have the size of a model, by its id. Only names and sizes were looked at. */
  readonly known: ReadonlyMap<string, OnDisk>;
  /** Those that no catalogue knows and that look like a model to talk to. */
  readonly loose: readonly LooseFile[];
}

/** A folder in the folder of the models; null for its partial downloads. */
export interface Movable {
  readonly modelId: string | null;
  readonly size: number;
  readonly largestFile: number;
}

/** A file and what its hash should be. */
export interface ToVerify {
  readonly modelId: string;
  readonly path: string;
  readonly sha256: string;
}

export interface ServingPart {
  /** Steps that must be carried out before a server can start, as things are now. */
  prepare(request: ServeRequest): Promise<readonly Action[]>;
  start(request: ServeRequest, cancel: Cancel): Promise<Endpoint>;
  /** The address that answers now, checked, or null. */
  check(cancel: Cancel): Promise<Endpoint | null>;
  stop(): Promise<void>;
  /** Lets the server go and leaves its address, where that starts it again by itself. */
  letGo(): Promise<void>;
  /** Keeps the address open although nobody asks. */
  hold(): void;
  health(endpoint: Endpoint): Promise<ServerHealth>;
  units(
    verb: 'reload' | 'enable' | 'disable' | 'start' | 'stop' | 'restart',
    units: readonly string[],
  ): Promise<void>;
}

export interface ProofPart {
  /** Runs every check as things are now, side by side, and starts nothing; each is handed over as it ends. */
  run(onCheck: (check: Check) => void, cancel: Cancel): Promise<void>;
}

export interface ConnectPart {
  find(): Promise<readonly ClientId[]>;
  open(
    goose: string,
    endpoint: Endpoint,
    where: { readonly folder: string; readonly here: boolean },
    cancel: Cancel,
  ): Promise<number | null>;
}

export interface CapabilityPart {
  kept(model: CheckedModel): Promise<Capability | null>;
  check(endpoint: Endpoint, model: CheckedModel, cancel: Cancel): Promise<Capability>;
}

export interface ContainerPart {
  /** Fetches an image by its digest. */
  pull(
    action: Extract<Action, { do: 'pull-image' }>,
    onProgress: (progress: StepProgress) => void,
    cancel: Cancel,
  ): Promise<void>;
  remove(image: string): Promise<void>;
}

export interface ChatPart {
  ask(
    endpoint: Endpoint,
    messages: readonly ChatMessage[],
    onProgress: (progress: AskProgress) => void,
    cancel: Cancel,
  ): Promise<Answer>;
}

/** What Goose is to be pointed at. */
export interface GooseTarget {
  readonly port: number;
  readonly alias: string;
  readonly contextTokens: number;
  /** A small model or a short context: no room for all that Goose brings along. */
  readonly small?: boolean;
}

/** A model as it lies in Hearth's folder. */
export interface LabOffer {
  readonly entry: CatalogueEntry;
  readonly path: string;
}

/** Podman Desktop and AI Lab. */
export interface AiLabPart {
  /** @param offer the chosen model, where its file is right */
  observe(offer: LabOffer | null): Promise<AiLabFacts>;
  /** Steps for it, none when all is as it should be. @throws no-desktop, desktop-open, bad-config, exists */
  plan(offer: LabOffer | null): Promise<readonly Action[]>;
  install(action: InstallApp, onProgress: (progress: StepProgress) => void, cancel: Cancel): Promise<void>;
  uninstall(undo: Extract<Undo, { undo: 'uninstall-app' }>): Promise<void>;
  placeExtension(action: PlaceExtension, cancel: Cancel): Promise<void>;
  /** @throws changed-since where another version is there by now, desktop-open */
  removeExtension(undo: Extract<Undo, { undo: 'remove-extension' }>): Promise<void>;
  handOver(action: HandOver, cancel: Cancel): Promise<void>;
  /** @throws changed-since where something else lies there by now */
  takeOut(undo: Extract<Undo, { undo: 'take-out' }>): Promise<void>;
  /** @throws desktop-open */
  refuseWhileOpen(): Promise<void>;
  /** Starts it, to outlive Hearth. @throws no-desktop, command-failed */
  open(): Promise<void>;
}

/** Programs that Hearth installs. */
export interface ToolsPart {
  look(program: Program | null): Promise<InstallFacts>;
  plan(program: Program | null): Promise<readonly Action[]>;
  newestFrom(): Promise<string | null>;
  newest(program: Program | null, cancel: Cancel): Promise<Newest>;
  install(action: InstallTool, onProgress: (progress: StepProgress) => void, cancel: Cancel): Promise<void>;
  link(action: Extract<Action, { do: 'link' }>): Promise<void>;
  unlink(path: string, target: string, before: string | null): Promise<void>;
  forget(program: string): Promise<void>;
}

export interface GoosePart {
  observe(target: GooseTarget | null): Promise<GooseFacts>;
  /** @param becomeDefault also where another provider is the default now */
  plan(target: GooseTarget, becomeDefault?: boolean): Promise<readonly WriteFile[]>;
  /** Steps that keep what Goose was told true when this is served. */
  follow(target: GooseTarget): Promise<readonly WriteFile[]>;
  ask(
    endpoint: Endpoint,
    prompt: string,
    onLine: (line: string) => void,
    cancel: Cancel,
  ): Promise<GooseAnswer>;
}

export interface OfflineGoosePart {
  check(folder: string): Promise<unknown>;
  run(request: OfflineRequest, cancel: Cancel): Promise<number>;
}
