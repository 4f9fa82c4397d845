// SPDX-License-Identifier: GPL-3.0-or-later

// Killing, freezing and starving the real llama-server: it comes back, or says why not.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { modelFiles, stampOf, writeStamp } from '../../src/engine/model-files.ts';
import { ServingLook } from '../../src/engine/serving-look.ts';
import { watched } from '../../src/engine/watched.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { processes } from '../../src/platform/processes.ts';
import { errorWords } from '../../src/words/errors.ts';
import { bench, makeModel, until, type Bench } from '../support/serving.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const models = temporaryFolder();
const model = ARGV[1] ?? (await makeModel(models));
const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));
const script = GLib.filename_from_uri(import.meta.url)[0];
const signal = (name: string, pid: number | undefined) =>
  processes.run(['kill', `-${name}`, String(pid)], {}, never);
const ask = { role: 'user' as const, content: 'Hello' };

// Started by a test below in a name space whose disk is full: says how serving ends there.
if (ARGV[0] === 'full') {
  const { serving, chat, request } = await bench(model, { folder: ARGV[2] ?? '' });
  const run = `${ARGV[2]}/run/hearth/server`;
  await files.makeFolder(run, 0o700);
  await processes.run(['mount', '-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', run], {}, never);
  await processes.run(['dd', 'if=/dev/zero', `of=${run}/fill`, 'bs=4k'], {}, never);
  const endpoint = await serving.start(request(), never);
  const answer = await chat.ask(endpoint, [ask], () => {}, never);
  print(JSON.stringify([answer.answerTokens > 0, endpoint.isolation.isolated, endpoint.servedBy]));
  await serving.stop();
  system.exit(0);
}

async function newPid({ events }: Bench, count: number): Promise<number | undefined> {
  await until('it answers again', () => events.filter((event) => event !== null).length >= count, 30_000);
  const last = events.at(-1);
  return last !== null && last !== undefined && last !== 'idle' ? last.isolation.serverPid : undefined;
}

test('killed once, it comes back by itself at the same address', async () => {
  const here = await bench(model);
  const first = await here.serving.start(here.request(), never);
  await signal('KILL', first.isolation.serverPid);
  const pid = await newPid(here, 1);
  assert(pid !== first.isolation.serverPid, 'a new server');
  equal(here.events[0], null, 'told while it comes back');
  equal(here.deaths, []);
  const again = await here.serving.check(never);
  equal([again?.port, again?.isolation.serverPid], [first.port, pid]);
  const answer = await here.chat.ask(first, [ask], () => {}, never);
  assert(answer.answerTokens > 0, 'it answers');
  equal((await here.serving.health(first)).restarts, 1);
  await here.serving.stop();
});

test('killed three times, it is left alone and explained; the next start is clean', async () => {
  const here = await bench(model);
  let pid: number | undefined = (await here.serving.start(here.request(), never)).isolation.serverPid;
  for (const count of [1, 2]) {
    await signal('KILL', pid);
    pid = await newPid(here, count);
  }
  await signal('KILL', pid);
  await until('it is explained', () => here.deaths.length === 1);
  equal([here.deaths[0]?.code, here.deaths[0]?.args], ['server-killed', { exit: 137, times: 3 }]);
  const { sentence, next } = errorWords(here.deaths[0] ?? { code: 'unexpected', args: {}, detail: null });
  match(sentence, /3 times/);
  match(next, /smaller context/);
  await clock.sleep(1000, never);
  equal(await here.serving.check(never), null, 'left alone');
  const second = await here.serving.start(here.request(), never);
  assert(second.isolation.isolated, 'a start by a person is a new one');
  await here.serving.stop();
  equal(here.deaths.length, 1, 'a stop is no death');
});

test('stopped while it waits to come back, it stays off', async () => {
  const here = await bench(model);
  const first = await here.serving.start(here.request(), never);
  await signal('KILL', first.isolation.serverPid);
  await until('it is about to come back', () => here.events.length === 1);
  await here.serving.stop();
  await clock.sleep(1500, never);
  equal(await here.serving.check(never), null);
  equal(here.events, [null]);
});

test('frozen, it is said in bounded time, and one start heals it', async () => {
  const here = await bench(model);
  const first = await here.serving.start(here.request(), never);
  await signal('STOP', first.isolation.serverPid);
  const from = clock.monotonic();
  equal(code(await rejection(here.serving.check(never))), 'server-frozen');
  assert(clock.monotonic() - from < 12_000, 'in bounded time');
  const second = await here.serving.start(here.request(), never);
  assert(second.isolation.serverPid !== first.isolation.serverPid, 'a new server');
  await until(
    'the frozen one is gone',
    async () => (await files.stat(`/proc/${first.isolation.serverPid}`)) === null,
  );
  await here.serving.stop();
  equal(here.deaths, []);
});

test('frozen in the middle of an answer, nobody waits without end', async () => {
  const here = await bench(model);
  const endpoint = await here.serving.start(here.request({ maxAnswerTokens: null }), never);
  // The hand is there before the words are: this model writes its short answers within milliseconds.
  const hand = await processes.start(
    [
      'sh',
      '-c',
      'while read -r name; do kill "-$name" "$1"; done',
      'sh',
      String(endpoint.isolation.serverPid),
    ],
    {},
  );
  const send = (name: string): Promise<void> => hand.write(new TextEncoder().encode(`${name}\n`));
  let words = 0;
  let from = clock.monotonic();
  let end: unknown = null;
  for (let attempt = 0; attempt < 20 && end === null; attempt += 1) {
    [words, from] = [0, clock.monotonic()];
    const answer = watched(
      (stop) =>
        here.chat.ask(
          endpoint,
          [ask],
          () => {
            words += 1;
            if (words === 1) void send('STOP');
          },
          stop,
        ),
      () => here.serving.check(never),
      clock,
      never,
    );
    end = await answer.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    // It was through before it was stopped.
    if (end === null) await send('CONT');
  }
  await hand.closeStdin();
  equal(code(end), 'server-frozen');
  assert(words >= 1, 'it had begun');
  assert(clock.monotonic() - from < 25_000, 'in bounded time');
  await here.serving.stop();
});

test('a model file that is removed, replaced or written to is not used any more', async () => {
  const changes: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['removed', (path) => files.remove(path)],
    ['replaced', (path) => files.writeAtomic(path, 'GGUF of somebody else', 0o644)],
    [
      'written to',
      (path) =>
        processes.run(['dd', 'if=/dev/zero', `of=${path}`, 'bs=1', 'count=1', 'conv=notrunc'], {}, never),
    ],
    ['no longer known to be right', (path) => files.remove(stampOf(path))],
  ];
  for (const [what, change] of changes) {
    const folder = temporaryFolder();
    const path = await makeModel(folder);
    await writeStamp(files, modelFiles(folder, { to: path, sha256: '0'.repeat(64) }), '0'.repeat(64), 1);
    const here = await bench(path);
    const request = here.request({ stamp: stampOf(path) });
    const first = await here.serving.start(request, never);
    await clock.sleep(20, never);
    await change(path);
    equal(code(await rejection(here.serving.check(never))), 'model-changed', what);
    const again = code(await rejection(here.serving.start(request, never)));
    assert(['model-changed', 'not-found'].includes(again), `${what}: not started again, but ${again}`);
    // Killed, it is not brought back on that file either.
    await signal('KILL', first.isolation.serverPid);
    await until('it is explained', () => here.deaths.length === 1);
    equal(here.deaths[0]?.code, 'model-changed', what);
    equal(here.events, [null]);
    await here.serving.stop();
  }
});

test('without the memory for it, it says so, and with less context it runs', async () => {
  const folder = temporaryFolder();
  const program = `${folder}/llama-server`;
  // Threads take small stacks and share what they allocate from: otherwise it is left to chance whether they or the
  // context, which is meant here, find no room.
  const lean = 'export MALLOC_ARENA_MAX=1\nulimit -s 1024';
  const starved = `#!/bin/sh\n${lean}\nulimit -v ${ARGV[2] ?? 240_000}\nexec /usr/bin/llama-server "$@"\n`;
  await files.writeAtomic(program, starved, 0o755);
  const here = await bench(model, { program });
  const thrown = await rejection(here.serving.start(here.request({ contextTokens: 65536 }), never));
  equal(code(thrown), 'out-of-memory', thrown instanceof HearthError ? (thrown.detail ?? '') : '');
  const endpoint = await here.serving.start(here.request({ contextTokens: 4096 }), never);
  equal(endpoint.contextTokens, 4096);
  await here.serving.stop();
});

test('with its disk full it works on; only who does the work is not known', async () => {
  const folder = temporaryFolder();
  const inside = ['unshare', '--user', '--map-root-user', '--mount', '--'];
  const ended = await processes.run([...inside, 'gjs', '-m', script, 'full', model, folder], {}, never);
  equal(JSON.parse(ended.stdout || '[]'), [true, true, null], ended.stderr);
});

test('nothing runs while nobody asks, and the next start answers', async () => {
  const here = await bench(model, { idleAfter: 2500 });
  const look = new ServingLook(new LocalLook(), here.paths.socket);
  const first = await here.serving.start(here.request(), never);
  // Who asks keeps it awake.
  for (let count = 0; count < 5; count += 1) {
    await here.chat.ask(first, [ask], () => {}, never);
    await clock.sleep(600, never);
  }
  equal(here.events, []);
  await until('it is let go', () => here.events.includes('idle'));
  await until('nothing is left', async () => (await look.server()) === null && (await look.proxy()) === null);
  equal([await look.holder(first.port), await here.serving.check(never)], ['nobody', null]);
  equal(await files.stat(here.paths.socket), null);
  const second = await here.serving.start(here.request(), never);
  const answer = await here.chat.ask(second, [ask], () => {}, never);
  assert(answer.answerTokens > 0, 'the next question is answered');
  here.serving.hold();
  await clock.sleep(4000, never);
  equal((await here.serving.check(never))?.isolation.serverPid, second.isolation.serverPid, 'held, it stays');
  await here.serving.stop();
  equal(here.deaths, []);
});

test('how it does is told from its own counters and by the kernel', async () => {
  const here = await bench(model);
  const endpoint = await here.serving.start(here.request(), never);
  const answer = await here.chat.ask(endpoint, [ask], () => {}, never);
  const health = await here.serving.health(endpoint);
  equal(health.answerTokens, answer.answerTokens);
  assert(health.answerRate !== null && health.answerRate > 0, 'tokens a second');
  equal([health.contextTokens, health.busy, health.waiting, health.restarts], [16384, 0, 0, 0]);
  assert(health.contextUsed >= answer.answerTokens, 'context in use');
  const { resident, group, card, loaded } = health.memory;
  assert(resident !== null && resident > 4_000_000, `resident: ${resident}`);
  equal([group, card], [null, 0]);
  assert(loaded !== null && loaded > 4_000_000 && loaded < (resident ?? 0) * 4, `loaded: ${loaded}`);
  await here.serving.stop();
});

await run();
