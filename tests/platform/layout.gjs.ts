// SPDX-License-Identifier: GPL-3.0-or-later

// Every page from right to left, with text of twice the size, and in the smallest window that a phone has: nothing is cut
// off, nothing has to be scrolled sideways, what points somewhere points the other way, and what is pressed can be hit.

import System from 'system';
import { fullScenes } from '../support/scenes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import type { least } from '../support/targets.ts';
import { complaints, direct, look, type SceneLayout, type Way } from '../support/ways.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--direct') {
  direct(file, fullScenes);
  System.exit(0);
}

const resources = compileResources(temporaryFolder());
const seen = (way: Way): readonly SceneLayout[] => look(resources, '--direct', way, fullScenes.length);
const twice = JSON.stringify({ 'org.gnome.desktop.interface/text-scaling-factor': 2 });

function fits(layouts: readonly SceneLayout[], widest: number): void {
  const found = complaints(layouts, ({ cut, sideways, width }) => [
    ...cut,
    ...sideways,
    ...(width > widest ? [`the window is ${width} wide`] : []),
  ]);
  equal(found, []);
}

test('from right to left nothing is cut off, and icons that point somewhere turn round', () => {
  const layouts = seen({ GTK_DEBUG: 'invert-text-dir', HEARTH_STAGE_SIZE: '360x640' });
  fits(layouts, 360);
  equal(
    complaints(layouts, ({ unmirrored }) => unmirrored),
    [],
  );
});

test('in the smallest window of a phone nothing is cut off, and all that is pressed can be hit with a finger', () => {
  const layouts = seen({ HEARTH_STAGE_SIZE: '360x294' });
  fits(layouts, 360);
  equal(
    complaints(layouts, ({ small, dead }) => [...small, ...dead.map((row) => `cannot be pressed: ${row}`)]),
    [],
  );
  equal(
    complaints(layouts, ({ squeezed }) => squeezed),
    [],
  );
  const sum = (kind: keyof typeof least): number =>
    layouts.reduce((total, { measured }) => total + measured[kind], 0);
  for (const [kind, count] of [
    ['main', 200],
    ['plain', 100],
    ['inline', 30],
  ] as const)
    assert(sum(kind) >= count, `only ${sum(kind)} were measured: ${kind}`);
});

test('text of twice the size fits a window of its usual width', () => {
  fits(seen({ HEARTH_PORTAL: twice, HEARTH_STAGE_SIZE: '760x640' }), 760);
});

test('text of twice the size fits a narrow window', () => {
  fits(seen({ HEARTH_PORTAL: twice, HEARTH_STAGE_SIZE: '400x640' }), 400);
});

await run(120_000);
