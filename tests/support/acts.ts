// SPDX-License-Identifier: GPL-3.0-or-later

import Gdk from 'gi://Gdk?version=4.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { MainWindow } from '../../src/ui/window/main-window.ts';
import type { FixtureHearth } from './fixture-hearth.ts';
import { happen, isHappening } from './happenings.ts';
import { keyWords, sendKeys } from './keyboard.ts';
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
    await sendKeys(verb === 'key' ? keyWords(text) : [text]);
    // The compositor has sent the keys before it answers: they are here, and wait to be read.
    Gdk.Display.get_default()?.sync();
  } else if (verb === 'focus') find(window, text).grab_focus();
  else if (isHappening(what)) happen(what, hearth);
  else return false;
  await pause(20);
  return true;
}
