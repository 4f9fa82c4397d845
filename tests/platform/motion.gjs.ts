// SPDX-License-Identifier: GPL-3.0-or-later

// Nothing on a page moves by itself, and a window at rest is not drawn: for people whom motion disturbs, and for the battery.
// Where work goes on without a measure the toolkit's spinner turns, which the desktop's setting for less motion leaves as it is.

import Gio from 'gi://Gio?version=2.0';
import System from 'system';
import { directed, type Directed } from '../support/directed.ts';
import type { Stillness } from '../support/stillness.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

/** Pages of every kind, at work and at rest. */
const scenes = [
  'first-run:welcome',
  'first-run:model',
  'looking:model',
  'downloads:model',
  'looking:computer',
  'all-done:home',
  'downloading:home',
  'looking:tools',
  'all-done:tools',
  'all-done:proof+proving',
  'all-done:proof+open',
  'all-done:try',
  'all-done:journal',
  'all-done:key+key',
  'all-done:key+working',
  'all-done:home+error',
];

interface Seen extends Stillness {
  readonly scene: string;
}

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--scenes') {
  let window: Directed | null = null;
  for (const scene of scenes) {
    window ??= directed(file);
    if (!window.show(scene)) throw new Error(`${scene} came down`);
    print(JSON.stringify({ scene, ...(JSON.parse(window.still()) as Stillness) }));
  }
  window?.end();
  System.exit(0);
}
const resources = compileResources(temporaryFolder());

function see(): readonly Seen[] {
  const launcher = Gio.SubprocessLauncher.new(
    Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE,
  );
  const settings = {
    'org.freedesktop.appearance/reduced-motion': 1,
    'org.gnome.desktop.interface/enable-animations': true,
  };
  launcher.setenv('HEARTH_PORTAL', JSON.stringify(settings), true);
  const argv = [
    'tests/support/a11y-session.sh',
    'gjs',
    '-m',
    System.programPath ?? '',
    '--scenes',
    resources,
  ];
  const [, output] = launcher.spawnv(argv).communicate_utf8(null, null);
  const lines = output.split('\n').filter((line) => line.startsWith('{"scene"'));
  assert(lines.length === scenes.length, `saw ${lines.length} of ${scenes.length}:\n${output.slice(-3000)}`);
  return lines.map((line) => JSON.parse(line) as Seen);
}

test('nothing moves but spinners', () => {
  equal(
    see().filter(({ mover }) => mover !== null),
    [],
  );
});

await run(120_000);
