// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Clock, Http } from '../core/ports.ts';
import { firstRun, measuringPrompt, readTimings, realRun } from '../core/server/timings.ts';
import type { MeasuringRun, Timings } from '../core/server/timings.ts';
import type { Endpoint } from '../core/server/types.ts';
import { refuseBadStatus, type ServerApi } from './serving-api.ts';

/** Milliseconds after which it is over, however far it came. */
const limit = 10_000;

export interface MeasureDeps {
  readonly http: Http;
  readonly api: ServerApi;
  readonly clock: Clock;
}

export interface Rates {
  readonly promptTokens: number;
  /** Tokens a second. */
  readonly promptRate: number;
  readonly answerTokens: number;
  readonly answerRate: number;
}

/**
 * Has the model read and answer for some ten seconds, and takes the server's own timings. What was cut off counts as far
 * as it came.
 *
 * @throws timeout when not even the first few words were done in time, cancelled, and what asking throws
 */
export async function measureRates(endpoint: Endpoint, deps: MeasureDeps, cancel: Cancel): Promise<Rates> {
  const time = new CancelSource();
  const forget = cancel.onCancel(() => time.cancel());
  const done = new CancelSource();
  void deps.clock.sleep(limit, done).then(
    () => time.cancel(),
    () => {},
  );
  try {
    const first = await ask(endpoint, firstRun, deps, time);
    cancel.throwIfCancelled();
    if (first === null) throw new HearthError('timeout', { command: 'llama-server' });
    const real = await ask(endpoint, realRun(first, endpoint.contextTokens), deps, time);
    cancel.throwIfCancelled();
    return rates(real ?? first);
  } finally {
    done.cancel();
    forget();
  }
}

/** Null when it was cut off before anything was told. */
async function ask(
  endpoint: Endpoint,
  run: MeasuringRun,
  { http, api }: MeasureDeps,
  time: Cancel,
): Promise<Timings | null> {
  let last: Timings | null = null;
  const request = {
    method: 'POST' as const,
    url: `http://127.0.0.1:${endpoint.port}/completion`,
    headers: await api.headers(),
    body: JSON.stringify({
      prompt: measuringPrompt(run.words),
      n_predict: run.answerTokens,
      ignore_eos: true,
      cache_prompt: false,
      temperature: 0,
      stream: true,
      timings_per_token: true,
    }),
    timeout: limit * 2,
  };
  const take = (line: string): void => {
    const timings = readTimings(line);
    if (timings !== null && timings.answerTokens > 0) last = timings;
  };
  try {
    refuseBadStatus(await http.lines(request, take, time), '/completion');
  } catch (thrown) {
    if (hasCode(thrown, 'connection-lost', 'connection-refused', 'io'))
      throw new HearthError('server-died', {}, { detail: thrown.detail ?? thrown.message, cause: thrown });
    if (!hasCode(thrown, 'cancelled')) throw thrown;
  }
  return last;
}

function rates({ promptTokens, promptMs, answerTokens, answerMs }: Timings): Rates {
  const promptRate = (promptTokens / promptMs) * 1000;
  const answerRate = (answerTokens / answerMs) * 1000;
  // A server that says nonsense is not believed.
  if (!(promptRate > 0 && answerRate > 0 && Number.isFinite(promptRate) && Number.isFinite(answerRate)))
    throw new HearthError('bad-answer', { from: '/completion' });
  return { promptTokens, promptRate, answerTokens, answerRate };
}
