// SPDX-License-Identifier: GPL-3.0-or-later

import { test } from '../../support/tap.ts';
import { picture } from './pages.ts';

let stopped = '';

/** A step of a way through the window: when one fails, those after it have nowhere to start from. */
export function step(name: string, body: () => Promise<void> | void): void {
  test(name, async () => {
    if (stopped !== '')
      throw Object.assign(new Error(`not reached, as this failed: ${stopped}`), { stack: '' });
    try {
      await body();
    } catch (thrown) {
      stopped = name;
      picture(`failed-${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}`);
      throw thrown;
    }
  });
}
