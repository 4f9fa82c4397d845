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
  // systemd, in the journal of a unit; by the time it gives up its own state no longer tells.
  /result 'oom-kill'|killed by the OOM killer/,
];

const cardTexts: readonly RegExp[] = [
  /ErrorDeviceLost|device lost/i,
  /GPU is lost|fallen off the bus/i,
  /CUDA error: (?:unspecified launch failure|an illegal memory access|the launch timed out)/i,
  /(?:HIP|ROCm) error: /i,
];

/** How often a server may die within this many milliseconds before it is left alone and explained. */
export const deathsAllowed = 3;
export const deathWindow = 10 * 60_000;

/** Milliseconds before it is started again, by how often it has died. */
export const backOff: readonly number[] = [500, 3000];

/** What a server that ended by itself died of. */
export interface Death {
  /** Exit status; 128 + signal when killed. */
  readonly exit: number;
  readonly stderrTail: string;
  /** The kernel ended something for want of memory while the server ran. */
  readonly oomKilled: boolean;
  /** How often it died within `deathWindow`, this time included; once when not given. */
  readonly times?: number;
}

/** A dead server as an error: the wall, memory, the graphics card, somebody from outside, or nobody knows. */
export function deathError(death: Death): HearthError {
  const { exit, stderrTail, times = 1 } = death;
  const detail = tail(stderrTail);
  const args = times > 1 ? { exit, times } : { exit };
  const wall = /^bwrap: .*/m.exec(stderrTail);
  if (wall !== null) return new HearthError('no-isolation', { exit }, { detail: wall[0] });
  // A kill from outside looks the same as the kernel's (137), so the kernel's own count decides.
  if (memoryTexts.some((text) => text.test(stderrTail)) || (exit === 137 && death.oomKilled))
    return new HearthError('out-of-memory', { exit }, { detail });
  if (cardTexts.some((text) => text.test(stderrTail))) return new HearthError('gpu-lost', args, { detail });
  if (exit === 128 + 9 || exit === 128 + 15) return new HearthError('server-killed', args, { detail });
  return new HearthError('server-died', args, { detail });
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-20).join('\n').slice(-4000);
}
