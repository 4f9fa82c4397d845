// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';

import { parseBootCurrent, parseLoadOption, removablePath } from '../core/driver/key/efi.ts';
import { hasCode } from '../core/errors.ts';
import { toHearthError } from '../platform/errors.ts';
import { isThere, namesIn, readSmall, type Box } from './box.ts';
import { variable } from './firmware.ts';
import { refused, Refusal } from './refusal.ts';

/** Where the partition that firmware starts from is mounted, in the order in which distributions do it. */
const mounts = ['/boot/efi', '/efi', '/boot'];

export interface BootPath {
  /** Folder of the boot loader that was started, as a path here. */
  readonly folder: string;
  /** Name of MokManager for its architecture. */
  readonly manager: string;
  /** `manager` is beside it. */
  readonly there: boolean;
  /** The partition, as a path here. */
  readonly partition: string;
}

/** The folder of the boot loader that firmware started, or null when it cannot be told. */
export async function seeBootPath(box: Box): Promise<BootPath | null> {
  const file = await startedFile(box);
  if (file === null) return null;
  const parts = file.split('/').filter((part) => part !== '');
  for (const mount of mounts) {
    const partition = box.at(mount);
    const found = await resolve(box, partition, parts);
    if (found === null) continue;
    const folder = found.slice(0, found.lastIndexOf('/'));
    const manager = /aa64\.efi$/i.test(file) ? 'mmaa64.efi' : 'mmx64.efi';
    return { folder, manager, there: (await resolve(box, folder, [manager])) !== null, partition };
  }
  return null;
}

async function startedFile(box: Box): Promise<string | null> {
  try {
    const current = await variable(box, 'BootCurrent');
    if (current === null) return null;
    const option = await variable(box, `Boot${parseBootCurrent(current)}`);
    return option === null ? null : (parseLoadOption(option).file ?? removablePath);
  } catch (thrown) {
    if (hasCode(thrown, 'bad-key-data')) return null;
    throw thrown;
  }
}

/** A path on a partition where case does not matter; null when it is not there. */
async function resolve(box: Box, from: string, parts: readonly string[]): Promise<string | null> {
  let place = from;
  for (const part of parts) {
    const names = await namesIn(box, place).catch(() => []);
    const name = names.find((one) => one.toLowerCase() === part.toLowerCase());
    if (name === undefined) return null;
    place = `${place}/${name}`;
  }
  return place;
}

/** MokManager, as the distribution put it on the partition or keeps it in its files. */
async function source(box: Box, path: BootPath): Promise<string | null> {
  const vendors = await resolve(box, path.partition, ['EFI']);
  if (vendors === null) return null;
  for (const vendor of await namesIn(box, vendors)) {
    if (/^(boot|microsoft|systemd)$/i.test(vendor)) continue;
    const shim = await resolve(box, `${vendors}/${vendor}`, [path.manager.replace('mm', 'shim')]);
    const manager = await resolve(box, `${vendors}/${vendor}`, [path.manager]);
    // Beside a shim of its own: somebody else's MokManager would be refused by this one.
    if (shim !== null && manager !== null) return manager;
  }
  for (const kept of [`/usr/lib/shim/${path.manager}.signed`, `/usr/lib/shim/${path.manager}`])
    if (await isThere(box, box.at(kept))) return box.at(kept);
  return null;
}

/** Puts MokManager beside the boot loader. Nothing that is there is replaced. */
export async function placeKeyManager(box: Box): Promise<void> {
  const path = await seeBootPath(box);
  if (path === null) throw refused('boot-path-unknown');
  if (path.there) throw new Refusal('Changed', `${path.manager} is there already`);
  const from = await source(box, path);
  if (from === null) throw refused('no-key-manager');
  const bytes = await readSmall(box, from, 16 * 1024 * 1024);
  if (bytes === null || bytes.length === 0) throw refused('no-key-manager');
  await put(box, `${path.folder}/${path.manager}`, bytes);
}

/** Whole or not at all. FAT has no modes, and refuses to be given some. */
async function put(box: Box, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  await box.files.remove(temporary);
  const stream = Gio.File.new_for_path(temporary).create(Gio.FileCreateFlags.NONE, null);
  try {
    stream.write_all(bytes, null);
    stream.close(null);
    await box.files.sync(temporary);
    await box.files.rename(temporary, path);
  } catch (thrown) {
    await box.files.remove(temporary);
    throw toHearthError(thrown, { path });
  }
  await box.files.sync(path);
}
