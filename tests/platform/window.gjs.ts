// SPDX-License-Identifier: GPL-3.0-or-later

// Every page of the window, on every made-up state: it is built without a critical warning, and no control is without
// a name for assistive technology. Three processes: this one, a director inside the session, and the window it directs.

import Atspi from 'gi://Atspi?version=2.0';
import Gio from 'gi://Gio?version=2.0';
import System from 'system';
import { directed, type Directed } from '../support/directed.ts';
import { sweep } from '../support/nameless.ts';
import { everyScene } from '../support/scenes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

interface Seen {
  readonly scene: string;
  readonly controls: number;
  readonly nameless: readonly string[];
  readonly died: boolean;
}

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--direct') {
  direct(file);
  System.exit(0);
}

/** Inside the session: shows each scene and looks at it. One line of JSON a scene. */
function direct(resources: string): void {
  Atspi.init();
  let window: Directed | null = null;
  for (const scene of everyScene) {
    window ??= directed(resources);
    const ready = window.show(scene);
    print(JSON.stringify({ scene, died: !ready, ...(ready ? sweep() : { controls: 0, nameless: [] }) }));
    if (!ready) window = null;
  }
  window?.end();
}

let seen: readonly Seen[] = [];

test('the window can be directed through all its pages', () => {
  const folder = temporaryFolder();
  const resources = compileResources(folder);
  const argv = [
    'tests/support/a11y-session.sh',
    'gjs',
    '-m',
    System.programPath ?? '',
    '--direct',
    resources,
  ];
  const flags = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE;
  const [, output] = Gio.Subprocess.new(argv, flags).communicate_utf8(null, null);
  const lines = output.split('\n');
  seen = lines.filter((line) => line.startsWith('{"scene"')).map((line) => JSON.parse(line) as Seen);
  const said = lines.filter(
    (line) => /CRITICAL|WARNING|JS ERROR/.test(line) && !/host\.portal\.Registry/.test(line),
  );
  assert(
    seen.length === everyScene.length,
    `saw ${seen.length} of ${everyScene.length}:\n${output.slice(-3000)}`,
  );
  equal(said, [], 'warnings');
});

test('no page brings the window down', () => {
  equal(
    seen.filter((each) => each.died).map((each) => each.scene),
    [],
  );
});

test('there is something to act on everywhere', () => {
  equal(
    seen.filter((each) => each.controls === 0).map((each) => each.scene),
    [],
  );
});

test('no control is without a name', () => {
  // The rows of libadwaita's own shortcuts dialog have their text in a label inside and no name; they cannot be reached.
  const ours = seen.filter(({ scene }) => !scene.endsWith('+shortcuts'));
  const found = new Set(ours.flatMap(({ scene, nameless }) => nameless.map((each) => `${scene}: ${each}`)));
  equal([...found], []);
});

await run(240_000);
