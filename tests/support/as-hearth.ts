// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { main } from '../../src/cli/main.ts';
import { start, type BuiltOptions, type Running } from './built.ts';

const asHearth = '--as-hearth';

/** In a process that `startAsHearth` started: is the terminal's own main(), with its data from another folder, and ends. */
export async function maybeHearth(): Promise<void> {
  if (system.programArgs[0] !== asHearth) return;
  const [, pkgDataDir = '', ...argv] = system.programArgs;
  const config = {
    appId: 'io.github.hearthdesktop.Hearth',
    version: '0',
    profile: 'default',
    pkgDataDir,
    localeDir: '/nonexistent',
    libexecDir: '/nonexistent',
    resourceBase: '/io/github/hearthdesktop/Hearth',
  } as const;
  const loop = new GLib.MainLoop(null, false);
  let exit = 70;
  void main(config, argv)
    .then((code) => (exit = code), logError)
    .finally(() => GLib.idle_add(GLib.PRIORITY_DEFAULT, () => (loop.quit(), GLib.SOURCE_REMOVE)));
  await (loop as unknown as { runAsync(): Promise<void> }).runAsync();
  system.exit(exit);
}

/** This test's own program as the terminal, with the data folder that `writeDataFolder` made. */
export function startAsHearth(data: string, args: readonly string[], options: BuiltOptions = {}): Running {
  return start(args, { ...options, argv: ['gjs', '-m', system.programPath ?? '', asHearth, data] });
}

/** A data folder of Hearth in `share` with this catalogue and the settings' schemas of the built one. */
export function writeDataFolder(share: string, entries: readonly object[]): string {
  const installed = `${GLib.path_get_dirname(GLib.find_program_in_path('hearth') ?? '')}/../share`;
  GLib.mkdir_with_parents(`${share}/hearth/catalogue`, 0o755);
  const catalogue = JSON.stringify({ version: 1, generated: '2026-11-01', entries });
  GLib.file_set_contents(`${share}/hearth/catalogue/hearth.json`, new TextEncoder().encode(catalogue));
  const link = ['ln', '-sfn', `${installed}/glib-2.0`, `${share}/glib-2.0`];
  GLib.spawn_sync(null, link, null, GLib.SpawnFlags.SEARCH_PATH, null);
  return `${share}/hearth`;
}
