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

/** What is to be heard on a scene, in this order, and how often Tab is pressed there. */
interface Part {
  readonly scene: string;
  readonly tabs: number;
  readonly hears: readonly string[];
}

function parts(): readonly Part[] {
  const [, bytes] = GLib.file_get_contents('tests/data/orca.txt');
  const blocks = new TextDecoder().decode(bytes).split('\n\n').slice(1);
  return blocks.map((block) => {
    const [head = '', ...hears] = block.trimEnd().split('\n');
    const [, scene = '', tabs = ''] = /^\[(\S+) (\d+)\]$/.exec(head) ?? [];
    return { scene, tabs: Number(tabs), hears };
  });
}

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

/** What was not said, or not in this order. */
function missed({ hears }: Part, words: readonly string[]): readonly string[] {
  const said = words.map(plain);
  let from = 0;
  return hears.filter((text) => {
    const found = said.findIndex((line, place) => place >= from && line.includes(plain(text)));
    if (found >= 0) from = found;
    return found < 0;
  });
}

function direct(resources: string): void {
  const orca = new Orca(GLib.path_get_dirname(resources));
  orca.hears('Screen reader on', 60);
  const window = directed(resources);
  const walk = ({ scene, tabs }: Part): readonly string[] => {
    if (!window.show(scene)) throw new Error(`${scene} came down`);
    const said = [...orca.said()];
    for (let tab = 0; tab < tabs; tab += 1) {
      Gio.Subprocess.new(['wtype', '-k', 'Tab'], Gio.SubprocessFlags.NONE).wait_check(null);
      said.push('', ...orca.said());
    }
    return said;
  };
  for (const part of parts()) {
    const said = walk(part);
    // Where a machine is busy, Orca may come to a window too late: each is opened once more before it counts as silent.
    const again = missed(part, said).length === 0 ? [] : walk(part);
    print(JSON.stringify({ scene: part.scene, said: again.length === 0 ? said : again }));
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
  const { length } = parts();
  assert(lines.length === length, `heard ${lines.length} of ${length}:\n${output.slice(-2000)}`);
  seen = lines.map((line) => JSON.parse(line) as Walk);
});

test('says on every page, in order, what a person who listens has to hear', () => {
  const missing = parts().flatMap((part, at) =>
    // The last words may come after the next page was asked for.
    missed(part, [...(seen[at]?.said ?? []), ...(seen[at + 1]?.said ?? [])]).map(
      (text) => `${part.scene}: ${text}`,
    ),
  );
  equal(missing, []);
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
function plain(text: string): string {
  return text
    .replace(/\d[\d.,:/]*/g, '0')
    .replace(/\s+/g, ' ')
    .trim();
}

await run(400_000);
