// SPDX-License-Identifier: GPL-3.0-or-later

// What a power cut can take: the order in which a finished download reaches the disk, as the kernel is asked for it.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';
import { never } from '../../src/core/cancel.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { fetchModel, startPublisher, urlFor } from '../support/publisher.ts';
import type { Publisher } from '../support/publisher.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

const told = GLib.getenv('HEARTH_TEST_DURABLE');
if (told !== null) {
  const { publisher, models } = JSON.parse(told) as { publisher: Publisher; models: string };
  await fetchModel(publisher, models, urlFor(publisher, 'ok', 'durable'));
  system.exit(0);
}

const folder = temporaryFolder();

test('synced, named, the folder synced, then the stamp; only then is the note of the way removed', async () => {
  const publisher = await startPublisher(`${folder}/publisher`, 1024 * 1024);
  const models = `${folder}/models`;
  const log = `${folder}/calls`;
  const self = GLib.filename_from_uri(import.meta.url)[0];
  const calls = 'trace=fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat';
  const strace = ['strace', '-f', '-qq', '-y', '-s', '4096', '--seccomp-bpf', '-o', log, '-e', calls];
  const output = await processes.run(
    [...strace, 'gjs', '-m', self],
    { env: { HEARTH_TEST_DURABLE: JSON.stringify({ publisher, models }) }, timeout: 100_000 },
    never,
  );
  equal(output.exit, 0, output.stderr);
  const events = (await files.readText(log, 8 * 1024 * 1024)).split('\n').flatMap(eventOf);
  const part = `${models}/.partial/${publisher.sha256}.part`;
  const final = `${models}/test-model/model.gguf`;
  const stamp = `${models}/test-model/verified.json`;
  const sidecar = `${models}/.partial/${publisher.sha256}.json`;
  const named = events.findIndex(({ call, paths }) => call === 'rename' && paths.includes(final));
  assert(named >= 0, 'the file was given its name by a rename');
  equal(events[named]?.paths, [part, final]);
  const [before, after] = [events.slice(0, named), events.slice(named + 1)];
  const synced = (list: readonly Event[], path: string): number =>
    list.findIndex((event) => event.call === 'fsync' && event.paths[0] === path);
  assert(synced(before, part) >= 0, 'the bytes are on the disk before they have the name');
  assert(synced(before, models) >= 0, 'the folder of the model is in its parent before');
  const folderSynced = synced(after, `${models}/test-model`);
  const stamped = after.findIndex(({ call, paths }) => call === 'rename' && paths[1] === stamp);
  assert(folderSynced >= 0 && folderSynced < stamped, 'the name is on the disk before the stamp');
  const temporary = after[stamped]?.paths[0] ?? '';
  assert(synced(after.slice(0, stamped), temporary) >= 0, 'the stamp is whole before it has its name');
  assert(synced(after.slice(stamped), `${models}/test-model`) >= 0, 'and its name is on the disk');
  const removed = after.findIndex(({ call, paths }) => call === 'unlink' && paths[0] === sidecar);
  assert(removed > stamped, 'what is needed to go on is kept until the end');
  assert(synced(before, `${models}/.partial`) >= 0, 'so is the name of what is on its way');
});

interface Event {
  readonly call: 'fsync' | 'rename' | 'unlink';
  readonly paths: readonly string[];
}

/** A call that succeeded, with the paths of its arguments or open files. */
function eventOf(line: string): readonly Event[] {
  const match = /^\d+ +(fsync|fdatasync|rename|unlink)(?:at2?)?\((.*)\) += 0$/.exec(line);
  if (match === null) return [];
  const [, name = '', args = ''] = match;
  if (name.startsWith('f')) {
    const path = /^\d+<(.*)>$/.exec(args)?.[1];
    return path === undefined ? [] : [{ call: 'fsync', paths: [path] }];
  }
  const paths = [...args.matchAll(/"([^"]*)"/g)].map((found) => found[1] ?? '');
  return [{ call: name === 'rename' ? 'rename' : 'unlink', paths }];
}

await run();
