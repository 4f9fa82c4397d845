// SPDX-License-Identifier: GPL-3.0-or-later

import type { GpuVendor } from './facts.ts';
import { plainText } from './read.ts';

/** A display device on PCI, as its sysfs folder shows it. */
export interface PciGpu {
  readonly address: string;
  readonly vendorId: string;
  readonly deviceId: string;
  /** Bound kernel driver; null when none is. */
  readonly driver: string | null;
  readonly name: string | null;
  /** amdgpu's board_info is there, which it makes for cards only, never for processors with graphics. */
  readonly boardInfo: boolean;
}

/** Virtual machines' own graphics: virtio, QXL, bochs, VMware, VirtualBox, Cirrus (QEMU), Hyper-V, Parallels. */
const virtualVendors = new Set(['1af4', '1b36', '1234', '15ad', '80ee', '1013', '1414', '1ab8']);

const vendors: ReadonlyMap<string, GpuVendor> = new Map<string, GpuVendor>([
  ['10de', 'nvidia'],
  ['1002', 'amd'],
  ['1022', 'amd'],
  ['8086', 'intel'],
  ['106b', 'apple'],
]);

/** AMD's processors with graphics, by the code names that pci.ids gives them. */
const amdProcessors =
  /Kaveri|Kabini|Mullins|Carrizo|Stoney|Wani|Raven|Picasso|Renoir|Lucienne|Cezanne|Barcelo|Van ?Gogh|Sephiroth|Rembrandt|Mendocino|Raphael|Dragon Range|Granite Ridge|Phoenix|Hawk ?Point|Strix|Krackan|Gorgon|Radeon [67]\d0M\b|Radeon 8\d{2}0S\b/i;

export function vendorOf(vendorId: string): GpuVendor {
  return virtualVendors.has(vendorId) ? 'virtual' : (vendors.get(vendorId) ?? 'other');
}

/** PCI class 0x03xxxx: VGA, 3D and other display controllers. */
export function isDisplayClass(text: string): boolean {
  return /^0x03[0-9a-f]{4}\s*$/i.test(text);
}

/** sysfs 'vendor' and 'device' files: '0x10de\n' → '10de'. */
export function parsePciId(text: string): string | null {
  return /^0x([0-9a-f]{4})\s*$/i.exec(text)?.[1]?.toLowerCase() ?? null;
}

export function isPciAddress(name: string): boolean {
  return /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.test(name);
}

/** Last part of a link's target: '../../../bus/pci/drivers/nvidia' → 'nvidia'. */
export function driverFromLink(target: string): string | null {
  const name = target.split('/').pop() ?? '';
  return /^[A-Za-z0-9_-]{1,64}$/.test(name) ? name : null;
}

/**
 * Whether a GPU shares main memory. Intel's integrated graphics sit on the root bus, its cards behind a bridge;
 * AMD's and NVIDIA's are told apart by what the driver shows and by name.
 */
export function isIntegrated(gpu: PciGpu): boolean {
  const vendor = vendorOf(gpu.vendorId);
  if (vendor === 'virtual' || vendor === 'apple') return true;
  if (vendor === 'intel') return /^[0-9a-f]+:00:/i.test(gpu.address);
  if (vendor === 'amd') return !gpu.boardInfo && amdProcessors.test(gpu.name ?? '');
  if (vendor === 'nvidia') return /\bGB10\b|\bGB20B\b|Tegra/.test(gpu.name ?? '');
  return false;
}

/** A GPU that is a part of the chip and has no PCI address, from its `uevent` file. */
export interface TreeGpu {
  readonly node: string;
  readonly driver: string | null;
  readonly compatible: string;
  readonly vendor: GpuVendor;
  readonly name: string;
}

/** Device-tree names of GPUs; display controllers, which also have a DRM card, are not among them. */
const treeGpus: readonly (readonly [pattern: RegExp, vendor: GpuVendor, name: string])[] = [
  [/^apple,agx/, 'apple', 'Apple AGX'],
  [/^qcom,adreno/, 'other', 'Qualcomm Adreno'],
  [/^arm,mali/, 'other', 'Arm Mali'],
  [/^brcm,.*v3d/, 'other', 'Broadcom VideoCore'],
  [/^vivante,gc/, 'other', 'Vivante'],
  [/^img,/, 'other', 'Imagination PowerVR'],
  [/^nvidia,(?:tegra|g[a-z]\d\d)/, 'nvidia', 'NVIDIA Tegra'],
];

/** Chips by the AGX compatible string, for a name that people know. */
const appleChips: ReadonlyMap<string, string> = new Map([
  ['apple,agx-t8103', 'Apple M1'],
  ['apple,agx-t6000', 'Apple M1 Pro'],
  ['apple,agx-t6001', 'Apple M1 Max'],
  ['apple,agx-t6002', 'Apple M1 Ultra'],
  ['apple,agx-t8112', 'Apple M2'],
  ['apple,agx-t6020', 'Apple M2 Pro'],
  ['apple,agx-t6021', 'Apple M2 Max'],
  ['apple,agx-t6022', 'Apple M2 Ultra'],
]);

/** `uevent` of a device-tree device: DRIVER=, OF_FULLNAME=, OF_COMPATIBLE_0=. Null when it is not a GPU. */
export function parseTreeUevent(text: string): TreeGpu | null {
  const values = new Map<string, string>();
  for (const line of text.split('\n', 64)) {
    const [, key, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value);
  }
  for (const [key, compatible] of values) {
    const found = key.startsWith('OF_COMPATIBLE_') && treeGpus.find(([pattern]) => pattern.test(compatible));
    if (!found) continue;
    const name = appleChips.get(compatible);
    return {
      node: plainText(values.get('OF_FULLNAME') ?? compatible),
      driver: plainText(values.get('DRIVER') ?? '') || null,
      compatible,
      vendor: found[1],
      name: name === undefined ? found[2] : `${name} graphics`,
    };
  }
  return null;
}
