// SPDX-License-Identifier: GPL-3.0-or-later

// What the desktop's own screen reader says on every page: when it opens, and at controls that Tab reaches. What has to
// be heard is in tests/data/orca.txt, taken from Orca's own transcript and read by a person.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import { directed } from '../support/directed.ts';
import { Orca } from '../support/orca.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

/** Page, and how often Tab is pressed on it. */
const walks: readonly (readonly [scene: string, tabs: number])[] = [
  ['first-run:welcome', 2],
  ['all-done:home', 2],
  ['first-run:computer', 1],
  ['first-run:driver', 1],
  ['first-run:model', 2],
  ['all-done:try', 2],
  ['model-ready:tools', 3],
  ['all-done:proof', 2],
  ['all-done:ledger', 1],
  ['all-done:journal', 1],
  ['first-run:summary', 1],
  ['first-run:model+plan', 1],
  ['all-done:home+error', 2],
  ['all-done:key+key', 2],
];

interface Walk {
  readonly scene: string;
  readonly said: readonly string[];
}

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--direct') {
  direct(file);
  System.exit(0);
}

function direct(resources: string): void {
  const orca = new Orca(GLib.path_get_dirname(resources));
  orca.hears('Screen reader on', 60);
  const window = directed(resources);
  for (const [scene, tabs] of walks) {
    if (!window.show(scene)) throw new Error(`${scene} came down`);
    const said = [...orca.said()];
    for (let tab = 0; tab < tabs; tab += 1) {
      Gio.Subprocess.new(['wtype', '-k', 'Tab'], Gio.SubprocessFlags.NONE).wait_check(null);
      said.push('', ...orca.said());
    }
    print(JSON.stringify({ scene, said }));
  }
  window.end();
  orca.end();
}

const folder = temporaryFolder();
let seen: readonly Walk[] = [];

test('Orca goes through every page', () => {
  const flags = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE;
  const argv = ['tests/support/a11y-session.sh', 'gjs', '-m', System.programPath ?? '', '--direct'];
  const [, output] = Gio.Subprocess.new([...argv, compileResources(folder)], flags).communicate_utf8(
    null,
    null,
  );
  const lines = output.split('\n').filter((line) => line.startsWith('{"scene"'));
  assert(lines.length === walks.length, `heard ${lines.length} of ${walks.length}:\n${output.slice(-2000)}`);
  seen = lines.map((line) => JSON.parse(line) as Walk);
});

test('says on every page what a person who listens has to hear', () => {
  const [, bytes] = GLib.file_get_contents('tests/data/orca.txt');
  const expected = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  // Over the whole walk: where a machine is busy, speech comes after the page has changed.
  const said = seen.flatMap((walk) => walk.said);
  equal(
    expected.filter((line) => !said.some((each) => alike(each, line))),
    [],
  );
});

test('says no control without a name, and nothing twice in a row', () => {
  const odd = seen.flatMap(({ scene, said }) =>
    said
      .filter((line, at) => bare.test(line) || (line !== '' && line.length > 12 && line === said[at - 1]))
      .map((line) => `${scene}: ${line}`),
  );
  equal(odd, []);
});

/** A role and nothing before it. */
const bare =
  /^(push )?(button|toggle button|switch|entry|text|slider|combo box|image|link|list item|row)( (off|on|collapsed|expanded))?$/i;

/** Numbers may differ: they are of the computer and the day. */
function alike(a: string, b: string): boolean {
  const plain = (text: string): string =>
    text
      .replace(/\d[\d.,:/]*/g, '0')
      .replace(/\s+/g, ' ')
      .trim();
  return plain(a) === plain(b);
}

await run(280_000);
