// SPDX-License-Identifier: GPL-3.0-or-later

import type { Look } from '../ports.ts';
import type { Family } from './types.ts';

/** Packages that building a module for a kernel needs, by their exact names. */
export function buildNeedsOf(
  family: Family | null,
  kernel: string,
): { readonly headers: readonly string[]; readonly tools: readonly string[] } {
  switch (family) {
    case 'fedora':
    case 'fedora-atomic':
      return { headers: ['kernel-devel-matched'], tools: ['gcc', 'gcc-c++', 'make', 'kernel-devel-matched'] };
    case 'ubuntu':
    case 'debian':
      return {
        headers: [`linux-headers-${kernel}`],
        tools: ['build-essential', 'dkms', `linux-headers-${kernel}`],
      };
    case null:
      return { headers: [], tools: [] };
  }
}

/** Where the log of a build for a kernel may lie, newest first: of akmods, then of DKMS. */
export async function buildLogPlaces(look: Look, kernel: string): Promise<readonly string[]> {
  const akmods = await inFolder(look, '/var/cache/akmods', (name) => name.startsWith('nvidia'));
  const logs = await Promise.all(
    akmods.map((folder) =>
      inFolder(look, folder, (name) => name.includes(`-for-${kernel}.`) && name.endsWith('.log')),
    ),
  );
  const dkms = await inFolder(look, '/var/lib/dkms', (name) => name.startsWith('nvidia'));
  const versions = (await Promise.all(dkms.map((folder) => inFolder(look, folder, () => true)))).flat();
  const made = versions.flatMap((folder) => [
    `${folder}/${kernel}/x86_64/log/make.log`,
    `${folder}/${kernel}/aarch64/log/make.log`,
    `${folder}/build/make.log`,
  ]);
  // A failed one tells more than one that went well before.
  const failedFirst = logs
    .flat()
    .toSorted(
      (a, b) => Number(b.includes('.failed.')) - Number(a.includes('.failed.')) || b.localeCompare(a),
    );
  return [...failedFirst, ...made];
}

async function inFolder(
  look: Look,
  folder: string,
  wanted: (name: string) => boolean,
): Promise<readonly string[]> {
  try {
    return (await look.list(folder)).filter(wanted).map((name) => `${folder}/${name}`);
  } catch {
    // Not there, or not for everybody to look at.
    return [];
  }
}
