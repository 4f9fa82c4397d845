// SPDX-License-Identifier: GPL-3.0-or-later

// A model file of a person's own, from the terminal: added, chosen, asked, moved to another disk and asked again, checked,
// taken back and removed. The server is the real one. And files that are refused.

import GLib from 'gi://GLib?version=2.0';
import type { Ended } from '../support/built.ts';
import { start } from '../support/built.ts';
import { namedModel } from '../support/gguf-writer.ts';
import { makeModel } from '../support/serving.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

const unique = `hearth-own-${GLib.uuid_string_random().slice(0, 8)}`;
const folder = temporaryFolder();
const disk = `/var/tmp/${unique}`;
const home = `${folder}/home`;
const models = `${folder}/data/hearth/models`;
GLib.mkdir_with_parents(`${home}/Downloads`, 0o755);
const practice = await makeModel(folder);
const env = {
  LC_ALL: 'C.UTF-8',
  COLUMNS: '100',
  GSETTINGS_BACKEND: 'keyfile',
  HOME: home,
  XDG_DATA_HOME: `${folder}/data`,
  XDG_STATE_HOME: `${folder}/state`,
  XDG_CONFIG_HOME: `${folder}/config`,
  XDG_RUNTIME_DIR: `${folder}/run`,
};
GLib.mkdir_with_parents(env.XDG_RUNTIME_DIR, 0o700);

function hearth(...args: readonly string[]): Promise<Ended> {
  const running = start(args, { env });
  running.closeInput();
  return running.ended;
}

interface Listed {
  readonly picks: readonly { readonly modelId: string }[];
  readonly models: readonly { readonly id: string }[];
  readonly own: readonly {
    readonly id: string;
    readonly licence: unknown;
    readonly consent: unknown;
    readonly installed: { readonly path: string; readonly verified: boolean };
  }[];
  readonly files: readonly { readonly name: string }[];
}
const listed = async (): Promise<Listed> => JSON.parse((await hearth('models', '--json')).out) as Listed;
const exists = (path: string): boolean => GLib.file_test(path, GLib.FileTest.EXISTS);
let id = '';

test('a file is added after its plan was shown, and stands apart with nothing claimed', async () => {
  const asked = await hearth('models', 'import', practice);
  equal(asked.exit, 4, 'no answer is no');
  match(asked.out, /Add .+ from a file of yours without taking more of the disk/);
  equal((await listed()).own, []);
  const { exit, out, err } = await hearth('models', 'import', practice, '--yes');
  equal(exit, 0, out + err);
  const { own, picks, models: offers } = await listed();
  equal(own.length, 1);
  id = own[0]?.id ?? '';
  equal([own[0]?.licence, own[0]?.consent, own[0]?.installed.verified], [null, null, true]);
  assert(!picks.some(({ modelId }) => modelId === id) && !offers.some((offer) => offer.id === id), 'apart');
  const text = (await hearth('models')).out;
  match(text, /On This Computer[^]*licence, training data and consent are unknown to Hearth[^]*own-/);
  match((await hearth('models', 'show', id)).out, /Licence +Unknown to Hearth/);
  equal((await hearth('models', 'import', practice, '--yes')).exit, 1, 'it is there already');
});

test('it is chosen, served behind the wall and asked', async () => {
  const { exit, out, err } = await hearth('try', 'hello', '--model', id, '--yes', '--json');
  equal(exit, 0, out + err);
  equal((JSON.parse(out) as { model: string }).model, id);
});

test('all models move to another disk, are served from there, and come back', async () => {
  const { exit, out, err } = await hearth('models', 'move-to', disk, '--yes');
  equal(exit, 0, out + err);
  match(out, /Copy .+ to .+, check it there, and remove\s+it here/);
  match(out, /Keep models in .+ from now on/);
  const [own] = (await listed()).own;
  equal([own?.installed.path.startsWith(`${disk}/`), own?.installed.verified], [true, true]);
  assert(!exists(`${models}/${id}`), 'nothing is left');
  match((await hearth('models', 'move-to', disk)).out, /nothing for Hearth to do/);
  equal((await hearth('try', 'hello', '--yes', '--json')).exit, 0, 'served from there');
  // A disk that is not connected: said, and nothing is written where it would be.
  GLib.rename(disk, `${disk}-away`);
  const away = await hearth('models', 'import', practice, '--yes');
  equal(away.exit, 1);
  match(away.err, /The folder where models are kept, .+, is not there[^]*Connect the disk/);
  assert(!exists(disk), 'nothing was made');
  GLib.rename(`${disk}-away`, disk);
  const entries = (
    JSON.parse((await hearth('journal', '--json')).out) as {
      entries: { plan: string; steps: { action: { do: string } }[] }[];
    }
  ).entries;
  const moved = entries.find(({ steps }) => steps.some(({ action }) => action.do === 'move-model'));
  const undone = await hearth('undo', moved?.plan ?? '', '--yes');
  equal(undone.exit, 0, undone.out + undone.err);
  equal((await listed()).own[0]?.installed.path.startsWith(models), true);
  equal((await listed()).own[0]?.installed.verified, true);
  assert(!exists(disk), 'the folder that was made is gone');
});

test('folders that models cannot be kept in', async () => {
  const refused = async (place: string, sentence: RegExp): Promise<void> => {
    const { exit, err } = await hearth('models', 'move-to', place, '--yes');
    equal(exit, 1, err);
    match(err, sentence);
  };
  await refused(`${models}/inside`, /inside the folder that models are moved from/);
  await refused(`${home}/.ollama/models`, /belongs to another program/);
  await refused('/proc/hearth', /Nothing can be written|belongs to somebody else/);
  await refused(practice, /is not a folder/);
  // A folder with something in it gets one of Hearth's own.
  const planned = await hearth('models', 'move-to', folder);
  equal(planned.exit, 4);
  match(planned.out, /hearth-models/);
});

test('a flipped byte: found by reading it again, not served, and nobody to fetch it from', async () => {
  const path = (await listed()).own[0]?.installed.path ?? '';
  const flip =
    't=$(stat -c %y "$1"); cp "$1" "$1.was"; printf "\\377\\376" | dd of="$1" bs=1 seek=900000 conv=notrunc status=none; touch -d "$t" "$1"';
  GLib.spawn_sync(null, ['sh', '-c', flip, 'sh', path], null, GLib.SpawnFlags.SEARCH_PATH, null);
  equal((await hearth('models', 'verify')).exit, 1);
  equal((await listed()).own[0]?.installed.verified, false);
  const served = await hearth('serve', '--yes');
  equal(served.exit, 1, served.out);
  match(served.err, /its file is not known to be right, so it is not used/);
  GLib.spawn_sync(
    null,
    ['sh', '-c', 'cat "$1.was" >"$1"; rm "$1.was"', 'sh', path],
    null,
    GLib.SpawnFlags.SEARCH_PATH,
    null,
  );
  equal((await hearth('models', 'verify')).exit, 0);
});

test('removing says that nobody publishes it, and leaves the original', async () => {
  const { exit, out } = await hearth('models', 'remove', id, '--yes');
  equal(exit, 0, out);
  match(out, /Remove .+ and free/);
  equal((await listed()).own, []);
  assert(exists(practice), 'the original stays');
  assert(!exists(`${models}/${id}`), 'nothing of it stays');
});

test('what is refused has a sentence and a way on', async () => {
  const put = (name: string, bytes: Uint8Array): string => {
    GLib.file_set_contents(`${home}/Downloads/${name}`, bytes);
    return `${home}/Downloads/${name}`;
  };
  const refused = async (path: string, sentence: RegExp): Promise<void> => {
    const { exit, err } = await hearth('models', 'import', path, '--yes');
    equal(exit, 1, err);
    match(err, sentence);
  };
  await refused(put('a-00001-of-00002.gguf', namedModel('a', 1)), /one part of a model[^]*llama-gguf-split/);
  await refused(put('mmproj-a.gguf', namedModel('a', 1)), /look at pictures/);
  await refused(put('a.gguf', new TextEncoder().encode('hello')), /is not a model file/);
  await refused('/nonexistent.gguf', /does not exist/);
  await refused(home, /it is not a file/);
});

test('files of other programs are listed as what they are', async () => {
  GLib.file_set_contents(`${home}/Downloads/found.gguf`, namedModel('Found Here', 2));
  equal(
    (await listed()).files.map(({ name }) => name),
    ['Found Here'],
  );
  match((await hearth('models')).out, /Files of Other Programs[^]*Found Here[^]*Downloads/);
});

await run();
