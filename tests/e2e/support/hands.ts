// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import { focused } from './screen.ts';

/** Runs a program of the session to its end. @throws when it fails */
export function runs(...argv: readonly string[]): void {
  Gio.Subprocess.new([...argv], Gio.SubprocessFlags.NONE).wait_check(null);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Presses a key by its name for wtype ('Tab', 'Return'), with modifiers before a plus ('ctrl+w', 'shift+Tab'). */
export function key(name: string): Promise<void> {
  return keys(name);
}

/**
 * Presses one key after the other on the same keyboard, slowly: a keyboard that goes away closes an open menu.
 */
export async function keys(...names: readonly string[]): Promise<void> {
  const argv = names.flatMap((name, index) => {
    const held = name.split('+');
    const last = held.pop() ?? '';
    return [
      // At first, time for the window to meet the keyboard.
      ...['-s', index === 0 ? '150' : '300'],
      ...held.flatMap((modifier) => ['-M', modifier]),
      ...['-k', last],
      ...held.flatMap((modifier) => ['-m', modifier]),
    ];
  });
  runs('wtype', ...argv);
  await pause(60);
}

export async function type(text: string): Promise<void> {
  runs('wtype', '-d', '5', '--', text);
  await pause(60);
}

/** Goes on with Tab until a widget has the focus. @throws when it cannot be reached so */
export async function tabTo(id: string, most = 60): Promise<void> {
  for (let pressed = 0; pressed <= most; pressed += 1) {
    if (focused(id)) return;
    await key('Tab');
  }
  throw new Error(`#${id} is not reached with Tab`);
}
