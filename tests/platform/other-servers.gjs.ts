// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { otherEndpoint } from '../../src/core/server/others.ts';
import type { Endpoint } from '../../src/core/server/types.ts';
import { Chat } from '../../src/engine/chat.ts';
import { observeOtherServers } from '../../src/engine/other-servers.ts';
import { ServerApi } from '../../src/engine/serving-api.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { simulate, type Manner, type Simulated } from '../support/other-server.ts';
import { http } from '../support/serving.ts';
import { assert, equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));
const hello = [{ role: 'user' as const, content: 'Hello' }];

async function both(work: (ollama: Simulated, studio: Simulated) => Promise<void>): Promise<void> {
  const ollama = simulate('0.33.0');
  const studio = simulate(null);
  await work(ollama, studio).finally(() => {
    ollama.stop();
    studio.stop();
  });
}

const observe = (ollama: Simulated, studio: Simulated) =>
  observeOtherServers(new LocalLook(), http, clock, { ollama: ollama.port, lmstudio: studio.port });

/** A key of Hearth that lies there, and a chat that could send it. */
async function chatWithKey(): Promise<Chat> {
  const keyFile = `${temporaryFolder()}/api-key`;
  await files.writeAtomic(keyFile, `${'k'.repeat(64)}\n`, 0o600);
  return new Chat({ http, api: new ServerApi(http, files, keyFile), clock });
}

function endpointOf(server: Simulated): Endpoint {
  const found = { program: 'ollama', version: '0.33.0', open: false, keyless: true, cloud: null } as const;
  const { port, models } = server;
  return otherEndpoint({ server: { ...found, port, models }, model: 'qwen3:8b' });
}

test('a simulated Ollama and LM Studio are found with their models, and are asked without a key', () =>
  both(async (ollama, studio) => {
    const found = await observe(ollama, studio);
    equal(
      found.map(({ program, port, version, open, models }) => ({ program, port, version, open, models })),
      [
        {
          program: 'ollama',
          port: ollama.port,
          version: '0.33.0',
          open: false,
          models: ['qwen3:8b', 'llama3.2:3b'],
        },
        {
          program: 'lmstudio',
          port: studio.port,
          version: null,
          open: false,
          models: ['qwen3:8b', 'llama3.2:3b'],
        },
      ],
    );
    equal(ollama.asked.map(({ path }) => path).sort(), ['/api/version', '/v1/models']);
    equal(
      studio.asked.map(({ path }) => path),
      ['/v1/models'],
      'nothing else is asked',
    );
    assert(
      [...ollama.asked, ...studio.asked].every(({ key }) => key === null),
      'no key',
    );
  }));

test('what answers as neither would is not taken for one, and holds nothing up', () =>
  both(async (ollama, studio) => {
    for (const manner of ['malformed', 'oversized', 'slow', 'error'] satisfies Manner[]) {
      ollama.manner = manner;
      studio.manner = manner;
      const before = clock.monotonic();
      equal(await observe(ollama, studio), [], manner);
      const took = clock.monotonic() - before;
      assert(took < 4000, `${manner}: ${took} ms`);
    }
    ollama.stop();
    studio.stop();
    equal(await observe(ollama, studio), [], 'gone');
  }));

test('a question streams from a simulated Ollama, and Hearth’s key stays here', () =>
  both(async (ollama) => {
    const chat = await chatWithKey();
    const seen: string[] = [];
    const answer = await chat.ask(endpointOf(ollama), hello, ({ text }) => seen.push(text), never);
    equal(
      [answer.text, answer.promptTokens, answer.answerTokens, answer.stopped],
      ['Hello there', 9, 2, 'end'],
    );
    equal(seen.at(-1), 'Hello there');
    const [asked] = ollama.asked;
    equal([asked?.path, asked?.key], ['/v1/chat/completions', null]);
    equal((JSON.parse(asked?.body ?? '') as { model: string }).model, 'qwen3:8b');
  }));

test('bad answers of it each end in a code', () =>
  both(async (ollama) => {
    const chat = await chatWithKey();
    const ask = (cancel = new CancelSource()) =>
      chat.ask(endpointOf(ollama), hello, () => cancel.cancel(), cancel);
    for (const [manner, expected] of [
      ['malformed', 'bad-answer'],
      ['oversized', 'bad-answer'],
      ['error', 'server-unhealthy'],
    ] as const) {
      ollama.manner = manner;
      equal(code(await rejection(ask())), expected, manner);
    }
    ollama.manner = 'slow';
    const kept = await ask();
    equal(kept.stopped, 'cancelled', 'one that never ends can be ended');
    assert(/^a+$/.test(kept.text), kept.text);
    ollama.stop();
    const gone = await rejection(ask());
    equal(code(gone), 'engine-unusable');
    equal(gone instanceof HearthError && gone.args['because'], 'other-gone');
  }));

await run();
