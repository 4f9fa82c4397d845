// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

import { never, type Cancel } from '../core/cancel.ts';
import { hasCode } from '../core/errors.ts';
import type { Files, Output } from '../core/ports.ts';
import { files } from '../platform/files.ts';
import { processes } from '../platform/processes.ts';
import { Refusal } from './refusal.ts';

/** The computer as the service sees it: files below a root, fixed programs, and nothing else. */
export interface Box {
  readonly files: Files;
  /** Set only by the flag for tests, which the installed unit does not give. */
  readonly testing: boolean;
  /** A path of the system as it is here. */
  at(path: string): string;
  /** Runs a fixed program inside the unit's sandbox. Its exit status is not to be trusted. */
  run(argv: readonly string[], stdin?: string): Promise<Output>;
  /** Runs a fixed program as a unit of its own, outside the sandbox, until it ends. */
  runOutside(unit: string, argv: readonly string[], cancel: Cancel): Promise<Output>;
  now(): number;
}

/** Milliseconds: mokutil, modinfo, grubby and the like are done in a fraction of it. */
const shortRun = 60_000;
/** A module takes 5 to 10 minutes on a slow computer. */
const longRun = 45 * 60_000;

/** @param root '' for the system itself; a folder for tests */
export function makeBox(root: string): Box {
  const testing = root !== '';
  const at = (path: string): string => root + path;
  if (testing) {
    const path = `${at('/usr/bin')}:${at('/usr/sbin')}:${GLib.getenv('PATH') ?? '/usr/sbin:/usr/bin'}`;
    GLib.setenv('PATH', path, true);
    GLib.setenv('EFIVARFS_PATH', at('/sys/firmware/efi/efivars/'), true);
  } else {
    GLib.setenv('PATH', '/usr/sbin:/usr/bin:/sbin:/bin', true);
    GLib.unsetenv('EFIVARFS_PATH');
  }
  const run = async (argv: readonly string[], stdin?: string): Promise<Output> =>
    processes.run(argv, { timeout: shortRun, ...(stdin === undefined ? {} : { stdin }) }, never);
  return {
    files,
    testing,
    at,
    run,
    runOutside: async (unit, argv, cancel) => {
      const program = argv[0] ?? '';
      if ((await processes.find(program)) === null)
        throw new Refusal('Failed', `${program} is not installed`);
      if (testing) return processes.run(argv, { timeout: longRun }, cancel);
      const wrapper = ['systemd-run', '--quiet', '--wait', '--collect', '--pipe', '--service-type=exec'];
      // Stopping systemd-run alone would leave the unit running.
      const forget = cancel.onCancel(() => {
        run(['systemctl', 'stop', `${unit}.service`]).catch(() => {});
      });
      try {
        return await processes.run(
          [...wrapper, `--unit=${unit}`, '--setenv=LC_ALL=C', '--', ...argv],
          { timeout: longRun },
          cancel,
        );
      } finally {
        forget();
      }
    },
    now: () => Date.now(),
  };
}

/** Bytes of a small file, or null when it is not there. */
export async function readSmall(box: Box, path: string, cap = 1024 * 1024): Promise<Uint8Array | null> {
  try {
    return await box.files.readBytes(path, { offset: 0, length: cap });
  } catch (thrown) {
    if (hasCode(thrown, 'not-found')) return null;
    throw thrown;
  }
}

export async function readLine(box: Box, path: string): Promise<string> {
  return (await box.files.readText(path, 4096)).trim();
}

/** Names in a folder; none when it is not there. */
export async function namesIn(box: Box, path: string): Promise<readonly string[]> {
  try {
    return await box.files.list(path);
  } catch (thrown) {
    if (hasCode(thrown, 'not-found')) return [];
    throw thrown;
  }
}

export async function isThere(box: Box, path: string): Promise<boolean> {
  return (await box.files.stat(path)) !== null;
}
