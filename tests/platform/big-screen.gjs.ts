// SPDX-License-Identifier: GPL-3.0-or-later

// Every page in a window that fills a screen of 3840×2160, where a pixel of the desktop is one, one and a half, or two of the
// screen's: what is read stays in a column in the middle, nothing is stretched, what stands alone stands in the middle of its
// height, and pictures have as many pixels as they take.

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import { sharpness, type Sharpness } from '../support/blurry.ts';
import type { Breadth } from '../support/breadth.ts';
import { directed, type Directed } from '../support/directed.ts';
import { inSession } from '../support/ways.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { pause } from '../support/widgets.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

interface Room extends Breadth, Sharpness {
  readonly scene: string;
}

/** Between them they have everything that is drawn. */
const drawn = [
  'first-run:welcome',
  'first-run:summary',
  'first-run:model',
  'first-run:model+nothing',
  'all-done:try+ask',
  'all-done:proof',
  'all-done:driver+failed',
  'all-done:key+key',
  'all-done:key+key/qr',
  'all-done:home+error',
];

/** And the other pages and kinds of dialogs. */
const others = [
  'first-run:computer',
  'first-run:driver',
  'all-done:home',
  'all-done:home+vendor',
  'broken:home',
  'downloads:model',
  'own-models:model+own',
  'broken:try',
  'all-done:tools',
  'model-ready:tools',
  'all-done:journal',
  'first-run:journal',
  'all-done:ledger',
  'locked:summary+fresh',
  'first-run:model+details',
  'first-run:model+plan',
  'all-done:home+about',
  'all-done:home+shortcuts',
];

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--control') System.exit(await control());
if (mode === '--all' || mode === '--drawn') {
  let window: Directed | null = null;
  for (const scene of mode === '--all' ? [...drawn, ...others] : drawn) {
    window ??= directed(file, { HEARTH_STAGE_SIZE: 'maximized' });
    if (!window.show(scene)) throw new Error(`${scene} came down`);
    print(JSON.stringify({ scene, ...(JSON.parse(window.room()) as Omit<Room, 'scene'>) }));
  }
  window?.end();
  System.exit(0);
}

/** A picture of 16 pixels that takes 64 of the desktop, and one that has all it needs. */
async function control(): Promise<number> {
  Adw.init();
  const picture = (pixels: number): Gtk.Image => {
    const bytes = new GLib.Bytes(new Uint8Array(pixels * pixels * 3).fill(128));
    const texture = Gdk.MemoryTexture.new(pixels, pixels, Gdk.MemoryFormat.R8G8B8, bytes, pixels * 3);
    return new Gtk.Image({ paintable: texture, pixelSize: 64 });
  };
  for (const pixels of [16, 128]) {
    const box = new Gtk.Box({ halign: Gtk.Align.CENTER, valign: Gtk.Align.CENTER });
    box.append(picture(pixels));
    const window = new Gtk.Window({ child: box, decorated: false });
    window.present();
    await pause(600);
    print(JSON.stringify({ scene: String(pixels), ...sharpness(window) }));
    window.destroy();
  }
  return 0;
}

const resources = compileResources(temporaryFolder());
const on = <Seen>(what: string, scale: string, expected: number): readonly Seen[] =>
  inSession<Seen>([what, resources], { HEARTH_OUTPUT: `3840x2160 ${scale}` }, expected);

const offCentre = ([left, right]: Breadth['beside']): boolean => Math.abs(left - right) > 40;

/** Its first line is at the top, as in a list, or it stands in the middle. */
function hollow({ scene, around }: Room): boolean {
  if (around === null) return false;
  const [above, below] = around;
  const centred = Math.abs(above - below) <= 80;
  return /:(welcome|summary)/.test(scene) ? !centred : above > 80 && !centred;
}

function roomIsUsed(seen: readonly Room[]): void {
  equal(
    // The first tell where the others are.
    seen.flatMap(({ scene, strayed }) => strayed.slice(0, 3).map((each) => `${scene}: ${each}`)),
    [],
    'outside of the column',
  );
  equal(
    seen.flatMap(({ scene, stretched }) => stretched.map((each) => `${scene}: ${each}`)),
    [],
    'stretched',
  );
  equal(
    seen
      .filter(({ beside }) => offCentre(beside))
      .map(({ scene, beside }) => `${scene}: ${beside.join(' ')}`),
    [],
    'beside the middle',
  );
  equal(
    seen.filter(hollow).map(({ scene, around }) => `${scene}: ${around?.join(' ')}`),
    [],
    'empty above',
  );
}

function picturesAreSharp(seen: readonly Room[], scale: number): void {
  equal([...new Set(seen.map((each) => each.scale))], [scale]);
  equal(
    seen.filter(({ pictures, shapes }) => pictures + shapes < 3).map(({ scene }) => scene),
    [],
    'hardly anything was drawn',
  );
  equal(
    seen.flatMap(({ scene, blurry }) => blurry.map((each) => `${scene}: ${each}`)),
    [],
  );
}

let wide: readonly Room[] = [];

test('3840×2160: what is read stays in the middle, and nothing is stretched', () => {
  wide = on('--all', '1', drawn.length + others.length);
  roomIsUsed(wide);
  picturesAreSharp(wide, 1);
  const fit = wide.filter(({ around }) => around !== null);
  assert(fit.length >= 10, `${fit.length} pages were shorter than the window`);
});

for (const scale of ['1.5', '2'])
  test(`with ${scale} pixels for one: so it does, and pictures have as many as they take`, () => {
    const seen = on<Room>('--drawn', scale, drawn.length);
    roomIsUsed(seen);
    picturesAreSharp(seen, Number(scale));
  });

test('a picture with too few pixels would be seen', () => {
  const seen = on<Sharpness>('--control', '2', 2);
  equal(
    seen.map(({ blurry, pictures }) => [blurry, pictures]),
    [
      [['16×16 for 128×128'], 1],
      [[], 1],
    ],
  );
});

await run(280_000);
