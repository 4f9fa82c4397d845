// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import type { PageName } from '../../src/ui/context.ts';
import type { MainWindow } from '../../src/ui/window/main-window.ts';
import type { FixtureHearth } from './fixture-hearth.ts';
import { pause } from './widgets.ts';
import { readableConfig } from './window-config.ts';

/** What a test needs to open windows on made-up states, in the process that shows them. */
export interface Windows {
  readonly app: Adw.Application;
  /** Text of the catalogue that comes with Hearth, for `fixtureState`. */
  readonly catalogue: string;
  /** Presents a window, and waits until it stands. @param settle milliseconds */
  open(hearth: FixtureHearth, page: PageName | null, settle: number): Promise<MainWindow>;
}

/** @param resources path of the compiled ones @param name end of the application's id */
export async function windows(resources: string, name: string): Promise<Windows> {
  Gio.resources_register(Gio.Resource.load(resources));
  // Widget classes read their templates when they are defined, so only now.
  const { MainWindow } = await import('../../src/ui/window/main-window.ts');
  const [, bytes] = Gio.File.new_for_path('data/catalogue/hearth.json').load_contents(null);
  const app = new Adw.Application({ applicationId: `io.github.hearthdesktop.Hearth.${name}` });
  return {
    app,
    catalogue: new TextDecoder().decode(bytes),
    open: async (hearth, page, settle) => {
      const window = new MainWindow(app, hearth, logError, readableConfig, page);
      window.present();
      await pause(settle);
      return window;
    },
  };
}
