// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import System from 'system';
import { directed, type Directed } from './directed.ts';
import type { Layout } from './layout.ts';
import type { Mnemonics } from './mnemonics.ts';
import { assert } from './tap.ts';
import type { Targets } from './targets.ts';

/** A way to see the window: what its session and its process find in their environment. */
export type Way = Readonly<Record<string, string>>;

export interface SceneLayout extends Layout, Mnemonics, Targets {
  readonly scene: string;
}

/** Goes through scenes inside a session; a line of JSON each. */
export function direct(resources: string, scenes: readonly string[]): void {
  let window: Directed | null = null;
  for (const scene of scenes) {
    window ??= directed(resources);
    if (window.show(scene))
      print(JSON.stringify({ scene, ...(JSON.parse(window.inspect()) as Omit<SceneLayout, 'scene'>) }));
    else window = null;
  }
  window?.end();
}

/** Has the file that runs now direct a window in a session of its own. @param mode how it is told which scenes */
export function look(resources: string, mode: string, way: Way, expected: number): readonly SceneLayout[] {
  return inSession([mode, resources], way, expected);
}

/** Runs the file that runs now in a session of its own, with other words; the lines of JSON that it says of scenes. */
export function inSession<Seen>(words: readonly string[], way: Way, expected: number): readonly Seen[] {
  const launcher = Gio.SubprocessLauncher.new(
    Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE,
  );
  for (const [name, value] of Object.entries(way)) launcher.setenv(name, value, true);
  const argv = ['tests/support/a11y-session.sh', 'gjs', '-m', System.programPath ?? '', ...words];
  const [, output] = launcher.spawnv(argv).communicate_utf8(null, null);
  const lines = output.split('\n').filter((line) => line.startsWith('{"scene"'));
  assert(lines.length === expected, `saw ${lines.length} of ${expected}:\n${output.slice(-3000)}`);
  return lines.map((line) => JSON.parse(line) as Seen);
}

/** 'scene: what', each what once, with the first scene that had it. */
export function complaints(
  seen: readonly SceneLayout[],
  what: (layout: SceneLayout) => readonly string[],
): readonly string[] {
  const first = new Map<string, string>();
  for (const layout of seen)
    for (const each of what(layout)) if (!first.has(each)) first.set(each, layout.scene);
  return [...first].map(([each, scene]) => `${scene}: ${each}`);
}
