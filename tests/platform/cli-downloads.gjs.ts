// SPDX-License-Identifier: GPL-3.0-or-later

// Several models from the terminal: fetched together, paused by Ctrl+C, listed, continued, and one thrown away. The
// catalogue of this test has three models, so it starts the terminal's own main() with a data folder of its own.

import GLib from 'gi://GLib?version=2.0';

import { files } from '../../src/platform/files.ts';
import { sha256 } from '../../src/platform/clock.ts';
import { maybeHearth, startAsHearth, writeDataFolder } from '../support/as-hearth.ts';
import type { Ended, Running } from '../support/built.ts';
import { until } from '../support/built.ts';
import { openShop } from '../support/download-stage.ts';
import { entryFor, type Publisher } from '../support/publisher.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

await maybeHearth();

const revision = '0'.repeat(40);
const ids = ['a', 'b', 'c'];
const folder = temporaryFolder();
const shop = await openShop(folder, ids);
const home = {
  LC_ALL: 'C.UTF-8',
  COLUMNS: '100',
  GSETTINGS_BACKEND: 'keyfile',
  CURL_CA_BUNDLE: shop.ca,
  XDG_DATA_HOME: `${folder}/data`,
  XDG_STATE_HOME: `${folder}/state`,
  XDG_CONFIG_HOME: `${folder}/config`,
};
const models = `${home.XDG_DATA_HOME}/hearth/models`;
const publisher = (id: string): Publisher => shop.publishers[id] as Publisher;
const part = (id: string): string => `${models}/.partial/${publisher(id).sha256}.part`;
const size = async (path: string): Promise<number> => (await files.stat(path))?.size ?? 0;

function dataFolder(mode: string): string {
  const entries = ids.map((id) => {
    const entry = entryFor(publisher(id), { id, name: `Model ${id.toUpperCase()}` });
    const url = `https://localhost:${publisher(id).port}/${mode}/${revision}/model.gguf`;
    return { ...entry, file: { ...entry.file, url, revision } };
  });
  return writeDataFolder(`${folder}/${mode}/share`, entries);
}

const slow = dataFolder('slower');
const quick = dataFolder('ok');

function begin(args: readonly string[], data: string): Running {
  const running = startAsHearth(data, args, { env: home });
  running.closeInput();
  return running;
}

const finish = (args: readonly string[], data = quick): Promise<Ended> => begin(args, data).ended;

interface Listed {
  readonly downloads: readonly {
    readonly modelId: string;
    readonly status: string;
    readonly bytes: number;
  }[];
  readonly chosen: string | null;
}

test('Ctrl+C pauses all of them, says how far they came and how to go on', async () => {
  const running = begin(['models', 'get', 'a', 'b', 'c', '--yes'], slow);
  await until(() => GLib.file_test(part('a'), GLib.FileTest.EXISTS), 'the first has begun', 20_000);
  await new Promise<void>((resolve) => setTimeout(resolve, 1200));
  running.signal('INT');
  const { exit, out, err } = await running.ended;
  equal(exit, 130, err);
  match(out, /Model C: Waiting, next in line/);
  match(out, /Model A: Paused · \d/);
  match(out, /"hearth models get a b c" continues/);
  assert((await size(part('a'))) > 0 && (await size(part('b'))) > 0, 'both kept their bytes');
  equal(await size(part('c')), 0, 'the third had not begun');
});

test('the list shows what is paused, for people and for scripts', async () => {
  const { out } = await finish(['models']);
  match(out, /Paused downloads\n[^]*a +Model A +Paused · \d/);
  match(out, /"hearth models get ID" continues one/);
  const listed = JSON.parse((await finish(['models', '--json'])).out) as Listed;
  equal(listed.downloads.map(({ modelId, status }) => `${modelId} ${status}`).toSorted(), [
    'a paused',
    'b paused',
  ]);
  equal(listed.downloads.find(({ modelId }) => modelId === 'a')?.bytes, await size(part('a')));
  equal(listed.chosen, 'a', 'the first that was asked for is the one to be used');
});

test('one is thrown away, with its bytes said first', async () => {
  const { exit, out } = await finish(['models', 'discard', 'b', '--yes']);
  equal(exit, 0, out);
  match(out, /Throw away the [\d.]+ [kM]B of Model B that came so far/);
  equal(await size(part('b')), 0);
  match((await finish(['models', 'discard', 'b', '--yes'])).out, /nothing for Hearth to do/);
});

test('the same command continues, and each is told', async () => {
  const { exit, out, err } = await finish(['models', 'get', 'a', 'b', 'c', '--yes']);
  equal(exit, 0, err);
  match(out, /Model A: Downloaded and checked/);
  match(out, /Model A is here and will be used\./);
  match(out, /Model B is here\. "hearth apply model --model b" uses it\./);
  match(out, /Download Model B[^]*Model A stays in use/);
  for (const id of ids)
    equal(sha256(await files.readBytes(`${models}/${id}/model.gguf`)), publisher(id).sha256, id);
  const again = await finish(['models', 'get', 'c', '--json']);
  equal([again.exit, (JSON.parse(again.out) as { models: unknown[] }).models], [0, []]);
  match((await finish(['models', 'get', 'c'])).out, /Model C is on this disk already/);
});

test('without an ID, and with one that is not listed', async () => {
  equal((await finish(['models', 'get'])).exit, 2);
  const { exit, err } = await finish(['models', 'get', 'nobody', '--yes']);
  equal(exit, 1, err);
  match(err, /There is no model called nobody/);
});

await run();
