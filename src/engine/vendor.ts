// SPDX-License-Identifier: GPL-3.0-or-later

import { hasCode, toErrorValue } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';
import { mergeVendor } from '../core/vendor/merge.ts';
import { maxVendorBytes, parseVendor, unusable, type VendorFile } from '../core/vendor/parse.ts';
import type { Vendor } from '../core/vendor/types.ts';

/** Everything that the vendor decided. A folder or file that is there and cannot be read closes everything. Never throws. */
export async function readVendor(
  files: Files,
  folders: readonly string[],
  languages: readonly string[],
): Promise<Vendor> {
  const found: VendorFile[] = [];
  for (const folder of folders) {
    let names: readonly string[];
    try {
      names = await files.list(folder);
    } catch (thrown) {
      if (!hasCode(thrown, 'not-found')) found.push(unreadable(folder, thrown));
      continue;
    }
    const wanted = names.filter((name) => /^[^.].*\.(yaml|json)$/.test(name)).toSorted();
    for (const name of wanted) found.push(await readVendorFile(files, `${folder}/${name}`));
  }
  return mergeVendor(found, languages);
}

export async function readVendorFile(files: Files, path: string): Promise<VendorFile> {
  try {
    return parseVendor(await files.readText(path, maxVendorBytes), path);
  } catch (thrown) {
    return unreadable(path, thrown);
  }
}

function unreadable(path: string, thrown: unknown): VendorFile {
  const { code, detail } = toErrorValue(thrown);
  return unusable(path, `cannot be read: ${detail ?? code}`);
}
