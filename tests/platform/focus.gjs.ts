// SPDX-License-Identifier: GPL-3.0-or-later

// Where Tab leads on pages and in dialogs of every kind: to all that can be used, in the order of reading, and with a focus that
// is seen, in light, dark and high contrast.

import Gio from 'gi://Gio?version=2.0';
import System from 'system';
import { directed, type Directed } from '../support/directed.ts';
import type { FocusWalk } from '../support/focus-walk.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

/** Between them they have every kind of widget. */
const kinds = [
  'first-run:welcome',
  'all-done:home',
  'first-run:model',
  'first-run:model+details',
  'all-done:tools',
  'all-done:proof+open',
  'all-done:try',
  'all-done:journal',
  'first-run:computer',
  'all-done:driver+failed',
  'all-done:key+key',
  'all-done:home+error',
];

/** Of them, those that are looked at in other colours. */
const coloured = ['all-done:home', 'first-run:model', 'all-done:tools', 'all-done:try', 'all-done:key+key'];

interface Seen extends FocusWalk {
  readonly scene: string;
}

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--kinds' || mode === '--coloured') {
  let window: Directed | null = null;
  for (const scene of mode === '--kinds' ? kinds : coloured) {
    window ??= directed(file);
    if (!window.show(scene)) throw new Error(`${scene} came down`);
    print(JSON.stringify({ scene, ...(JSON.parse(window.focus()) as FocusWalk) }));
  }
  window?.end();
  System.exit(0);
}
const resources = compileResources(temporaryFolder());

function session<T>(what: string, expected: number, settings: object): readonly T[] {
  const launcher = Gio.SubprocessLauncher.new(
    Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE,
  );
  launcher.setenv('HEARTH_PORTAL', JSON.stringify(settings), true);
  const argv = ['tests/support/a11y-session.sh', 'gjs', '-m', System.programPath ?? '', what, resources];
  const [, output] = launcher.spawnv(argv).communicate_utf8(null, null);
  const lines = output.split('\n').filter((line) => line.startsWith('{"scene"'));
  assert(lines.length === expected, `saw ${lines.length} of ${expected}:\n${output.slice(-3000)}`);
  return lines.map((line) => JSON.parse(line) as T);
}

function complaints(seen: readonly Seen[], what: (each: Seen) => readonly string[]): readonly string[] {
  return [...new Set(seen.flatMap((each) => what(each).map((text) => `${each.scene}: ${text}`)))];
}

let seen: readonly Seen[] = [];

test('Tab goes through pages and dialogs', () => {
  seen = session<Seen>('--kinds', kinds.length, {});
  equal(
    seen.filter(({ stops }) => stops === 0 || stops >= 300).map(({ scene }) => scene),
    [],
  );
});

test('it reaches all that can be used', () => {
  equal(
    complaints(seen, ({ unreached }) => unreached),
    [],
  );
});

test('in the order of reading', () => {
  equal(
    complaints(seen, ({ disorder }) => disorder),
    [],
  );
});

test('the focus is seen wherever it is', () => {
  equal(
    complaints(seen, ({ unseen }) => unseen),
    [],
  );
  const compared = seen.reduce((sum, each) => sum + each.compared, 0);
  assert(compared >= 20, `${compared} kinds`);
});

for (const [name, settings] of Object.entries({
  'in the dark': { 'org.freedesktop.appearance/color-scheme': 1 },
  'in high contrast': { 'org.freedesktop.appearance/contrast': 1 },
}))
  test(`and ${name}`, () => {
    const there = session<Seen>('--coloured', coloured.length, settings);
    equal(
      complaints(there, ({ unseen }) => unseen),
      [],
    );
    const compared = there.reduce((sum, each) => sum + each.compared, 0);
    assert(compared >= 10, `${compared} kinds`);
  });

await run(280_000);
