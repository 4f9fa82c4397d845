// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import { exists, readText, runCommand } from './read.ts';

/** systemd-detect-virt prints one word, and exits 1 with 'none' on bare metal. */
export function parseDetectVirt(stdout: string): string | null {
  const word = stdout.trim();
  return /^[a-z][a-z0-9-]{1,31}$/.test(word) ? word : null;
}

/** Makers and products in DMI tables that only virtual machines have, named as systemd names them. */
const dmiMarks: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/\bKVM\b/, 'kvm'],
  [/\bQEMU\b/, 'qemu'],
  [/VMware|VMW/, 'vmware'],
  [/innotek GmbH|VirtualBox/, 'oracle'],
  [/\bXen\b/, 'xen'],
  [/Parallels/, 'parallels'],
  [/Microsoft Corporation[\s\S]*Virtual Machine/, 'microsoft'],
  [/Amazon EC2/, 'amazon'],
  [/Google Compute Engine/, 'google'],
  [/Apple Virtualization/, 'apple'],
];

/** Kind of virtual machine by the names in DMI tables; null when none is known. */
export function virtFromDmi(vendor: string, product: string): string | null {
  const text = `${vendor.trim()}\n${product.trim()}`;
  return dmiMarks.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

export async function observeVirtualisation(look: Look): Promise<Known<string>> {
  const output = await runCommand(look, ['systemd-detect-virt']);
  const word = output.known ? parseDetectVirt(output.value.stdout) : null;
  if (output.known && word !== null) return known(word, output.source);
  return withoutSystemd(look);
}

/** The same answer from files, for systems without systemd. */
async function withoutSystemd(look: Look): Promise<Known<string>> {
  const [podman, docker, vendor, product] = await Promise.all([
    exists(look, '/run/.containerenv'),
    exists(look, '/.dockerenv'),
    readText(look, '/sys/class/dmi/id/sys_vendor', 4096),
    readText(look, '/sys/class/dmi/id/product_name', 4096),
  ]);
  if (podman.known && podman.value) return known('podman', '/run/.containerenv');
  if (docker.known && docker.value) return known('docker', '/.dockerenv');
  if (!vendor.known) return missing('no-tool', 'systemd-detect-virt');
  const kind = virtFromDmi(vendor.value, product.known ? product.value : '');
  return known(kind ?? 'none', vendor.source);
}
