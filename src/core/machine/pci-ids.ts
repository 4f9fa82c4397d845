// SPDX-License-Identifier: GPL-3.0-or-later

import { plainText } from './read.ts';

/** Where distributions keep pci.ids: hwdata (Fedora), pciutils (Debian, Ubuntu). */
export const pciIdsPaths = ['/usr/share/hwdata/pci.ids', '/usr/share/misc/pci.ids'] as const;
/** The file has 1.6 MB (2026). */
export const pciIdsCap = 8 * 1024 * 1024;

/** Four lower-case hexadecimal digits each. */
export interface PciId {
  readonly vendor: string;
  readonly device: string;
}

/**
 * The device lines of the wanted vendors, and those lines only: from 1.6 MB to what a recording needs to keep.
 * A vendor's block starts at the beginning of a line and ends with the next vendor.
 */
export function excerpt(pciIds: string, wanted: readonly PciId[]): string {
  const vendors = [...new Set(wanted.map((id) => id.vendor))].sort();
  return vendors
    .map((vendor) => {
      const block = vendorBlock(pciIds, vendor);
      if (block === null) return '';
      const devices = wanted.filter((id) => id.vendor === vendor).map((id) => `\t${id.device}  `);
      const lines = block.split('\n');
      return [lines[0], ...lines.filter((line) => devices.some((start) => line.startsWith(start))), ''].join(
        '\n',
      );
    })
    .join('');
}

function vendorBlock(pciIds: string, vendor: string): string | null {
  const start = pciIds.startsWith(`${vendor}  `) ? 0 : pciIds.indexOf(`\n${vendor}  `) + 1;
  if (start === 0 && !pciIds.startsWith(`${vendor}  `)) return null;
  // A line that begins with neither a tab nor '#' starts the next vendor.
  const rest = /\n[^\t#\n]/g;
  rest.lastIndex = start;
  const end = rest.exec(pciIds)?.index ?? pciIds.length;
  return pciIds.slice(start, end);
}

/** Name of a device as pci.ids has it, e.g. 'AD107M [GeForce RTX 4060 Max-Q / Mobile]'. */
export function deviceName(pciIds: string, id: PciId): string | null {
  const block = vendorBlock(pciIds, id.vendor);
  const line = block === null ? null : new RegExp(`\\n\\t${id.device}  ([^\\n]{1,200})`).exec(block);
  return plainText(line?.[1] ?? '') || null;
}
