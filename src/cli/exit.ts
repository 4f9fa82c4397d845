// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorCode, ErrorValue } from '../core/errors.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { ExitCode } from '../words/cli.ts';

/** Errors that mean: not as things are now; something else must come first. */
const notNow: readonly ErrorCode[] = [
  'offline',
  'host-not-found',
  'connection-refused',
  'connection-lost',
  'timeout',
  'too-slow',
  'no-space',
  'busy',
  'nothing-fits',
  'no-engine',
  'no-isolation',
  'engine-unusable',
  'image-first',
  'image-missing',
  'port-taken',
  'out-of-memory',
  'context-too-small',
  'no-goose',
  'no-desktop',
  'desktop-open',
  'goose-exposed',
  'folder-unfit',
  'command-missing',
  'no-mechanism',
  'no-package-service',
  'packages-busy',
  'package-missing',
  'package-conflict',
  'key-refused',
  'driver-impossible',
  'restart-inhibited',
  'restart-refused',
];

export function exitFor(error: ErrorValue): ExitCode {
  if (error.code === 'cancelled') return 130;
  if (error.code === 'usage') return 2;
  if (
    error.code === 'changed-since' ||
    error.code === 'nothing-to-undo' ||
    error.code === 'permission-dismissed'
  )
    return 4;
  return notNow.includes(error.code) ? 3 : 1;
}

const unreachable: readonly ErrorCode[] = [
  'offline',
  'host-not-found',
  'connection-refused',
  'connection-lost',
  'timeout',
  'tls',
  'too-slow',
];

/** The publisher of a model could not be reached. */
export function isUnreachable(error: ErrorValue): boolean {
  return unreachable.includes(error.code);
}

export function canPractise(seen: HearthState): boolean {
  return seen.mode.tag === 'real';
}
