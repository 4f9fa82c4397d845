// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import type { PageName } from '../../src/ui/context.ts';
import type { MainWindow as MainWindowClass } from '../../src/ui/window/main-window.ts';
import { sharpness, type Sharpness } from './blurry.ts';
import { breadth, type Breadth } from './breadth.ts';
import { FixtureHearth } from './fixture-hearth.ts';
import { fixtureState, type StateName } from './fixture-states.ts';
import { walkFocus } from './focus-walk.ts';
import { inspect } from './layout.ts';
import { mnemonics } from './mnemonics.ts';
import { speak } from './speak.ts';
import { stillness } from './stillness.ts';
import { targets } from './targets.ts';
import { readableConfig } from './window-config.ts';

/**
 * A window that shows what it is told: each line on standard input names a made-up state, a page and what to open there
 * ('first-run:model+plan', or 'all-done<news:home' with what happened before); when it stands, 'ready' is answered. '@' and an
 * act of tests/support/acts.ts is carried out in that window. A line of '?' answers what it looks like, as JSON, 'focus' where Tab
 * leads, 'still' what moves, 'room' how it uses its room and whether its pictures are sharp. Ends with the input.
 * HEARTH_STAGE_SIZE is the size of the window, or 'maximized', HEARTH_STAGE_LOCALES a folder of translations, HEARTH_STAGE_ACTIVE
 * waits for the keyboard.
 */
export async function windowStage(resources: string): Promise<number> {
  Gio.resources_register(Gio.Resource.load(resources));
  speak(GLib.getenv('HEARTH_STAGE_LOCALES'));
  const size = GLib.getenv('HEARTH_STAGE_SIZE') ?? '';
  const [width, height] = size.split('x').map(Number);
  // Widget classes read their templates when they are defined, so only now.
  const { MainWindow } = await import('../../src/ui/window/main-window.ts');
  const { dialogs } = await import('./picture-dialogs.ts');
  const { act } = await import('./acts.ts');
  const { happen } = await import('./happenings.ts');
  const [, bytes] = Gio.File.new_for_path('data/catalogue/hearth.json').load_contents(null);
  const catalogue = new TextDecoder().decode(bytes);
  const app = new Adw.Application({
    applicationId: 'io.github.hearthdesktop.Hearth.Stage',
    resourceBasePath: readableConfig.resourceBase,
    flags: Gio.ApplicationFlags.NON_UNIQUE,
  });
  let window: MainWindowClass | null = null;
  let shown: FixtureHearth | null = null;

  async function show(wanted: string): Promise<void> {
    const [, state = '', before, page = '', extra] = scene.exec(wanted) ?? [];
    const hearth = new FixtureHearth(fixtureState(state as StateName, catalogue));
    if (before !== undefined) happen(before, hearth);
    const report = (thrown: unknown, context: string): void => logError(thrown as Error, context);
    const next = new MainWindow(app, hearth, report, readableConfig, page as PageName);
    if (size === 'maximized') next.maximize();
    else if (width !== undefined && height !== undefined) next.set_default_size(width, height);
    next.present();
    window?.destroy();
    window = next;
    shown = hearth;
    if (GLib.getenv('HEARTH_STAGE_ACTIVE') !== null) await active(next);
    await settle();
    // A big window takes a while to draw, and is small until then.
    for (let tries = 0; size === 'maximized' && !next.maximized && tries < 40; tries += 1) await settle();
    if (extra !== undefined) {
      await dialogs(extra, next, hearth);
      await settle();
    }
    print('ready');
  }

  async function carryOut(what: string): Promise<void> {
    if (window === null || shown === null) throw new Error(`${what} without a window`);
    if (!(await act(what, window, shown))) await dialogs(what, window, shown);
    print('ready');
  }

  app.connect('activate', () => {
    app.hold();
    const input = Gio.DataInputStream.new(Gio.File.new_for_path('/dev/stdin').read(null));
    const read = (): void => {
      input.read_line_async(GLib.PRIORITY_DEFAULT, null, (_stream, result) => {
        const [line] = input.read_line_finish_utf8(result);
        if (line === null) app.quit();
        else if (line === '?') {
          print(
            window === null
              ? ''
              : JSON.stringify({ ...inspect(window), ...mnemonics(window), ...targets(window) }),
          );
          read();
        } else if (line === 'focus' || line === 'still' || line === 'room') {
          const see = { focus: walkFocus, still: stillness, room }[line];
          void Promise.resolve(window === null ? null : see(window))
            .then((seen) => print(JSON.stringify(seen)))
            .then(read, (thrown: unknown) => {
              logError(thrown as Error, line);
              app.quit();
            });
        } else
          (line.startsWith('@') ? carryOut(line.slice(1)) : show(line)).then(read, (thrown: unknown) => {
            // Whoever directs sees the pipe close; System.exit() waits here for good.
            logError(thrown as Error, line);
            app.quit();
          });
      });
    };
    read();
  });
  return app.runAsync([]);
}

const scene = /^([a-z-]+)(?:<([a-z-]+))?:([a-z-]+)(?:\+(.+))?$/;

/** Until the compositor has given the keyboard, where there is one, to a new window; not for longer than a few seconds. */
function active(window: Gtk.Window): Promise<void> {
  return new Promise((resolve) => {
    const since = GLib.get_monotonic_time();
    GLib.timeout_add(GLib.PRIORITY_LOW, 20, () => {
      if (!window.isActive && GLib.get_monotonic_time() - since < 5e6) return GLib.SOURCE_CONTINUE;
      resolve();
      return GLib.SOURCE_REMOVE;
    });
  });
}

/** A big window of a busy computer takes its time to be drawn; until then there is nothing to look at. */
async function room(window: Adw.ApplicationWindow): Promise<Breadth & Sharpness> {
  for (let tries = 0; sharpness(window).shapes === 0 && tries < 40; tries += 1) await settle();
  return { ...breadth(window), ...sharpness(window) };
}

/** Animations are off; layout takes a few frames. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    GLib.timeout_add(GLib.PRIORITY_LOW, 250, () => {
      resolve();
      return GLib.SOURCE_REMOVE;
    });
  });
}
