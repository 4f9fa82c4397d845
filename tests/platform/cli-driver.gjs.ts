// SPDX-License-Identifier: GPL-3.0-or-later

// The graphics driver in the built terminal program: on recorded machines, and set up in practice from nothing to proven.
// Packages, builds, firmware and restarts are simulated there.

import GLib from 'gi://GLib?version=2.0';

import { hearth } from '../support/built.ts';
import { assert, equal, match, run, test } from '../support/tap.ts';

const recorded = (name: string): string => `${GLib.get_current_dir()}/data/machines/${name}`;

test('from nothing to a driver that is proven, in one rehearsal', async () => {
  const { exit, out } = await hearth(['driver', 'install', 'cuda', '--practice', '--yes', '--show-code']);
  equal(exit, 0, out);
  match(out, /PRACTICE MODE/);
  match(out, /Turn on the package source/);
  match(out, /One-time code: [1-9]{4} [1-9]{4}$/m);
  match(out, /If it says Reset MOK,\s+choose\s+Continue boot/);
  match(out, /PRACTICE: the recorded computer restarts/);
  match(out, /The security key is enrolled, and the graphics driver works\./);
  match(out, /Safe to Restart/);
});

test('a code is never printed where nobody sees it, and then nothing is asked of the firmware', async () => {
  const { exit, out, err } = await hearth(['driver', 'install', 'cuda', '--practice', '--yes']);
  equal(exit, 2);
  assert(!/One-time code/.test(out), out);
  match(err, /shown on a terminal only/);
});

test('what there is to choose, as text and as JSON', async () => {
  const told = await hearth(['driver', '--machine', recorded('laptop-rtx4060')]);
  equal(told.exit, 0);
  match(told.out, /CUDA \(recommended\)/);
  match(told.out, /hearth driver install cuda/);
  const { out } = await hearth(['driver', '--json', '--machine', recorded('desktop-rx7900xtx')]);
  const { kind, advice } = JSON.parse(out) as {
    kind: string;
    advice: { cards: unknown[]; recommended: string };
  };
  equal([kind, advice.cards.length, advice.recommended], ['driver', 0, 'clean']);
});

test('nothing is done to a recorded machine, and wrong words are told', async () => {
  equal((await hearth(['driver', 'remove', '--machine', recorded('laptop-rtx4060')])).exit, 2);
  equal((await hearth(['driver', 'install', 'turbo', '--practice'])).exit, 2);
  equal((await hearth(['driver', 'cure', 'nothing-like-it', '--practice'])).exit, 2);
  const none = await hearth(['driver', 'key', '--practice', '--yes', '--show-code']);
  equal(none.exit, 3, none.out);
});

test('the update of an image that waits is discarded, which is not said to be taken back', async () => {
  const { exit, out, err } = await hearth([
    ...['driver', 'keep-system', '--yes', '--practice=laptop-silverblue-nvidia'],
  ]);
  equal(exit, 0, err);
  match(out, /Discard the update that waits for the next start/);
  match(out, /Done: 1 step/);
  assert(!/hearth undo/.test(`${out}${err}`), `${out}${err}`);
  const elsewhere = await hearth(['driver', 'keep-system', '--yes', '--practice']);
  equal(elsewhere.exit, 1, elsewhere.err);
  match(elsewhere.err, /nothing that Hearth could do/);
});

await run(200_000);
