// SPDX-License-Identifier: GPL-3.0-or-later

// A simulated Ollama or LM Studio: it answers as they do, and as they should not, and keeps what it was asked.

import GLib from 'gi://GLib?version=2.0';
import Soup from 'gi://Soup?version=3.0';

export type Manner = 'right' | 'malformed' | 'oversized' | 'slow' | 'error';

export interface Simulated {
  readonly port: number;
  manner: Manner;
  /** Models that it names. */
  models: readonly string[];
  readonly asked: { readonly path: string; readonly key: string | null; readonly body: string }[];
  stop(): void;
}

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const word = (content: string): string => event({ choices: [{ index: 0, delta: { content } }] });

/** @param version what it says at /api/version; null for one that has no such address, as LM Studio */
export function simulate(version: string | null, at = 0): Simulated {
  const server = new Soup.Server({});
  const timers = new Set<number>();
  const later = (milliseconds: number, work: () => boolean): void => {
    const id = GLib.timeout_add(GLib.PRIORITY_DEFAULT, milliseconds, () => {
      const again = work();
      if (!again) timers.delete(id);
      return again;
    });
    timers.add(id);
  };
  const say = (message: Soup.ServerMessage, text: string): void =>
    message.get_response_body().append(new TextEncoder().encode(text));
  const drip = (message: Soup.ServerMessage, piece: string): void => {
    later(100, () => {
      say(message, piece);
      message.unpause();
      return true;
    });
  };
  server.add_handler('/', (_server, message, path) => {
    const request = message.get_request_body().flatten().get_data();
    made.asked.push({
      path,
      key: message.get_request_headers().get_one('Authorization'),
      body: request === null ? '' : new TextDecoder().decode(request),
    });
    message.set_status(200, null);
    const headers = message.get_response_headers();
    headers.set_encoding(Soup.Encoding.CHUNKED);
    const chat = path === '/v1/chat/completions';
    if (path === '/api/version' && version === null) message.set_status(404, null);
    else if (made.manner === 'slow') return drip(message, chat ? word('a') : ' ');
    else if (made.manner === 'oversized')
      say(message, chat ? `data: ${'a'.repeat(2 ** 21)}\n\n` : ' '.repeat(2 ** 19));
    else if (made.manner === 'malformed') say(message, chat ? 'data: {"choices": 3}\n\n' : '<html>');
    else if (made.manner === 'error') {
      message.set_status(500, null);
      say(message, '{"error":{"message":"model runner has unexpectedly stopped"}}');
    } else if (path === '/api/version') say(message, JSON.stringify({ version }));
    else if (path === '/v1/models') {
      const data = made.models.map((id) => ({ id, object: 'model' }));
      say(message, JSON.stringify({ object: 'list', data }));
    } else if (chat) {
      const usage = { prompt_tokens: 9, completion_tokens: 2 };
      say(message, word('Hello') + word(' there'));
      say(message, event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
      say(message, `${event({ choices: [], usage })}data: [DONE]\n\n`);
    } else message.set_status(404, null);
    message.get_response_body().complete();
  });
  server.listen_local(at, Soup.ServerListenOptions.IPV4_ONLY);
  const made: Simulated = {
    port: server.get_uris()[0]?.get_port() ?? 0,
    manner: 'right',
    models: ['qwen3:8b', 'gpt-oss:120b-cloud', 'nomic-embed-text:latest', 'llama3.2:3b'],
    asked: [],
    stop: () => {
      for (const id of timers) GLib.source_remove(id);
      timers.clear();
      server.disconnect();
    },
  };
  return made;
}
