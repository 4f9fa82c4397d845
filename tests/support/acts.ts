// SPDX-License-Identifier: GPL-3.0-or-later

import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { MainWindow } from '../../src/ui/window/main-window.ts';
import type { FixtureHearth } from './fixture-hearth.ts';
import { happen, isHappening } from './happenings.ts';
import { find, pause } from './widgets.ts';

/**
 * What is done in a window: 'key Tab' and 'type TEXT' as somebody at the keyboard, 'focus ID' as if Tab had come so far,
 * 'announce TEXT', and what happens by itself
 * (tests/support/happenings.ts). Done when the window has seen to it. @returns whether it was one of these
 */
export async function act(what: string, window: MainWindow, hearth: FixtureHearth): Promise<boolean> {
  const [verb = '', ...words] = what.split(' ');
  const text = words.join(' ');
  if (verb === 'announce') {
    // After what is on its way to be drawn, which may say something itself.
    await pause(20);
    window.announce(text, Gtk.AccessibleAnnouncementPriority.LOW);
    return true;
  }
  if (verb === 'key' || verb === 'type') {
    await typed(verb === 'key' ? keyArguments(text) : [text]);
    // The compositor has sent the keys before it answers: they are here, and wait to be read.
    Gdk.Display.get_default()?.sync();
  } else if (verb === 'focus') find(window, text).grab_focus();
  else if (isHappening(what)) happen(what, hearth);
  else return false;
  await pause(20);
  return true;
}

/** 'Tab', or 'alt+d'. */
function keyArguments(keys: string): readonly string[] {
  const modifiers = keys.split('+');
  const key = modifiers.pop() ?? '';
  return [
    ...modifiers.flatMap((modifier) => ['-M', modifier]),
    ...['-k', key],
    ...modifiers.flatMap((modifier) => ['-m', modifier]),
  ];
}

function typed(keys: readonly string[]): Promise<void> {
  const process = Gio.Subprocess.new(['wtype', ...keys], Gio.SubprocessFlags.NONE);
  return new Promise((resolve, reject) => {
    process.wait_check_async(null, (_process, result) => {
      try {
        process.wait_check_finish(result);
        resolve();
      } catch (thrown) {
        reject(thrown as Error);
      }
    });
  });
}
