// SPDX-License-Identifier: GPL-3.0-or-later

// The first run of somebody for whom all that is recommended is there already, in the real window with real keys, on made-up
// states: one key a page to the end, which works as soon as the page stands. Nothing is planned, downloaded or waited for. Two
// processes: this one, and the window in a session of its own. tests/e2e/wizard.ts has the way of whoever has nothing yet, with
// the real program.

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import { tour } from '../../src/ui/context.ts';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState, type StateName } from '../support/fixture-states.ts';
import { workingSight } from '../support/driver-sights.ts';
import { pressKeys } from '../support/keyboard.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { equal, run, test } from '../support/tap.ts';
import { all, find, pause } from '../support/widgets.ts';
import { windows } from '../support/windows.ts';

interface Walk {
  readonly state: StateName;
  /** The pages, in the order in which they came, and what was pressed on each. */
  readonly pages: readonly (readonly [page: string, pressed: string])[];
  /** What showed that something goes on: on which page, and what. */
  readonly waits: readonly string[];
  /** What Hearth was asked for. */
  readonly calls: readonly string[];
  readonly downloads: number;
  /** The page after the last press. */
  readonly end: string;
}

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));

async function inside(resources: string): Promise<number> {
  const { app, catalogue, open } = await windows(resources, 'WalkThrough');

  async function walk(name: StateName): Promise<Walk> {
    const state = fixtureState(name, catalogue);
    const choices = { ...state.choices, firstRunDone: false };
    const hearth = new FixtureHearth({ ...state, choices, driver: workingSight() });
    const window = await open(hearth, null, 900);
    const navigation = find<Adw.NavigationView>(window, 'navigation');
    const visible = (): string => navigation.get_visible_page()?.tag ?? '';
    const shows = (id: string): boolean =>
      all(
        window,
        (widget) => widget.get_buildable_id() === id && widget.get_mapped() && widget.is_sensitive(),
      ).length > 0;
    const keys = { startButton: 'alt+s', continueButton: 'alt+c', skipButton: 'alt+p', doneButton: 'alt+d' };
    const pages: [string, string][] = [];
    const waits: string[] = [];
    let downloads = 0;
    while (visible() !== 'home' && pages.length < 2 * tour.length) {
      const pressed = Object.entries(keys).find(([id]) => shows(id));
      if (pressed === undefined) throw new Error(`nothing to press on ${visible()}`);
      for (const widget of all(window, (each) => each.get_mapped()))
        if (widget instanceof Adw.Spinner || widget instanceof Gtk.ProgressBar)
          waits.push(`${visible()}: ${widget.get_buildable_id() ?? widget.constructor.name}`);
      downloads += hearth.state.value.downloads.length;
      pages.push([visible(), pressed[0]]);
      await pressKeys(pressed[1]);
      await pause(500);
    }
    const calls = hearth.calls.filter((call) => !call.startsWith('seen '));
    const end = visible();
    window.destroy();
    return { state: name, pages, waits, calls, downloads, end };
  }

  return tellSeen<Walk>(app, async (tell) => {
    for (const name of ['all-done', 'model-ready'] as const) tell(await walk(name));
  });
}

let walks: readonly Walk[] = [];
const of = (state: StateName): Walk => {
  const found = walks.find((each) => each.state === state);
  if (found === undefined) throw new Error(`${state} was not walked`);
  return found;
};

test('the first run is walked through by keyboard', () => {
  walks = seenInWindow<Walk>().seen;
  equal(walks.length, 2);
});

test('where all is set up, it takes one press a page: Start, Continue, Done', () => {
  const { pages, end } = of('all-done');
  equal(pages, [
    ['welcome', 'startButton'],
    ...tour.slice(1, -1).map((page) => [page, 'continueButton'] as const),
    ['summary', 'doneButton'],
  ]);
  equal(end, 'home');
});

test('where the model is on the disk, nothing more than a press a page is needed to come to the end', () => {
  const { pages, end } = of('model-ready');
  equal(
    pages.map(([page]) => page),
    [...tour],
  );
  equal(pages.find(([page]) => page === 'model')?.[1], 'continueButton', 'it does not have to be brought');
  equal(end, 'home');
});

test('nothing is planned, downloaded or waited for on the way', () => {
  for (const { state, calls, waits, downloads } of walks) {
    equal(calls, ['finish'], state);
    equal(waits, [], state);
    equal(downloads, 0, state);
  }
});

await run(120_000);
