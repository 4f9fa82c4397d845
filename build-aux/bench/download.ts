// SPDX-License-Identifier: GPL-3.0-or-later

// Brings one file to its place by the same path as the app and the terminal. Ends with 0 when it is there and right.

import system from 'system';
import { never } from '../../src/core/cancel.ts';
import { download } from '../../src/engine/download.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { fileLocks } from '../../src/platform/locks.ts';
import { processes } from '../../src/platform/processes.ts';
import { curlTransfers } from '../../src/platform/transfers.ts';
import { actionOf, entryOf, parseJob } from './entry.ts';

const job = parseJob(system.programArgs);
let status = 0;
try {
  const transfers = curlTransfers({ files, processes, clock });
  const locks = fileLocks(processes);
  const { models, caFile } = job;
  await download(
    actionOf(job),
    entryOf(job),
    { files, clock, transfers, locks, models, caFile },
    () => {},
    never,
  );
} catch (error) {
  logError(error as object, 'The download failed');
  status = 1;
}
system.exit(status);
