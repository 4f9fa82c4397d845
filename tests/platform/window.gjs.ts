// SPDX-License-Identifier: GPL-3.0-or-later

// Every page of the window, on every made-up state: it is built without a critical warning, and no control is without
// a name for assistive technology. Three processes: this one, a director inside the session, and the window it directs.

import Atspi from 'gi://Atspi?version=2.0';
import Gio from 'gi://Gio?version=2.0';
import System from 'system';
import { directed, type Directed } from '../support/directed.ts';
import { accessKey, keysApart } from '../../src/words/access-keys.ts';
import type { Layout } from '../support/layout.ts';
import { clashes, type Mnemonics } from '../support/mnemonics.ts';
import { sweep, type Sweep } from '../support/nameless.ts';
import { readPo } from '../support/po.ts';
import { everyScene } from '../support/scenes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

interface Seen extends Sweep, Layout, Mnemonics {
  readonly scene: string;
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
    print(
      JSON.stringify({
        scene,
        died: !ready,
        ...(ready
          ? { ...sweep(), ...(JSON.parse(window.inspect()) as object) }
          : { controls: 0, nameless: [] }),
      }),
    );
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

/** 'scene: what', each what once. */
function found(what: (each: Seen) => readonly string[], scenes = seen): readonly string[] {
  const first = new Map<string, string>();
  for (const each of scenes) for (const text of what(each)) if (!first.has(text)) first.set(text, each.scene);
  return [...first].map(([text, scene]) => `${scene}: ${text}`);
}

// Dialogs of libadwaita: the rows of its shortcuts have their text in a label inside and no name; they cannot be reached.
const ours = (): readonly Seen[] => seen.filter(({ scene }) => !/\+(shortcuts|about)$/.test(scene));

test('there is something to act on everywhere', () => {
  equal(
    seen.filter((each) => each.controls === 0).map((each) => each.scene),
    [],
  );
});

test('no control is without a name, and none without an id', () => {
  equal(
    found(({ nameless }) => nameless, ours()),
    [],
  );
  equal(
    found(({ anonymous }) => anonymous, ours()),
    [],
  );
});

test('buttons that do different things have different names, and none only says its row’s title', () => {
  // To the page of the key leads what came of it, and what is next.
  equal(
    found(({ twice }) => twice.filter((name) => name !== 'Security Key…')),
    [],
  );
  equal(
    found(({ echoes }) => echoes),
    [],
  );
});

test('titles are headings: one of the first level above all others, and no level is left out', () => {
  const wrong = ({ headings }: Seen): readonly string[] => {
    const levels = new Set(headings.map(({ level }) => level));
    const whole = [...levels].toSorted((a, b) => a - b).every((level, at) => level === at + 1);
    return levels.size > 0 && whole ? [] : [JSON.stringify(headings)];
  };
  equal(found(wrong, ours()), []);
  const groups = ours().flatMap(({ headings }) => headings.filter(({ level }) => level === 2));
  assert(groups.length > 150, `${groups.length} headings of the second level`);
});

test('items are in lists, and progress has a value', () => {
  equal(
    found(({ stray }) => stray),
    [],
  );
  equal(
    found(({ valueless }) => valueless),
    [],
  );
  assert(seen.filter(({ progress }) => progress > 0).length >= 4, 'scenes with progress');
});

test('access keys differ within a page, and what a page is for has one', () => {
  equal(found(clashes, ours()), []);
  equal(
    found(({ keyless }) => keyless, ours()),
    [],
  );
  assert(new Set(ours().flatMap(({ keys }) => keys)).size > 40, 'labels with access keys');
});

for (const language of ['de', 'fr', 'es', 'pt_BR', 'cs', 'ja', 'zh_CN', 'ar'])
  test(`and so they do in ${language}`, () => {
    const messages = readPo(`po/${language}.po`);
    const keyed = ours().filter(({ keys }) => keys.length > 1);
    const pages = new Map(keyed.map(({ keys, scene }) => [keys.join('\n'), { keys, scene }]));
    const unknown = new Set<string>();
    for (const { scene, keys } of pages.values()) {
      const labels = keys.map((label) => {
        const plain = label.replace('_', '');
        // Where the window gave it its key, the message has none.
        const text = messages.get(plain);
        if (text === undefined) unknown.add(plain);
        return { text: text ?? label, wants: true };
      });
      const letters = keysApart(labels).map((text) => accessKey(text) ?? text);
      equal(new Set(letters).size, keys.length, `${scene}: ${letters.join(' ')}`);
      assert(
        letters.every((letter) => Array.from(letter).length === 1),
        `${scene}: ${letters.join(' ')}`,
      );
    }
    equal([...unknown], []);
  });

await run(280_000);
