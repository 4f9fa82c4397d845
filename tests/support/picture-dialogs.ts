// SPDX-License-Identifier: GPL-3.0-or-later

import Gtk from 'gi://Gtk?version=4.0';
import type { MainWindow } from '../../src/ui/window/main-window.ts';
import { ModelDialog } from '../../src/ui/model/model-dialog.ts';
import { fixtureProof, openProof } from './fixture-proof.ts';
import type { FixtureHearth } from './fixture-hearth.ts';

/** Opens what a person would open on a page, by name. */
export async function dialogs(name: string, window: MainWindow, hearth: FixtureHearth): Promise<void> {
  switch (name) {
    case 'plan': {
      const pick = hearth.state.value.shelf?.picks[0]?.modelId ?? '';
      hearth.choose(pick);
      window.start('model');
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
    case 'search':
    case 'nothing': {
      const bar = find(window, 'searchBar');
      if (bar instanceof Gtk.SearchBar) bar.searchModeEnabled = true;
      const entry = find(window, 'searchEntry');
      if (entry instanceof Gtk.SearchEntry) entry.text = name === 'search' ? 'qwen 3' : 'no such model';
      await new Promise((resolve) => setTimeout(resolve, 400));
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
    case 'changed': {
      const host = 'huggingface.co';
      const failure = { code: 'publisher-changed' as const, args: { host }, detail: 'ETag differs' };
      hearth.set({ failures: { model: failure } });
      return;
    }
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
    default:
      window.lookup_action(name)?.activate(null);
  }
}

/** Scrolls the page that shows, after it has its size; 1 is its end. */
async function scroll(window: MainWindow, part: number): Promise<void> {
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

/** A widget by the id it has in its blueprint. */
function find(root: Gtk.Widget, id: string): Gtk.Widget | null {
  if (root.get_buildable_id() === id) return root;
  for (let child = root.get_first_child(); child !== null; child = child.get_next_sibling()) {
    const found = find(child, id);
    if (found !== null) return found;
  }
  return null;
}
