// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';

import {
  bootEntry,
  defaultInLoaderConf,
  defaultOfMenu,
  entryOfKernel,
  isSystemdBoot,
  loaderGuid,
  loaderText,
  loaderVariable,
  type BootEntry,
} from '../core/driver/boot-menu.ts';
import { variableValue } from '../core/driver/key/efi.ts';
import { isKernelRelease } from '../core/driver/key/validate.ts';
import type { Output } from '../core/ports.ts';
import { toHearthError } from '../platform/errors.ts';
import { isThere, namesIn, readSmall, type Box } from './box.ts';
import { Refusal } from './refusal.ts';

// The menu of systemd-boot. Its default is a variable of the firmware, which `bootctl set-default` writes as well; here it
// is written without that program, so that the sandbox needs none. See docs/decisions.

const variables = '/sys/firmware/efi/efivars';
/** Where the partitions with entries are mounted: the extended one, if there is one, and that of the firmware. */
const mounts = ['/boot', '/efi', '/boot/efi'];
const valueCap = 64 * 1024;

function fileOf(box: Box, name: string): string {
  return box.at(`${variables}/${name}-${loaderGuid}`);
}

async function text(box: Box, name: string): Promise<string | null> {
  const bytes = await readSmall(box, fileOf(box, name), valueCap).catch(() => null);
  return bytes === null || bytes.length < 4 ? null : loaderText(variableValue(bytes));
}

/** Whether this start went through systemd-boot. */
export async function startedBySystemdBoot(box: Box): Promise<boolean> {
  return isSystemdBoot((await text(box, 'LoaderInfo')) ?? '');
}

async function entriesIn(box: Box): Promise<readonly BootEntry[]> {
  const names = await Promise.all(
    mounts.flatMap((mount) =>
      ['loader/entries', 'EFI/Linux'].map((folder) =>
        namesIn(box, box.at(`${mount}/${folder}`)).catch(() => []),
      ),
    ),
  );
  return names.flat().flatMap((name) => bootEntry(name) ?? []);
}

async function installed(box: Box): Promise<readonly string[]> {
  return (await namesIn(box, box.at('/lib/modules'))).filter(isKernelRelease);
}

/** The kernel that starts by itself; null where the menu does not tell. */
export async function readMenuDefault(box: Box): Promise<string | null> {
  const [entries, kernels, set] = await Promise.all([
    entriesIn(box),
    installed(box),
    text(box, 'LoaderEntryDefault'),
  ]);
  const settings = await Promise.all(
    mounts.map((mount) =>
      box.files.readText(box.at(`${mount}/loader/loader.conf`), valueCap).catch(() => ''),
    ),
  );
  const written = settings.map(defaultInLoaderConf).find((one) => one !== null) ?? null;
  return defaultOfMenu(entries, kernels, [set, written]);
}

/** Has the menu start a kernel from now on. @throws Refusal where it has no entry for it, or more than one */
export async function setMenuDefault(box: Box, kernel: string): Promise<Output> {
  const entry = entryOfKernel(kernel, await entriesIn(box), await installed(box));
  if (entry === null) throw new Refusal('Failed', `the boot menu has no entry of its own for ${kernel}`);
  const path = fileOf(box, 'LoaderEntryDefault');
  // The kernel guards variables that it does not know against being changed by accident.
  if (await isThere(box, path)) await box.run(['chattr', '-i', path]);
  // A test's file is no variable: writing to one of those replaces it.
  if (box.testing) await box.files.remove(path);
  try {
    const stream = Gio.File.new_for_path(path).append_to(Gio.FileCreateFlags.NONE, null);
    // In one piece: every write is a whole value.
    stream.write_all(loaderVariable(entry), null);
    stream.close(null);
  } catch (thrown) {
    throw toHearthError(thrown, { path });
  }
  return { stdout: '', stderr: '', exit: 0 };
}
