// SPDX-License-Identifier: GPL-3.0-or-later

// The real serving chain with the practice model, in a folder of its own.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../src/core/cancel.ts';
import type { ErrorValue } from '../../src/core/errors.ts';
import type { Paths } from '../../src/core/ports.ts';
import type { Endpoint, ServeRequest } from '../../src/core/server/types.ts';
import { Chat } from '../../src/engine/chat.ts';
import { observePrograms } from '../../src/engine/programs.ts';
import { Serving } from '../../src/engine/serving.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { loopbackHttp } from '../../src/platform/http.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { practicePaths, realPaths } from '../../src/platform/paths.ts';
import { processes } from '../../src/platform/processes.ts';
import { temporaryFolder } from './tap.ts';

export const http = loopbackHttp();
export const modelName = 'practice.gguf';

/** Makes the practice model in `folder`; once per test file is enough. */
export async function makeModel(folder: string): Promise<string> {
  const path = `${folder}/${modelName}`;
  const script = `${GLib.get_current_dir()}/data/practice/make-model.py`;
  const made = await processes.run(['python3', script, path], {}, never);
  if (made.exit !== 0) throw new Error(made.stderr);
  return path;
}

export interface Bench {
  readonly folder: string;
  readonly paths: Paths;
  readonly serving: Serving;
  readonly chat: Chat;
  readonly deaths: ErrorValue[];
  /** Each start by itself: null when it begins, the address when it answers, 'idle' when it was let go. */
  readonly events: (Endpoint | null | 'idle')[];
  request(change?: Partial<ServeRequest>): ServeRequest;
}

let nextPort = 21000 + GLib.random_int_range(0, 400) * 10;

/** @param real the person's own places, which a user manager reads; otherwise all is in one folder */
export async function bench(
  modelPath: string,
  options: {
    readonly folder?: string;
    readonly real?: boolean;
    readonly idleAfter?: number;
    readonly program?: string;
  } = {},
): Promise<Bench> {
  const folder = options.folder ?? temporaryFolder();
  const paths = options.real === true ? realPaths() : practicePaths(folder);
  await files.makeFolder(paths.data, 0o700);
  if ((await files.stat(paths.keyFile)) === null)
    await files.writeAtomic(paths.keyFile, `${sha256(folder)}\n`, 0o600);
  const port = (nextPort += 10);
  const deaths: ErrorValue[] = [];
  const events: (Endpoint | null | 'idle')[] = [];
  const serving = new Serving({
    processes,
    http,
    files,
    proc: new LocalLook(),
    clock,
    paths,
    sha256,
    practice: options.real !== true,
    programs: async () => {
      const found = await observePrograms({ processes, files, home: GLib.get_home_dir(), goose: null });
      const { program } = options;
      return program === undefined ? found : { ...found, llamaServer: { path: program, version: null } };
    },
    hasImage: async (image) =>
      (await processes.run(['podman', 'image', 'exists', image], {}, never)).exit === 0,
    port: () => port,
    ...(options.idleAfter === undefined ? {} : { idleAfter: options.idleAfter }),
    onDied: (error) => deaths.push(error),
    onRestart: (endpoint) => events.push(endpoint),
    onIdle: () => events.push('idle'),
  });
  const request = (change: Partial<ServeRequest> = {}): ServeRequest => ({
    modelId: 'practice',
    alias: 'practice',
    modelPath,
    contextTokens: 16384,
    kvType: 'f16',
    layout: null,
    port,
    threads: 2,
    maxAnswerTokens: 200,
    ...change,
  });
  return {
    folder,
    paths,
    serving,
    chat: new Chat({ http, api: serving.api, clock }),
    deaths,
    events,
    request,
  };
}

export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  limit = 10_000,
): Promise<void> {
  const end = clock.monotonic() + limit;
  while (!(await holds())) {
    if (clock.monotonic() > end) throw new Error(`not within ${limit} ms: ${what}`);
    await clock.sleep(25, never);
  }
}
