// SPDX-License-Identifier: GPL-3.0-or-later

// What a person does in a session that GDM opened, with nothing but a keyboard. Run inside that session; the argument
// names which login it is.

import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import { until } from '../support/built.ts';
import { assert, equal, run, test } from '../support/tap.ts';
import { appears, find, shows, textOf } from '../e2e/support/screen.ts';
import { inOverview, inShell, pause, picture, press, tabTo, type, windowsOfShell } from './shell.ts';

const app = 'io.github.hearthdesktop.Hearth';
const state = `${GLib.get_user_state_dir()}/hearth`;
const markers = (): readonly string[] =>
  ['pending', 'first-run-done', 'first-login-begun', 'resume', 'resume-begun'].filter((name) =>
    GLib.file_test(`${state}/${name}`, GLib.FileTest.EXISTS),
  );
const mine = () => windowsOfShell().filter((window) => window.app === app);

let stopped = '';
function step(name: string, body: () => Promise<void>): void {
  test(`${login}: ${name}`, async () => {
    if (stopped !== '')
      throw Object.assign(new Error(`not reached, as this failed: ${stopped}`), { stack: '' });
    try {
      await body();
    } catch (thrown) {
      stopped = name;
      picture(`failed-${login}`);
      throw thrown;
    }
  });
}

/** Reaches a button with Tab and presses it with Enter. */
async function enter(id: string): Promise<void> {
  await appears(id, 30_000);
  await tabTo(id);
  await press('Return');
}

/** From the overview, where a session begins, to the window: what Escape is for. */
async function leaveOverview(): Promise<void> {
  if (inOverview()) await press('Escape');
  await until(() => !inOverview(), 'the end of the overview');
  await pause(400);
}

const logins: Readonly<Record<string, () => void>> = {
  first() {
    step('Hearth is there without being asked, and shows itself in the overview', async () => {
      await until(() => mine().length === 1, 'the window', 40_000);
      await pause(1500);
      // The session begins in the overview and stays there: the window is in front in it, with its icon in the dash.
      equal(inOverview(), true, 'the overview');
      equal(windowsOfShell().length, 1, 'nothing else greets');
      equal(markers(), ['pending', 'first-login-begun']);
      picture('1-first-login');
      await leaveOverview();
      equal(inShell('return global.display.focus_window?.get_title() ?? null'), 'Hearth', 'the focus');
      picture('2-first-login-window');
    });
    step('the first pages with Tab and Enter, up to where a restart is asked for', async () => {
      await enter('startButton');
      await appears('copyButton');
      await enter('continueButton');
      await until(() => !shows('copyButton') && shows('continueButton'), 'the next page');
      picture('3-before-the-restart');
    });
  },
  resume() {
    step('after the restart Hearth says how it went, on Welcome', async () => {
      await until(() => mine().length === 1, 'the window', 40_000);
      await leaveOverview();
      await until(
        () => shows('greetingSentence') && !markers().includes('resume'),
        'what came of it',
        30_000,
      );
      assert(textOf('greetingSentence') !== '', 'a sentence');
      picture('4-back');
    });
    step('and goes on where it was, to the end with the keyboard', async () => {
      await enter('startButton');
      for (let page = 0; page < 12 && !shows('doneButton'); page += 1) {
        await until(
          () => shows('skipButton') || shows('continueButton') || shows('doneButton'),
          'a way on',
          30_000,
        );
        if (shows('doneButton')) break;
        const id = shows('continueButton') ? 'continueButton' : 'skipButton';
        const before = find(id);
        await tabTo(id);
        picture(`5-page-${page}`);
        await press('Return');
        // A page of its own has buttons of its own.
        await until(() => find(id) !== before || shows('doneButton'), 'the next page', 20_000);
        await pause(500);
      }
      picture('6-summary');
      await enter('doneButton');
      await appears('nextButton', 20_000);
      picture('7-home');
      equal(markers(), ['first-run-done']);
      await press('Control_L', 'w');
      await until(() => mine().length === 0, 'the end of the window');
    });
  },
  later() {
    step('nothing comes', async () => {
      await pause(4000);
      equal(windowsOfShell(), [], 'windows');
    });
    step('the overview finds it by what it is for, and Enter opens it', async () => {
      await until(() => inOverview(), 'the overview');
      await type('local ai');
      await pause(1500);
      picture('8-search');
      await press('Return');
      await until(() => mine().length === 1, 'the window', 30_000);
      await until(() => !inOverview(), 'the end of the overview');
      await appears('nextButton', 30_000);
      picture('9-found');
    });
  },
};

const login = System.programArgs[0] ?? '';
const begin = logins[login];
if (begin === undefined) throw new Error(`There is no login "${login}".`);
// The window of the Shell itself is not looked at.
await until(
  () => {
    try {
      return !inShell<boolean>('return Main.layoutManager._startingUp');
    } catch {
      return false;
    }
  },
  'the Shell',
  60_000,
);
begin();
await run(120_000);
