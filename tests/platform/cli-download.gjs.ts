// SPDX-License-Identifier: GPL-3.0-or-later

// A download from the terminal against a publisher on loopback: interrupted, continued, checked, taken back.
// The catalogue of this test has one model, so it starts the terminal's own main() with a data folder of its own.

import GLib from 'gi://GLib?version=2.0';

import { maybeHearth, startAsHearth, writeDataFolder } from '../support/as-hearth.ts';
import type { BuiltOptions, Ended, Running } from '../support/built.ts';
import { textOf, until } from '../support/built.ts';
import { entryFor, startPublisher } from '../support/publisher.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

await maybeHearth();

const revision = '0'.repeat(40);
const folder = temporaryFolder();
const publisher = await startPublisher(`${folder}/publisher`);
const home = {
  LC_ALL: 'C.UTF-8',
  COLUMNS: '100',
  // dconf would write where the session bus was started, not here.
  GSETTINGS_BACKEND: 'keyfile',
  CURL_CA_BUNDLE: publisher.ca,
  XDG_DATA_HOME: `${folder}/data`,
  XDG_STATE_HOME: `${folder}/state`,
  XDG_CONFIG_HOME: `${folder}/config`,
};
const models = `${home.XDG_DATA_HOME}/hearth/models`;
const partial = `${models}/.partial/${publisher.sha256}.part`;

/** A data folder whose catalogue has the published file, served in a mode of the publisher. */
function dataFolder(mode: string): string {
  const entry = entryFor(publisher);
  const url = `https://localhost:${publisher.port}/${mode}/${revision}/model.gguf`;
  return writeDataFolder(`${folder}/${mode}/share`, [{ ...entry, file: { ...entry.file, url, revision } }]);
}

const stalling = dataFolder('stall');

function begin(args: readonly string[], data = stalling, options: BuiltOptions = {}): Running {
  return startAsHearth(data, args, { ...options, env: { ...home, ...options.env } });
}

function finish(args: readonly string[], data = stalling): Promise<Ended> {
  const running = begin(args, data);
  running.closeInput();
  return running.ended;
}

function size(path: string): number {
  return GLib.file_test(path, GLib.FileTest.EXISTS) ? GLib.file_get_contents(path)[1].length : 0;
}

test('an interrupted download ends with 130, keeps what came, and says so', async () => {
  const running = begin(['apply', 'model', '--yes']);
  await until(() => size(partial) >= publisher.size * 0.45, 'half of the file', 20_000);
  running.signal('INT');
  const { exit, out, err } = await running.ended;
  equal(exit, 130, err);
  match(out, /Download Test[^]*from localhost/);
  match(err, /kept/);
  assert(size(partial) >= publisher.size * 0.45, 'the half is still there');
  assert(!GLib.file_test(`${models}/test-model/model.gguf`, GLib.FileTest.EXISTS), 'nothing has the name');
});

test('the same command continues where it stopped', async () => {
  const plan = await finish(['status', '--json']);
  match(plan.out, /"offer": "resume-download"/);
  const { exit, out, err } = await finish(['apply', 'model', '--yes']);
  equal(exit, 0, err);
  match(out, /"hearth undo /);
  equal(size(`${models}/test-model/model.gguf`), publisher.size);
  const status = JSON.parse((await finish(['status', '--json'])).out) as {
    tasks: { id: string; standing: string }[];
  };
  equal(status.tasks.find((task) => task.id === 'model')?.standing, 'done');
});

test('verify computes the checksum again, and finds a changed file', async () => {
  equal((await finish(['models', 'verify'])).exit, 0);
  const path = `${models}/test-model/model.gguf`;
  const copy = GLib.file_get_contents(path)[1];
  const changed = Uint8Array.from(copy);
  changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
  // Written into the same file, and its time put back: nothing but reading it can tell.
  GLib.file_set_contents(`${folder}/changed`, changed);
  const script = 't=$(stat -c %y "$1"); cat "$2" >"$1"; touch -d "$t" "$1"';
  GLib.spawn_sync(
    null,
    ['sh', '-c', script, 'sh', path, `${folder}/changed`],
    null,
    GLib.SpawnFlags.SEARCH_PATH,
    null,
  );
  match((await finish(['models', '--json'])).out, /"verified": true/);
  const wrong = await finish(['models', 'verify', '--json']);
  equal(wrong.exit, 1, wrong.out);
  match(wrong.out, /"right": false/);
  match((await finish(['models', '--json'])).out, /"verified": false/);
  // It is not served: said, with what can be done; asked whether to fetch it again, the answer is missing here.
  const served = await finish(['serve']);
  equal(served.exit, 4, served.out + served.err);
  match(served.err, /not known to be right, so it is not used/);
  match(served.err, /Check the file again, or fetch the model again/);
  GLib.file_set_contents(path, copy);
  equal((await finish(['models', 'verify'])).exit, 0);
  match((await finish(['models', '--json'])).out, /"verified": true/);
});

test('the journal tells both, and undo takes the model off the disk', async () => {
  const { entries } = JSON.parse((await finish(['journal', '--json'])).out) as {
    entries: { steps: { outcome: string }[] }[];
  };
  assert(entries.length >= 2, 'two entries');
  match((await finish(['journal'])).out, /Download Test/);
  const undone = await finish(['undo', '--yes']);
  equal(undone.exit, 0, undone.err);
  equal(size(`${models}/test-model/model.gguf`), 0);
});

test('a publisher that cannot be reached: a sentence, exit code 3, and practice mode is offered', async () => {
  const nowhere = dataFolder('ok');
  const file = `${nowhere}/catalogue/hearth.json`;
  const text = textOf(file).replaceAll(`localhost:${publisher.port}`, 'localhost:9');
  GLib.file_set_contents(file, new TextEncoder().encode(text));
  const { exit, out } = await finish(['setup', '--unattended'], nowhere);
  equal(exit, 3, out);
  match(out, /cannot be reached[^]*hearth setup --practice/);
});

await run();
