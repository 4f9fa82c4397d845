// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';

/** What llama-server says about the work on one request so far. Times in milliseconds. */
export interface Timings {
  readonly promptTokens: number;
  readonly promptMs: number;
  readonly answerTokens: number;
  readonly answerMs: number;
}

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const schema = v.object({
  timings: v.object({ prompt_n: amount, prompt_ms: amount, predicted_n: amount, predicted_ms: amount }),
});
const lineCap = 1024 * 1024;

/** The timings in a line of /completion's stream; null when there are none in it. */
export function readTimings(line: string): Timings | null {
  if (!line.startsWith('data:') || line.length > lineCap) return null;
  let value: unknown;
  try {
    value = JSON.parse(line.slice('data:'.length));
  } catch {
    return null;
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) return null;
  const { prompt_n, prompt_ms, predicted_n, predicted_ms } = parsed.output.timings;
  return { promptTokens: prompt_n, promptMs: prompt_ms, answerTokens: predicted_n, answerMs: predicted_ms };
}

/** The same words each time, so that two measurements can be compared. They repeat for as long as is needed. */
const passage =
  'The fire in the hearth burned low while the wind went round the house and the rain fell on the roof. ' +
  'Somebody put on another log, moved the kettle a little closer, and read on by its light until the morning came. ';

export function measuringPrompt(words: number): string {
  const all = passage.trim().split(' ');
  return Array.from({ length: words }, (_, index) => all[index % all.length]).join(' ');
}

export interface MeasuringRun {
  readonly words: number;
  readonly answerTokens: number;
}

/** The first run is short: it only tells how long the real one may be. */
export const firstRun: MeasuringRun = { words: 12, answerTokens: 4 };

/** Milliseconds that the real run is to take for each of reading and answering. */
const share = 3500;
/** Tokens beyond which a longer run tells nothing new. */
const most = { prompt: 1536, answer: 192 } as const;

/** How much the real run reads and writes, from what the first one took. */
export function realRun(first: Timings, contextTokens: number): MeasuringRun {
  const perWord = Math.max(0.5, first.promptTokens / firstRun.words);
  const promptRate = first.promptTokens / Math.max(0.01, first.promptMs);
  const answerRate = first.answerTokens / Math.max(0.01, first.answerMs);
  const prompt = Math.min(most.prompt, Math.floor(contextTokens / 3), promptRate * share);
  return {
    words: Math.max(firstRun.words, Math.floor(prompt / perWord)),
    answerTokens: Math.max(firstRun.answerTokens, Math.floor(Math.min(most.answer, answerRate * share))),
  };
}
