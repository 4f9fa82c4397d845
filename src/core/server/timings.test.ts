// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstRun, measuringPrompt, readTimings, realRun } from './timings.ts';

// Captured from llama-server 0.7.0 (build 11669), shortened.
const line =
  'data: {"index":0,"content":" morning","tokens":[5731],"stop":false,"id_slot":-1,"tokens_predicted":2,"tokens_evaluated":7,"timings":{"cache_n":0,"prompt_n":7,"prompt_ms":1.875,"prompt_per_token_ms":0.26,"prompt_per_second":3733.3,"predicted_n":2,"predicted_ms":0.372,"predicted_per_token_ms":0.19,"predicted_per_second":5111.6}}';

describe('the timings of a request', () => {
  it('are read from each event', () => {
    expect(readTimings(line)).toEqual({
      promptTokens: 7,
      promptMs: 1.875,
      answerTokens: 2,
      answerMs: 0.372,
    });
  });

  it('anything else tells nothing', () => {
    const odd = ['', 'data: [DONE]', 'data: {', ': ping', 'data: {"timings":{"prompt_n":-1}}', line.slice(6)];
    for (const text of odd) expect(readTimings(text)).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => readTimings(`data: ${text}`) === null));
  });

  it('a run is as long as some seconds allow, never longer than tells something', () => {
    const slow = { promptTokens: 12, promptMs: 4000, answerTokens: 4, answerMs: 4000 };
    expect(realRun(slow, 4096)).toEqual({ words: 12, answerTokens: 4 });
    const middle = { promptTokens: 24, promptMs: 200, answerTokens: 4, answerMs: 400 };
    expect(realRun(middle, 16384)).toEqual({ words: 210, answerTokens: 35 });
    const quick = { promptTokens: 12, promptMs: 0.1, answerTokens: 4, answerMs: 0.1 };
    expect(realRun(quick, 65536)).toEqual({ words: 1536, answerTokens: 192 });
    expect(realRun(quick, 1024).words).toBe(341);
    expect(measuringPrompt(firstRun.words).split(' ')).toHaveLength(firstRun.words);
    expect(measuringPrompt(500)).toBe(measuringPrompt(500));
  });
});
