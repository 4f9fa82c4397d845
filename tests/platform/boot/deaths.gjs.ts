// SPDX-License-Identifier: GPL-3.0-or-later

// Killing, freezing and starving the model's unit under a real user manager.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../../src/core/cancel.ts';
import { HearthError } from '../../../src/core/errors.ts';
import type { Endpoint } from '../../../src/core/server/types.ts';
import { unitNames } from '../../../src/core/server/units.ts';
import type { Action } from '../../../src/core/setup/plan.ts';
import { modelFiles, stampOf, writeStamp } from '../../../src/engine/model-files.ts';
import { clock } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { processes } from '../../../src/platform/processes.ts';
import { bench, http, makeModel, until } from '../../support/serving.ts';
import { assert, equal, rejection, run, test } from '../../support/tap.ts';

const here = await bench('', { real: true });
const folder = `${here.paths.models}/practice`;
await files.makeFolder(folder, 0o755);
const model = await makeModel(folder);
const sha256 = '0'.repeat(64);
const stamp = (): Promise<void> =>
  writeStamp(files, modelFiles(here.paths.models, { to: model, sha256 }), sha256, 1);
await stamp();
const request = here.request({ modelPath: model, stamp: stampOf(model) });
const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));
const systemctl = (...args: readonly string[]) =>
  processes.run(['systemctl', '--user', ...args], { timeout: 60_000 }, never);
const signal = (name: string, pid: number) => processes.run(['kill', `-${name}`, String(pid)], {}, never);

/** Whether control groups of this user count memory; inside containers they may not. */
const counted = (await files.readText('/proc/self/cgroup')).startsWith('0::')
  ? (await systemctl('show', '--value', '--property=MemoryCurrent', 'app.slice')).stdout.trim() !==
    '[not set]'
  : false;

async function perform(actions: readonly Action[]): Promise<void> {
  for (const action of actions) {
    if (action.do === 'units') await here.serving.units(action.verb, action.units);
    if (action.do !== 'write-file') continue;
    await files.makeFolder(GLib.path_get_dirname(action.path), 0o755);
    await files.writeAtomic(action.path, action.content, action.mode);
  }
}

async function start(): Promise<Endpoint> {
  await perform(await here.serving.prepare(request));
  return here.serving.start(request, never);
}

/** Answers again, without anybody asking for a start. */
async function other(than: number): Promise<Endpoint> {
  let found: Endpoint | null = null;
  const again = async (): Promise<boolean> => {
    found = await here.serving.check(never).catch(() => null);
    return found !== null && found.isolation.serverPid !== than;
  };
  await until('it is there again', again, 30_000);
  return found as unknown as Endpoint;
}

test('killed once, systemd brings it back at the same address, behind the wall', async () => {
  const first = await start();
  await signal('KILL', first.isolation.serverPid);
  const second = await other(first.isolation.serverPid);
  equal([second.port, second.isolation.isolated, second.isolation.interfaces], [first.port, true, ['lo']]);
  const answer = await here.chat.ask(second, [{ role: 'user', content: 'Hello' }], () => {}, never);
  assert(answer.answerTokens > 0, 'it answers');
  const health = await here.serving.health(second);
  // Where the control group counts memory, it tells too.
  if (counted)
    assert((health.memory.group ?? 0) > 1_000_000, `the group of the unit: ${health.memory.group}`);
  assert((health.memory.resident ?? 0) > 1_000_000, 'the kernel tells what it takes');
  await here.serving.stop();
});

test('killed three times, it is left alone and explained; then a start is clean', async () => {
  let endpoint = await start();
  for (let count = 0; count < 2; count += 1) {
    await signal('KILL', endpoint.isolation.serverPid);
    endpoint = await other(endpoint.isolation.serverPid);
  }
  await signal('KILL', endpoint.isolation.serverPid);
  const failed = async (): Promise<boolean> =>
    (await systemctl('is-failed', unitNames.model)).stdout.trim() === 'failed';
  await until('systemd gives up', failed, 20_000);
  const thrown = await rejection(here.serving.start(request, never));
  equal(code(thrown), 'server-killed');
  equal(thrown instanceof HearthError && thrown.args, { exit: 137, times: 3 });
  const again = await start();
  assert(again.isolation.isolated, 'the next start is a new one');
  await here.serving.stop();
});

test('frozen, it is said, and a start heals it', async () => {
  const first = await start();
  await signal('STOP', first.isolation.serverPid);
  equal(code(await rejection(here.serving.check(never))), 'server-frozen');
  const second = await here.serving.start(request, never);
  assert(second.isolation.serverPid !== first.isolation.serverPid, 'a new server');
  await here.serving.letGo();
  equal(await here.serving.check(never), null);
  // Its socket is still there: whoever asks starts it.
  const url = `http://127.0.0.1:${first.port}/health`;
  await until('the next request starts it', async () => {
    const answer = await http.request({ method: 'GET', url, timeout: 5000 }, never).catch(() => null);
    return answer?.status === 200;
  });
  await here.serving.stop();
});

test('starved by its control group, it is out of memory', async () => {
  if (!counted) return print('# skipped: control groups here do not count memory');
  await perform(await here.serving.prepare(request));
  const limits = ['MemoryMax=3M', 'MemorySwapMax=0'];
  const set = await systemctl('set-property', '--runtime', unitNames.model, ...limits);
  equal(set.exit, 0, set.stderr);
  const thrown = await rejection(here.serving.start(request, never));
  equal(code(thrown), 'out-of-memory', thrown instanceof HearthError ? (thrown.detail ?? '') : '');
  await systemctl('revert', unitNames.model);
  await here.serving.stop();
});

test('on another file than the one that was checked, nothing starts, whoever asks', async () => {
  const first = await start();
  await here.serving.letGo();
  await clock.sleep(1100, never);
  await processes.run(['cp', '--', model, `${model}.other`], {}, never);
  await files.rename(`${model}.other`, model);
  const url = `http://127.0.0.1:${first.port}/health`;
  const answer = await http.request({ method: 'GET', url, timeout: 20_000 }, never).catch(() => null);
  assert(answer?.status !== 200, 'a request from outside does not start it');
  equal(await here.serving.check(never), null);
  equal(code(await rejection(here.serving.start(request, never))), 'model-changed');
  await stamp();
  await here.serving.stop();
  const again = await start();
  assert(again.isolation.isolated, 'checked again, it is served again');
  // Replaced while it runs, it is not used any more.
  await clock.sleep(1100, never);
  await processes.run(['touch', '--', model], {}, never);
  equal(code(await rejection(here.serving.check(never))), 'model-changed');
  await here.serving.stop();
});

await run();
