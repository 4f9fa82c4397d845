// SPDX-License-Identifier: GPL-3.0-or-later

import { stateNames } from './fixture-states.ts';

/** What a window is directed through: a made-up state, a page, and what to open there. */

const taskPages = ['computer', 'driver', 'model', 'try', 'tools', 'journal', 'proof', 'ledger'];

/** What is opened on a page, beyond the pages themselves. */
const opened = [
  'first-run:welcome+back',
  'first-run:summary+restart-ahead',
  'all-done:home+back',
  'all-done:home+news',
  'all-done:home+vendor',
  'first-run:model+plan',
  'first-run:model+details',
  'first-run:model+longest',
  'first-run:model+search',
  'first-run:model+nothing',
  'first-run:model+filters',
  'stopped:model+changed',
  'stopped:model+changed-details',
  'own-models:model+own',
  'own-models:model+moving',
  'first-run:model+managed',
  'model-ready:tools+diff',
  'all-done:home+error',
  'all-done:home+failed-for-good',
  'all-done:home+about',
  'all-done:home+shortcuts',
  'all-done:try+ask',
  'all-done:proof+open',
  'all-done:proof+proving',
  'all-done:proof+closing',
  'all-done:ledger+forget',
];

/** The driver and its key, where there is something to act on. */
const driven = [
  'all-done:driver+fresh',
  'all-done:driver+fresh/installing',
  'all-done:driver+key',
  'all-done:driver+missed',
  'all-done:driver+failed',
  'all-done:driver+image-waits',
  'all-done:driver+working',
  'all-done:driver+kepler',
  'all-done:key+key',
  'all-done:key+key/ask',
  'all-done:key+key/qr',
  'all-done:key+pending',
  'all-done:key+refused',
  'all-done:key+no-service',
  'all-done:key+working',
  'all-done:key-removal+working',
];

/** What an organisation locked, on every page where a lock applies. */
export const lockedScenes: readonly string[] = [
  'locked:home',
  'locked:computer',
  'locked:model',
  'locked:model+menu',
  'locked:tools',
  'locked:driver+fresh',
  'locked:driver+failed',
  'locked:key+key',
  'locked:key+pending',
  'locked:key+refused',
  'locked:summary+fresh',
];

/** Every page on every state. */
export const everyScene: readonly string[] = [
  ...stateNames.flatMap((state) => {
    const first = state === 'first-run' ? ['welcome', 'summary'] : ['home'];
    return [...first, ...taskPages].map((page) => `${state}:${page}`);
  }),
  ...opened,
  ...driven,
  ...lockedScenes,
];

/** Every page where it has most to say: for what is looked at in many ways. */
export const fullScenes: readonly string[] = [
  'first-run:welcome',
  'first-run:computer',
  'first-run:driver',
  'first-run:model',
  'first-run:summary',
  'all-done:home',
  'broken:home',
  'downloading:home',
  'downloads:model',
  'failed:model',
  'own-models:model',
  'broken:try',
  'all-done:tools',
  'model-ready:tools',
  'all-done:journal',
  'first-run:journal',
  'all-done:proof',
  'model-ready:proof',
  'all-done:ledger',
  ...opened,
  ...driven,
  // A menu is a surface of its own, whose items do not wrap.
  ...lockedScenes.filter((scene) => !scene.endsWith('+menu')),
];
