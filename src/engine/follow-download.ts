// SPDX-License-Identifier: GPL-3.0-or-later

import { nextDownload } from '../core/models/download.ts';
import type {
  DownloadCommand,
  DownloadEvent,
  DownloadPolicy,
  DownloadState,
} from '../core/models/download.ts';

/** Does what the reducer says and tells it what came of the last command; ends with a command that has no answer. */
export async function followDownload(
  start: DownloadState,
  first: DownloadEvent,
  policy: DownloadPolicy,
  obey: (command: DownloadCommand, state: DownloadState) => Promise<DownloadEvent | null>,
): Promise<void> {
  let state = start;
  for (let event: DownloadEvent | null = first; event !== null;) {
    const [next, commands]: readonly [DownloadState, readonly DownloadCommand[]] = nextDownload(
      state,
      event,
      policy,
    );
    state = next;
    event = null;
    for (const command of commands) event = await obey(command, state);
  }
}
