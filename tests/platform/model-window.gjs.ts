// SPDX-License-Identifier: GPL-3.0-or-later

// What can be done with a model in the real window, on made-up states: a file that its publisher changed, and another
// context for the model in use. Two processes: this one, and the window in a session of its own.

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState, type StateName } from '../support/fixture-states.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { assert, equal, match, run, test } from '../support/tap.ts';
import { all, buttons, find, pause } from '../support/widgets.ts';
import { readableConfig } from '../support/window-config.ts';

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));

interface Seen {
  /** Of a row whose file was changed: what it says and offers, its details, and its dialog. */
  readonly changed: {
    readonly text: string;
    readonly row: readonly string[];
    readonly details: readonly string[];
    readonly dialog: readonly string[];
    readonly file: string;
    readonly suggested: readonly string[];
    readonly discarded: readonly string[];
  };
  readonly lost: readonly string[];
  readonly context: {
    readonly before: readonly string[];
    readonly after: readonly string[];
    readonly memory: readonly string[];
    readonly fit: readonly string[];
    readonly calls: readonly string[];
    readonly chosen: number | null;
    readonly plan: boolean;
    readonly declined: number | null;
  };
}

async function inside(resources: string): Promise<number> {
  Gio.resources_register(Gio.Resource.load(resources));
  // Widget classes read their templates when they are defined, so only now.
  const { MainWindow } = await import('../../src/ui/window/main-window.ts');
  const { ModelRow } = await import('../../src/ui/model/model-row.ts');
  const [, bytes] = Gio.File.new_for_path('data/catalogue/hearth.json').load_contents(null);
  const catalogue = new TextDecoder().decode(bytes);
  const app = new Adw.Application({ applicationId: 'io.github.hearthdesktop.Hearth.ModelWindow' });

  async function open(name: StateName) {
    const hearth = new FixtureHearth(fixtureState(name, catalogue));
    const window = new MainWindow(app, hearth, logError, readableConfig, 'model');
    window.present();
    await pause(500);
    const id = hearth.state.value.choices.modelId;
    const row = all(window, (widget) => widget instanceof ModelRow && widget.offer.entry.id === id)[0];
    if (row === undefined) throw new Error(`no row of ${id}`);
    return { hearth, window, row: row as Gtk.ListBoxRow };
  }

  async function dialog(window: Adw.ApplicationWindow): Promise<Adw.Dialog> {
    await pause(400);
    const { visibleDialog } = window;
    if (visibleDialog === null) throw new Error('no dialog');
    return visibleDialog;
  }

  const press = (root: Gtk.Widget, id: string): void => {
    const button = find<Gtk.Button>(root, id);
    if (!button.get_mapped() || !button.is_sensitive()) throw new Error(`${id} cannot be pressed`);
    button.activate();
  };

  const property = (root: Gtk.Widget, title: string): string => {
    const [row] = all(root, (widget) => widget instanceof Adw.ActionRow && widget.title === title);
    return row instanceof Adw.ActionRow ? (row.subtitle ?? '') : '';
  };

  async function changedFile(): Promise<Seen['changed']> {
    const { hearth, window, row } = await open('stopped');
    const { downloads } = hearth.state.value;
    const error = { code: 'publisher-changed' as const, args: {}, detail: 'ETag differs' };
    hearth.set({ downloads: downloads.map((item) => ({ ...item, status: 'failed', error })) });
    await pause(200);
    const text = find<Gtk.Label>(row, 'failureLabel').label ?? '';
    const suggested = all(
      window,
      (widget) => widget.get_mapped() && widget.has_css_class('suggested-action'),
    ).map((widget) => {
      const [of] = all(window, (each) => each instanceof ModelRow && widget.is_ancestor(each));
      return of === row ? 'the changed one' : 'another';
    });
    const offered = buttons(row);
    press(row, 'explainButton');
    const explained = await dialog(window);
    const details = buttons(explained);
    explained.force_close();
    await pause(300);
    row.activate();
    const opened = await dialog(window);
    const seen = { dialog: buttons(opened), file: property(opened, 'File') };
    opened.force_close();
    await pause(300);
    press(row, 'discardButton');
    const discarded = buttons(await dialog(window));
    window.destroy();
    return { text, row: offered, details, ...seen, suggested, discarded };
  }

  async function lostConnection(): Promise<readonly string[]> {
    const { window, row } = await open('failed');
    const offered = buttons(row);
    window.destroy();
    return offered;
  }

  async function otherContext(): Promise<Seen['context']> {
    const { hearth, window, row } = await open('model-ready');
    const chosenBefore = hearth.state.value.choices.contextTokens;
    if (chosenBefore !== null) throw new Error('a context was chosen already');
    row.activate();
    const opened = await dialog(window);
    const look = () => ({
      memory: property(opened, 'Memory'),
      fit: find<Gtk.Label>(opened, 'contextFit').label,
    });
    const [before, first] = [buttons(opened), look()];
    find<Gtk.Scale>(opened, 'contextScale').set_value(1);
    await pause(100);
    const [after, second] = [buttons(opened), look()];
    press(opened, 'actionButton');
    const plan = await dialog(window);
    const { calls } = hearth;
    const common = {
      ...{ before, after },
      memory: [first.memory, second.memory],
      fit: [first.fit ?? '', second.fit ?? ''],
      calls: [...calls],
      chosen: hearth.state.value.choices.contextTokens,
      plan: plan !== opened,
    };
    plan.close();
    await pause(400);
    const declined = hearth.state.value.choices.contextTokens;
    window.destroy();
    return { ...common, declined };
  }

  return tellSeen<Seen>(app, async (tell) =>
    tell({
      changed: await changedFile(),
      lost: await lostConnection(),
      context: await otherContext(),
    }),
  );
}

let seen: Seen | null = null;

test('the window can be used', () => {
  [seen] = seenInWindow<Seen>().seen;
});

const told = (): Seen => {
  if (seen === null) throw new Error('nothing was seen');
  return seen;
};

test('a file that its publisher changed can be thrown away, and is not fetched or continued from anywhere', () => {
  const { changed, lost } = told();
  match(changed.text, / changed this file since it was checked, so it is not used\..* update of Hearth\.$/);
  equal(changed.row, ['Details', 'Discard']);
  equal(changed.file, changed.text);
  for (const where of [changed.details, changed.dialog]) {
    equal(
      where.filter((label) => /Continue|Download|Try Again/.test(label)),
      [],
    );
  }
  assert(changed.discarded.length > 0, 'a plan to throw it away');
  // What only stopped is tried again.
  equal(lost, ['Try Again', 'Details', 'Discard']);
});

test('the suggestion goes to a model that can be had', () => {
  equal(told().changed.suggested, ['another']);
});

test('the line about memory follows the slider, as the bar does', () => {
  const { memory, fit } = told().context;
  assert(memory[0] !== '' && memory[0] !== memory[1], memory.join(' / '));
  match(memory[1] ?? '', /8 k tokens/);
  assert(fit[0] !== fit[1], fit.join(' / '));
});

test('another context for the model in use is chosen, and shown as a plan before it is tried', () => {
  const { before, after, calls, chosen, plan, declined } = told().context;
  equal([before.includes('Use This Context'), after.includes('Use This Context')], [false, true]);
  equal(chosen, 8192);
  const order = calls.filter((call) => /^choose|^plan/.test(call));
  match(order[0] ?? '', /^choose \S+ 8192$/);
  equal(order.slice(1), ['plan try']);
  equal(plan, true);
  // Whoever does not want the plan keeps the context of before.
  equal(declined, null);
});

await run();
