// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HearthError } from '../errors.ts';
import { readCounters, readErrorText, readHealth, readModels, readProps } from './answers.ts';
import { emptyStream, takeLine, toAnswer } from './stream.ts';

// Captured from llama-server 0.7.0 (build 11669), shortened.
const props = `{"default_generation_settings":{"params":{"seed":4294967295},"n_ctx":32768},"total_slots":1,
"model_alias":"practice","model_ftype":"F16","model_path":"/m/m.gguf","endpoint_slots":false}`;
const metrics = `# HELP llamacpp:prompt_tokens_total Number of prompt tokens processed, excluding cached tokens
# TYPE llamacpp:prompt_tokens_total counter
llamacpp:prompt_tokens_total 30
llamacpp:prompt_tokens_cached_total 12
llamacpp:tokens_predicted_total 1200
llamacpp:prompt_tokens_seconds 965.065
llamacpp:predicted_tokens_seconds 0
llamacpp:requests_processing 1
llamacpp:requests_deferred 0
llamacpp:n_tokens_max 26
`;
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof HearthError) return thrown.code;
    throw thrown;
  }
  return 'no error';
};

describe('answers of llama-server', () => {
  it('tells health', () => {
    expect(readHealth(200, '{"status":"ok"}')).toBe('ok');
    expect(readHealth(503, '{"error":{"code":503,"message":"Loading model"}}')).toBe('loading');
    expect(readHealth(200, '<html>')).toBe('bad');
    expect(readHealth(404, '{"status":"ok"}')).toBe('bad');
  });

  it('reads what was captured', () => {
    expect(readProps(props)).toEqual({ contextTokens: 32768, alias: 'practice', modelPath: '/m/m.gguf' });
    expect(readModels('{"object":"list","data":[{"id":"practice","object":"model"}]}')).toEqual(['practice']);
    expect(readCounters(metrics)).toEqual({
      promptTokens: 42,
      answerTokens: 1200,
      promptRate: 965.065,
      answerRate: null,
      busy: 1,
      waiting: 0,
      contextUsed: 26,
    });
    expect(readErrorText('{"error":{"message":"Invalid API Key","code":401}}')).toBe('Invalid API Key');
    expect(readErrorText('<h1>502</h1>')).toBe('<h1>502</h1>');
  });

  it('calls everything else a bad answer, whatever it is', () => {
    const hostile = [
      '',
      '{}',
      '[]',
      'null',
      '{"data":[{"id":5}]}',
      '{"default_generation_settings":{"n_ctx":-1}}',
    ];
    for (const text of [...hostile, `[${'['.repeat(100_000)}`]) {
      expect(code(() => readProps(text))).toBe('bad-answer');
      expect(code(() => readModels(text))).toBe('bad-answer');
      expect(code(() => readCounters(text))).toBe('bad-answer');
    }
    expect(code(() => readProps(' '.repeat(5_000_000)))).toBe('bad-answer');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['bad-answer', 'no error']).toContain(code(() => readModels(text)));
      }),
    );
  });
});

describe('a stream', () => {
  const lines = [
    'data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}]}',
    '',
    ': ping',
    'data: {"choices":[{"finish_reason":null,"delta":{"reasoning_content":"hm"}}]}',
    'data: {"choices":[{"finish_reason":null,"delta":{"content":" snow"}}],"timings":{"predicted_per_second":0.0}}',
    'data: {"choices":[{"finish_reason":"length","index":0,"delta":{}}]}',
    'data: {"choices":[],"usage":{"completion_tokens":4,"prompt_tokens":6},"timings":{"prompt_per_second":1076.2,"predicted_per_second":3337.0}}',
    'data: [DONE]',
  ];

  it('becomes an answer with the numbers of the server', () => {
    const stream = lines.reduce(takeLine, emptyStream);
    expect([stream.done, stream.finish]).toEqual([true, 'length']);
    expect(toAnswer(stream, 'length', 12)).toEqual({
      text: ' snow',
      reasoning: 'hm',
      promptTokens: 6,
      answerTokens: 4,
      promptRate: 1076.2,
      answerRate: 3337,
      firstTokenAfter: 12,
      stopped: 'length',
    });
  });

  it('refuses what is no event, and says what the server says', () => {
    expect(code(() => takeLine(emptyStream, 'data: {"choices":5}'))).toBe('bad-answer');
    expect(code(() => takeLine(emptyStream, 'data: {'))).toBe('bad-answer');
    expect(code(() => takeLine(emptyStream, 'x'.repeat(2_000_000)))).toBe('bad-answer');
    expect(code(() => takeLine(emptyStream, 'data: {"error":{"message":"too long"}}'))).toBe(
      'server-unhealthy',
    );
    const full = { ...emptyStream, text: 'x'.repeat(8 * 1024 * 1024) };
    expect(code(() => takeLine(full, 'data: {"choices":[{"delta":{"content":"y"}}]}'))).toBe('bad-answer');
  });
});
