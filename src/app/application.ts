// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import type { BuildConfig } from '../core/config.ts';
import type { Report } from '../core/ports.ts';
import type { Hearth } from '../engine/api.ts';
import { pageNames } from '../ui/context.ts';
import { openGooseFrom } from '../ui/tools/open-goose.ts';
import { MainWindow } from '../ui/window/main-window.ts';
import { StartingWindow } from '../ui/window/starting-window.ts';
import type { WindowOptions } from './options.ts';

/** Milliseconds without a window until one says that something is coming. */
const patience = 150;
/** Milliseconds after which a window counts as drawn even when it was not. */
const unseen = 1000;

/** One Hearth a session; in practice mode one of its own that never meets the real one. */
export class HearthApplication extends Adw.Application {
  readonly #config: BuildConfig;
  readonly #options: WindowOptions;
  readonly #compose: () => Promise<Hearth>;
  readonly #report: Report;
  #hearth: Hearth | null = null;
  #starting = false;
  /** False where a unit started Hearth and there is no reason to show it. */
  #welcome = true;
  /** What a desktop action asked for before there was a window. */
  #wish: ((window: MainWindow) => void) | null = null;

  static {
    GObject.registerClass({ GTypeName: 'HearthApplication' }, this);
  }

  constructor(config: BuildConfig, options: WindowOptions, compose: () => Promise<Hearth>, report: Report) {
    const apart = options.practice !== null || options.machine !== null;
    super({
      applicationId: apart ? `${config.appId}.Practice` : config.appId,
      resourceBasePath: config.resourceBase,
      flags: apart ? Gio.ApplicationFlags.NON_UNIQUE : Gio.ApplicationFlags.DEFAULT_FLAGS,
    });
    this.#config = config;
    this.#options = options;
    this.#compose = compose;
    this.#report = report;
  }

  override vfunc_startup(): void {
    super.vfunc_startup();
    const quit = new Gio.SimpleAction({ name: 'quit' });
    quit.connect('activate', () => {
      for (const window of this.get_windows()) window.close();
    });
    this.add_action(quit);
    // Actions of the desktop entry; the desktop activates them by name.
    const wishes: Readonly<Record<string, (window: MainWindow) => void>> = {
      model: (window) => window.open('model'),
      driver: (window) => window.open('driver'),
      try: (window) => window.open('try'),
      goose: (window) => {
        window.open('tools');
        openGooseFrom(window);
      },
    };
    const gooseIn = new Gio.SimpleAction({ name: 'goose-in', parameterType: new GLib.VariantType('s') });
    gooseIn.connect('activate', (_action, parameter) => {
      const folder = parameter?.get_string()[0] ?? '';
      this.#withWindow((window) => {
        window.open('tools');
        openGooseFrom(window, folder);
      });
    });
    this.add_action(gooseIn);
    // A page by its name: what the desktop's search found. One that is not known opens the window as it is.
    const page = new Gio.SimpleAction({ name: 'page', parameterType: new GLib.VariantType('s') });
    page.connect('activate', (_action, parameter) => {
      const wanted = pageNames.find((name) => name === parameter?.get_string()[0]);
      this.#withWindow((window) => (wanted === undefined ? window.present() : window.open(wanted)));
    });
    this.add_action(page);
    for (const [name, wish] of Object.entries(wishes)) {
      const action = new Gio.SimpleAction({ name });
      action.connect('activate', () => this.#withWindow(wish));
      this.add_action(action);
    }
    this.set_accels_for_action('app.quit', ['<Control>q']);
  }

  override vfunc_activate(): void {
    const window = this.get_windows()[0];
    if (window !== undefined) window.present();
    else if (this.#hearth !== null) this.#open(this.#hearth);
    else if (!this.#starting) this.#start();
  }

  /** Has Goose opened on a folder: here, or by the Hearth that runs already, whose window then says what came of it. */
  openGooseIn(folder: string): void {
    this.register(null);
    this.activate_action('goose-in', new GLib.Variant('s', folder));
  }

  /** Calls with the window, once there is one and what it shows was looked at. */
  #withWindow(wish: (window: MainWindow) => void): void {
    this.#wish = wish;
    this.activate();
    this.#fulfil();
  }

  #fulfil(): void {
    const window = this.get_windows().find((each) => each instanceof MainWindow);
    const wish = this.#wish;
    if (window === undefined || wish === null || this.#hearth?.state.value.looked !== true) return;
    this.#wish = null;
    wish(window);
  }

  /** Ends what must not outlive the window. */
  async end(): Promise<void> {
    await this.#hearth?.close();
  }

  #start(): void {
    this.#starting = true;
    this.hold();
    // Practice takes a moment to prepare; the real thing is there before anybody could see a spinner.
    let waiting: StartingWindow | null = null;
    const timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, patience, () => {
      waiting = new StartingWindow(this);
      waiting.present();
      return GLib.SOURCE_REMOVE;
    });
    const settled = (): void => {
      if (waiting === null) GLib.source_remove(timer);
      this.#starting = false;
      this.release();
    };
    this.#arrive().then(
      () => {
        if (this.#hearth !== null && this.#welcome) this.#open(this.#hearth);
        waiting?.destroy();
        settled();
      },
      (thrown: unknown) => {
        this.#report(thrown, 'start');
        const window = waiting ?? new StartingWindow(this);
        window.showError(thrown);
        window.present();
        settled();
      },
    );
  }

  async #arrive(): Promise<void> {
    this.#hearth = await this.#compose();
    this.#welcome = (await this.#hearth.firstBoot.arrive(this.#options.door)) !== null;
  }

  #open(hearth: Hearth): void {
    const window = new MainWindow(this, hearth, this.#report, this.#config, this.#options.page);
    window.present();
    // Looking starts many programs: the window is drawn before it has to share the processors with them.
    afterFirstFrame(window, () => window.attempt(() => hearth.refresh().then(() => this.#fulfil())));
  }
}

/** Calls when a window was drawn; or after a while, where nobody can see it (a locked screen). */
function afterFirstFrame(window: Gtk.Window, then: () => void): void {
  const clock = window.get_frame_clock();
  let called = false;
  const call = (): void => {
    if (called) return;
    called = true;
    if (handler !== undefined) clock?.disconnect(handler);
    then();
  };
  const handler = clock?.connect('after-paint', call);
  GLib.timeout_add(GLib.PRIORITY_DEFAULT, unseen, () => {
    call();
    return GLib.SOURCE_REMOVE;
  });
}
