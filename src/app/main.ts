// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import system from 'system';
import type { BuildConfig } from '../core/config.ts';

/** The window. Empty so far. */
export async function main(config: BuildConfig, argv: readonly string[]): Promise<number> {
  const app = new Adw.Application({
    application_id: config.appId,
    resource_base_path: config.resourceBase,
    flags: Gio.ApplicationFlags.DEFAULT_FLAGS,
  });
  app.connect('activate', () => {
    const window = app.active_window ?? new Adw.ApplicationWindow({ application: app, title: 'Hearth' });
    window.present();
  });
  return app.runAsync([system.programInvocationName, ...argv]);
}
