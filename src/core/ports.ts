// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from './cancel.ts';
import type { SeenPages } from './first-boot/news.ts';
import type { EngineChoice } from './server/engine-facts.ts';

/**
 * The outside world, as the rest of Hearth sees it. Every method rejects with `HearthError` only.
 * Paths are absolute. Sizes are bytes, times are milliseconds.
 */

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  /** Permission bits, e.g. 0o600. */
  readonly mode: number;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status; 128 + signal when killed. */
  readonly exit: number;
}

/**
 * A look at a machine: files and read-only commands, no root, nothing changed. The one port that a recorded machine
 * answers as well as a real one; machine facts use nothing else.
 */
export interface Look {
  /** @throws not-found, denied, too-large, not-text, io */
  readText(path: string, maxBytes?: number): Promise<string>;
  readBytes(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  /** Names in a folder, sorted. @throws not-found, denied */
  list(path: string): Promise<readonly string[]>;
  /** What is at the path itself (links are not followed); null when there is nothing. */
  stat(path: string): Promise<FileStat | null>;
  /** The text of a symbolic link. */
  readLink(path: string): Promise<string>;
  /** Runs a read-only command with LC_ALL=C. A non-zero exit is an answer, not an error. @throws command-missing, timeout */
  run(argv: readonly string[], timeout?: number): Promise<Output>;
}

/** Files that Hearth writes. */
export interface Files {
  readText(path: string, maxBytes?: number): Promise<string>;
  readBytes(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  list(path: string): Promise<readonly string[]>;
  stat(path: string): Promise<FileStat | null>;
  /** Temporary file, fsync, rename, fsync of the folder: old or new, never between. Follows a symbolic link to its target. */
  writeAtomic(path: string, data: string | Uint8Array, mode: number): Promise<void>;
  /** Appends and fsyncs. */
  append(path: string, text: string, mode: number): Promise<void>;
  makeFolder(path: string, mode: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or an empty folder; quiet when it is gone already. */
  remove(path: string): Promise<void>;
  copy(from: string, to: string, mode: number): Promise<void>;
  /** Flushes a file's data and its folder to disk. */
  sync(path: string): Promise<void>;
  /** Bytes a person may still write where `path` is or will be. */
  freeSpace(path: string): Promise<number>;
}

export interface RunOptions {
  /** Added to (or, with null, taken from) the inherited environment. */
  readonly env?: Readonly<Record<string, string | null>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Milliseconds until the process is killed and `timeout` thrown. */
  readonly timeout?: number;
  /** Called with each complete line of stdout as it comes, without the newline. */
  readonly onLine?: (line: string) => void;
}

/** A program that runs on while Hearth does. Dies with Hearth (parent-death signal). */
export interface Child {
  readonly pid: number;
  /** Resolves when it has ended. Never rejects. */
  readonly exited: Promise<{ readonly exit: number; readonly stderrTail: string }>;
  write(bytes: Uint8Array): Promise<void>;
  closeStdin(): Promise<void>;
  signal(name: 'TERM' | 'KILL' | 'INT'): void;
}

export interface Processes {
  /** Runs to the end. @throws command-missing, timeout, cancelled */
  run(argv: readonly string[], options: RunOptions, cancel: Cancel): Promise<Output>;
  /** Runs with the terminal that Hearth was started from as its own, to the end. @returns its exit status */
  interact(argv: readonly string[], cancel: Cancel): Promise<number>;
  /** Starts and leaves running. @throws command-missing */
  start(argv: readonly string[], options: Omit<RunOptions, 'stdin' | 'timeout'>): Promise<Child>;
  /** Absolute path of a program in PATH, or null. */
  find(name: string): Promise<string | null>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds without a byte until `timeout`. */
  readonly timeout?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Small requests to Hearth's own server on loopback. Downloads of models go through `Transfers`. */
export interface Http {
  request(request: HttpRequest, cancel: Cancel): Promise<HttpAnswer>;
  /** Like `request`, but hands over each line as it arrives (server-sent events). */
  lines(request: HttpRequest, onLine: (line: string) => void, cancel: Cancel): Promise<HttpAnswer>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from some fixed point, for durations. */
  monotonic(): number;
  sleep(milliseconds: number, cancel: Cancel): Promise<void>;
}

export interface Random {
  /** From the kernel's generator. */
  bytes(count: number): Promise<Uint8Array>;
}

/** A person's choices; kept in GSettings on a real machine. */
export interface Choices {
  readonly modelId: string | null;
  /** Tokens; null for the one Hearth works out. */
  readonly contextTokens: number | null;
  /** Loopback TCP port of the model's address. */
  readonly port: number;
  readonly firstRunDone: boolean;
  /** Page of the first run that a person was at; absent or null at its beginning. */
  readonly firstRunPage?: string | null;
  /** Versions of pages as they were seen; see `first-boot/news.ts`. */
  readonly pagesSeen?: SeenPages;
  /** Where models are kept; null for the usual place. */
  readonly modelsFolder: string | null;
  /** How models are served. */
  readonly engine: EngineChoice;
  /** Which model of somebody else's server is asked, where one was chosen; as that server names it. */
  readonly otherModel?: string | null;
}

export interface Settings {
  read(): Choices;
  write(change: Partial<Choices>): void;
  subscribe(watcher: () => void): () => void;
}

/** Where Hearth keeps things; one value, so that practice mode moves all of it into a temporary folder. */
export interface Paths {
  readonly home: string;
  /** `/hearth`. */
  readonly data: string;
  /** `/hearth`: journal, ledger. */
  readonly state: string;
  /** `/hearth`: sockets, locks. */
  readonly runtime: string;
  /** ``, for other programs' settings. */
  readonly config: string;
  /** Verified model files: the usual place, or the folder that a person chose. */
  readonly models: string;
  readonly usualModels: string;
  /** The API key of the local server, mode 0600. */
  readonly keyFile: string;
  /** UNIX socket that the isolated server listens on. */
  readonly socket: string;
  readonly journal: string;
}

/** Lower-case hexadecimal SHA-256 of something small; files of models are hashed while they come. */
export type Sha256 = (data: string | Uint8Array) => string;

/** Everything unexpected ends here, once: a readable trace in the log. */
export type Report = (thrown: unknown, context: string) => void;
