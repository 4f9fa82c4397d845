// SPDX-License-Identifier: GPL-3.0-or-later

// What a download leaves behind when it is killed, and when the disk is full. The downloads run in children: this same
// program, told by its environment what to fetch.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';
import { never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { listInstalled } from '../../src/engine/installed.ts';
import { sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { seededBytes } from '../support/gguf-writer.ts';
import { asked, fetchModel, startPublisher, urlFor } from '../support/publisher.ts';
import type { Asked, Publisher } from '../support/publisher.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

interface Task {
  readonly publisher: Publisher;
  readonly models: string;
  readonly url: string;
}

const told = GLib.getenv('HEARTH_TEST_DOWNLOAD');
if (told !== null) await obey(JSON.parse(told) as Task);

const self = GLib.filename_from_uri(import.meta.url)[0];
const folder = temporaryFolder();
const publisher = await startPublisher(`${folder}/publisher`);
const long = (GLib.getenv('HEARTH_LONG') ?? '') !== '';
const MiB = 1024 * 1024;

async function obey({ publisher: from, models, url }: Task): Promise<never> {
  print('begun');
  try {
    await fetchModel(from, models, url);
    print(JSON.stringify({ end: 'done' }));
  } catch (thrown) {
    const error = thrown instanceof HearthError ? thrown.toValue() : { code: String(thrown), args: {} };
    print(JSON.stringify({ end: error.code, args: error.args }));
  }
  system.exit(0);
}

function taskFor(models: string, mode: string, key: string): { readonly HEARTH_TEST_DOWNLOAD: string } {
  const task: Task = { publisher, models, url: urlFor(publisher, mode, key) };
  return { HEARTH_TEST_DOWNLOAD: JSON.stringify(task) };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const partOf = (models: string): string => `${models}/.partial/${publisher.sha256}.part`;
const sizeOf = async (path: string): Promise<number> => (await files.stat(path))?.size ?? 0;

/** Under its final name the file is right or is not there. */
async function checkFinal(models: string): Promise<boolean> {
  const path = `${models}/test-model/model.gguf`;
  if ((await files.stat(path)) === null) return false;
  equal(sha256(await files.readBytes(path)), publisher.sha256, 'wrong bytes under the final name');
  return true;
}

const rounds = long ? 1000 : 100;
const lanes = 4;

// Every fault; wrong bytes that one of them left are fetched again by right, so these lanes only watch the name.
const faults = [
  ...['ok', 'ok-no-etag', 'drop', 'drop-always', 'drop-empty', 'no-ranges', 'no-ranges-drops', 'wrong-range'],
  ...['wrong-total', 'etag-changed', 'file-changed', 'size-changed', 'short', 'short-chunked', 'long'],
  ...['flip', 'flip-once', 'other-host', 'plain', 'loop', 'not-found', '416', 'too-many', 'too-many-long'],
  ...['unavailable', 'broken', 'stall', 'drip', 'one-byte', 'portal', 'portal-later', 'gzip'],
];
// Publishers that send the right bytes and continue where they are asked to: of these nothing may be lost.
const faithful = ['slow', 'slower', 'slow', 'slower', 'ok', 'drop', 'drop-always', 'other-host'];

interface Tally {
  kills: number;
  finished: number;
  continued: number;
  /** Most bytes that a kill cost, by the publisher's count. */
  again: number;
}

/** A download in a process of its own that has begun to ask, and what it prints. */
async function startOne(models: string, mode: string, key: string) {
  const lines: string[] = [];
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const child = await processes.start(['gjs', '-m', self], {
    env: taskFor(models, mode, key),
    onLine: (line) => {
      lines.push(line);
      begin();
    },
  });
  await Promise.race([child.exited, begun]);
  return { child, lines };
}

/** Milliseconds in which a download is killed somewhere: what a whole one takes here, now, and a little more. */
async function timeOne(): Promise<number> {
  const { child } = await startOne(`${folder}/timed`, 'ok', 'timed');
  const start = GLib.get_monotonic_time();
  await child.exited;
  const whole = (GLib.get_monotonic_time() - start) / 1000;
  // The lanes hold each other up.
  return Math.ceil(Math.min(4000, Math.max(850, whole * 1.6)));
}

/** Until so many bytes of a file are there, or the child is gone. */
async function reach(models: string, bytes: number, exited: Promise<unknown>): Promise<void> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  while (!gone && (await sizeOf(partOf(models))) < bytes) await pause(10);
}

/** Kills one download after the other, each going on with what the last one left, until it is whole. */
async function lane(number: number, count: number, within: number, tally: Tally): Promise<void> {
  const dice = seededBytes(count * 3, 20261123 + number);
  let models = `${folder}/killed-${number}`;
  let reached = 0;
  const counts = number % 2 === 0;
  const modes = counts ? faithful : faults;
  for (let round = 0; round < count; round += 1) {
    const [low = 0, high = 0, face = 0] = dice.subarray(round * 3, round * 3 + 3);
    const mode = modes[face % modes.length] ?? 'slow';
    const key = `kill-${number}-${round}`;
    const { child, lines } = await startOne(models, mode, key);
    const share = (low * 256 + high) / 0x1_0000;
    // Some by the clock, most by what has arrived: how fast a busy machine is says nothing about the latter.
    if (counts && reached < publisher.size && round % 4 < 3)
      await reach(models, reached + 0.7 * share * (publisher.size - reached), child.exited);
    else await Promise.race([child.exited, pause(share * within)]);
    child.signal('KILL');
    await child.exited;
    // Its curl dies with it, but not within the same instant.
    await pause(60);
    tally.kills += 1;
    assert(!lines.some((line) => line.includes('"busy"')), `${key} ${mode}: a lock was left behind`);
    const log = await asked(publisher, key);
    const start = startOf(log[0]);
    if (counts && log[0] !== undefined) {
      const lost = reached - start;
      assert(lost <= 4 * MiB, `${key} ${mode}: asked from ${start}, but ${reached} had been sent`);
      tally.again = Math.max(tally.again, lost);
      if (start > 0) tally.continued += 1;
    }
    reached = Math.max(reached, ...log.map((request) => startOf(request) + request.sent));
    if (!(await checkFinal(models))) continue;
    tally.finished += 1;
    reached = 0;
    models = `${folder}/killed-${number}-${round + 1}`;
  }
  await fetchModel(publisher, models, urlFor(publisher, 'ok', `kill-${number}-last`));
  assert(await checkFinal(models), 'the last run ends well');
}

const startOf = (request: Asked | undefined): number =>
  Number(/^bytes=(\d+)-/.exec(request?.range ?? '')?.[1] ?? 0);

test(`killed ${rounds} times at random moments of every fault: right or not there, 4 MiB lost at most`, async () => {
  const tally: Tally = { kills: 0, finished: 0, continued: 0, again: 0 };
  const within = await timeOne();
  const all = Array.from({ length: lanes }, (_, number) => lane(number, rounds / lanes, within, tally));
  await Promise.all(all);
  const { kills, continued, finished, again } = tally;
  print(
    `# ${kills} kills within ${within} ms, ${finished} finished before, ${continued} continued; at most ${again} bytes came again`,
  );
  assert(continued >= rounds / 20, `continued only ${continued} times`);
});

test('no child of a killed Hearth goes on writing', async () => {
  const models = `${folder}/orphans`;
  const child = await processes.start(['gjs', '-m', self], { env: taskFor(models, 'slow', 'orphans') });
  while ((await sizeOf(partOf(models))) === 0) await pause(20);
  child.signal('KILL');
  await child.exited;
  await pause(100);
  const before = await sizeOf(partOf(models));
  await pause(300);
  equal(await sizeOf(partOf(models)), before);
});

/** Runs a download whose folder is a file system of its own, of so many bytes. */
async function onSmallDisk(size: number, fill: string): Promise<readonly Record<string, unknown>[]> {
  const models = `${folder}/small-${size}`;
  await files.makeFolder(models, 0o755);
  const after = `stat -c '{"part": %s}' ${partOf(models)}; ls -A ${models}/test-model 2>/dev/null | sed 's/.*/{"final": "&"}/'`;
  const script = `${fill.replaceAll('MODELS', models)}; gjs -m "$0"; ${after}`;
  const argv = ['bwrap', '--dev-bind', '/', '/', '--size', String(size), '--tmpfs', models];
  const output = await processes.run(
    [...argv, 'sh', '-c', script, self],
    { env: taskFor(models, 'slower', `small-${size}`), timeout: 60_000 },
    never,
  );
  const lines = output.stdout.split('\n').filter((line) => line.startsWith('{'));
  assert(lines.length > 0, output.stderr);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('too little room is said before anything is fetched', async () => {
  const [result, ...rest] = await onSmallDisk(4 * MiB, 'true');
  equal(result?.['end'], 'no-space');
  const args = result?.['args'] as Record<string, number>;
  equal(args['needed'], publisher.size);
  assert((args['missing'] ?? 0) > 3 * MiB, JSON.stringify(args));
  equal((await asked(publisher, `small-${4 * MiB}`)).length, 0);
  equal(rest, []);
});

test('a disk that fills up on the way: said, and what came is kept', async () => {
  const size = 12 * MiB;
  // Somebody else writes 8 MiB as soon as the download has begun.
  const fill =
    '(while [ ! -s MODELS/.partial/*.part ]; do sleep 0.02; done; head -c 8388608 /dev/zero >MODELS/other) &';
  const [result, part, ...rest] = await onSmallDisk(size, `${fill} true`);
  equal(result?.['end'], 'no-space');
  const kept = Number(part?.['part']);
  assert(kept > 0 && kept < publisher.size, `kept ${kept}`);
  equal(rest, [], 'nothing under the final name');
});

test('after all that, an undisturbed download', async () => {
  const models = `${folder}/after`;
  await fetchModel(publisher, models, urlFor(publisher, 'ok', 'after'));
  equal(
    (await listInstalled(files, models)).map((model) => model.verified),
    [true],
  );
});

await run(long ? 1_500_000 : 480_000);
