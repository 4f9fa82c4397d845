// SPDX-License-Identifier: GPL-3.0-or-later

// Hearth for real, on the computer that the tests run on, with a new home. It has no network here, so that the publisher
// of a model cannot be reached: that is said, nothing is lost, and a second start finds the first run behind it.

import { errorWords } from '../../src/words/errors.ts';
import { textOf as fileText, until } from '../support/built.ts';
import { assert, equal, run, temporaryFolder } from '../support/tap.ts';
import { App } from './support/app.ts';
import { key } from './support/hands.ts';
import { looksRight } from './support/pages.ts';
import { appears, press, shows, textOf, words } from './support/screen.ts';
import { step } from './support/steps.ts';

const home = temporaryFolder();
let app = new App([], { home });
const real = { practice: false };

step('the first start opens with Welcome, and no word of practice', async () => {
  await appears('startButton');
  await looksRight('real-1-welcome', real);
});

step('This Computer shows this computer', async () => {
  await press('startButton');
  await appears('hardware');
  const model = /^model name\s*: (.*)$/m.exec(fileText('/proc/cpuinfo'))?.[1] ?? '';
  // Marketing words are left out there, so that the first word and numbers have to do.
  const said = words('hardware');
  assert(said.includes(model.split(/[ (]/)[0] ?? ''), `${model} is not in:\n${said}`);
  await looksRight('real-2-computer', real);
});

step('a publisher that cannot be reached: the sentence, and another try', async () => {
  await press('continueButton');
  await appears('cards');
  await press('continueButton');
  await press('actionButton');
  await press('applyButton');
  await appears('retryButton', 60_000);
  const expected = ['host-not-found', 'offline', 'connection-refused'] as const;
  const sentences = expected.map((code) =>
    errorWords({ code, args: { host: 'huggingface.co' }, detail: null }),
  );
  const said = textOf('failureLabel');
  assert(
    sentences.some(({ sentence }) => sentence === said),
    `said: ${said}`,
  );
  await looksRight('real-3-unreachable', real);
});

step('another try begins again with the plan', async () => {
  await press('retryButton');
  await appears('applyButton');
  await key('Escape');
  await until(() => !shows('applyButton'), 'the end of the dialog');
  // As before the first try.
  await appears('actionButton');
});

step('what is skipped waits, and Home says so', async () => {
  for (const landmark of ['promptEntry', 'facts', 'doneButton']) {
    await press('skipButton');
    await until(() => shows(landmark), `#${landmark}`);
  }
  await looksRight('real-4-summary', real);
  await press('doneButton');
  await appears('nextButton');
  await looksRight('real-5-home', real);
  await key('ctrl+w');
  await app.ended();
  equal([app.exit, app.errors, app.alive()], [0, '', []]);
});

step('the second start opens at Home', async () => {
  app = new App([], { home });
  await appears('nextButton');
  assert(!shows('startButton'), 'Welcome again');
  await key('ctrl+w');
  await app.ended();
});

await run(90_000);
