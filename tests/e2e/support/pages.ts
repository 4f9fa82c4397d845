// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import { practiceBanner } from '../../../src/words/app.ts';
import { sweep } from '../../support/nameless.ts';
import { assert, equal } from '../../support/tap.ts';
import { runs } from './hands.ts';
import { says } from './screen.ts';

const folder = 'build/e2e';

/** Keeps a picture of the screen in build/e2e. */
export function picture(name: string): void {
  runs('grim', `${folder}/${name}.png`);
}

/**
 * What must hold wherever a person stops to look: every control that shows has a name, and practice says that it is.
 * Keeps a picture.
 */
export async function looksRight(name: string, { practice = true } = {}): Promise<void> {
  // A frame or two, so that the picture shows what the tree says.
  await new Promise((resolve) => setTimeout(resolve, 200));
  picture(name);
  const { controls, nameless } = sweep();
  assert(controls > 0, `${name}: nothing to act on`);
  equal(nameless, [], `${name}: controls without a name`);
  equal(says(practiceBanner()), practice, `${name}: says that this is practice`);
}

GLib.mkdir_with_parents(folder, 0o755);
