// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { clock, random, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { loopbackHttp } from '../../src/platform/http.ts';
import { processes } from '../../src/platform/processes.ts';
import { assert, equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));

test('a file is written whole, with its mode, and replaced whole', async () => {
  const folder = temporaryFolder();
  await files.writeAtomic(`${folder}/a`, 'one', 0o600);
  await files.writeAtomic(`${folder}/a`, 'two', 0o640);
  equal(await files.readText(`${folder}/a`), 'two');
  equal((await files.stat(`${folder}/a`))?.mode, 0o640);
  equal(await files.list(folder), ['a'], 'no temporary file stays');
});

test('writing through a link changes what it points to and keeps the link', async () => {
  const folder = temporaryFolder();
  await files.makeFolder(`${folder}/kept/deep`, 0o700);
  await files.writeAtomic(`${folder}/kept/deep/config`, 'old', 0o600);
  GLib.spawn_command_line_sync(`ln -s kept/deep/config ${folder}/config`);
  await files.writeAtomic(`${folder}/config`, 'new', 0o600);
  equal((await files.stat(`${folder}/config`))?.kind, 'link');
  equal(await files.readText(`${folder}/kept/deep/config`), 'new');
  GLib.spawn_command_line_sync(`ln -s loop ${folder}/loop`);
  equal(code(await rejection(files.writeAtomic(`${folder}/loop`, 'x', 0o600))), 'io');
});

test('a folder that may not be written gives denied and leaves nothing', async () => {
  const folder = temporaryFolder();
  GLib.chmod(folder, 0o500);
  equal(code(await rejection(files.writeAtomic(`${folder}/a`, 'x', 0o600))), 'denied');
  equal(await files.list(folder), []);
});

test('reading says what is wrong', async () => {
  const folder = temporaryFolder();
  equal(code(await rejection(files.readText(`${folder}/none`))), 'not-found');
  equal(code(await rejection(files.readText('/dev/zero'))), 'io');
  await files.writeAtomic(`${folder}/big`, 'x'.repeat(100), 0o600);
  equal(code(await rejection(files.readText(`${folder}/big`, 99))), 'too-large');
  await files.writeAtomic(`${folder}/bytes`, new Uint8Array([0xff, 0xfe]), 0o600);
  equal(code(await rejection(files.readText(`${folder}/bytes`))), 'not-text');
  equal([...(await files.readBytes(`${folder}/big`, { offset: 98, length: 10 }))], [120, 120]);
});

test('appending makes folders, keeps order and the mode', async () => {
  const path = `${temporaryFolder()}/state/journal`;
  await files.append(path, 'a\n', 0o600);
  await files.append(path, 'b\n', 0o600);
  equal(await files.readText(path), 'a\nb\n');
  equal((await files.stat(path))?.mode, 0o600);
});

test('free space is that of the file system, also where the folder is not there yet', async () => {
  const free = await files.freeSpace(`${temporaryFolder()}/not/yet`);
  assert(free > 1_000_000, `${free} bytes`);
});

test('a program gives its output, status and lines; the locale is C', async () => {
  const lines: string[] = [];
  const script = 'echo "$LC_ALL"; printf "b\nc"; cat; echo err >&2; exit 7';
  const output = await processes.run(
    ['sh', '-c', script],
    { stdin: 'd', onLine: (l) => lines.push(l) },
    never,
  );
  equal(output, { stdout: 'C\nb\ncd', stderr: 'err\n', exit: 7 });
  equal(lines, ['C', 'b', 'cd']);
});

test('a missing program, a slow one and a cancelled one are told apart', async () => {
  equal(code(await rejection(processes.run(['no-such-program-x'], {}, never))), 'command-missing');
  equal(code(await rejection(processes.run(['sleep', '20'], { timeout: 60 }, never))), 'timeout');
  const cancel = new CancelSource();
  setTimeout(() => cancel.cancel(), 60);
  equal(code(await rejection(processes.run(['sleep', '20'], {}, cancel))), 'cancelled');
});

test('what runs on is stopped by a signal and tells its last words', async () => {
  const lines: string[] = [];
  const child = await processes.start(['sh', '-c', 'read x; echo "got $x"; echo bye >&2; sleep 30'], {
    onLine: (line) => lines.push(line),
  });
  await child.write(new TextEncoder().encode('hello\n'));
  await clock.sleep(300, never);
  child.signal('KILL');
  const end = await child.exited;
  equal(end, { exit: 137, stderrTail: 'bye\n' });
  equal(lines, ['got hello']);
});

test('children die with the process that started them', async () => {
  const mark = `${temporaryFolder()}/mark`;
  // A shell stands in for Hearth: setpriv is what ties a child to its parent.
  await processes.run(
    ['sh', '-c', `setpriv --pdeathsig KILL -- sh -c 'sleep 2; echo alive > ${mark}' & sleep 0.2`],
    {},
    never,
  );
  await clock.sleep(2600, never);
  equal(await files.stat(mark), null);
});

test('random bytes differ, digests are the known ones', async () => {
  const [a, b] = await Promise.all([random.bytes(24), random.bytes(24)]);
  equal(a.length, 24);
  assert(a.join() !== b.join(), 'the same twice');
  equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('nothing but loopback is asked', async () => {
  const http = loopbackHttp();
  equal(code(await rejection(http.request({ method: 'GET', url: 'http://192.0.2.1/' }, never))), 'denied');
  equal(
    code(await rejection(http.request({ method: 'GET', url: 'http://127.0.0.1:1/' }, never))),
    'connection-refused',
  );
});

await run();
