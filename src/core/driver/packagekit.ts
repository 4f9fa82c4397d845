// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, type ErrorCode } from '../errors.ts';
import type { PackageProgress } from './packages.ts';

/** PackageKit's numbers, as its D-Bus interface uses them (pk-enum.h of PackageKit 1.3 and 1.4). */
export const info = {
  installed: 1,
  available: 2,
  installing: 12,
  removing: 13,
  obsoleting: 15,
  install: 27,
  remove: 28,
  obsolete: 29,
  updating: 11,
  downgrading: 20,
  reinstalling: 19,
} as const;
export const exit = { success: 1, failed: 2, cancelled: 3 } as const;
/** Bits of transaction flags: none would be 1 << 0. */
export const flags = { onlyTrusted: 1 << 1, simulate: 1 << 2 } as const;
export const status = {
  waiting: 1,
  removing: 6,
  refreshing: 7,
  downloading: 8,
  installing: 9,
  resolving: 13,
  waitingForLock: 30,
  waitingForAuth: 31,
} as const;

export interface PackageId {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** 'installed', 'installed:REPOSITORY', or a repository. */
  readonly data: string;
}

/** A package id ('name;version;arch;data'), or null for text that is none. */
export function parsePackageId(text: string): PackageId | null {
  const [name, version, architecture, data, more] = text.split(';');
  if (
    !name ||
    version === undefined ||
    architecture === undefined ||
    data === undefined ||
    more !== undefined
  )
    return null;
  return { name, version, architecture, data };
}

export function isInstalled({ data }: PackageId): boolean {
  return (
    data === 'installed' ||
    data.startsWith('installed:') ||
    data.startsWith('manual:') ||
    data.startsWith('auto:')
  );
}

/** Error codes of PackageKit (PkErrorEnum) that mean something of their own to people. */
const codes: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [2, 'offline'],
  [5, 'package-untrusted'],
  [8, 'package-missing'],
  [10, 'offline'],
  [13, 'package-conflict'],
  [17, 'cancelled'],
  [26, 'packages-busy'],
  [30, 'package-untrusted'],
  [31, 'package-untrusted'],
  [35, 'package-conflict'],
  [36, 'package-conflict'],
  [37, 'offline'],
  [43, 'offline'],
  [46, 'no-space'],
  [48, 'permission-denied'],
  [50, 'package-untrusted'],
  [51, 'package-untrusted'],
  [67, 'packages-busy'],
]);

/** What PackageKit ended with. Its apt backend reports a conflict of files, a full disk and a lock as a failed install. */
export function packageKitError(code: number, details: string, names: readonly string[]): HearthError {
  const options = { detail: details };
  const known = codes.get(code) ?? null;
  if (code === 48) {
    if (/dismiss|cancel/i.test(details)) return new HearthError('permission-dismissed', {}, options);
    return new HearthError('permission-denied', {}, options);
  }
  if (/No space left on device/i.test(details)) return new HearthError('no-space', {}, options);
  if (/trying to overwrite|conflicts with|which is also in package/i.test(details))
    return new HearthError('package-conflict', first(names), options);
  if (/could not get lock|is another process using it|lock-frontend|is locked/i.test(details))
    return new HearthError('packages-busy', {}, options);
  if (known === null) return new HearthError('packages-failed', {}, options);
  return new HearthError(
    known,
    known === 'package-missing' || known === 'package-conflict' ? first(names) : {},
    options,
  );
}

function first(names: readonly string[]): Record<string, string> {
  return names[0] === undefined ? {} : { package: names[0] };
}

/** Progress as the properties of a transaction tell it; a percentage of 101 means that it is not known. */
export function packageKitProgress(state: number, percentage: number): PackageProgress {
  const phase =
    state === status.downloading || state === status.refreshing
      ? 'downloading'
      : state === status.installing || state === status.removing
        ? 'working'
        : 'checking';
  return { phase, done: null, total: null, part: percentage > 100 ? null : percentage / 100 };
}
