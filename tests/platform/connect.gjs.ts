// SPDX-License-Identifier: GPL-3.0-or-later

// Opening Goose in a terminal (a stand-in that writes down what it was given), and finding what people have already.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { findClients, openGoose } from '../../src/engine/connect.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { bench, makeModel, until } from '../support/serving.ts';
import { equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const program =
  GLib.getenv('HEARTH_GOOSE') ??
  `${GLib.get_current_dir()}/node_modules/@aaif/goose-binary-linux-x64/bin/goose`;
const usual = GLib.getenv('PATH') ?? '';

/** A stand-in for a terminal program: notes its words, one a line, and runs what it was given. */
async function terminal(folder: string, name: string): Promise<string> {
  const script = '#!/bin/sh\nfor word; do echo "$word"; done >"$0.words"\nsleep 0.3\n';
  await files.makeFolder(folder, 0o755);
  await files.writeAtomic(`${folder}/${name}`, script, 0o755);
  return `${folder}/${name}.words`;
}

const wordsOf = async (path: string): Promise<readonly string[]> => {
  await until('the terminal was started', async () => (await files.stat(path)) !== null);
  await until('its words are there', async () => (await files.readText(path)).includes('session'));
  return (await files.readText(path)).trim().split('\n');
};

test('Goose opens in the terminal of the desktop, word by word, with the local model', async () => {
  const here = await bench(await makeModel(temporaryFolder()));
  const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);
  const folder = temporaryFolder();
  const odd = `${folder}/a "b" $(c); d`;
  await files.makeFolder(odd, 0o755);
  const own = await terminal(`${folder}/bin`, 'kgx');
  GLib.setenv('PATH', `${folder}/bin:${usual}`, true);
  try {
    equal(await openGoose(program, endpoint, { folder: odd, here: false }, { processes }, never), null);
    const words = await wordsOf(own);
    equal(words.slice(0, 3), ['--', 'env', `--chdir=${odd}`]);
    equal(words.slice(-2), [program, 'session']);
    for (const wanted of ['GOOSE_PROVIDER=hearth', 'GOOSE_MODEL=practice', 'GOOSE_TELEMETRY_OFF=1'])
      equal(words.includes(wanted), true, wanted);
    equal(words.join(' ').includes(await here.serving.api.key()), false, 'the key is in nobody’s arguments');
    // The same words, carried out: they lead to the folder and to Goose itself.
    const { stdout } = await processes.run([...words.slice(1, -2), 'pwd'], {}, never);
    equal(stdout.trim(), odd);

    const first = await terminal(`${folder}/bin`, 'xdg-terminal-exec');
    await openGoose(program, endpoint, { folder, here: false }, { processes }, never);
    equal((await wordsOf(first))[0], 'env', 'what the desktop prefers goes first, and needs no dashes');
  } finally {
    GLib.setenv('PATH', usual, true);
    await here.serving.stop();
  }
});

test('without a terminal program there is a sentence', async () => {
  const folder = temporaryFolder();
  for (const tool of ['sh', 'setsid', 'env']) {
    const path = (await processes.find(tool)) ?? '';
    await processes.run(['ln', '-s', path, `${folder}/${tool}`], {}, never);
  }
  GLib.setenv('PATH', folder, true);
  try {
    const endpoint = { alias: 'm' } as never;
    const thrown = await rejection(
      openGoose(program, endpoint, { folder, here: false }, { processes }, never),
    );
    equal(thrown instanceof HearthError && thrown.code, 'no-terminal');
  } finally {
    GLib.setenv('PATH', usual, true);
  }
});

test('what people have is found by program, desktop file and Flatpak, and nothing else is', async () => {
  const home = temporaryFolder();
  const data = `${home}/share`;
  const find = () => findClients({ files, processes, home, dataFolders: [data] });
  GLib.setenv('PATH', `${home}/bin:${usual}`, true);
  try {
    const before = await find();
    await terminal(`${home}/bin`, 'zed');
    await files.makeFolder(`${home}/.local/share/flatpak/app/com.jeffser.Alpaca`, 0o755);
    await files.makeFolder(`${data}/applications`, 0o755);
    await files.writeAtomic(`${data}/applications/ai.lmstudio.lm-studio.desktop`, '[Desktop Entry]\n', 0o644);
    equal(
      (await find()).filter((id) => !before.includes(id)),
      ['alpaca', 'zed', 'lmstudio'],
    );
  } finally {
    GLib.setenv('PATH', usual, true);
  }
});

await run();
