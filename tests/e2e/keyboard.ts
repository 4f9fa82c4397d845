// SPDX-License-Identifier: GPL-3.0-or-later

// The same way with nothing but a keyboard: whatever is needed is reached with Tab and worked with Enter.

import GLib from 'gi://GLib?version=2.0';
import { equal, match, run, temporaryFolder } from '../support/tap.ts';
import { textOf, until } from '../support/built.ts';
import { App } from './support/app.ts';
import { key, tabTo, type } from './support/hands.ts';
import { picture } from './support/pages.ts';
import { appears, focused, shows, words } from './support/screen.ts';
import { step } from './support/steps.ts';

const app = new App(['--practice']);

/** Presses a button that shows. */
async function enter(id: string, limit?: number): Promise<void> {
  await appears(id, limit);
  await tabTo(id);
  await key('Return');
}

step('through the first pages with Tab and Enter', async () => {
  await enter('startButton', 60_000);
  await appears('copyButton');
  await enter('continueButton');
  await appears('cards');
  await enter('skipButton');
  await appears('pickList');
});

step('a model is downloaded', async () => {
  await tabTo('actionButton');
  picture('keyboard-1-model');
  await key('Return');
  // The plan has its one button focused, so that Enter agrees.
  await appears('applyButton');
  await until(() => focused('applyButton'), 'the focus on what the plan is for');
  picture('keyboard-2-plan');
  await key('Return');
  await enter('continueButton', 60_000);
});

step('a question is asked and answered', async () => {
  await appears('promptEntry');
  await tabTo('promptEntry');
  await type('Why is the sky blue?');
  picture('keyboard-3-question');
  await key('Return');
  await appears('facts', 60_000);
  await until(() => shows('askButton') && focused('promptEntry'), 'the focus back in the entry');
  picture('keyboard-4-answer');
});

step('Goose is set up, and an open plan is left with Escape', async () => {
  await enter('continueButton');
  await enter('setUpButton');
  await appears('applyButton');
  await key('Escape');
  await until(() => !shows('applyButton'), 'the end of the dialog');
  await enter('setUpButton');
  await appears('applyButton');
  await key('Return');
  await appears('gooseEntry', 60_000);
});

step('the first run ends, and the proof is read with the keyboard', async () => {
  await enter('continueButton');
  await enter('doneButton');
  await appears('nextButton');
  await enter('proofRow');
  // It looks by itself when it opens; the model runs, so that all of it can be told.
  await enter('checkButton', 30_000);
  await until(() => /Holds/.test(words('checks')), 'checks that hold', 30_000);
  equal(/Does not hold|Not known/.test(words('checks')), false, words('checks'));
  // The first check opens with Enter and shows what was read.
  await key('Tab');
  await key('Return');
  await until(() => /in a network of its own/.test(words('checks')), 'the evidence');
  picture('keyboard-5-proof');
  await enter('ledgerRow');
  await until(() => /localhost/.test(words('contacts')), 'whom Hearth contacted');
  picture('keyboard-6-ledger');
  // The dialog for files takes a path as well as a name.
  const table = `${temporaryFolder()}/contacts.csv`;
  await enter('exportButton');
  await until(() => /^Save$/m.test(words()), 'the dialog for files');
  await key('ctrl+a');
  await type(table);
  await key('Return');
  await until(() => GLib.file_test(table, GLib.FileTest.EXISTS), 'the table');
  match(textOf(table), /^at,host,[^]*localhost:\d+,/);
  await appears('exportButton');
  await key('Escape');
  await key('Escape');
  await appears('nextButton');
});

step('and so does the program', async () => {
  await key('ctrl+q');
  await app.ended();
  // The stand-in for the portals has none for files, which GTK says before it shows its own dialog.
  const errors = app.errors.split('\n').filter((line) => line !== '' && !/portal\.FileChooser/.test(line));
  equal([app.exit, errors, app.leftovers()], [0, [], []]);
});

await run(120_000);
