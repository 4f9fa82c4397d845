// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverSight } from '../driver/types.ts';
import type { ErrorValue } from '../errors.ts';
import type { Arrival } from '../first-boot/markers.ts';
import type { MachineFacts } from '../machine/facts.ts';
import type { Shelf } from '../models/types.ts';
import type { Choices } from '../ports.ts';
import type { EngineSight } from '../server/engine-facts.ts';
import type { ServerHealth } from '../server/health.ts';
import type { Answer, ProgramFacts, ServerState } from '../server/types.ts';
import type { Proof } from '../proof/types.ts';
import type { ClientId } from '../tools/clients.ts';
import type { Capability } from '../tools/capability.ts';
import type { AiLabFacts, GooseAnswer, GooseFacts } from '../tools/types.ts';
import type { DownloadItem } from './downloads.ts';
import type { Vendor } from '../vendor/types.ts';
import type { JournalEntry } from './journal.ts';
import type { LedgerReading } from './ledger.ts';
import type { Standings, TaskId, Progress } from './tasks.ts';

/** Whether what is seen is this computer or a rehearsal. */
export type Mode =
  { readonly tag: 'real' } | { readonly tag: 'practice'; readonly machine: string; readonly folder: string };

/** A plan that runs now. */
export interface Job {
  readonly plan: string;
  readonly task: TaskId;
  readonly progress: Progress;
  /** Somebody asked it to stop; it will, at the next safe point. */
  readonly stopping: boolean;
}

/** Everything that window and terminal show. Made by the engine, rendered by both. */
export interface HearthState {
  readonly mode: Mode;
  /** False until the first look at the machine has ended. */
  readonly looked: boolean;
  readonly machine: MachineFacts | null;
  readonly programs: ProgramFacts | null;
  /** The graphics driver, its keys and the kernels; null until they were looked at. */
  readonly driver: DriverSight | null;
  readonly choices: Choices;
  /** What the distributor or an administrator decided. */
  readonly vendor: Vendor;
  /** What brought Hearth here: a person, the first login, or a restart that it asked for. */
  readonly arrival: Arrival;
  /** What was seen for engines besides the machine: images, servers of other programs. */
  readonly engines: EngineSight | null;
  readonly shelf: Shelf | null;
  readonly server: ServerState;
  /** How the server that is ready does, as it was last looked at. */
  readonly health: ServerHealth | null;
  readonly goose: GooseFacts | null;
  /** Podman Desktop and AI Lab; null until they were looked for. */
  readonly aiLab: AiLabFacts | null;
  readonly standings: Standings;
  /** Plans that run now, but for those that bring a model. */
  readonly jobs: Readonly<Partial<Record<TaskId, Job>>>;
  /** Models on their way: those under way and waiting in order, what failed, and what lies on the disk in part. */
  readonly downloads: readonly DownloadItem[];
  /** Last failure per task, until it is tried again. */
  readonly failures: Readonly<Partial<Record<TaskId, ErrorValue>>>;
  /** Last real answers of this session: evidence for 'try' and 'tools'. */
  readonly answer: Answer | null;
  readonly gooseAnswer: GooseAnswer | null;
  /** Whether the chosen model can be an agent; null where nobody asked it. */
  readonly capability: Capability | null;
  /** Programs here that could ask the local model, or run models themselves. */
  readonly clients: readonly ClientId[];
  readonly journal: readonly JournalEntry[];
  /** Last run of the checks behind "nothing leaves this computer"; null before the first. */
  readonly proof: Proof | null;
  /** Whom Hearth contacted; null until it was read. */
  readonly ledger: LedgerReading | null;
}
