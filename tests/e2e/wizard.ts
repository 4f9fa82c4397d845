// SPDX-License-Identifier: GPL-3.0-or-later

// The first run of somebody who wants what is recommended and nothing else: how much there is to do by hand. The model
// comes from this computer, so that what is measured is the way and not the network. Steps are judged; the time is told.

import GLib from 'gi://GLib?version=2.0';
import { until } from '../support/built.ts';
import { assert, equal, run } from '../support/tap.ts';
import { App } from './support/app.ts';
import { key } from './support/hands.ts';
import { looksRight } from './support/pages.ts';
import { appears, focused, shows } from './support/screen.ts';
import { step } from './support/steps.ts';

/** Decisions from the first page to the last: Start, five pages to go on from, a model, Goose, and Done. */
const mostPresses = 11;
/** Keys besides: on the way to what has no key of its own. */
const mostMoves = 12;

const app = new App(['--practice']);
let presses = 0;
let moves = 0;
let began = 0;
/** Seconds from agreeing to the model's plan until there is nothing left to do for it. */
let fetching = 0;

/** What a person presses to agree or to go on. */
async function press(id: string, name: string, limit = 60_000): Promise<void> {
  await appears(id, limit);
  presses += 1;
  await key(name);
}

/** Tab until something has the focus, then Enter. */
async function reach(id: string, limit = 60_000): Promise<void> {
  await appears(id, limit);
  for (let most = 60; !focused(id) && most > 0; most -= 1) {
    moves += 1;
    await key('Tab');
  }
  assert(focused(id), `#${id} is not reached with Tab`);
  await press(id, 'Return');
}

step('from Welcome to Summary with what is recommended', async () => {
  await appears('startButton', 60_000);
  // A moment for the compositor to hand the keyboard to the window.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  began = GLib.get_monotonic_time();
  await press('startButton', 'alt+s');
  await appears('copyButton');
  await press('continueButton', 'alt+c');
  await until(() => !shows('copyButton'), 'the page of the driver');
  await press('skipButton', 'alt+p');
  await appears('pickList');
  await reach('actionButton');
  await appears('applyButton');
  await until(() => focused('applyButton'), 'the focus on what the plan is for');
  await press('applyButton', 'Return');
  const agreed = GLib.get_monotonic_time();
  await appears('continueButton', 60_000);
  fetching = (GLib.get_monotonic_time() - agreed) / 1e6;
  await press('continueButton', 'alt+c');
  // Whether it answers can be seen later just as well.
  await appears('promptEntry');
  await press('skipButton', 'alt+p');
  await reach('setUpButton');
  await appears('applyButton');
  await until(() => focused('applyButton'), 'the focus on what the plan is for');
  await press('applyButton', 'Return');
  await press('continueButton', 'alt+c');
  await appears('doneButton');
});

step('Summary says what is set up, and it took few steps', async () => {
  await looksRight('wizard-summary');
  await press('doneButton', 'alt+d');
  await appears('nextButton');
  const seconds = (GLib.get_monotonic_time() - began) / 1e6;
  print(
    `# ${presses} presses, ${moves} moves, ${(seconds - fetching).toFixed(1)} s with slow hands, and ${fetching.toFixed(1)} s for the download`,
  );
  assert(presses <= mostPresses, `${presses} presses`);
  assert(moves <= mostMoves, `${moves} moves with Tab`);
});

step('the program ends', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await key('ctrl+q');
  await app.ended();
  equal([app.exit, app.errors, app.leftovers()], [0, '', []]);
});

await run(180_000);
