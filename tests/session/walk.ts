// SPDX-License-Identifier: GPL-3.0-or-later

// What a person does in a session that GDM opened, with nothing but a keyboard. Run inside that session; the argument
// names which login it is.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import { mechanismName, mechanismPath } from '../../src/core/driver/verbs.ts';
import { until } from '../support/built.ts';
import { assert, equal, run, test } from '../support/tap.ts';
import { appears, shows, textOf } from '../e2e/support/screen.ts';
import { inOverview, inShell, pause, picture, press, tabTo, type, windowsOfShell } from './shell.ts';

const app = 'io.github.hearthdesktop.Hearth';
const state = `${GLib.get_user_state_dir()}/hearth`;
const markers = (): readonly string[] =>
  ['pending', 'first-run-done', 'first-login-begun', 'resume', 'resume-begun'].filter((name) =>
    GLib.file_test(`${state}/${name}`, GLib.FileTest.EXISTS),
  );
const settings = new Gio.Settings({ schema_id: app });
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

/** Presses a button with its access key; with Tab and Enter where the page has another of the same letter. */
async function access(id: string, letter: string, done: () => boolean): Promise<void> {
  await appears(id, 60_000);
  await press('Alt_L', letter);
  try {
    await until(done, `what comes of #${id}`, 8000);
  } catch {
    await enter(id);
    await until(done, `what comes of #${id}`, 40_000);
  }
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
      await appears('startButton', 90_000);
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
      await appears('copyButton', 60_000);
      await access('continueButton', 'c', () => settings.get_string('first-run-page') === 'driver');
      picture('3-before-the-restart');
    });
  },
  resume() {
    step('after the restart Hearth says how it went, on Welcome', async () => {
      await appears('startButton', 90_000);
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
      const wayOn = (): boolean => shows('skipButton') || shows('continueButton') || shows('doneButton');
      await access('startButton', 'c', wayOn);
      for (let most = 12; most > 0 && !shows('doneButton'); most -= 1) {
        await until(wayOn, 'a way on', 30_000);
        if (shows('doneButton')) break;
        const id = shows('continueButton') ? 'continueButton' : 'skipButton';
        const page = settings.get_string('first-run-page');
        picture(`5-${page}`);
        const letter = id === 'continueButton' ? 'c' : 'p';
        await access(id, letter, () => settings.get_string('first-run-page') !== page);
        await pause(800);
      }
      picture('6-summary');
      await access('doneButton', 'd', () => shows('nextButton'));
      picture('7-home');
      equal(markers(), ['first-run-done']);
      await press('Control_L', 'w');
      await until(() => mine().length === 0, 'the end of the window');
    });
  },
  dismissed() {
    step('closed at once, without a look at any page', async () => {
      await appears('startButton', 90_000);
      await until(() => mine().length === 1, 'the window', 40_000);
      await leaveOverview();
      await press('Control_L', 'w');
      await until(() => mine().length === 0, 'the end of the window');
      await until(() => markers().join(' ') === 'first-run-done', 'the note that it was seen');
    });
  },
  later() {
    step('nothing comes', async () => {
      await pause(4000);
      equal(windowsOfShell(), [], 'windows');
    });
    step('the overview finds it by what it is for, and Enter opens it', async () => {
      await until(() => inOverview(), 'the overview');
      await type('private ai');
      await pause(1500);
      picture('8-search');
      await press('Return');
      await until(() => mine().length === 1, 'the window', 30_000);
      await until(() => !inOverview(), 'the end of the overview');
      await appears('nextButton', 30_000);
      picture('9-found');
    });
    step('what needs permission asks for it in front of the window; closed, it is not done', async () => {
      const asked = prepareKey();
      await until(() => /Hearth|key/i.test(dialogText()), 'the dialog of polkit', 30_000);
      await pause(1500);
      picture('10-permission');
      equal(mine().length, 1, 'the window behind it');
      await press('Escape');
      equal(await asked, 'Dismissed');
      await until(() => dialogText() === '', 'the end of the dialog');
    });
    step('with the password it comes to the service', async () => {
      const asked = prepareKey();
      await until(() => dialogText() !== '', 'the dialog of polkit', 30_000);
      await pause(1500);
      await type('secret');
      await press('Return');
      const outcome = await asked;
      // Whether there is something to make a key with is another matter.
      assert(['done', 'Refused', 'Failed'].includes(outcome), outcome);
    });
  },
};

/** Asks the root service for a key, as the page of the driver does. @returns 'done', or the name of its error */
function prepareKey(): Promise<string> {
  return new Promise((resolve) => {
    Gio.DBus.system.call(
      mechanismName,
      mechanismPath,
      mechanismName,
      'PrepareKey',
      null,
      null,
      0,
      120_000,
      null,
      (bus, result) => {
        try {
          bus?.call_finish(result);
          resolve('done');
        } catch (thrown) {
          const remote =
            thrown instanceof GLib.Error ? Gio.DBusError.get_remote_error(thrown) : String(thrown);
          resolve(remote?.replace(/.*\./, '') ?? String(thrown));
        }
      },
    );
  });
}

/** What the Shell's dialog says; empty where there is none. */
function dialogText(): string {
  return inShell<string>(`const found = [];
    const visit = (actor) => {
      if (!actor.visible) return;
      if (typeof actor.text === 'string') found.push(actor.text);
      actor.get_children().forEach(visit);
    };
    Main.layoutManager.modalDialogGroup.get_children().forEach(visit);
    return found.join(' ')`);
}

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
await run(240_000);
