// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import System from 'system';
import { temporaryFolder } from './tap.ts';
import { compileResources } from './window-resources.ts';

// Tests of the window are two processes: the test, and the same program again with `--window RESOURCES` in a session of its
// own, which shows the window and tells what it saw.

const mark = 'seen ';

/** In the second process: runs the program while `look` shows windows and tells what it sees; the process's status. */
export async function tellSeen<Seen>(
  app: Adw.Application,
  look: (tell: (seen: Seen) => void) => Promise<void>,
): Promise<number> {
  let status = 1;
  app.connect('activate', () => {
    app.hold();
    look((seen) => print(`${mark}${JSON.stringify(seen)}`))
      .then(() => (status = 0))
      .catch((thrown: unknown) => logError(thrown as Error))
      .finally(() => app.quit());
  });
  await app.runAsync([]);
  return status;
}

/** In the first process: starts the second, and gives what it saw, and all that it printed. Never nothing. */
export function seenInWindow<Seen>(): { readonly seen: readonly [Seen, ...Seen[]]; readonly output: string } {
  const resources = compileResources(temporaryFolder());
  const self = System.programPath ?? '';
  const argv = ['tests/support/a11y-session.sh', 'gjs', '-m', self, '--window', resources];
  const flags = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE;
  const [, output] = Gio.Subprocess.new(argv, flags).communicate_utf8(null, null);
  const lines = output.split('\n').filter((line) => line.startsWith(mark));
  const [first, ...rest] = lines.map((line) => JSON.parse(line.slice(mark.length)) as Seen);
  if (first === undefined) throw new Error(output.slice(-3000));
  return { seen: [first, ...rest], output };
}
