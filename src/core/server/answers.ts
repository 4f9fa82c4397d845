// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { HearthError } from '../errors.ts';

/** Readers of what llama-server answers. Anything can hold a port, so nothing of it is trusted. */

const textCap = 4 * 1024 * 1024;
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export type Health = 'ok' | 'loading' | 'bad';

/** /health answers without the key: 200 once the model is there, 503 while it loads. */
export function readHealth(status: number, text: string): Health {
  if (status === 503) return 'loading';
  if (status !== 200) return 'bad';
  const health = v.safeParse(v.object({ status: v.literal('ok') }), tryJson(text));
  return health.success ? 'ok' : 'bad';
}

export interface Props {
  /** Tokens that one conversation really has. */
  readonly contextTokens: number;
  readonly alias: string;
  readonly modelPath: string;
}

const propsSchema = v.object({
  default_generation_settings: v.object({ n_ctx: count }),
  model_alias: v.pipe(v.string(), v.maxLength(1000)),
  model_path: v.pipe(v.string(), v.maxLength(4096)),
});

/** @throws bad-answer */
export function readProps(text: string): Props {
  const props = read(propsSchema, text, '/props');
  return {
    contextTokens: props.default_generation_settings.n_ctx,
    alias: props.model_alias,
    modelPath: props.model_path,
  };
}

const modelsSchema = v.object({
  data: v.pipe(v.array(v.object({ id: v.pipe(v.string(), v.maxLength(1000)) })), v.maxLength(1000)),
});

/** Names of the models that an address serves. @throws bad-answer */
export function readModels(text: string): readonly string[] {
  return read(modelsSchema, text, '/v1/models').data.map((model) => model.id);
}

/** What the server has counted since its start. It counts tokens, not requests. */
export interface Counters {
  /** Tokens of prompts, those taken from its cache included. */
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Tokens per second over all requests so far; null before the first. */
  readonly promptRate: number | null;
  readonly answerRate: number | null;
  /** Requests that are worked on and that wait, now. */
  readonly busy: number;
  readonly waiting: number;
  /** Most tokens of context that one request has used. */
  readonly contextUsed: number;
}

/** /metrics, in the text form of Prometheus. @throws bad-answer */
export function readCounters(text: string): Counters {
  if (text.length > textCap) throw tooLong('/metrics');
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const found = /^llamacpp:(\w+) ([0-9.eE+-]+)$/.exec(line.trim());
    if (found !== null) values.set(found[1] ?? '', Number(found[2]));
  }
  const prompt = values.get('prompt_tokens_total');
  const answer = values.get('tokens_predicted_total');
  if (!Number.isFinite(prompt) || !Number.isFinite(answer))
    throw new HearthError('bad-answer', { from: '/metrics' }, { detail: text.slice(0, 500) });
  const cached = values.get('prompt_tokens_cached_total') ?? 0;
  return {
    promptTokens: (prompt ?? 0) + (Number.isFinite(cached) ? cached : 0),
    answerTokens: answer ?? 0,
    promptRate: rate(values.get('prompt_tokens_seconds')),
    answerRate: rate(values.get('predicted_tokens_seconds')),
    busy: whole(values.get('requests_processing')),
    waiting: whole(values.get('requests_deferred')),
    contextUsed: whole(values.get('n_tokens_max')),
  };
}

function whole(value: number | undefined): number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** Text of an error body; the start of the body itself when it is none. */
export function readErrorText(text: string): string {
  const body = v.safeParse(v.object({ error: v.object({ message: v.string() }) }), tryJson(text));
  return (body.success ? body.output.error.message : text).slice(0, 500);
}

export function rate(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}

function read<S extends v.GenericSchema>(schema: S, text: string, from: string): v.InferOutput<S> {
  if (text.length > textCap) throw tooLong(from);
  const result = v.safeParse(schema, tryJson(text));
  if (result.success) return result.output;
  throw new HearthError(
    'bad-answer',
    { from },
    { detail: `${result.issues[0].message}\n${text.slice(0, 500)}` },
  );
}

function tooLong(from: string): HearthError {
  return new HearthError('bad-answer', { from }, { detail: `longer than ${textCap} characters` });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
