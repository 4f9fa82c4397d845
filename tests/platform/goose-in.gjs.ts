// SPDX-License-Identifier: GPL-3.0-or-later

// "Ask Goose About This Folder": what a file manager starts, and what the window makes of it. The real desktop entry and
// the real application; the engine behind it is made up and notes what it was asked.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState } from '../support/fixture-states.ts';
import { never } from '../../src/core/cancel.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { until } from '../support/serving.ts';
import { equal, match, run, temporaryFolder, test } from '../support/tap.ts';
import { readableConfig } from '../support/window-config.ts';
import { compileResources } from '../support/window-resources.ts';

const [mode, resources = '', folder = ''] = System.programArgs;
if (mode === '--window') System.exit(await inSession(resources, folder));

/** Inside the session: the application is asked for a folder before it has a window, then once more by its action. */
async function inSession(resourceFile: string, first: string): Promise<number> {
  Gio.resources_register(Gio.Resource.load(resourceFile));
  // Widget classes read their templates when they are defined, so only now.
  const { HearthApplication } = await import('../../src/app/application.ts');
  const { windowOptions } = await import('../../src/app/options.ts');
  const [, bytes] = Gio.File.new_for_path('data/catalogue/hearth.json').load_contents(null);
  const hearth = new FixtureHearth(fixtureState('all-done', new TextDecoder().decode(bytes)));
  const options = windowOptions([`--goose-in=${first}`]);
  const report = (thrown: unknown, context: string): void => logError(thrown as Error, context);
  const app = new HearthApplication(readableConfig, options, () => Promise.resolve(hearth), report);
  app.openGooseIn(options.gooseIn ?? '');
  const asked = (): readonly string[] => hearth.calls.filter((call) => call.startsWith('goose in'));
  const look = GLib.timeout_add(GLib.PRIORITY_DEFAULT, 50, () => {
    if (asked().length === 1) app.activate_action('goose-in', new GLib.Variant('s', '/second'));
    if (asked().length < 2) return GLib.SOURCE_CONTINUE;
    app.quit();
    return GLib.SOURCE_REMOVE;
  });
  GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, 60, () => {
    app.quit();
    return GLib.SOURCE_REMOVE;
  });
  const status = await app.runAsync([]);
  if (asked().length >= 2) print(`asked ${JSON.stringify(asked().slice(0, 2))}`);
  else GLib.source_remove(look);
  return status;
}

test('a folder reaches Goose whole, before there is a window and after', () => {
  const odd = `${temporaryFolder()}/a "b" $(c); d=e`;
  const argv = ['tests/support/a11y-session.sh', 'gjs', '-m', System.programPath ?? '', '--window'];
  const flags = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE;
  const compiled = compileResources(temporaryFolder());
  const [, output] = Gio.Subprocess.new([...argv, compiled, odd], flags).communicate_utf8(null, null);
  const said = output.split('\n').find((line) => line.startsWith('asked '));
  equal(said, `asked ${JSON.stringify([`goose in ${odd}`, 'goose in /second'])}`, output.slice(-2000));
});

test('the desktop entry is offered for folders, is in no menu, and hands the folder over', async () => {
  const at = temporaryFolder();
  const odd = `${at}/my "notes" & $(things)`;
  await files.makeFolder(odd, 0o755);
  const text = await files.readText('data/hearth.ask-goose.desktop.in.in');
  match(text, /^MimeType=inode\/directory;$/m);
  match(text, /^NoDisplay=true$/m);
  await files.makeFolder(`${at}/bin`, 0o755);
  const script = '#!/bin/sh\nfor word; do printf "%s\\n" "$word"; done >"$0.new" && mv "$0.new" "$0.words"\n';
  await files.writeAtomic(`${at}/bin/hearth`, script, 0o755);
  const entry = `${at}/share/applications/io.github.hearthdesktop.Hearth.AskGoose.desktop`;
  await files.makeFolder(`${at}/share/applications`, 0o755);
  await files.writeAtomic(entry, text.replaceAll('@application_id@', readableConfig.appId), 0o644);
  const usual = GLib.getenv('PATH') ?? '';
  GLib.setenv('PATH', `${at}/bin:${usual}`, true);
  try {
    const { exit, stderr } = await processes.run(['gio', 'launch', entry, odd], {}, never);
    equal([exit, stderr], [0, '']);
    const words = `${at}/bin/hearth.words`;
    await until('it was started', async () => (await files.stat(words)) !== null);
    equal((await files.readText(words)).trim().split('\n'), [`--goose-in=${odd}`]);
  } finally {
    GLib.setenv('PATH', usual, true);
  }
});

await run();
