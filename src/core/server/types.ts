// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../errors.ts';
import type { ContainerRun, OtherServer } from './engine-facts.ts';
import type { ServedBy } from './load-log.ts';
import type { Layout } from '../models/types.ts';

/** Programs on the computer that does the work (in practice mode still the real one). */
export interface ProgramFacts {
  readonly llamaServer: Program | null;
  readonly bwrap: Program | null;
  readonly socketActivate: Program | null;
  readonly socketProxy: Program | null;
  /** A systemd user manager answers. */
  readonly userManager: boolean;
  readonly curl: Program | null;
  readonly goose: Program | null;
}

export interface Program {
  readonly path: string;
  readonly version: string | null;
}

/**
 * How a server is run: systemd user units, a chain of children of Hearth where there is no user manager, or a container
 * that a user unit starts.
 */
export type ServingWay = 'user-units' | 'children' | 'container';

/** The engine that was chosen for a request. */
export type EngineRun =
  { readonly way: 'user-units' | 'children' } | { readonly way: 'container'; readonly run: ContainerRun };

export interface ServeRequest {
  readonly modelId: string;
  /** Name that the server answers to. */
  readonly alias: string;
  readonly modelPath: string;
  /** Lies beside the file as long as it is known to be right; units start nothing without it. */
  readonly stamp?: string;
  readonly contextTokens: number;
  readonly kvType: 'f16' | 'q8_0' | 'q4_0';
  /** What lies on the graphics, as it was promised; null to leave it to llama.cpp. */
  readonly layout: Layout | null;
  readonly port: number;
  readonly threads: number;
  /** Cap on tokens per answer, for the practice model; null for none. */
  readonly maxAnswerTokens: number | null;
  /** Left out: the installed llama-server, as services where there is a user manager. */
  readonly engine?: EngineRun;
}

export type ServerState =
  | { readonly tag: 'off' }
  | { readonly tag: 'starting'; readonly modelId: string }
  | { readonly tag: 'ready'; readonly endpoint: Endpoint }
  | { readonly tag: 'failed'; readonly error: ErrorValue };

/** The model's address, as it was checked after the start. */
export interface Endpoint {
  /** `reuse`: it is somebody else's, see `other`. */
  readonly way: ServingWay | 'reuse';
  readonly modelId: string;
  readonly alias: string;
  /** `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  readonly port: number;
  /** Read back from the server; 0 where somebody else's does not tell. */
  readonly contextTokens: number;
  readonly isolation: IsolationEvidence;
  /** Who does the work, read back from the server; null where it does not tell. */
  readonly servedBy: ServedBy | null;
  /** Whose it is, where Hearth neither started it nor walled it in. It never gets Hearth's key. */
  readonly other?: OtherServer['program'];
}

/** What was looked at to say that the server has no network. */
export interface IsolationEvidence {
  readonly serverPid: number;
  /** `net:[4026531840]` of the server and of Hearth. */
  readonly serverNamespace: string;
  readonly ownNamespace: string;
  /** Interfaces in the server's namespace. */
  readonly interfaces: readonly string[];
  readonly isolated: boolean;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** An answer with what the server measured. Rates in tokens per second, times in milliseconds. */
export interface Answer {
  readonly text: string;
  /** Thinking that came before, where the model shows it. */
  readonly reasoning: string;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly promptRate: number | null;
  readonly answerRate: number | null;
  readonly firstTokenAfter: number;
  readonly stopped: 'end' | 'length' | 'cancelled';
}
