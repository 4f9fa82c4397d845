// SPDX-License-Identifier: GPL-3.0-or-later

// Brings one file to its place by the same path as the app and the terminal. Ends with 0 when it is there and right.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';
import { never } from '../../src/core/cancel.ts';
import { download } from '../../src/engine/download.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { fileLocks } from '../../src/platform/locks.ts';
import { processes } from '../../src/platform/processes.ts';
import { curlTransfers } from '../../src/platform/transfers.ts';
import { actionOf, entryOf, parseJob } from './entry.ts';

/** Exit status. */
async function run(): Promise<number> {
  const job = parseJob(system.programArgs);
  const { models, caFile } = job;
  const transfers = curlTransfers({ files, processes, clock });
  const locks = fileLocks(processes);
  const ledger = new Ledger(`${models}/.ledger.jsonl`, files, clock);
  const deps = { files, clock, transfers, locks, ledger, models, caFile };
  try {
    await download(actionOf(job), entryOf(job), deps, () => {}, never);
    return 0;
  } catch (error) {
    logError(error as object, 'The download failed');
    return 1;
  }
}

// As the app and the terminal do it: without a loop of our own GJS would poll without a pause.
const loop = new GLib.MainLoop(null, false);
let status = 1;
void run().then((ended) => {
  status = ended;
  GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
    loop.quit();
    return GLib.SOURCE_REMOVE;
  });
});
await loop.runAsync();
system.exit(status);
