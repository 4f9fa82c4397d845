// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Clock, Http } from '../core/ports.ts';
import { emptyStream, takeLine, toAnswer, type Stream } from '../core/server/stream.ts';
import type { Answer, ChatMessage, Endpoint } from '../core/server/types.ts';
import type { AskProgress } from './api.ts';
import { refuseBadStatus, type ServerApi } from './serving-api.ts';

/** Milliseconds without a word before it is given up: a long prompt on a slow processor takes minutes to read. */
const patience = 20 * 60_000;

export interface ChatDeps {
  readonly http: Http;
  readonly api: ServerApi;
  readonly clock: Clock;
}

/** Asks the model and hands over the answer as it is made. */
export class Chat {
  readonly #deps: ChatDeps;

  constructor(deps: ChatDeps) {
    this.#deps = deps;
  }

  /**
   * A cancelled question is an answer too, as far as it came; only one that was cancelled before its first word
   * rejects with `cancelled`.
   *
   * @throws cancelled, unauthorized, bad-answer, server-unhealthy, server-died, timeout
   */
  async ask(
    endpoint: Endpoint,
    messages: readonly ChatMessage[],
    onProgress: (progress: AskProgress) => void,
    cancel: Cancel,
  ): Promise<Answer> {
    const { http, api, clock } = this.#deps;
    const asked = clock.monotonic();
    let stream: Stream = emptyStream;
    let failure: unknown = null;
    let first: number | null = null;
    const take = (line: string): void => {
      // What is thrown in here would not reach the caller; it is kept, and the rest of the stream is not looked at.
      if (failure !== null) return;
      try {
        const next = takeLine(stream, line);
        const grown = next.text !== stream.text || next.reasoning !== stream.reasoning;
        stream = next;
        if (!grown) return;
        first ??= clock.monotonic() - asked;
        onProgress({ text: stream.text, reasoning: stream.reasoning, work: stream.work });
      } catch (thrown) {
        failure = thrown;
      }
    };
    const request = {
      method: 'POST' as const,
      url: `${endpoint.baseUrl}/chat/completions`,
      // The key is for Hearth's own server and for nobody else's.
      headers: endpoint.other === undefined ? await api.headers() : {},
      body: JSON.stringify({
        model: endpoint.alias,
        messages,
        stream: true,
        stream_options: { include_usage: true },
        timings_per_token: true,
      }),
      timeout: patience,
    };
    try {
      const answer = await http.lines(request, take, cancel);
      refuseBadStatus(answer, '/v1/chat/completions');
    } catch (thrown) {
      if (hasCode(thrown, 'cancelled') && first !== null) return toAnswer(stream, 'cancelled', first);
      if (endpoint.other !== undefined && hasCode(thrown, 'connection-refused'))
        throw new HearthError('engine-unusable', { because: 'other-gone', program: endpoint.other });
      if (hasCode(thrown, 'connection-lost', 'connection-refused', 'io'))
        throw new HearthError('server-died', {}, { detail: thrown.detail ?? thrown.message, cause: thrown });
      throw thrown;
    }
    if (failure !== null) throw failure;
    // The proxy closes in good order when the server behind it is killed: only the last line says that it is whole.
    if (!stream.done) throw new HearthError('server-died', {}, { detail: 'The answer broke off.' });
    return toAnswer(
      stream,
      stream.finish === 'length' ? 'length' : 'end',
      first ?? clock.monotonic() - asked,
    );
  }
}
