// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Clock, Files, Http, Processes } from '../core/ports.ts';
import { parent } from '../core/server/sandbox.ts';
import type { Endpoint } from '../core/server/types.ts';
import {
  capabilityName,
  judgeToolAnswer,
  readCapability,
  shorten,
  task,
  toolQuestion,
  type Capability,
} from '../core/tools/capability.ts';
import { leastContext } from '../core/tools/goose.ts';
import type { OfflineRequest } from './goose-offline.ts';
import type { ServerApi } from './serving-api.ts';

/** Milliseconds for one answer of the model: a slow processor takes minutes. */
const patience = 10 * 60_000;

export interface CapabilityDeps {
  readonly http: Http;
  readonly api: ServerApi;
  readonly files: Files;
  readonly processes: Processes;
  readonly clock: Clock;
  /** Goose behind its wall, where the model's own tools can reach one folder and no network. */
  runOffline(request: OfflineRequest, cancel: Cancel): Promise<number>;
}

/** The model that is asked, and where its file lies. */
export interface CheckedModel {
  readonly path: string;
  readonly sha256: string;
  readonly engine: string | null;
}

/** What was found for a model before, or null. */
export async function keptCapability(model: CheckedModel, files: Files): Promise<Capability | null> {
  try {
    const text = await files.readText(`${parent(model.path)}/${capabilityName}`, 65536);
    return readCapability(text, model.sha256, model.engine);
  } catch (thrown) {
    if (hasCode(thrown, 'not-found', 'not-text', 'too-large')) return null;
    throw thrown;
  }
}

/**
 * Asks a model to be an agent, and keeps what came of it beside its file.
 * @throws cancelled, and what the server throws when it is gone
 */
export async function checkCapability(
  endpoint: Endpoint,
  model: CheckedModel,
  deps: CapabilityDeps,
  cancel: Cancel,
): Promise<Capability> {
  const called = await askForTool(endpoint, deps, cancel);
  const tried = called.right ? await tryTask(endpoint, deps, cancel) : null;
  const capability: Capability = {
    version: 1,
    sha256: model.sha256,
    engine: model.engine,
    verdict: tried === null ? 'chat-only' : tried.done ? 'agent' : 'tools-only',
    seen: tried === null || tried.done || tried.notTried !== null ? called.seen : tried.seen,
    notTried: tried?.notTried ?? null,
    checkedAt: Math.round(deps.clock.now()),
  };
  const path = `${parent(model.path)}/${capabilityName}`;
  await deps.files.writeAtomic(path, `${JSON.stringify(capability)}\n`, 0o644);
  return capability;
}

async function askForTool(endpoint: Endpoint, { http, api }: CapabilityDeps, cancel: Cancel) {
  const request = {
    method: 'POST' as const,
    url: `http://127.0.0.1:${endpoint.port}/v1/chat/completions`,
    headers: await api.headers(),
    body: toolQuestion(endpoint.alias),
    timeout: patience,
  };
  const { status, text } = await http.request(request, cancel);
  if (status === 401 || status === 403) throw new HearthError('unauthorized');
  return judgeToolAnswer(status, text);
}

interface Tried {
  readonly done: boolean;
  readonly seen: string;
  readonly notTried: Capability['notTried'];
}

async function tryTask(endpoint: Endpoint, deps: CapabilityDeps, cancel: Cancel): Promise<Tried> {
  if (endpoint.contextTokens < leastContext) return { done: false, seen: '', notTried: 'small-context' };
  const { files, processes } = deps;
  const made = await processes.run(['mktemp', '--directory', '--tmpdir', 'hearth-check-XXXXXXXX'], {}, never);
  const folder = made.stdout.trim();
  if (made.exit !== 0 || folder === '')
    throw new HearthError('io', { path: '/tmp' }, { detail: made.stderr });
  const lines: string[] = [];
  try {
    const request: OfflineRequest = {
      endpoint,
      folder,
      prompt: task.prompt,
      mode: 'auto',
      onReady: () => {},
      onLine: (line) => void lines.push(line),
    };
    await deps.runOffline(request, cancel);
    const text = await files.readText(`${folder}/${task.file}`, 4096).catch(() => '');
    return { done: text.trim().toLowerCase() === task.word, seen: shorten(lines.join(' ')), notTried: null };
  } catch (thrown) {
    if (hasCode(thrown, 'no-goose')) return { done: false, seen: '', notTried: 'no-goose' };
    if (hasCode(thrown, 'goose-exposed', 'folder-unfit'))
      return { done: false, seen: '', notTried: 'no-wall' };
    if (!hasCode(thrown, 'goose-failed')) throw thrown;
    return { done: false, seen: shorten(thrown.detail ?? ''), notTried: null };
  } finally {
    await processes.run(['rm', '-rf', '--one-file-system', '--', folder], {}, never);
  }
}
