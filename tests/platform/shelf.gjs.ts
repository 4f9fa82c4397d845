// SPDX-License-Identifier: GPL-3.0-or-later

// The model page on a catalogue of a thousand entries: what is made, found, and said. Two processes: this one, and the
// window in a session of its own.

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import { foundTitle } from '../../src/words/filter.ts';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState } from '../support/fixture-states.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { assert, equal, run, test } from '../support/tap.ts';
import { find, pause } from '../support/widgets.ts';
import { readableConfig } from '../support/window-config.ts';

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));

interface Look {
  readonly title: string;
  readonly stack: string;
  readonly rows: readonly string[];
}
interface Seen {
  readonly start: Look;
  readonly scrolled: number;
  readonly found: Look;
  readonly nothing: Look;
  readonly again: Look;
  readonly managed: string;
  readonly context: readonly (readonly [string, string, boolean])[];
}

async function inside(resources: string): Promise<number> {
  Gio.resources_register(Gio.Resource.load(resources));
  // Widget classes read their templates when they are defined, so only now.
  const { MainWindow } = await import('../../src/ui/window/main-window.ts');
  const { ModelDialog } = await import('../../src/ui/model/model-dialog.ts');
  const [, bytes] = Gio.File.new_for_path('data/catalogue/hearth.json').load_contents(null);
  const shipped = JSON.parse(new TextDecoder().decode(bytes)) as { entries: { id: string; name: string }[] };
  const entries = Array.from({ length: 1000 }, (_none, index) => {
    const entry = shipped.entries[index % shipped.entries.length] as { id: string; name: string };
    return { ...entry, id: `${entry.id}-${index}`, name: `${entry.name} No. ${index}` };
  });
  const app = new Adw.Application({ applicationId: 'io.github.hearthdesktop.Hearth.Shelf' });
  const look = (window: Gtk.Widget): Look => {
    const rows: string[] = [];
    const list = find<Gtk.ListBox>(window, 'otherList');
    for (let row = list.get_first_child(); row !== null; row = row.get_next_sibling()) {
      rows.push(find<Gtk.Label>(row, 'nameLabel').label ?? '');
    }
    const stack = find<Gtk.Stack>(window, 'stack');
    const title = find<Adw.PreferencesGroup>(window, 'others').title ?? '';
    return { title, stack: stack.visibleChildName ?? '', rows };
  };

  async function watch(): Promise<Seen> {
    const hearth = new FixtureHearth(fixtureState('first-run', JSON.stringify({ ...shipped, entries })));
    const window = new MainWindow(app, hearth, logError, readableConfig, 'model');
    window.present();
    await pause(700);
    const start = look(window);
    const scroller = find<Gtk.ScrolledWindow>(window, 'scroller').get_vadjustment();
    scroller.value = scroller.upper;
    await pause(500);
    const scrolled = look(window).rows.length;
    find<Gtk.SearchBar>(window, 'searchBar').searchModeEnabled = true;
    const entry = find<Gtk.SearchEntry>(window, 'searchEntry');
    const search = async (text: string): Promise<Look> => {
      entry.text = text;
      await pause(700);
      return look(window);
    };
    const found = await search('granite 7');
    const nothing = await search('no such model');
    find<Gtk.SearchBar>(window, 'searchBar').searchModeEnabled = false;
    await pause(500);
    const again = look(window);
    const { shelf } = hearth.state.value;
    if (shelf === null) throw new Error('no shelf');
    hearth.set({ shelf: { ...shelf, managedBy: 'Example University' } });
    await pause(200);
    const banner = find<Adw.Banner>(window, 'managed');
    const offer = shelf.offers.find((each) => each.entry.id.startsWith('granite-4.1-8b'));
    if (offer === undefined) throw new Error('no offer');
    const dialog = new ModelDialog(window, offer, () => {});
    dialog.present(window);
    const context = [0, 5].map((step) => {
      find<Gtk.Scale>(dialog, 'contextScale').set_value(step);
      const label = (id: string): string => find<Gtk.Label>(dialog, id).label ?? '';
      const { sensitive } = find<Gtk.Button>(dialog, 'actionButton');
      return [label('contextLabel'), label('contextFit'), sensitive] as const;
    });
    return { start, scrolled, found, nothing, again, managed: banner.revealed ? banner.title : '', context };
  }

  return tellSeen<Seen>(app, async (tell) => tell(await watch()));
}

let seen: Seen | null = null;

test('the window stands on a thousand models', () => {
  [seen] = seenInWindow<Seen>().seen;
});

const told = (): Seen => {
  if (seen === null) throw new Error('nothing was seen');
  return seen;
};

test('only the rows near what can be seen are made, and more when somebody scrolls', () => {
  const { start, scrolled } = told();
  assert(start.rows.length >= 2 && start.rows.length < 40, `${start.rows.length} rows`);
  assert(scrolled > start.rows.length && scrolled < 200, `${scrolled} rows after scrolling`);
});

test('the search shows all that was found, and says how many', () => {
  const { found } = told();
  assert(found.rows.length > 0, 'rows');
  assert(
    found.rows.every((name) => /granite/i.test(name) && name.includes('7')),
    found.rows.join(', '),
  );
  // Not all that were found have rows yet; 3 of 17 entries are Granites.
  const count = Number.parseInt(found.title, 10);
  equal(found.title, foundTitle(count));
  assert(count >= found.rows.length && count < 177, found.title);
});

test('nothing found is said, and leaving the search shows everything again', () => {
  const { nothing, again, start } = told();
  equal([nothing.stack, nothing.rows.length], ['nothing', 0]);
  equal([again.stack, again.title], ['shelf', start.title]);
  equal(again.rows.slice(0, 2), start.rows.slice(0, 2));
});

test('who limits the list is said', () => {
  equal(told().managed, 'Chosen by Example University: only these models are offered.');
});

test('the context moves what is said and whether it can be had', () => {
  const [short, long] = told().context;
  equal([short?.[0], long?.[0]], ['4 k tokens', '128 k tokens']);
  assert(/^Fits.*Too short for agents\.$/.test(short?.[1] ?? ''), short?.[1] ?? '');
  equal(short?.[2], true);
  assert(long?.[1].startsWith('Does not fit') === true, long?.[1] ?? '');
  equal(long?.[2], false);
});

await run();
