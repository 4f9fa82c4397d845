// SPDX-License-Identifier: GPL-3.0-or-later

// What the desktop's own screen reader says on every page: when it opens, at controls that the keyboard reaches, and when
// something happens. What has to be heard is in tests/data/orca.txt, taken from Orca's own transcript and read by a person.
// HEARTH_TRANSCRIPT names a file for the whole transcript, HEARTH_ORCA_SCENES other scenes.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import { directed } from '../support/directed.ts';
import { missed, readScenes, unwanted, type Scene } from '../support/heard.ts';
import { Orca } from '../support/orca.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

/** Seconds until what was not said will not be said: a machine that does much else at the same time is slow. */
const patience = 12;

function scenes(): readonly Scene[] {
  const [, bytes] = GLib.file_get_contents(GLib.getenv('HEARTH_ORCA_SCENES') ?? 'tests/data/orca.txt');
  return readScenes(new TextDecoder().decode(bytes));
}

/** What was said at a scene, step by step. */
interface Walk {
  readonly scene: string;
  readonly said: readonly (readonly string[])[];
  readonly silent: readonly string[];
}

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--direct') {
  direct(file);
  System.exit(0);
}

function direct(resources: string): void {
  const orca = new Orca(GLib.path_get_dirname(resources));
  if (!orca.waitFor((heard) => heard.includes('Screen reader on.'), 60))
    throw new Error('Orca did not start');
  // There is no keyboard until there was a key, and no window gets one then.
  Gio.Subprocess.new(['wtype', '-k', 'Shift_L'], Gio.SubprocessFlags.NONE).wait_check(null);
  const window = directed(resources, { HEARTH_STAGE_ACTIVE: '1' });
  const walk = ({ scene, steps }: Scene): readonly (readonly string[])[] => {
    orca.take();
    return steps.map(({ act, hears }) => {
      const stands = act === '' ? window.show(scene) : window.act(act);
      if (!stands) throw new Error(`${scene} came down: ${act}`);
      orca.waitFor((heard) => missed(hears, heard).length === 0, patience);
      orca.catchUp((text) => void window.act(`announce ${text}`), patience);
      return orca.take();
    });
  };
  for (const scene of scenes()) {
    const said = walk(scene);
    const silent = scene.steps.flatMap(({ act, hears }, at) =>
      missed(hears, said[at] ?? []).map((text) => `${act}: ${text}`),
    );
    // Where a machine is busy, Orca may come to a window too late: each is opened once more before it counts as silent.
    print(JSON.stringify({ scene: scene.scene, said: silent.length > 0 ? walk(scene) : said, silent }));
  }
  window.end();
  orca.end();
}

const folder = temporaryFolder();
let seen: readonly Walk[] = [];

/** Each step of each scene with what was said at it. */
function steps() {
  return scenes().flatMap(({ scene, steps }, at) =>
    steps.map((step, number) => ({
      ...step,
      where: `${scene} ${step.act}`.trim(),
      said: seen[at]?.said[number] ?? [],
    })),
  );
}

test('Orca goes through every page', () => {
  const flags = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE;
  const argv = ['tests/support/a11y-session.sh', 'gjs', '-m', System.programPath ?? '', '--direct'];
  const [, output] = Gio.Subprocess.new([...argv, compileResources(folder)], flags).communicate_utf8(
    null,
    null,
  );
  seen = output
    .split('\n')
    .filter((line) => line.startsWith('{"scene"'))
    .map((line) => JSON.parse(line) as Walk);
  for (const { scene, silent } of seen)
    if (silent.length > 0) print(`# ${scene} was opened twice: ${silent.join('; ')}`);
  const transcript = GLib.getenv('HEARTH_TRANSCRIPT');
  if (transcript !== null)
    GLib.file_set_contents(
      transcript,
      steps()
        .map(({ act, where, said }) => (act === '' ? `\n[${where}]\n` : `> ${act}\n`) + said.join('\n'))
        .join('\n'),
    );
  const { length } = scenes();
  assert(seen.length === length, `heard ${seen.length} of ${length}:\n${output.slice(-2000)}`);
});

test('says on every page, in order, what a person who listens has to hear', () => {
  const missing = steps().flatMap(({ where, hears, said }) =>
    missed(hears, said).map((text) => `${where}: ${text} | but: ${said.join(' / ')}`),
  );
  equal(missing, []);
});

test('does not say what nobody wants to hear', () => {
  const odd = steps().flatMap(({ where, never, said }) =>
    unwanted(never, said).map((line) => `${where}: ${line}`),
  );
  equal(odd, []);
});

await run(400_000);
