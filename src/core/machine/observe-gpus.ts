// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, valueOr, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { Gpu } from './facts.ts';
import { driverFromLink, isDisplayClass, isIntegrated, isPciAddress, parsePciId } from './gpu.ts';
import { parseTreeUevent, vendorOf } from './gpu.ts';
import { observeGpuMemory, type GpuMemory } from './gpu-memory.ts';
import { nvidiaSmiCommand, parseNvidiaModule, parseNvidiaSmi, type NvidiaCard } from './nvidia.ts';
import { deviceName, pciIdsCap, pciIdsPaths } from './pci-ids.ts';
import { complaint, exists, listNames, parsed, readLink, readText, runCommand } from './read.ts';

const pciFolder = '/sys/bus/pci/devices';
const drmFolder = '/sys/class/drm';

/** A display device before it has a name and memory. */
interface Found {
  readonly address: string;
  readonly folder: string;
  readonly vendorId: string;
  readonly deviceId: string;
  readonly driver: Known<string | null>;
  readonly bootScreen: boolean;
}

/** What NVIDIA's own driver tells, once for all its cards. */
interface NvidiaAnswers {
  readonly cards: Known<readonly NvidiaCard[]>;
  readonly version: Known<string>;
}

/** Every GPU, on PCI and in the device tree, in order of address. */
export async function observeGpus(look: Look): Promise<Known<readonly Gpu[]>> {
  const [names, cards] = await Promise.all([listNames(look, pciFolder), listNames(look, drmFolder)]);
  if (!names.known && !cards.known) return names;
  const addresses = valueOr(names, []).filter(isPciAddress).slice(0, 1024);
  const [onPci, inTree] = await Promise.all([
    pciGpus(look, addresses),
    treeGpus(
      look,
      valueOr(cards, []).filter((name) => /^card\d{1,3}$/.test(name)),
    ),
  ]);
  return known([...onPci, ...inTree], names.known ? pciFolder : drmFolder);
}

async function pciGpus(look: Look, addresses: readonly string[]): Promise<Gpu[]> {
  const found = (await Promise.all(addresses.map((address) => findDisplay(look, address)))).filter(
    (device) => device !== null,
  );
  if (found.length === 0) return [];
  const usesNvidia = found.some((device) => valueOr(device.driver, null) === 'nvidia');
  const [pciIds, nvidia] = await Promise.all([readPciIds(look), usesNvidia ? askNvidia(look) : null]);
  return Promise.all(found.map((device) => describe(look, device, pciIds, nvidia)));
}

async function findDisplay(look: Look, address: string): Promise<Found | null> {
  const folder = `${pciFolder}/${address}`;
  const pciClass = await readText(look, `${folder}/class`, 64);
  if (!pciClass.known || !isDisplayClass(pciClass.value)) return null;
  const [vendor, device, link, bootVga] = await Promise.all([
    readText(look, `${folder}/vendor`, 64),
    readText(look, `${folder}/device`, 64),
    readLink(look, `${folder}/driver`),
    readText(look, `${folder}/boot_vga`, 64),
  ]);
  const vendorId = vendor.known ? parsePciId(vendor.value) : null;
  const deviceId = device.known ? parsePciId(device.value) : null;
  if (vendorId === null || deviceId === null) return null;
  const driver =
    link.known && link.value !== null ? parsed({ ...link, value: link.value }, driverFromLink) : link;
  return {
    address,
    folder,
    vendorId,
    deviceId,
    driver,
    bootScreen: bootVga.known && bootVga.value.trim() === '1',
  };
}

async function readPciIds(look: Look): Promise<Known<string>> {
  for (const path of pciIdsPaths) {
    const text = await readText(look, path, pciIdsCap);
    if (text.known) return text;
  }
  return missing('absent', pciIdsPaths.join(', '));
}

/** nvidia-smi may start the card, so it is asked only when NVIDIA's driver is bound. */
async function askNvidia(look: Look): Promise<NvidiaAnswers> {
  const [output, module] = await Promise.all([
    runCommand(look, nvidiaSmiCommand, 10_000),
    readText(look, '/proc/driver/nvidia/version', 4096),
  ]);
  const version = parsed(module, (text) => parseNvidiaModule(text)?.version ?? null);
  if (!output.known) return { cards: output, version };
  const cards = parseNvidiaSmi(output.value.stdout);
  if (cards.length > 0) return { cards: known(cards, 'nvidia-smi'), version };
  const reason = output.value.exit === 0 ? 'garbled' : 'tool-failed';
  return { cards: missing(reason, 'nvidia-smi', complaint(output.value)), version };
}

async function describe(
  look: Look,
  device: Found,
  pciIds: Known<string>,
  nvidia: NvidiaAnswers | null,
): Promise<Gpu> {
  const driver = valueOr(device.driver, null);
  const asked = driver === 'nvidia' ? nvidia : null;
  const card =
    asked?.cards.known === true ? asked.cards.value.find((one) => one.address === device.address) : undefined;
  const id = { vendor: device.vendorId, device: device.deviceId };
  const listed = pciIds.known ? deviceName(pciIds.value, id) : null;
  const board = driver === 'amdgpu' ? await exists(look, `${device.folder}/board_info`) : null;
  const integrated = isIntegrated({
    ...device,
    driver,
    name: listed ?? card?.name ?? null,
    boardInfo: board?.known === true && board.value,
  });
  const memory: GpuMemory = await observeGpuMemory(
    look,
    { folder: device.folder, driver, integrated },
    asked,
    card,
  );
  return {
    address: device.address,
    vendorId: device.vendorId,
    deviceId: device.deviceId,
    vendor: vendorOf(device.vendorId),
    name: nameOf(listed, card, pciIds),
    driver: device.driver,
    integrated,
    bootScreen: device.bootScreen,
    ...memory,
    driverVersion: versionOf(card, asked),
  };
}

function nameOf(listed: string | null, card: NvidiaCard | undefined, pciIds: Known<string>): Known<string> {
  if (card !== undefined) return known(card.name, 'nvidia-smi');
  if (!pciIds.known) return pciIds;
  return listed === null ? missing('not-told', pciIds.source) : known(listed, pciIds.source);
}

function versionOf(card: NvidiaCard | undefined, asked: NvidiaAnswers | null): Known<string> {
  if (asked === null) return missing('not-told', 'driver');
  return card === undefined ? asked.version : known(card.driverVersion, 'nvidia-smi');
}

async function treeGpus(look: Look, cards: readonly string[]): Promise<Gpu[]> {
  const gpus = await Promise.all(cards.map((card) => treeGpu(look, `${drmFolder}/${card}/device/uevent`)));
  return gpus.filter((gpu) => gpu !== null);
}

async function treeGpu(look: Look, path: string): Promise<Gpu | null> {
  const uevent = await readText(look, path, 16 * 1024);
  const found = uevent.known ? parseTreeUevent(uevent.value) : null;
  if (found === null) return null;
  return {
    address: found.node,
    vendorId: null,
    deviceId: null,
    vendor: found.vendor,
    name: known(found.name, path),
    driver: known(found.driver, path),
    integrated: true,
    bootScreen: false,
    memory: missing('not-told', 'shared memory'),
    memoryFree: missing('not-told', 'shared memory'),
    driverVersion: missing('not-told', 'driver'),
  };
}
