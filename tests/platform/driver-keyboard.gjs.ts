// SPDX-License-Identifier: GPL-3.0-or-later

// What the driver's page and the removal of its key offer, with nothing but a keyboard: the rehearsal of a deletion and of a
// power cut, what is offered for the next start, and the cures of what was found. On made-up sights, with real keys.

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import type { Finding } from '../../src/core/driver/types.ts';
import { driverSights, kernels, workingSight } from '../support/driver-sights.ts';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState } from '../support/fixture-states.ts';
import { known, pressKeys, tabTo } from '../support/keyboard.ts';
import { fixtureCode } from '../support/sighted-driver.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { equal, match, run, test } from '../support/tap.ts';
import { all, find, pause } from '../support/widgets.ts';
import { readableConfig } from '../support/window-config.ts';

/** What came of each button of a row: the calls, what opened, and where the focus was after Escape. */
interface Tried {
  readonly calls: readonly string[];
  readonly opened: string;
  readonly back: string;
}

interface Seen {
  readonly deletion: readonly string[];
  readonly deleted: string;
  readonly refused: { readonly closed: boolean; readonly focus: string; readonly calls: readonly string[] };
  readonly restarted: readonly string[];
  readonly cut: readonly string[];
  readonly cutEnding: string;
  readonly stubborn: readonly string[];
  readonly usual: readonly string[];
  readonly guard: Readonly<Record<string, Tried>>;
  readonly applied: readonly string[];
  readonly findings: Readonly<Record<string, Tried>>;
  readonly withdrawn: readonly string[];
  readonly again: { readonly page: string; readonly back: string };
}

const found = (id: string, cure: Finding['cure'], args: Finding['args'] = {}): Finding => ({
  id,
  severity: 'warns',
  args,
  cure,
});

/** One of each kind of cure. */
const cures: readonly Finding[] = [
  found('no-key-manager', 'place-key-manager'),
  found('build-failed', 'show-log', { kernel: kernels.running }),
  found('kernel-without-module', 'keep-kernel', { kernel: kernels.running, keep: kernels.older }),
  found('request-lost', 'request-again'),
  found('still-building', 'wait'),
  found('restart-due', 'restart'),
];

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));

async function inside(resources: string): Promise<number> {
  Gio.resources_register(Gio.Resource.load(resources));
  // Widget classes read their templates when they are defined, so only now.
  const { MainWindow } = await import('../../src/ui/window/main-window.ts');
  const { RehearsalView } = await import('../../src/ui/key/rehearsal-view.ts');
  const [, bytes] = Gio.File.new_for_path('data/catalogue/hearth.json').load_contents(null);
  const state = fixtureState('all-done', new TextDecoder().decode(bytes));
  const app = new Adw.Application({ applicationId: 'io.github.hearthdesktop.Hearth.DriverKeyboard' });

  async function walk(): Promise<Seen> {
    const hearth = new FixtureHearth({ ...state, driver: driverSights.working() });
    const window = new MainWindow(app, hearth, logError, readableConfig, 'key-removal');
    window.present();
    await pause(500);
    const since = (from: number): readonly string[] =>
      hearth.calls.slice(from).filter((call) => !/^(seen|driver code)/.test(call));

    const [view] = all(window, (widget) => widget instanceof RehearsalView);
    if (!(view instanceof RehearsalView)) throw new Error('no rehearsal');
    const told = (): string => `${view.state.task} ${view.state.screen} ${view.state.selected}`;
    const keyByKey = async (...names: readonly string[]): Promise<readonly string[]> => {
      const screens: string[] = [];
      for (const name of names) {
        await pressKeys(name);
        screens.push(told());
      }
      return screens;
    };

    await tabTo(window, 'screen');
    const deletion = [...(await keyByKey('Down', 'Return', 'Down', 'Return', 'Down', 'Return'))];
    await pressKeys(...Array.from(fixtureCode));
    deletion.push(...(await keyByKey('Return', 'Return')));
    const deleted = `${view.state.ending} ${find<Gtk.Label>(view, 'next').label ?? ''}`;

    // The same with a power cut in the middle: the screen gets the focus with the button.
    await tabTo(window, 'powerCutButton');
    await pressKeys('Return');
    const cut = [
      `${known(window.get_focus())} ${told()}`,
      ...(await keyByKey('space', 'Down', 'Up', 'Return')),
    ];
    const cutEnding = `${view.state.ending} ${find<Gtk.Label>(view, 'next').label ?? ''}`;
    // Somebody who goes on all the same has one way back, and loses nothing.
    await tabTo(window, 'startOverButton');
    await pressKeys('Return');
    const stubborn = await keyByKey(
      ...['space', 'Down', 'Return', 'Escape', 'Return', 'Return', 'Return', 'Return', 'Return', 'Return'],
      ...['Return', 'Return'],
    );
    await tabTo(window, 'powerCutButton');
    const offered = find<Gtk.Button>(view, 'powerCutButton').label ?? '';
    await pressKeys('Return');
    const usual = [offered, told()];

    const before = hearth.calls.length;
    await tabTo(window, 'restartButton');
    await pressKeys('Return');
    await pause(250);
    await pressKeys('Escape');
    await pause(250);
    const refused = {
      closed: window.visibleDialog === null,
      focus: known(window.get_focus()),
      calls: since(before),
    };
    await pressKeys('Return');
    await pause(250);
    await tabTo(window, 'haveCode');
    await pressKeys('space');
    await tabTo(window, 'Restart');
    await pressKeys('Return');
    await pause(250);
    const restarted = since(before);

    hearth.set({ driver: driverSights.failed() });
    window.open('driver');
    await pause(400);
    const tryOut = async (name: string): Promise<Tried> => {
      const from = hearth.calls.length;
      await tabTo(window, name);
      await pressKeys('Return');
      await pause(250);
      const dialog = window.visibleDialog;
      const page = window.visibleDialog === null ? shownPage(window) : '';
      const log = dialog === null ? '' : texts(dialog).join('');
      const opened = dialog === null ? page : `${dialog.title}${log === '' ? '' : `: ${log.split('\n')[0]}`}`;
      if (dialog !== null || page !== 'driver') await pressKeys('Escape');
      await pause(300);
      return { calls: since(from), opened, back: known(window.get_focus()) };
    };
    const guard: Record<string, Tried> = {};
    for (const name of ['guard-1', 'guard-2', 'guard-3']) guard[name] = await tryOut(name);
    const untouched = hearth.calls.length;
    await pressKeys('Return');
    await pause(250);
    // The plan has its one button focused.
    await pressKeys('Return');
    await pause(250);
    const applied = since(untouched);

    hearth.set({ driver: workingSight({ findings: cures }) });
    await pause(250);
    const findings: Record<string, Tried> = {};
    for (const { id } of cures) findings[id] = await tryOut(`finding-${id}-1`);

    hearth.set({ driver: driverSights.cut() });
    await pause(250);
    const from = hearth.calls.length;
    await tabTo(window, 'ending-1');
    await pressKeys('Return');
    await pause(250);
    const withdrawn = since(from);
    hearth.set({ driver: driverSights.missed() });
    await pause(250);
    await tabTo(window, 'ending-1');
    await pressKeys('Return');
    await pause(400);
    const page = shownPage(window);
    await pressKeys('Escape');
    await pause(400);
    const again = { page, back: shownPage(window) };
    window.destroy();
    return {
      ...{ deletion, deleted, cut, cutEnding, stubborn, usual, refused, restarted },
      ...{ guard, applied, findings, withdrawn, again },
    };
  }

  return tellSeen<Seen>(app, async (tell) => tell(await walk()));
}

function shownPage(window: Gtk.Widget): string {
  const [view] = all(window, (widget) => widget instanceof Adw.NavigationView);
  return view instanceof Adw.NavigationView ? (view.visiblePage?.tag ?? '') : '';
}

function texts(root: Gtk.Widget): readonly string[] {
  return all(root, (widget) => widget instanceof Gtk.TextView).map((widget) => {
    const { buffer } = widget as Gtk.TextView;
    return buffer.get_text(buffer.get_start_iter(), buffer.get_end_iter(), false);
  });
}

let seen: Seen | null = null;

test('the whole way is gone with the keyboard', () => {
  const shown = seenInWindow<Seen>();
  [seen] = shown.seen;
  const { output } = shown;
  const said = output.split('\n').filter((each) => /CRITICAL|WARNING|JS ERROR/.test(each));
  equal(
    said.filter((each) => !/host\.portal\.Registry/.test(each)),
    [],
    'warnings',
  );
});

test('a deletion is rehearsed through its own screens', () => {
  equal(seen?.deletion, [
    'delete menu 1',
    'delete keys 0',
    'delete keys 1',
    'delete question 0',
    'delete question 1',
    'delete password 0',
    'delete done 0',
    'delete over 0',
  ]);
  match(seen?.deleted ?? '', /^done .*the key is deleted/);
});

test('a power cut is rehearsed: any key, and “Continue boot”, keep every key', () => {
  equal(seen?.cut, [
    'screen reset countdown 0',
    'reset menu 0',
    'reset menu 1',
    'reset menu 0',
    'reset over 0',
  ]);
  match(seen?.cutEnding ?? '', /^kept .*every key stays/);
});

test('who went into “Reset MOK” comes out with Enter alone, and nothing is erased', () => {
  const missed = ['reset no-length 0', 'reset password 0'];
  equal(seen?.stubborn, [
    ...['reset menu 0', 'reset menu 1', 'reset question 0', 'reset password 0'],
    ...[...missed, ...missed, 'reset no-length 0'],
    ...['reset failed 0', 'reset menu 0', 'reset over 0'],
  ]);
  equal(seen?.usual, ['Without a Power Cut', 'delete menu 0']);
});

test('Escape leaves the question before the restart where it came from, and nothing was asked for', () => {
  equal(seen?.refused, { closed: true, focus: 'restartButton', calls: [] });
});

test('the restart comes after the request, by who has the code at hand', () => {
  equal(seen?.restarted, ['driver request delete right', 'driver restart']);
});

test('what is offered for the next start opens, does nothing by itself, and gives the focus back', () => {
  const log = 'Log of the Build: Building for the kernel 7.2.4-200.fc44.x86_64';
  equal(seen?.guard, {
    'guard-1': { calls: [], opened: log, back: 'guard-1' },
    'guard-2': { calls: [`driver build ${kernels.running}`], opened: 'Plan', back: 'guard-2' },
    'guard-3': { calls: [`driver keep ${kernels.older}`], opened: 'Plan', back: 'guard-3' },
  });
  equal(seen?.applied, [`driver keep ${kernels.older}`, 'apply driver']);
});

test('each cure is reached, and the focus comes back to its button', () => {
  const calls = Object.fromEntries(
    Object.entries(seen?.findings ?? {}).map(([id, tried]) => [id, tried.calls]),
  );
  equal(calls, {
    'no-key-manager': ['driver cure no-key-manager'],
    'build-failed': [],
    'kernel-without-module': ['driver cure kernel-without-module'],
    'request-lost': [],
    'still-building': ['driver refresh'],
    'restart-due': ['driver restart'],
  });
  const opened = Object.values(seen?.findings ?? {}).map((tried) => tried.opened.split(':')[0]);
  equal(opened, ['Plan', 'Log of the Build', 'Plan', 'key', 'driver', 'driver']);
  const back = Object.values(seen?.findings ?? {}).map((tried) => tried.back);
  equal(
    back,
    cures.map(({ id }) => `finding-${id}-1`),
  );
});

test('what a power cut left is withdrawn, and a missed screen leads to the key and back', () => {
  equal(seen?.withdrawn, ['driver withdraw']);
  equal(seen?.again, { page: 'key', back: 'driver' });
});

await run(240_000);
