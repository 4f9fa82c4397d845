// SPDX-License-Identifier: GPL-3.0-or-later

// Every page from right to left, with text of twice the size, and in the smallest window that a phone has: nothing is cut
// off, nothing has to be scrolled sideways, what points somewhere points the other way, and what is pressed can be hit.

import System from 'system';
import { fullScenes } from '../support/scenes.ts';
import { equal, run, temporaryFolder, test } from '../support/tap.ts';
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

test('in the smallest window of a phone nothing is cut off, and every button can be hit', () => {
  const layouts = seen({ HEARTH_STAGE_SIZE: '360x294' });
  fits(layouts, 360);
  equal(
    complaints(layouts, ({ small }) => small),
    [],
  );
});

test('text of twice the size fits a window of its usual width', () => {
  fits(seen({ HEARTH_PORTAL: twice, HEARTH_STAGE_SIZE: '760x640' }), 760);
});

test('text of twice the size fits a narrow window', () => {
  fits(seen({ HEARTH_PORTAL: twice, HEARTH_STAGE_SIZE: '400x640' }), 400);
});

await run(120_000);
