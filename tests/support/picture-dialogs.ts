// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import type { MainWindow } from '../../src/ui/window/main-window.ts';
import { ModelDialog } from '../../src/ui/model/model-dialog.ts';
import { askToUseOther } from '../../src/ui/dialogs/other-dialog.ts';
import { fixtureProof, openProof } from './fixture-proof.ts';
import { fixtureProblem, fixtureVendor } from './fixture-vendor.ts';
import { known } from '../../src/core/known.ts';
import { buildShelf } from '../../src/core/models/shelf.ts';
import { laptop } from './fixture-machine.ts';
import { card } from './model-machines.ts';
import { arrivals } from './picture-arrivals.ts';
import { goose, sampleCapability } from './fixture-parts.ts';
import { showDriver } from './picture-driver.ts';
import type { FixtureHearth } from './fixture-hearth.ts';

/** Opens what a person would open on a page, by name. */
export async function dialogs(name: string, window: MainWindow, hearth: FixtureHearth): Promise<void> {
  if (await showDriver(name, window, hearth)) return;
  switch (name) {
    case 'plan': {
      const pick = hearth.state.value.shelf?.picks[0]?.modelId ?? '';
      hearth.choose(pick);
      window.start('model');
      return;
    }
    case 'other':
    case 'other-row': {
      const { engines } = hearth.state.value;
      const server = { program: 'ollama', port: 11434, version: '0.33.0', open: true } as const;
      const models = ['qwen3:8b', 'llama3.2:3b'];
      const others = [{ ...server, keyless: true, cloud: true, models }];
      hearth.set({ engines: { ...(engines ?? { images: [], problems: [], present: [] }), others } });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const row = find(window, 'engines');
      const scroller = row?.get_ancestor(Gtk.ScrolledWindow.$gtype) ?? null;
      if (row !== null && scroller instanceof Gtk.ScrolledWindow) {
        const [, , y] = row.translate_coordinates(scroller, 0, 0);
        scroller.vadjustment.value += y;
      }
      if (name === 'other')
        askToUseOther(
          window,
          { server: { ...server, keyless: true, cloud: true, models }, model: 'qwen3:8b' },
          () => {},
        );
      return;
    }
    case 'back':
    case 'restart-ahead':
    case 'news':
      return arrivals(name, hearth);
    case 'menu': {
      const button = find(window, 'moreButton');
      if (button instanceof Gtk.MenuButton) button.popup();
      return;
    }
    case 'close':
      window.close();
      return;
    case 'details': {
      const offer = hearth.state.value.shelf?.offers[0];
      if (offer !== undefined) new ModelDialog(window, offer, () => {}).present(window);
      return;
    }
    case 'own': {
      const offer = hearth.state.value.shelf?.own[0];
      if (offer !== undefined) new ModelDialog(window, offer, () => {}).present(window);
      return;
    }
    case 'scrolled': {
      const own = find(window, 'own');
      const scroller = find(window, 'scroller');
      if (!(scroller instanceof Gtk.ScrolledWindow) || own === null) return;
      const row = find(window, 'looseRow');
      if (row instanceof Adw.ExpanderRow) row.expanded = true;
      const [, , y] = own.translate_coordinates(scroller, 0, 0);
      scroller.vadjustment.value += y;
      return;
    }
    case 'moving': {
      window.preview(() => hearth.planMove('/run/media/ada/disk/hearth-models'));
      return;
    }
    case 'search':
    case 'nothing': {
      const bar = find(window, 'searchBar');
      if (bar instanceof Gtk.SearchBar) bar.searchModeEnabled = true;
      const entry = find(window, 'searchEntry');
      if (entry instanceof Gtk.SearchEntry) entry.text = name === 'search' ? 'qwen 3' : 'no such model';
      // Rows come a few at a time.
      await new Promise((resolve) => setTimeout(resolve, 900));
      return;
    }
    case 'filters': {
      const bar = find(window, 'searchBar');
      if (bar instanceof Gtk.SearchBar) bar.searchModeEnabled = true;
      const button = find(window, 'filterButton');
      if (button instanceof Gtk.MenuButton) button.popup();
      return;
    }
    case 'longest': {
      const offer = hearth.state.value.shelf?.offers[0];
      if (offer === undefined) return;
      const dialog = new ModelDialog(window, offer, () => {});
      dialog.present(window);
      const scale = find(dialog, 'contextScale');
      if (scale instanceof Gtk.Scale) scale.set_value(5);
      return;
    }
    case 'card':
    case 'small':
    case 'short': {
      restock(hearth, name);
      return;
    }
    case 'card-details': {
      restock(hearth, 'card');
      const { offers = [], picks = [] } = hearth.state.value.shelf ?? {};
      const offer = offers.find(({ entry }) => entry.id === picks[0]?.modelId);
      if (offer !== undefined) new ModelDialog(window, offer, () => {}).present(window);
      return;
    }
    case 'metered': {
      const { machine, shelf } = hearth.state.value;
      if (machine === null) return;
      const network = known({ connectivity: 'full' as const, metered: 'yes' as const }, 'fixture');
      hearth.set({ machine: { ...machine, network } });
      hearth.choose(shelf?.picks[0]?.modelId ?? '');
      window.start('model');
      return;
    }
    case 'on-disk': {
      const { shelf } = hearth.state.value;
      const onDisk = { path: '/home/ada/.lmstudio/models/g/model.gguf', source: 'lm-studio' as const };
      const offers = (shelf?.offers ?? []).map((offer) => ({ ...offer, onDisk }));
      if (shelf !== null) hearth.set({ shelf: { ...shelf, offers } });
      return;
    }
    case 'used-context': {
      const { shelf, choices } = hearth.state.value;
      const offer = shelf?.offers.find(({ entry }) => entry.id === choices.modelId);
      if (offer === undefined) return;
      const dialog = new ModelDialog(window, offer, () => {});
      dialog.present(window);
      const scale = find(dialog, 'contextScale');
      if (scale instanceof Gtk.Scale) scale.set_value(1);
      return;
    }
    case 'changed': {
      const host = 'huggingface.co';
      const failure = { code: 'publisher-changed' as const, args: { host }, detail: 'ETag differs' };
      hearth.set({ failures: { model: failure } });
      return;
    }
    case 'changed-details': {
      await dialogs('changed', window, hearth);
      const { shelf, choices } = hearth.state.value;
      const offer = shelf?.offers.find(({ entry }) => entry.id === choices.modelId);
      if (offer === undefined) return;
      const dialog = new ModelDialog(window, offer, () => {});
      dialog.present(window);
      await scroll(dialog, 0.25);
      return;
    }
    case 'vendor':
      hearth.set({ vendor: { ...fixtureVendor, problems: [fixtureProblem] } });
      return;
    case 'managed': {
      const { shelf } = hearth.state.value;
      if (shelf !== null) hearth.set({ shelf: { ...shelf, managedBy: 'Example University' } });
      return;
    }
    case 'open':
      hearth.set({ proof: openProof() });
      return;
    case 'cures':
      hearth.set({ proof: openProof() });
      await scroll(window, 0.62);
      return;
    case 'limits':
      await scroll(window, 1);
      return;
    case 'proving': {
      const { checks, ...proof } = fixtureProof(true);
      hearth.set({ proof: { ...proof, running: true, checks: checks.slice(0, 4) } });
      return;
    }
    case 'closing': {
      const [program] = openProof().checks.flatMap(({ cure }) => (cure?.cure === 'close' ? cure.open : []));
      if (program !== undefined) window.preview(() => hearth.planCure({ cure: 'close-program', program }));
      return;
    }
    case 'forget': {
      const button = find(window, 'clearButton');
      if (button instanceof Gtk.Button) button.emit('clicked');
      return;
    }
    case 'measure': {
      const id = hearth.state.value.choices.modelId ?? '';
      window.measureModel(id);
      return;
    }
    case 'fallback': {
      // As where the card was promised and llama-server cannot use it.
      const { server, shelf } = hearth.state.value;
      if (server.tag !== 'ready' || server.endpoint.servedBy === null || shelf === null) return;
      const offers = shelf.offers.map((offer) => ({
        ...offer,
        fit: { ...offer.fit, place: 'shared' as const, gpuAddress: '0000:65:00.0' },
      }));
      const servedBy = {
        ...server.endpoint.servedBy,
        kind: 'cpu' as const,
        cards: [],
        gpuLayers: 0,
        noCard: 'no-backend' as const,
      };
      hearth.set({
        shelf: { ...shelf, offers },
        server: { tag: 'ready', endpoint: { ...server.endpoint, servedBy } },
      });
      return;
    }
    case 'ask': {
      // As a person would: into the entry, and Enter.
      const entry = find(window, 'promptEntry');
      if (entry instanceof Gtk.Entry) {
        entry.text = 'What is a local model?';
        entry.emit('activate');
      }
      await new Promise((resolve) => setTimeout(resolve, 1200));
      return;
    }
    case 'done': {
      const button = find(window, 'doneButton');
      if (button instanceof Gtk.Button) button.emit('clicked');
      return;
    }
    case 'tools-missing':
      hearth.set({
        goose: { ...goose('missing'), program: null, install: { offered: offeredGoose, ours: null } },
      });
      return;
    case 'tools-cloud':
      hearth.set({
        goose: {
          ...goose('right'),
          activeProvider: 'anthropic',
          activeModel: 'claude-opus',
          cloudProviders: ['anthropic', 'openai'],
          stillCloud: [
            { kind: 'use', name: 'GOOSE_PLANNER_PROVIDER', to: 'openai', from: 'config' },
            { kind: 'extension', name: 'tickets', to: 'mcp.example.com', from: 'config' },
          ],
        },
      });
      return;
    case 'tools-chat':
      hearth.set({ capability: sampleCapability('chat-only') });
      return;
    case 'tools-agent':
      hearth.set({ capability: sampleCapability('agent'), clients: ['alpaca', 'zed', 'ollama'] });
      await new Promise((resolve) => setTimeout(resolve, 200));
      for (const row of findAll(window, Adw.ExpanderRow)) if (row.title === 'Zed') row.expanded = true;
      scrollToEnd(window);
      await new Promise((resolve) => setTimeout(resolve, 400));
      scrollToEnd(window);
      return;
    case 'diff':
      window.start('tools');
      return;
    case 'error':
      window.showError(
        {
          code: 'server-died',
          args: { exit: 139 },
          detail: 'llama_model_load: error loading model: tensor data is not within the file bounds',
        },
        () => {},
      );
      return;
    case 'failed-for-good':
      window.showError({ code: 'no-mechanism', args: {}, detail: '' });
      return;
    default:
      window.lookup_action(name)?.activate(null);
  }
}

/** Scrolls the page that shows, after it has its size; 1 is its end. */
async function scroll(window: Gtk.Widget, part: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 400));
  const scroller = first(window, (widget) => widget instanceof Gtk.ScrolledWindow && widget.get_mapped());
  if (scroller instanceof Gtk.ScrolledWindow) {
    const { upper, pageSize } = scroller.vadjustment;
    scroller.vadjustment.value = (upper - pageSize) * part;
  }
}

function first(root: Gtk.Widget, wanted: (widget: Gtk.Widget) => boolean): Gtk.Widget | null {
  if (wanted(root)) return root;
  for (let child = root.get_first_child(); child !== null; child = child.get_next_sibling()) {
    const found = first(child, wanted);
    if (found !== null) return found;
  }
  return null;
}

const offeredGoose = { version: '1.52.0', host: 'github.com', size: 300_841_352, pinnedFrom: '' };

function scrollToEnd(window: MainWindow): void {
  for (const scrolled of findAll(window, Gtk.ScrolledWindow)) {
    const adjustment = scrolled.get_vadjustment();
    adjustment.set_value(adjustment.get_upper());
  }
}

function findAll<T extends Gtk.Widget>(root: Gtk.Widget, kind: new (...args: never[]) => T): T[] {
  const found: T[] = root instanceof kind ? [root] : [];
  for (let child = root.get_first_child(); child !== null; child = child.get_next_sibling())
    found.push(...findAll(child, kind));
  return found;
}

/** A widget by the id it has in its blueprint. */
function find(root: Gtk.Widget, id: string): Gtk.Widget | null {
  if (root.get_buildable_id() === id) return root;
  for (let child = root.get_first_child(); child !== null; child = child.get_next_sibling()) {
    const found = find(child, id);
    if (found !== null) return found;
  }
  return null;
}

/** The same models on another computer: with a card, with little memory, or with just enough for short contexts. */
function restock(hearth: FixtureHearth, computer: 'card' | 'small' | 'short'): void {
  const { shelf } = hearth.state.value;
  if (shelf === null) return;
  const base = laptop();
  const gib = 1024 ** 3;
  const memory = (total: number, available: number) =>
    known({ total: total * gib, available: available * gib, swap: 0, zram: true }, 'fixture');
  const none = known([], 'fixture');
  const machine = {
    card: { ...base, gpus: known([card('nvidia', 'nvidia', 8)], 'fixture') },
    small: { ...base, gpus: none, memory: memory(3.6, 1.9) },
    short: { ...base, gpus: none, memory: memory(7.6, 3.3) },
  }[computer];
  const entries = shelf.offers.map(({ entry }) => entry);
  hearth.set({
    machine,
    shelf: buildShelf({ entries, machine, installed: [], partials: [], problems: [], practice: false }),
  });
}
