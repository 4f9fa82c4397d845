// SPDX-License-Identifier: GPL-3.0-or-later

// Hearth as the units at login start it, with the markers on the disk that systemd looks for: shown once, gone on with
// where it was, back after a restart, and never again by itself. Killed in between, as a power cut would.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import { until } from '../support/built.ts';
import { assert, equal, match, run, temporaryFolder } from '../support/tap.ts';
import { App } from './support/app.ts';
import { key } from './support/hands.ts';
import { looksRight } from './support/pages.ts';
import { appears, press, shows, textOf, windows } from './support/screen.ts';
import { step } from './support/steps.ts';

const home = temporaryFolder();
const state = `${home}/.local/state/hearth`;
const real = { practice: false };
const names = ['pending', 'first-run-done', 'first-login-begun', 'resume', 'resume-begun'];

const markers = (): readonly string[] =>
  names.filter((name) => GLib.file_test(`${state}/${name}`, GLib.FileTest.EXISTS));
const lay = (name: string): void => {
  GLib.mkdir_with_parents(state, 0o700);
  GLib.file_set_contents(`${state}/${name}`, '');
};

let app: App;
const begin = (...args: readonly string[]): void => {
  app = new App(args, { home });
};
/** GTK warns when a window goes that has only just told the compositor about its accessible objects. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1500));

async function closeWindow(): Promise<void> {
  await settle();
  await key('ctrl+w');
  await app.ended();
  equal([app.exit, app.errors, app.alive()], [0, '', []]);
}

/** A start that shows nothing and ends. */
async function nothingComes(option: string): Promise<void> {
  begin(option);
  let most = 0;
  await until(
    () => {
      most = Math.max(most, windows());
      return app.exit !== null;
    },
    'the end of the program',
    15_000,
  );
  equal([app.exit, app.errors, most], [0, '', 0], option);
}

step('the first login shows Welcome, and the page that a person comes to is kept', async () => {
  lay('pending');
  begin('--first-login');
  await press('startButton', 30_000);
  await appears('copyButton');
  equal(markers(), ['pending', 'first-login-begun']);
  await press('continueButton');
  await appears('cards');
});

step('killed there, the next login goes on at the same page, with the way back', async () => {
  app.kill();
  await app.ended();
  equal(markers(), ['pending', 'first-login-begun']);
  begin('--first-login');
  await appears('cards', 30_000);
  await looksRight('first-boot-1-goes-on', real);
  await key('alt+Left');
  await appears('copyButton');
  await key('alt+Left');
  await appears('startButton');
  // Twice is all that a fault may bring it by itself.
  equal(markers(), ['first-run-done']);
  app.kill();
  await app.ended();
});

step('closed or cut off once more, no unit shows it again', async () => {
  await nothingComes('--first-login');
  equal(markers(), ['first-run-done']);
  await nothingComes('--resume');
});

step('a person finds it where it was left; closing it counts as seen', async () => {
  GLib.unlink(`${state}/first-run-done`);
  lay('pending');
  begin();
  await press('startButton', 30_000);
  await appears('copyButton');
  await closeWindow();
  equal(markers(), ['first-run-done']);
  begin();
  await appears('copyButton', 30_000);
  assert(!shows('startButton'), 'Welcome again');
  await closeWindow();
});

step('after a restart that it asked for, Welcome says what came of it and leads back', async () => {
  lay('resume');
  begin('--resume');
  await appears('startButton', 30_000);
  await until(
    () => shows('greetingSentence') && !markers().includes('resume'),
    'what came of the restart',
    30_000,
  );
  assert(textOf('greetingSentence').length > 20, textOf('greetingSentence'));
  equal(markers(), ['first-run-done']);
  await looksRight('first-boot-2-back', real);
  await press('startButton');
  await appears('copyButton');
  await closeWindow();
  await nothingComes('--resume');
});

step('everything can be skipped at once, and Home is where it opens from then on', async () => {
  begin();
  await appears('copyButton', 30_000);
  await key('alt+Left');
  await press('skipAllButton');
  await appears('nextButton');
  await looksRight('first-boot-3-skipped', real);
  await closeWindow();
  begin();
  await appears('nextButton', 30_000);
  await closeWindow();
});

step('a restart is told on Home as well, once, whoever opens the window', async () => {
  lay('resume');
  begin();
  await appears('nextButton', 30_000);
  await until(
    () => shows('greetingSentence') && !markers().includes('resume'),
    'what came of the restart',
    30_000,
  );
  await looksRight('first-boot-4-home', real);
  await closeWindow();
  begin();
  await appears('nextButton', 30_000);
  await until(() => !shows('greetingSentence'), 'no greeting');
  await closeWindow();
});

step('a home that cannot be written to keeps nobody away', async () => {
  const before = Gio.File.new_for_path(state);
  before.move(Gio.File.new_for_path(`${state}.aside`), 0, null, null);
  GLib.file_set_contents(state, 'not a folder');
  begin();
  await appears('nextButton', 30_000);
  await settle();
  await key('ctrl+w');
  await app.ended();
  // It is said in the log that nothing can be kept.
  equal(app.exit, 0, app.errors);
  match(app.errors, /write first-run-done/);
});

await run(180_000);
