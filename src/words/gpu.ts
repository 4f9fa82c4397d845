// SPDX-License-Identifier: GPL-3.0-or-later

import type { Known } from '../core/known.ts';
import type { Gpu, GpuVendor } from '../core/machine/facts.ts';
import type { FactRow } from './machine.ts';
import { listed, paragraph } from './joined.ts';
import { because } from './missing.ts';
import { _, fill } from './translate.ts';
import { bytes } from './units.ts';

const makers: Readonly<Record<GpuVendor, string>> = {
  nvidia: 'NVIDIA',
  amd: 'AMD',
  intel: 'Intel',
  apple: 'Apple',
  virtual: '',
  other: '',
};

/** The product of a name as pci.ids has it, 'AD107M [GeForce RTX 4060 Max-Q / Mobile]': the chip first, the product in brackets. */
export function productName(name: string): string {
  return /\[([^\]]+)\]/.exec(name)?.[1] ?? name;
}

/** The name people know a card by. */
export function gpuName(gpu: Gpu): string {
  if (!gpu.name.known) {
    const id = gpu.vendorId === null ? gpu.address : `${gpu.vendorId}:${gpu.deviceId ?? ''}`;
    return fill(_('{maker} graphics ({id})'), { maker: makers[gpu.vendor] || _('Unknown'), id }).trim();
  }
  const product = productName(gpu.name.value);
  const maker = makers[gpu.vendor];
  return maker === '' || product.startsWith(maker) ? product : `${maker} ${product}`;
}

/** A row for each GPU; one row that says there is none. */
export function gpuRows(gpus: Known<readonly Gpu[]>): readonly FactRow[] {
  const title = _('Graphics');
  if (!gpus.known) return [{ id: 'gpu', title, value: _('Not known'), detail: because(gpus), known: false }];
  if (gpus.value.length === 0) {
    const detail = _('Models run on the processor.');
    return [{ id: 'gpu', title, value: _('No graphics card'), detail, known: true }];
  }
  return gpus.value.map((gpu) => ({
    id: `gpu-${gpu.address}`,
    title: gpu.integrated ? _('Built-in graphics') : _('Graphics card'),
    value:
      gpu.memory.known && !gpu.integrated ? listed([gpuName(gpu), bytes(gpu.memory.value)]) : gpuName(gpu),
    detail: paragraph(driverWords(gpu), memoryWords(gpu)),
    known: gpu.name.known,
  }));
}

function driverWords(gpu: Gpu): string {
  if (!gpu.driver.known) return fill(_('Driver: {reason}'), { reason: because(gpu.driver) });
  if (gpu.driver.value === null) return _('No driver is in use for it.');
  if (!gpu.driverVersion.known) return fill(_('Driver: {driver}.'), { driver: gpu.driver.value });
  const words = { driver: gpu.driver.value, version: gpu.driverVersion.value };
  return fill(_('Driver: {driver} {version}.'), words);
}

function memoryWords(gpu: Gpu): string {
  if (gpu.vendor === 'virtual') return _('It belongs to the virtual machine and cannot run models.');
  if (gpu.integrated) return _('It shares the main memory.');
  if (!gpu.memory.known) return fill(_('Memory: {reason}'), { reason: because(gpu.memory) });
  if (!gpu.memoryFree.known) return _('Models that fit into its memory answer fastest.');
  return fill(_('{free} of its memory are free; models that fit into it answer fastest.'), {
    free: bytes(gpu.memoryFree.value),
  });
}
