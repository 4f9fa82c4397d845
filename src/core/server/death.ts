// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';

const memoryTexts: readonly RegExp[] = [
  /out of (?:device |host )?memory/i,
  /OutOfDeviceMemory|OutOfHostMemory/,
  /failed to allocate/i,
  /unable to allocate/i,
  /cannot allocate memory/i,
  /std::bad_alloc/,
  /cudaMalloc failed/,
];

/** What a server that ended by itself died of. */
export interface Death {
  /** Exit status; 128 + signal when killed. */
  readonly exit: number;
  readonly stderrTail: string;
  /** The kernel ended something for want of memory while the server ran. */
  readonly oomKilled: boolean;
}

/** A dead server as an error: the wall could not be built, memory ran out, or it just ended. */
export function deathError(death: Death): HearthError {
  const { exit, stderrTail } = death;
  const detail = tail(stderrTail);
  const wall = /^bwrap: .*/m.exec(stderrTail);
  if (wall !== null) return new HearthError('no-isolation', { exit }, { detail: wall[0] });
  // A kill from outside looks the same as the kernel's (137), so the kernel's own count decides.
  if (memoryTexts.some((text) => text.test(stderrTail)) || (exit === 137 && death.oomKilled))
    return new HearthError('out-of-memory', { exit }, { detail });
  return new HearthError('server-died', { exit }, { detail });
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-20).join('\n').slice(-4000);
}
