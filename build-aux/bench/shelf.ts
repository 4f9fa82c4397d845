// SPDX-License-Identifier: GPL-3.0-or-later

// Hearth's own window on a catalogue of many entries, watched frame by frame: at rest, while the shelf is scrolled from
// top to end, and while somebody types into the search. Prints one line of JSON. The entries are the shipped ones, again
// and again under other names.

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import system from 'system';
import { never } from '../../src/core/cancel.ts';
import type { BuildConfig } from '../../src/core/config.ts';
import { composeReal } from '../../src/compose/compose.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { measureInApp } from './app.ts';
import { FrameLog } from './frame-log.ts';

const [installed = '', count = '1000', seconds = '8'] = system.programArgs;
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
const typed = [
  'g',
  'gr',
  'gra',
  'gran',
  'granite',
  'granite 9',
  'granite',
  '',
  'zzz',
  '',
  'qwen',
  'qwen 7',
  '',
];

Gio.resources_register(Gio.Resource.load(`${installed}/${appId}.data.gresource`));
// Widget classes read their templates when they are defined, so only now.
const { MainWindow } = await import('../../src/ui/window/main-window.ts');

interface Raw {
  readonly id: string;
  readonly name: string;
}

async function makeCatalogue(): Promise<void> {
  const shipped = JSON.parse(await files.readText(`${installed}/catalogue/hearth.json`)) as {
    entries: Raw[];
  };
  const entries = Array.from({ length: Number(count) }, (_none, index) => {
    const entry = shipped.entries[index % shipped.entries.length] as Raw;
    return { ...entry, id: `${entry.id}-${index}`, name: `${entry.name} No. ${index}` };
  });
  await files.makeFolder(`${config.pkgDataDir}/catalogue`, 0o755);
  const text = JSON.stringify({ ...shipped, entries });
  await files.writeAtomic(`${config.pkgDataDir}/catalogue/hearth.json`, text, 0o644);
}

function find<T extends Gtk.Widget>(root: Gtk.Widget, id: string): T {
  const search = (widget: Gtk.Widget): Gtk.Widget | null => {
    if (widget.get_buildable_id() === id) return widget;
    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) {
      const found = search(child);
      if (found !== null) return found;
    }
    return null;
  };
  const found = search(root);
  if (found === null) throw new Error(`There is no ${id}.`);
  return found as T;
}

/** A few pages a second, frame by frame, as a wheel or a finger does. Ends early at the end of the list. */
async function scroll(view: Gtk.ScrolledWindow): Promise<number> {
  const adjustment = view.get_vadjustment();
  const until = clock.monotonic() + Number(seconds) * 1000;
  while (clock.monotonic() < until) {
    adjustment.value += adjustment.pageSize / 15;
    await clock.sleep(15, never);
  }
  return adjustment.value;
}

async function measure(app: Adw.Application): Promise<object> {
  await makeCatalogue();
  const { hearth } = await composeReal(config, { machine: null });
  hearth.firstBoot.finish();
  const report = (thrown: unknown, context: string): void => logError(thrown as object, context);
  const window = new MainWindow(app, hearth, report, config, 'model');
  // Something that moves, so that the window is drawn as often as the screen is.
  const spinner = new Adw.Spinner({ halign: Gtk.Align.END, valign: Gtk.Align.END, widthRequest: 32 });
  const { content } = window;
  window.set_content(null);
  const overlay = new Gtk.Overlay({ child: content });
  overlay.add_overlay(spinner);
  window.content = overlay;
  const log = new FrameLog(spinner);
  window.present();
  await hearth.refresh();
  const { shelf } = hearth.state.value;
  if (shelf?.offers.length !== Number(count)) throw new Error(JSON.stringify(shelf?.problems));
  await clock.sleep(1500, never);
  const rest = await log.during(() => clock.sleep(3000, never));
  let scrolled = 0;
  const scrolling = await log.during(async () => {
    scrolled = await scroll(find(window, 'scroller'));
  });
  find<Gtk.SearchBar>(window, 'searchBar').searchModeEnabled = true;
  const entry = find<Gtk.SearchEntry>(window, 'searchEntry');
  await clock.sleep(500, never);
  const filtering = await log.during(async () => {
    for (const text of typed) {
      entry.text = text;
      await clock.sleep(300, never);
    }
  });
  await hearth.close();
  return { rest, scrolling, filtering, scrolled };
}

await measureInApp('shelf', `${appId}.Bench`, measure);
