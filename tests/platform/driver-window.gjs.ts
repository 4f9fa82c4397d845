// SPDX-License-Identifier: GPL-3.0-or-later

// The driver, its key and the rehearsal in the real window, with real keys of a virtual keyboard, on made-up sights: from
// the plan to the restart. What assistive technology is told is listened to, and the one-time code is looked for wherever it
// must not be. Three processes: this one, the window in a session of its own, and one that listens there.

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import { stepsText } from '../../src/words/key-steps.ts';
import { Ears, listenFor } from '../support/ears.ts';
import { driverSights, fixtureKey } from '../support/driver-sights.ts';
import { fixtureCode } from '../support/sighted-driver.ts';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState } from '../support/fixture-states.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { assert, equal, match, run, test } from '../support/tap.ts';
import { all, buttons, find, pause } from '../support/widgets.ts';
import { readableConfig } from '../support/window-config.ts';

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));
if (mode === '--listen') listenFor(fixtureCode);

interface Seen {
  readonly plan: { readonly calls: readonly string[]; readonly shown: boolean };
  readonly key: { readonly page: string; readonly digits: number };
  readonly screens: readonly string[];
  readonly ending: string;
  readonly beside: string;
  readonly offered: readonly string[];
  readonly restarted: readonly string[];
  readonly pending: readonly string[];
  readonly heard: readonly string[];
  readonly digits: readonly string[];
  /** Names, descriptions and texts in the accessible tree that have the code. */
  readonly told: readonly string[];
  readonly clipboard: string;
  readonly files: string;
  readonly forgotten: { readonly calls: readonly string[]; readonly drawn: number };
  readonly scanned: string;
  readonly card: { readonly without: number; readonly with: number };
}

async function inside(resources: string): Promise<number> {
  Gio.resources_register(Gio.Resource.load(resources));
  // Widget classes read their templates when they are defined, so only now.
  const { MainWindow } = await import('../../src/ui/window/main-window.ts');
  const { RehearsalView } = await import('../../src/ui/key/rehearsal-view.ts');
  const { QrView } = await import('../../src/ui/key/qr-view.ts');
  const { printCard } = await import('../../src/ui/key/card.ts');
  const [, bytes] = Gio.File.new_for_path('data/catalogue/hearth.json').load_contents(null);
  const state = fixtureState('all-done', new TextDecoder().decode(bytes));
  const app = new Adw.Application({ applicationId: 'io.github.hearthdesktop.Hearth.DriverWindow' });
  const ears = new Ears();

  /** Keys by name, slowly, through the compositor. */
  async function keys(...names: readonly string[]): Promise<void> {
    const argv = names.flatMap((name, at) => ['-s', at === 0 ? '250' : '120', '-k', name]);
    await ran(['wtype', ...argv, '-s', '150']);
    await pause(120);
  }

  async function tabTo(
    window: Adw.ApplicationWindow,
    wanted: (widget: Gtk.Widget) => boolean,
  ): Promise<void> {
    const passed: string[] = [];
    for (let pressed = 0; pressed < 40; pressed += 1) {
      const focus = window.get_focus();
      if (focus !== null && wanted(focus)) return;
      passed.push(focus instanceof Gtk.Button ? (focus.label ?? 'button') : (focus?.get_name() ?? 'nothing'));
      await keys('Tab');
    }
    throw new Error(`not reached with Tab, but: ${passed.join(' ')}`);
  }

  const labelled = (text: string) => (widget: Gtk.Widget) =>
    widget instanceof Gtk.Button && (widget.label ?? '').replace('_', '') === text;
  const withId = (id: string) => (widget: Gtk.Widget) => widget.get_buildable_id() === id;

  async function walk(): Promise<Seen> {
    const hearth = new FixtureHearth({ ...state, driver: driverSights.fresh() });
    const window = new MainWindow(app, hearth, logError, readableConfig, 'driver');
    window.present();
    await pause(700);

    await tabTo(window, labelled('Install…'));
    await keys('Return');
    await pause(500);
    const shown = window.visibleDialog !== null;
    await keys('Return');
    await pause(300);
    const plan = { calls: asked(hearth.calls), shown };

    hearth.set({ driver: driverSights.key() });
    await pause(300);
    await tabTo(window, labelled('Security Key…'));
    await keys('Return');
    await pause(700);
    const [view] = all(window, (widget) => widget instanceof RehearsalView && widget.get_mapped());
    if (!(view instanceof RehearsalView)) throw new Error('no rehearsal');
    const page = view.get_ancestor(Adw.NavigationPage.$gtype) as Adw.NavigationPage;
    const key = { page: page.title, digits: drawnDigits(window) };

    await tabTo(window, withId('screen'));
    const screens: string[] = [];
    for (const name of ['Down', 'Return', 'Down', 'Return', 'Down', 'Return']) {
      await keys(name);
      screens.push(`${view.state.screen} ${view.state.selected}`);
    }
    await keys(...Array.from(fixtureCode));
    screens.push(`${view.state.screen} ${view.state.typed}`);
    for (const name of ['Return', 'Return']) {
      await keys(name);
      screens.push(view.state.screen);
    }
    const beside = find<Gtk.Label>(view, 'next').label ?? '';
    const ending = view.state.ending ?? '';
    const heard = ears.heard();

    await tabTo(window, withId('codeView'));
    await keys('Home', 'Right', 'End');
    const said = find<Gtk.Button>(window, 'sayButton');
    said.emit('clicked');
    await pause(400);
    const digits = ears.heard().slice(heard.length);

    const told = await ears.told();
    const clipboard = await clipboardText();
    await tabTo(window, withId('restartButton'));
    await keys('Return');
    await pause(500);
    const dialog = window.visibleDialog;
    const offered = dialog === null ? [] : enabled(dialog);
    const before = hearth.calls.length;
    for (const check of dialog === null ? [] : all(dialog, (each) => each instanceof Gtk.CheckButton))
      (check as Gtk.CheckButton).active = true;
    if (dialog instanceof Adw.AlertDialog) dialog.emit('response', 'restart');
    dialog?.force_close();
    await pause(500);
    const restarted = hearth.calls.slice(before);
    const pending = buttons(page);

    // Back and here again: the code that was shown is gone, and a new one is made only when asked for.
    window.open('driver');
    await pause(500);
    window.open('key');
    await pause(500);
    const drawn = drawnDigits(window);
    const calls = asked(hearth.calls.slice(before + restarted.length));
    const scanned = await scan(new QrView(), stepsText('enrol'));
    const card = cards(printCard);
    const files = await ran(['grep', '-rlF', fixtureCode, GLib.get_home_dir(), GLib.get_user_runtime_dir()]);
    window.destroy();
    return {
      ...{ plan, key, screens, ending, beside, offered, restarted, pending, heard, digits, told, clipboard },
      ...{ files, forgotten: { calls, drawn }, scanned, card },
    };
  }

  return tellSeen<Seen>(app, async (tell) => {
    try {
      tell(await walk());
    } finally {
      ears.close();
    }
  });

  /** Colours of the digits are not looked at: how many are drawn is how wide what is drawn is. */
  function drawnDigits(window: Gtk.Widget): number {
    return all(window, (widget) => widget.get_buildable_id() === 'codeView' && widget.get_mapped()).length;
  }

  function enabled(dialog: Gtk.Widget): readonly string[] {
    return all(
      dialog,
      (each) => each instanceof Gtk.Button && each.get_mapped() && each.get_sensitive(),
    ).flatMap((each) => (each as Gtk.Button).label?.replace('_', '') ?? []);
  }

  function cards(make: typeof printCard): Seen['card'] {
    const folder = GLib.dir_make_tmp('hearth-card-XXXXXX');
    const size = (code: string | null): number => {
      const path = `${folder}/${code === null ? 'without' : 'with'}.pdf`;
      const card = { task: 'enrol' as const, fingerprint: fixtureKey.fingerprint, code };
      if (!make(card, null, path)) return 0;
      const [, data] = Gio.File.new_for_path(path).load_contents(null);
      const head = new TextDecoder('latin1').decode(data.slice(0, 5));
      return head === '%PDF-' ? data.length : -1;
    };
    return { without: size(null), with: size(fixtureCode) };
  }

  async function scan(view: InstanceType<typeof QrView>, text: string): Promise<string> {
    if (!view.setText(text, 'steps')) return 'does not fit';
    const window = new Adw.Window({ content: view, defaultWidth: 640, defaultHeight: 640 });
    Adw.StyleManager.get_default().colorScheme = Adw.ColorScheme.FORCE_DARK;
    window.present();
    await pause(400);
    const path = `${GLib.get_tmp_dir()}/hearth-qr-${GLib.get_real_time()}.png`;
    const snapshot = new Gtk.Snapshot();
    new Gtk.WidgetPaintable({ widget: window }).snapshot(snapshot, window.get_width(), window.get_height());
    const node = snapshot.to_node();
    const bounds = new Graphene.Rect();
    bounds.init(0, 0, window.get_width(), window.get_height());
    if (node !== null) window.get_renderer()?.render_texture(node, bounds).save_to_png(path);
    window.destroy();
    Adw.StyleManager.get_default().colorScheme = Adw.ColorScheme.DEFAULT;
    const read = await ran(['zbarimg', '--quiet', '--raw', path]);
    Gio.File.new_for_path(path).delete(null);
    return read;
  }
}

/** What a person asked for: that a page was seen is noted by itself. */
function asked(calls: readonly string[]): readonly string[] {
  return calls.filter((call) => !call.startsWith('seen '));
}

/** What a program says; the window stays alive meanwhile. */
function ran(argv: readonly string[]): Promise<string> {
  const process = Gio.Subprocess.new([...argv], Gio.SubprocessFlags.STDOUT_PIPE);
  return new Promise((resolve, reject) => {
    process.communicate_utf8_async(null, null, (_process, result) => {
      try {
        resolve(process.communicate_utf8_finish(result)[1]);
      } catch (thrown) {
        reject(thrown as Error);
      }
    });
  });
}

function clipboardText(): Promise<string> {
  const clipboard = Gdk.Display.get_default()?.get_clipboard();
  return new Promise((resolve) => {
    clipboard?.read_text_async(null, (_clipboard, result) => {
      try {
        resolve(clipboard.read_text_finish(result) ?? '');
      } catch {
        // There is nothing in it.
        resolve('');
      }
    });
  });
}

let seen: Seen | null = null;
let output = '';

test('the whole way is gone with the keyboard', () => {
  const shown = seenInWindow<Seen>();
  [seen] = shown.seen;
  ({ output } = shown);
  const said = output.split('\n').filter((each) => /CRITICAL|WARNING|JS ERROR/.test(each));
  equal(
    said.filter((each) => !/host\.portal\.Registry/.test(each)),
    [],
    'warnings',
  );
});

test('the suggested driver is planned first, and carried out when a person agrees', () => {
  equal(seen?.plan, { calls: ['driver plan cuda', 'apply driver'], shown: true });
});

test('the page of the key opens with a code', () => {
  equal(seen?.key, { page: 'Security Key', digits: 1 });
});

test('the rehearsal goes the way of the firmware, key by key', () => {
  equal(seen?.screens, [
    'menu 1',
    'keys 0',
    'keys 1',
    'question 0',
    'question 1',
    'password 0',
    'password 8',
    'done',
    'over',
  ]);
  equal(seen?.ending, 'done');
  match(seen?.beside ?? '', /ready for the real screens/);
});

test('each screen and each selected line is announced', () => {
  const heard = seen?.heard.join('\n') ?? '';
  for (const words of [
    '“Enroll MOK” selected, line 2 of 4',
    '[Enroll MOK]',
    '“View key 0” selected, line 1 of 2',
    '“Continue” selected, line 2 of 2',
    'Enroll the key(s)?',
    '“Yes” selected, line 2 of 2',
    'Type the eight digits',
    '“Reboot” selected, line 1 of 3',
    'That Is the Whole Way',
  ])
    assert(heard.includes(words), `${words} in:\n${heard}`);
  assert(!heard.includes(fixtureCode), 'the code');
});

test('the digits are heard one by one, and all, by who asks for them', () => {
  const [one, four] = [fixtureCode[0] ?? '', Array.from(fixtureCode.slice(0, 4)).join(', ')];
  equal(seen?.digits, [
    `Digit 1 of 8: ${one}`,
    `Digit 2 of 8: ${fixtureCode[1]}`,
    `Digit 8 of 8: ${fixtureCode[7]}`,
    `${four}. ${Array.from(fixtureCode.slice(4)).join(', ')}`,
  ]);
});

test('nothing that reads the window, the clipboard, a file or the output has the code', () => {
  equal(seen?.told, [], 'accessible texts');
  assert(!(seen?.clipboard ?? '').includes(fixtureCode), 'clipboard');
  equal(seen?.files, '', 'files');
  const spoken = output.split('\n').filter((line) => !line.startsWith('seen '));
  assert(!spoken.some((line) => line.includes(fixtureCode)), 'output');
});

test('the computer is restarted only by who has the code at hand, after the request', () => {
  equal(seen?.offered, ['Cancel']);
  equal(seen?.restarted, ['driver request enrol right', 'driver restart']);
  assert(seen?.pending.includes('Withdraw the Request') === true, seen?.pending.join(', ') ?? '');
});

test('the code is forgotten with the page', () => {
  equal(seen?.forgotten, { calls: [], drawn: 0 });
});

test('the QR code on a dark window is read back as the steps, without a code', () => {
  equal(seen?.scanned.trimEnd(), stepsText('enrol'));
});

test('the card becomes a PDF, with and without the code', () => {
  assert((seen?.card.without ?? 0) > 2000, `${seen?.card.without} bytes`);
  assert((seen?.card.with ?? 0) > 2000, `${seen?.card.with} bytes`);
});

await run(240_000);
