// SPDX-License-Identifier: GPL-3.0-or-later

// What a distributor or an administrator decided, in the real window on a made-up state: the order of Home, what is hidden,
// every lock with its sentence, and what cannot be used. Two processes: this one, and the window in a session of its own.

import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import { lockIds, noVendor, type Vendor } from '../../src/core/vendor/types.ts';
import { fixtureProblem, fixtureVendor } from '../support/fixture-vendor.ts';
import { lockLines, vendorProblemText } from '../../src/words/vendor.ts';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState, type StateName } from '../support/fixture-states.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { assert, equal, run, test } from '../support/tap.ts';
import { all } from '../support/widgets.ts';
import { windows } from '../support/windows.ts';

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));

interface Seen {
  /** Texts that show, from top to bottom. */
  readonly home: readonly string[];
  readonly welcome: readonly string[];
  readonly unusable: readonly string[];
  readonly bare: readonly string[];
  readonly atHome: string;
}

async function inside(resources: string): Promise<number> {
  const { app, catalogue, open } = await windows(resources, 'VendorWindow');

  async function texts(name: StateName, vendor: Vendor): Promise<readonly string[]> {
    const hearth = new FixtureHearth({ ...fixtureState(name, catalogue), vendor });
    const window = await open(hearth, null, 600);
    const labels = all(window, (widget) => widget instanceof Gtk.Label && widget.get_mapped());
    const shown = labels.map((label) => (label as Gtk.Label).label ?? '').filter((label) => label !== '');
    window.destroy();
    return shown;
  }

  return tellSeen<Seen>(app, async (tell) =>
    tell({
      home: await texts('all-done', fixtureVendor),
      welcome: await texts('first-run', fixtureVendor),
      unusable: await texts('all-done', { ...noVendor, problems: [fixtureProblem], locked: lockIds }),
      bare: await texts('all-done', noVendor),
      atHome: (await texts('first-run', { ...noVendor, firstRun: 'home' })).join('\n'),
    }),
  );
}

let seen: Seen | null = null;
const looked = (): Seen => {
  if (seen === null) throw new Error('nothing was seen');
  return seen;
};

test('the window shows itself with what was decided', () => {
  [seen] = seenInWindow<Seen>().seen;
});

test('Home has the vendor’s order and not what it hides', () => {
  const titles = ['Model', 'Try It', 'Tools', 'This Computer'];
  equal(
    looked().home.filter((text) => [...titles, 'Graphics Driver'].includes(text)),
    titles,
  );
});

for (const lock of lockIds) {
  test(`Home says who locked ${lock}`, () => {
    const texts = looked().home.flatMap((text) => text.split('\n'));
    for (const line of ['Managed by Example University', ...lockLines({ locked: [lock] })])
      assert(texts.includes(line), texts.join('\n'));
  });
}

test('Home and the first page have the sentence of welcome, Home where help is', () => {
  assert(looked().home.includes('Welcome to the lab'), 'home');
  assert(looked().welcome.includes('Welcome to the lab'), 'welcome');
  assert(
    looked().home.some((text) => text.includes('https://help.example.org/')),
    'help',
  );
});

test('what cannot be used is said with file and line, and that it counts as locked', () => {
  const all = looked().unusable.flatMap((text) => text.split('\n'));
  assert(all.includes('A Settings File Cannot Be Used'), all.join('\n'));
  assert(all.includes(vendorProblemText(fixtureProblem)), all.join('\n'));
  for (const line of lockLines({ locked: lockIds })) assert(all.includes(line), line);
});

test('where nobody decided anything, nothing is said; the first run can begin at Home', () => {
  assert(
    !looked().bare.some((text) => /Managed|Get Help|Settings File/.test(text)),
    looked().bare.join('\n'),
  );
  assert(looked().atHome.includes('Nothing Leaves This Computer'), looked().atHome);
});

await run(120_000);
