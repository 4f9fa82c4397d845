// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { bench, makeModel } from '../support/serving.ts';
import { assert, equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const model = await makeModel(temporaryFolder());
const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));
const hello = [{ role: 'user' as const, content: 'Hello' }];

test('an answer streams in and comes with what the server measured', async () => {
  const { serving, chat, request } = await bench(model);
  const endpoint = await serving.start(request(), never);
  const seen: string[] = [];
  const answer = await chat.ask(endpoint, hello, ({ text }) => seen.push(text), never);
  assert(seen.length >= 1, 'progress was told');
  equal(seen.at(-1), answer.text, 'the last progress is the answer');
  assert(
    seen.every((text, index) => text.startsWith(seen[index - 1] ?? '')),
    'it only grows',
  );
  assert(answer.promptTokens > 0 && answer.answerTokens > 0, 'tokens are counted');
  assert((answer.answerRate ?? 0) > 0, 'the rate is the server’s own');
  assert(answer.firstTokenAfter > 0 && answer.firstTokenAfter < 10_000, 'the wait for the first word');
  assert(answer.stopped === 'end' || answer.stopped === 'length', answer.stopped);
  await serving.stop();
});

test('the cap on answers ends them with length', async () => {
  const { serving, chat, request } = await bench(model);
  const endpoint = await serving.start(request({ maxAnswerTokens: 2 }), never);
  const answers = [];
  for (let index = 0; index < 4; index += 1) answers.push(await chat.ask(endpoint, hello, () => {}, never));
  assert(
    answers.every((answer) => answer.answerTokens <= 2),
    JSON.stringify(answers),
  );
  assert(
    answers.some((answer) => answer.stopped === 'length'),
    JSON.stringify(answers),
  );
  await serving.stop();
});

test('a question can be cancelled, and what came is kept', async () => {
  const { serving, chat, request, deaths } = await bench(model);
  const endpoint = await serving.start(request({ maxAnswerTokens: null }), never);
  const long = [{ role: 'user' as const, content: 'Tell me a story. '.repeat(20) }];
  let kept = 0;
  // More than once: a proxy that minds being hung up on dies of it only now and then.
  for (let index = 0; index < 5; index += 1) {
    const cancel = new CancelSource();
    const answer = await chat.ask(endpoint, long, () => cancel.cancel(), cancel);
    if (answer.stopped === 'cancelled' && answer.text.length > 0) kept += 1;
  }
  assert(kept > 0, 'the first words are kept');
  const early = new CancelSource();
  early.cancel();
  equal(code(await rejection(chat.ask(endpoint, hello, () => {}, early))), 'cancelled');
  const next = await chat.ask(endpoint, hello, () => {}, never);
  assert(next.answerTokens > 0, 'the server is free for the next question');
  equal(deaths, [], 'nothing died of it');
  await serving.stop();
});

test('a server killed in the middle of an answer is said so', async () => {
  const { serving, chat, request } = await bench(model);
  const endpoint = await serving.start(request({ maxAnswerTokens: null }), never);
  let killed = false;
  const kill = (): void => {
    if (killed) return;
    killed = true;
    void processes
      .run(['kill', '-STOP', String(endpoint.isolation.serverPid)], {}, never)
      .then(() => processes.run(['kill', '-KILL', String(endpoint.isolation.serverPid)], {}, never));
  };
  let thrown: unknown = null;
  // A short answer may be whole before the kill arrives; then it is asked again.
  for (let attempt = 0; attempt < 20 && thrown === null; attempt += 1) {
    const ask = chat.ask(endpoint, hello, kill, never);
    thrown = await ask.then(
      () => null,
      (error: unknown) => error,
    );
  }
  equal(code(thrown), 'server-died');
  await serving.stop();
});

test('a key that the server does not know is said so', async () => {
  const { serving, chat, request, paths } = await bench(model);
  const endpoint = await serving.start(request(), never);
  await files.writeAtomic(paths.keyFile, 'another-key-of-good-length\n', 0o600);
  equal(code(await rejection(chat.ask(endpoint, hello, () => {}, never))), 'unauthorized');
  await files.writeAtomic(paths.keyFile, '\n', 0o600);
  equal(code(await rejection(chat.ask(endpoint, hello, () => {}, never))), 'bad-config');
  await serving.stop();
});

test('a prompt beyond the context ends in the server’s own words', async () => {
  const { serving, chat, request } = await bench(model);
  const endpoint = await serving.start(request({ contextTokens: 4096 }), never);
  const long = [{ role: 'user' as const, content: 'word '.repeat(6000) }];
  const thrown = await rejection(chat.ask(endpoint, long, () => {}, never));
  equal(code(thrown), 'server-unhealthy');
  assert(thrown instanceof HearthError && /context/.test(thrown.detail ?? ''), 'it names the context');
  await serving.stop();
});

await run();
