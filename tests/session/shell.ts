// SPDX-License-Identifier: GPL-3.0-or-later

// GNOME Shell of the session, asked and worked from outside: it runs with --unsafe-mode for that.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import { focused } from '../e2e/support/screen.ts';

const bus = Gio.DBus.session;

/** What an expression comes to in the Shell, as JSON. @throws when the Shell refuses or fails */
export function inShell<T>(expression: string): T {
  const code = `JSON.stringify((() => { ${expression} })() ?? null)`;
  const answer = bus.call_sync(
    'org.gnome.Shell',
    '/org/gnome/Shell',
    'org.gnome.Shell',
    'Eval',
    new GLib.Variant('(s)', [code]),
    null,
    Gio.DBusCallFlags.NONE,
    20_000,
    null,
  );
  const [fine, text] = answer.deepUnpack() as [boolean, string];
  if (!fine) throw new Error(`the Shell says: ${text}`);
  return JSON.parse(JSON.parse(text) as string) as T;
}

export interface ShellWindow {
  readonly title: string;
  readonly app: string | null;
  readonly pid: number;
}

/** Windows that were drawn, of whatever program; in the overview the Shell shows copies of them. */
export function windowsOfShell(): readonly ShellWindow[] {
  return inShell(`return global.get_window_actors().map((actor) => actor.meta_window).filter((w) => w.get_frame_rect().width > 0).map((w) => ({
    title: w.get_title(), app: w.get_gtk_application_id(), pid: w.get_pid() }))`);
}

export const inOverview = (): boolean => inShell('return Main.overview.visible');

/** Presses and lets go keys of a keyboard that the Shell makes for it, by their names in Clutter, held ones first. */
export async function press(...names: readonly string[]): Promise<void> {
  const keys = JSON.stringify(names);
  inShell(`const { Clutter, GLib } = imports.gi;
    globalThis.testKeyboard ??= Clutter.get_default_backend().get_default_seat()
      .create_virtual_device(Clutter.InputDeviceType.KEYBOARD_DEVICE);
    const press = (name, state) => testKeyboard.notify_keyval(GLib.get_monotonic_time(), Clutter['KEY_' + name], state);
    for (const name of ${keys}) press(name, Clutter.KeyState.PRESSED);
    for (const name of ${keys}.reverse()) press(name, Clutter.KeyState.RELEASED);`);
  await pause(120);
}

export async function type(text: string): Promise<void> {
  for (const letter of text) await press(letter === ' ' ? 'space' : letter);
}

/** Goes on with Tab until a widget has the focus. @throws when it cannot be reached so */
export async function tabTo(id: string, most = 60): Promise<number> {
  for (let pressed = 0; pressed <= most; pressed += 1) {
    if (focused(id)) return pressed;
    await press('Tab');
  }
  throw new Error(`#${id} is not reached with Tab`);
}

/** Keeps a picture of the whole screen. */
export function picture(name: string): void {
  bus.call_sync(
    'org.gnome.Shell.Screenshot',
    '/org/gnome/Shell/Screenshot',
    'org.gnome.Shell.Screenshot',
    'Screenshot',
    new GLib.Variant('(bbs)', [false, false, `/hearth/build/session/${name}.png`]),
    null,
    Gio.DBusCallFlags.NONE,
    20_000,
    null,
  );
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
