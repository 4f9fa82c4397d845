// SPDX-License-Identifier: GPL-3.0-or-later

// Hearth's own window and engine, watched frame by frame: at rest, then while a model is downloaded and checked. Prints
// one line of JSON. Only the catalogue is not the shipped one: it has one more model, which the runner serves.

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import system from 'system';
import { never } from '../../src/core/cancel.ts';
import type { BuildConfig } from '../../src/core/config.ts';
import { clock } from '../../src/platform/clock.ts';
import { composeReal } from '../../src/compose/compose.ts';
import { files } from '../../src/platform/files.ts';
import { measureInApp } from './app.ts';
import { entryOf, parseJob } from './entry.ts';
import { FrameLog } from './frame-log.ts';

const [installed = '', seconds = '5', ...rest] = system.programArgs;
const job = parseJob(rest);
const appId = 'io.github.hearthdesktop.Hearth';
const config: BuildConfig = {
  appId,
  version: 'bench',
  profile: 'default',
  pkgDataDir: `${GLib.get_home_dir()}/share/hearth`,
  localeDir: '',
  libexecDir: '',
  resourceBase: '/io/github/hearthdesktop/Hearth',
};

Gio.resources_register(Gio.Resource.load(`${installed}/${appId}.data.gresource`));
// Widget classes read their templates when they are defined, so only now.
const { MainWindow } = await import('../../src/ui/window/main-window.ts');

async function makeCatalogue(): Promise<void> {
  const shipped = JSON.parse(await files.readText(`${installed}/catalogue/hearth.json`)) as {
    entries: object[];
  };
  shipped.entries.unshift(entryOf(job));
  await files.makeFolder(`${config.pkgDataDir}/catalogue`, 0o755);
  await files.writeAtomic(`${config.pkgDataDir}/catalogue/hearth.json`, JSON.stringify(shipped), 0o644);
}

/** Something that moves in a corner, so that the window is drawn as often as the screen is: a stutter would be seen. */
function addMotion(window: Adw.ApplicationWindow): Gtk.Widget {
  const { content } = window;
  window.set_content(null);
  const spinner = new Adw.Spinner({
    halign: Gtk.Align.END,
    valign: Gtk.Align.END,
    widthRequest: 32,
    heightRequest: 32,
  });
  const overlay = new Gtk.Overlay({ child: content });
  overlay.add_overlay(spinner);
  window.content = overlay;
  return spinner;
}

async function measure(app: Adw.Application): Promise<object> {
  await makeCatalogue();
  const { hearth } = await composeReal(config, { machine: null });
  hearth.firstBoot.finish();
  const report = (thrown: unknown, context: string): void => logError(thrown as object, context);
  const window = new MainWindow(app, hearth, report, config, 'model');
  const log = new FrameLog(addMotion(window));
  window.present();
  await hearth.refresh();
  const { shelf } = hearth.state.value;
  if (shelf === null || shelf.problems.length > 0) throw new Error(JSON.stringify(shelf?.problems));
  await clock.sleep(1500, never);
  const rest = await log.during(() => clock.sleep(Number(seconds) * 1000, never));
  hearth.choose('bench');
  const plan = await hearth.plan('model');
  const started = clock.monotonic();
  const busy = await log.during(() => hearth.apply(plan));
  const elapsed = clock.monotonic() - started;
  const done = hearth.state.value.shelf?.offers.find(({ entry }) => entry.id === 'bench')?.installed
    ?.verified;
  if (done !== true) throw new Error('The model is not there.');
  await hearth.close();
  return { rest, busy, elapsed };
}

await measureInApp('frames', `${appId}.Bench`, measure);
