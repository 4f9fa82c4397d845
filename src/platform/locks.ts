// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import type { Locks } from '../core/models/transfer.ts';
import type { Processes } from '../core/ports.ts';

const taken = 75;

/**
 * Locks that cannot be left behind: a child holds the file lock for as long as its input is open, and that ends with
 * Hearth, even by a kill or a crash. The lock file itself stays; it means nothing when nobody holds it.
 */
export function fileLocks(processes: Processes): Locks {
  return {
    acquire: async (path) => {
      let held: () => void = () => {};
      const holds = new Promise<'held'>((resolve) => {
        held = () => resolve('held');
      });
      const child = await processes.start(
        [
          'flock',
          '--nonblock',
          '--conflict-exit-code',
          String(taken),
          '--no-fork',
          path,
          'sh',
          '-c',
          'echo held; exec cat >/dev/null',
        ],
        { onLine: held },
      );
      const first = await Promise.race([holds, child.exited]);
      if (first !== 'held') {
        const code = first.exit === taken ? 'busy' : 'io';
        throw new HearthError(code, { path }, { detail: first.stderrTail.trim() });
      }
      return {
        release: async () => {
          await child.closeStdin();
          await child.exited;
        },
      };
    },
  };
}
