// SPDX-License-Identifier: GPL-3.0-or-later

// The main job in the real window, as a person does it for the first time: from Welcome to an answer by the model and an
// answer by Goose, in practice mode, with the real llama-server and the real Goose. All the while it is written down
// whom the programs talk to.

import GLib from 'gi://GLib?version=2.0';
import { assert, equal, match, run } from '../support/tap.ts';
import { until } from '../support/built.ts';
import { App } from './support/app.ts';
import { key, keys } from './support/hands.ts';
import { looksRight } from './support/pages.ts';
import { appears, press, shows, textOf, words, write } from './support/screen.ts';
import { step } from './support/steps.ts';
import { contacts, tracing } from './support/trace.ts';

const log = `${GLib.dir_make_tmp('hearth-trace-XXXXXX')}/trace`;
const app = new App(['--practice'], { wrap: tracing(log) });

step('the first start opens with Welcome', async () => {
  await appears('startButton', 60_000);
  await looksRight('01-welcome');
});

step('This Computer shows the recorded machine', async () => {
  await press('startButton');
  await appears('copyButton');
  match(words(), /RTX 4060/);
  await looksRight('02-computer');
});

step('Graphics Driver shows its card', async () => {
  await press('continueButton');
  await appears('cards');
  match(words('cards'), /RTX 4060/);
  await looksRight('03-driver');
});

step('Model offers the practice model first', async () => {
  await press('skipButton');
  await appears('pickList');
  await looksRight('04-model');
});

step('before a download, the plan is shown', async () => {
  // In reading order the first pick's.
  await press('actionButton');
  await appears('applyButton');
  await looksRight('05-plan');
});

step('the download shows how far it is', async () => {
  await press('applyButton');
  await appears('progressBar');
  await looksRight('06-downloading');
});

step('the model is there', async () => {
  await appears('continueButton', 60_000);
  assert(!shows('progressBar'), 'still a bar');
  await looksRight('07-model-there');
});

step('Try It waits for a question', async () => {
  await press('continueButton');
  await appears('promptEntry');
  await looksRight('08-try');
});

step('the model answers', async () => {
  await write('promptEntry', 'What is a local model?');
  await press('askButton');
  // Grows while it comes, and ends with what was measured.
  await appears('answer', 60_000);
  await appears('facts', 60_000);
  await until(() => shows('askButton'), 'the end of the answer');
  assert(textOf('answer').trim().length > 20, `only: ${textOf('answer')}`);
  match(textOf('facts'), /\d/);
  await looksRight('09-answer');
});

step('Tools shows what it would write for Goose', async () => {
  await press('continueButton');
  await press('setUpButton');
  await appears('applyButton');
  await looksRight('10-goose-plan');
});

step('Goose is set up', async () => {
  await press('applyButton');
  await appears('askGooseButton', 60_000);
  await looksRight('11-goose-ready');
});

step('Goose answers, and the counters of its server agree', async () => {
  await press('askGooseButton');
  await until(() => shows('judgement') && shows('askGooseButton'), 'an answer of Goose', 90_000);
  assert(textOf('gooseAnswer').trim() !== '', 'Goose said nothing');
  await looksRight('12-goose-answer');
});

step('Summary says what is set up', async () => {
  await press('continueButton');
  await appears('doneButton');
  await looksRight('13-summary');
});

step('Home has nothing left to do', async () => {
  await press('doneButton');
  await appears('nextButton');
  await looksRight('14-home');
});

step('the journal lists what was done', async () => {
  await press('menuButton');
  // A menu takes a few frames more than a page.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await looksRight('15-menu');
  await key('Escape');
  await keys('F10', 'Down', 'Return');
  await appears('entries');
  await looksRight('16-journal');
});

step('closing the window ends everything', async () => {
  await key('ctrl+w');
  await app.ended();
  equal([app.exit, app.errors], [0, '']);
  await until(() => app.alive().length === 0, `the end of ${app.alive().join('; ')}`, 5000);
  equal(app.leftovers(), [], 'practice leaves nothing behind');
});

step('nobody but this computer was talked to', () => {
  const { programs, loopback, foreign } = contacts(log);
  for (const name of ['curl', 'llama-server', 'goose'])
    assert(programs.has(name), `${name} is not in ${[...programs].join(' ')}`);
  assert(loopback >= 3, `only ${loopback} times loopback: the trace saw too little`);
  equal(foreign, []);
});

await run(120_000);
