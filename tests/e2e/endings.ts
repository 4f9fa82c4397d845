// SPDX-License-Identifier: GPL-3.0-or-later

// However Hearth ends, nothing that it started goes on without it; and two of it do not meet.

import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { until } from '../support/built.ts';
import { App } from './support/app.ts';
import { key } from './support/hands.ts';
import { appears, press, pressNamed, shows, windows, write } from './support/screen.ts';

async function toModels(): Promise<void> {
  await press('startButton', 60_000);
  await press('continueButton');
  await appears('cards');
  await press('skipButton');
  await appears('pickList');
}

async function startDownload(): Promise<void> {
  await press('actionButton');
  await press('applyButton');
  await appears('progressBar');
}

const running = (app: App, program: string): boolean =>
  app.alive().some((command) => command.includes(program));

async function nothingRuns(app: App): Promise<void> {
  await until(() => app.alive().length === 0, `the end of ${app.alive().join('; ')}`, 10_000);
}

test('killed in the middle of a download, nothing goes on', async () => {
  const app = new App(['--practice']);
  await toModels();
  await startDownload();
  await until(() => running(app, 'curl') && running(app, 'publisher.py'), 'a download');
  app.kill();
  await app.ended();
  await nothingRuns(app);
});

test('closed in the middle of a download, nothing goes on and nothing stays', async () => {
  const app = new App(['--practice']);
  await toModels();
  await startDownload();
  await until(() => running(app, 'curl'), 'a download');
  await key('ctrl+w');
  await pressNamed('Pause and Close');
  await app.ended();
  equal([app.exit, app.leftovers()], [0, []]);
  await nothingRuns(app);
});

test('killed while the model is served, the server goes too', async () => {
  const app = new App(['--practice']);
  await toModels();
  await startDownload();
  await press('continueButton', 60_000);
  await write('promptEntry', 'Hello?');
  await press('askButton');
  // The server itself, not the wall that is still being put up for it (decision 3 on what a kill in between leaves).
  const serves = (): boolean => app.alive().some((command) => /^\S*llama-server /.test(command));
  await until(serves, 'a server', 60_000);
  app.kill();
  await app.ended();
  await nothingRuns(app);
});

test('a second start shows the window of the first', async () => {
  const home = temporaryFolder();
  const first = new App([], { home });
  await appears('startButton');
  const second = new App([], { home });
  await second.ended();
  equal([second.exit, second.errors], [0, '']);
  equal(windows(), 1);
  assert(shows('startButton') && first.exit === null, 'the first one has gone');
  await key('ctrl+q');
  await first.ended();
  equal([first.exit, first.errors], [0, '']);
});

await run(120_000);
