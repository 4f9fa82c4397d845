// SPDX-License-Identifier: GPL-3.0-or-later

import { plainText } from './read.ts';

/** One card as nvidia-smi tells it. Bytes; null for what it calls [N/A]. */
export interface NvidiaCard {
  /** In sysfs form: '0000:01:00.0'. */
  readonly address: string;
  readonly name: string;
  readonly driverVersion: string;
  readonly total: number | null;
  readonly used: number | null;
}

export const nvidiaSmiCommand = [
  'nvidia-smi',
  '--query-gpu=pci.bus_id,name,driver_version,memory.total,memory.used',
  '--format=csv,noheader,nounits',
] as const;

/** MiB as a decimal number; null for '[N/A]' and '[Not Supported]'. */
function mebibytes(text: string): number | null {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) * 1024 * 1024 : null;
}

/** nvidia-smi writes the domain with eight digits, sysfs with four: '00000000:01:00.0'. */
function sysfsAddress(text: string): string | null {
  const match = /^0{0,4}([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i.exec(text);
  return match?.[1]?.toLowerCase() ?? null;
}

/** Cards in the output of `nvidiaSmiCommand`; lines that are not that are skipped. */
export function parseNvidiaSmi(stdout: string): readonly NvidiaCard[] {
  const cards: NvidiaCard[] = [];
  for (const line of stdout.split('\n', 64)) {
    const fields = line.split(',').map((field) => field.trim());
    const address = sysfsAddress(fields[0] ?? '');
    const [, name, driverVersion, total, used] = fields;
    if (address === null || fields.length !== 5 || !name || !driverVersion) continue;
    cards.push({
      address,
      name: plainText(name),
      driverVersion: plainText(driverVersion),
      total: mebibytes(total ?? ''),
      used: mebibytes(used ?? ''),
    });
  }
  return cards;
}

/** What /proc/driver/nvidia/version tells about the loaded module. */
export interface NvidiaModule {
  readonly version: string;
  /** NVIDIA's open kernel modules, not the closed ones. */
  readonly open: boolean;
}

/** The `NVRM version:` line: 'NVIDIA UNIX Open Kernel Module for x86_64  610.43.03  Release Build  (…)'. */
export function parseNvidiaModule(text: string): NvidiaModule | null {
  const match = /^NVRM version: .*?\bKernel Module\b.*?\s([0-9]{2,4}(?:\.[0-9]{1,4}){1,3})\s/m.exec(text);
  if (match?.[1] === undefined) return null;
  return { version: match[1], open: /\bOpen Kernel Module\b/.test(match[0]) };
}
