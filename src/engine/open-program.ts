// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import type { Processes } from '../core/ports.ts';

/** Starts a program that is to live on without Hearth. @throws command-missing, command-failed */
export async function openProgram(processes: Processes, argv: readonly string[]): Promise<void> {
  const detached = ['sh', '-c', 'exec setsid --fork "$@" </dev/null >/dev/null 2>&1', 'sh'];
  const { exit, stderr } = await processes.run([...detached, ...argv], {}, never);
  if (exit !== 0)
    throw new HearthError('command-failed', { command: argv[0] ?? '', exit }, { detail: stderr.trim() });
}
