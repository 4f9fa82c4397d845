// SPDX-License-Identifier: GPL-3.0-or-later

// A download in the real window: paused and continued on its row, kept when the window is closed, and thrown away.

import { assert, equal, match, run } from '../support/tap.ts';
import { until } from '../support/built.ts';
import { App } from './support/app.ts';
import { key } from './support/hands.ts';
import { picture } from './support/pages.ts';
import { appears, press, pressNamed, says, shows, textOf, words } from './support/screen.ts';
import { step } from './support/steps.ts';

const app = new App(['--practice', '--page=model']);

/** Megabytes that the row says are here. */
const megabytes = (): number => Number(/(\d+(\.\d+)?) of \d/.exec(textOf('progressLabel'))?.[1] ?? '0');

step('a download is paused on its row, with what came', async () => {
  await press('actionButton', 60_000);
  await press('applyButton');
  await appears('goButton');
  await until(() => megabytes() > 0.5, 'some of the file');
  await press('goButton');
  await until(() => textOf('progressLabel').startsWith('Paused'), 'that it says so');
  match(words('goButton'), /^Continue: Practice Model/);
  match(words('endButton'), /^Discard: Practice Model/);
  picture('downloads-1-paused');
});

step('what came is shown before it is thrown away, and stays when nobody agrees', async () => {
  await press('endButton');
  await until(
    () => /Throw away the [\d.]+ [kM]B of Practice Model that came so far/.test(words()),
    'the plan',
  );
  picture('downloads-2-discard');
  await key('Escape');
  await until(() => !shows('applyButton'), 'the end of the dialog');
  assert(textOf('progressLabel').startsWith('Paused'), textOf('progressLabel'));
});

step('continued with one press; closing the window asks first', async () => {
  await press('goButton');
  await until(() => words('goButton').startsWith('Pause'), 'that it goes on');
  await key('ctrl+w');
  await until(() => says('Pause the Download?'), 'the question');
  picture('downloads-3-close');
  await pressNamed('Keep Open');
  await until(() => !says('Pause the Download?'), 'the end of the question');
});

step('it ends by itself, and the model is in use', async () => {
  await until(() => !shows('progressBar'), 'the end of the download', 20_000);
  await until(() => says('In use'), 'that it is in use');
  picture('downloads-4-there');
});

step('without a download the window closes at once', async () => {
  await key('ctrl+w');
  await app.ended();
  equal([app.exit, app.errors, app.leftovers()], [0, '', []]);
});

await run();
