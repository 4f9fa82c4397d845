// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { HearthError } from '../errors.ts';
import { rate } from './answers.ts';
import type { Answer } from './types.ts';

/** Longest line of a stream that is read; llama-server's own are a few hundred characters. */
const lineCap = 1024 * 1024;
/** Longest answer kept, in characters: far beyond any context, far below what hurts. */
const answerCap = 8 * 1024 * 1024;

/** What has come of an answer so far. */
export interface Stream {
  readonly text: string;
  readonly reasoning: string;
  readonly finish: 'stop' | 'length' | null;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly promptRate: number | null;
  readonly answerRate: number | null;
  /** Tokens written so far and the milliseconds they took; null before the first. */
  readonly work: { readonly tokens: number; readonly ms: number } | null;
  readonly done: boolean;
}

export const emptyStream: Stream = {
  text: '',
  reasoning: '',
  finish: null,
  promptTokens: 0,
  answerTokens: 0,
  promptRate: null,
  answerRate: null,
  work: null,
  done: false,
};

const tokens = v.pipe(v.number(), v.minValue(0));
const chunkSchema = v.object({
  choices: v.optional(
    v.array(
      v.object({
        finish_reason: v.nullish(v.string()),
        delta: v.optional(
          v.object({
            content: v.nullish(v.string()),
            reasoning_content: v.nullish(v.string()),
            // Ollama's name for the same.
            reasoning: v.nullish(v.string()),
          }),
        ),
      }),
    ),
  ),
  usage: v.nullish(v.object({ prompt_tokens: tokens, completion_tokens: tokens })),
  timings: v.nullish(
    v.object({
      prompt_per_second: v.nullish(v.number()),
      predicted_per_second: v.nullish(v.number()),
      predicted_n: v.nullish(tokens),
      predicted_ms: v.nullish(tokens),
    }),
  ),
  error: v.nullish(v.object({ message: v.string() })),
});

/** Takes in one line of server-sent events. @throws bad-answer, server-unhealthy for an error said in the stream */
export function takeLine(stream: Stream, line: string): Stream {
  if (line.length > lineCap) throw bad('a line longer than 1 MiB');
  // Blank lines end an event, lines with a colon first keep the connection alive.
  if (!line.startsWith('data:') && !line.startsWith('error:')) return stream;
  const data = line.slice(line.indexOf(':') + 1).trim();
  if (data === '[DONE]') return { ...stream, done: true };
  const chunk = v.safeParse(chunkSchema, parse(data));
  if (!chunk.success) throw bad(data);
  const { choices, usage, timings, error } = chunk.output;
  if (error) throw new HearthError('server-unhealthy', {}, { detail: error.message.slice(0, 500) });
  const choice = choices?.[0];
  const next: Stream = {
    ...stream,
    text: stream.text + (choice?.delta?.content ?? ''),
    reasoning: stream.reasoning + (choice?.delta?.reasoning_content ?? choice?.delta?.reasoning ?? ''),
    finish: finishOf(choice?.finish_reason) ?? stream.finish,
    promptTokens: usage?.prompt_tokens ?? stream.promptTokens,
    answerTokens: usage?.completion_tokens ?? stream.answerTokens,
    promptRate: rate(timings?.prompt_per_second ?? undefined) ?? stream.promptRate,
    answerRate: rate(timings?.predicted_per_second ?? undefined) ?? stream.answerRate,
    work:
      timings?.predicted_n && timings.predicted_ms
        ? { tokens: timings.predicted_n, ms: timings.predicted_ms }
        : stream.work,
  };
  if (next.text.length + next.reasoning.length > answerCap) throw bad('an answer longer than 8 MiB');
  return next;
}

/** @param firstTokenAfter milliseconds from the question to the first word */
export function toAnswer(stream: Stream, stopped: Answer['stopped'], firstTokenAfter: number): Answer {
  const { text, reasoning, promptTokens, answerTokens, promptRate, answerRate } = stream;
  return { text, reasoning, promptTokens, answerTokens, promptRate, answerRate, firstTokenAfter, stopped };
}

function finishOf(reason: string | null | undefined): 'stop' | 'length' | null {
  if (reason === null || reason === undefined) return null;
  return reason === 'length' ? 'length' : 'stop';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bad(detail: string): HearthError {
  return new HearthError('bad-answer', { from: '/v1/chat/completions' }, { detail: detail.slice(0, 500) });
}
