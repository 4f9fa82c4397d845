// SPDX-License-Identifier: GPL-3.0-or-later

// A plan for the driver whose process is killed while the root service works for it; `support/mechanism/cuts.ts` says what of
// it is real and what is simulated.

import {
  building,
  goneOnWith,
  runOrCarryOut,
  stage,
  stands,
  takenBack,
} from '../../support/mechanism/cuts.ts';
import { sh } from '../../support/mechanism/stage.ts';
import { equal, test } from '../../support/tap.ts';

test('killed while a key is made: gone on with, and with that key', () =>
  goneOnWith('small', 'begin prepare-key'));

test('killed while the module is built: the build is stopped, and all of it taken back', async () => {
  await sh(`rm -f ${stage.root}.made/building; touch ${stage.root}.made/slow`);
  await takenBack('small', 'working build-module', 'build-module', building);
  equal((await stands())[3], false, 'no module came after that');
});

test('killed while the module is built: gone on with', async () => {
  await sh(`rm -f ${stage.root}.made/building; touch ${stage.root}.made/slow`);
  await goneOnWith('small', 'working build-module', building);
});

test('killed when the kernel is chosen, and nobody wrote that down: taken back', () =>
  takenBack('small', 'end default-kernel', 'default-kernel'));

await runOrCarryOut();
