// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { pause } from './widgets.ts';

/** A virtual keyboard in the session of the window, for the process of the window. */

/** Presses keys by their names, one after the other, through the compositor; with others held: 'alt+c'. */
export async function pressKeys(...names: readonly string[]): Promise<void> {
  await sendKeys([...names.flatMap((name) => ['-s', '60', ...keyWords(name)]), '-s', '60']);
  await pause(60);
}

/** How wtype is told a key, with others held: 'Tab', 'alt+d'. */
export function keyWords(name: string): readonly string[] {
  const held = name.split('+');
  const last = held.pop() ?? '';
  const [down = [], up = []] = ['-M', '-m'].map((word) => held.flatMap((modifier) => [word, modifier]));
  return [...down, '-k', last, ...up];
}

/** Has the compositor send keys. @param words as wtype(1) takes them */
export function sendKeys(words: readonly string[]): Promise<void> {
  const process = Gio.Subprocess.new(['wtype', ...words], Gio.SubprocessFlags.NONE);
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

/** An id, a name, or the label without the mark of its access key. */
export function known(widget: Gtk.Widget | null): string {
  if (widget === null) return 'nothing';
  const id = widget.get_buildable_id();
  if (id !== null && !id.startsWith('___object')) return id;
  if (widget.name !== '' && !/^(Gtk|Adw|Hearth)/.test(widget.name)) return widget.name;
  return widget instanceof Gtk.Button ? (widget.label ?? '').replace('_', '') : widget.name;
}

/** Goes on with Tab until what is wanted has the focus. @throws with what was passed */
export async function tabTo(window: Adw.ApplicationWindow, wanted: string, limit = 40): Promise<void> {
  const passed: string[] = [];
  for (let pressed = 0; pressed <= limit; pressed += 1) {
    const focus = window.get_focus();
    if (known(focus) === wanted) return;
    passed.push(known(focus));
    await pressKeys('Tab');
  }
  const where = window.visibleDialog?.title ?? 'no dialog';
  throw new Error(
    `${wanted} is not reached with Tab (${where}, ${window.isActive}), but: ${passed.join(' ')}`,
  );
}
