// SPDX-License-Identifier: GPL-3.0-or-later

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import type { Known } from '../../src/core/known.ts';
import type { Gpu, MachineFacts } from '../../src/core/machine/facts.ts';
import { observeMachine } from '../../src/core/machine/observe.ts';
import { machineReport, machineRows } from '../../src/words/machine.ts';
import { machinesFolder, openMachine } from '../support/node-look.node.ts';

/** A known value, or the reason and the source in its place. */
const say = <T>(fact: Known<T>): T | string => (fact.known ? fact.value : `${fact.reason}: ${fact.source}`);

const MiB = 1024 * 1024;
const gib = (bytes: number): number => Math.round((bytes / MiB / 1024) * 10) / 10;

/** One line a GPU: address, name, driver, what it is, memory in MiB or who does not tell. */
function gpuLine(gpu: Gpu): string {
  const memory = gpu.memory.known ? `${String(gpu.memory.value / MiB)} MiB` : String(say(gpu.memory));
  const version = gpu.driverVersion.known ? ` ${gpu.driverVersion.value}` : '';
  const kind = gpu.integrated ? 'built-in' : 'card';
  return `${gpu.address} ${gpu.vendor} ${kind}${gpu.bootScreen ? ' boot' : ''}, ${String(say(gpu.name))}, ${String(say(gpu.driver))}${version}, ${memory}`;
}

function summary(facts: MachineFacts): unknown {
  const { system, cpu, memory, disk, gpus, firmware, kernel, network } = facts;
  return {
    system: system.known
      ? `${system.value.id} ${String(system.value.version)} ${system.value.variant}`
      : say(system),
    kernel: kernel.known
      ? `${kernel.value.running} of ${String(kernel.value.installed.length)}`
      : say(kernel),
    cpu: cpu.known
      ? `${cpu.value.model}, ${cpu.value.architecture}, ${String(cpu.value.cores)}/${String(cpu.value.threads)}, ${cpu.value.features.at(-1) ?? 'none'}`
      : say(cpu),
    memory: memory.known
      ? `${String(gib(memory.value.total))} GiB, ${String(gib(memory.value.available))} free${memory.value.zram ? ', zram' : ''}`
      : say(memory),
    disk: disk.known
      ? `${disk.value.fileSystem}, ${String(Math.round(disk.value.free / 1e9))} GB at ${disk.value.path}`
      : say(disk),
    gpus: gpus.known ? gpus.value.map(gpuLine) : say(gpus),
    firmware: [say(firmware.kind), say(firmware.secureBoot), say(firmware.shim)].join(', '),
    runs: [say(facts.virtualisation), say(facts.podman), say(facts.flatpak)].join(', '),
    network: network.known ? `${network.value.connectivity}, metered ${network.value.metered}` : say(network),
  };
}

const variables = '/sys/firmware/efi/efivars';
const fedora = 'fedora 44 workstation';
const twoKernels = '7.2.12-200.fc44.x86_64 of 2';
const onMetal = 'none, 5.8.6, 1.18.1';
const disk = 'btrfs, 1214 GB at /home/user/.local/share';
const irisXe =
  '0000:00:02.0 intel built-in boot, Raptor Lake-P [Iris Xe Graphics], i915, not-told: shared memory';

const expected: Readonly<Record<string, unknown>> = {
  'container-debian': {
    system: 'debian null debian',
    kernel: '6.18.44-fc-v669 of 0',
    cpu: 'AMD EPYC, x86_64, 2/2, avx512-vbmi',
    gpus: [],
    firmware: 'not-told: /sys/firmware/efi, not-told: /sys/firmware/efi, not-told: /sys/firmware/efi',
    runs: 'container-other, no-tool: podman --version, no-tool: flatpak --version',
    network: 'tool-failed: NetworkManager',
  },
  'desktop-arc-b580': {
    system: fedora,
    kernel: twoKernels,
    cpu: 'Intel Core Ultra 7 265K, x86_64, 20/20, avx-vnni',
    memory: '31 GiB, 28.4 free, zram',
    disk,
    gpus: [
      '0000:00:02.0 intel built-in, Arrow Lake-S [Intel Graphics], i915, not-told: shared memory',
      '0000:03:00.0 intel card boot, Battlemage G21 [Arc B580], xe, 12288 MiB',
    ],
    firmware: 'uefi, off, true',
    runs: onMetal,
    network: 'full, metered no',
  },
  'desktop-bazzite': {
    system: 'bazzite 44 atomic',
    kernel: '7.1.9-ogc2.1.fc44.x86_64 of 1',
    cpu: 'AMD Ryzen 5 5600X, x86_64, 6/12, bmi2',
    disk: 'btrfs, 421 GB at /var/home/user/.local/share',
    gpus: ['0000:01:00.0 nvidia card boot, NVIDIA GeForce RTX 3070, nvidia 610.43.03, 8192 MiB'],
    firmware: 'uefi, on, true',
    runs: onMetal,
  },
  'desktop-debian-dkms': {
    system: 'debian 13 debian',
    kernel: '6.12.63+deb13-amd64 of 1',
    gpus: ['0000:01:00.0 nvidia card boot, NVIDIA GeForce RTX 3060, nvidia 550.163.01, 12288 MiB'],
    firmware: 'uefi, on, true',
    runs: 'none, 5.4.2, 1.16.1',
  },
  'desktop-gtx1080': {
    system: fedora,
    cpu: 'Intel Core i7-6700K, x86_64, 4/8, bmi2',
    memory: '15.5 GiB, 12.9 free, zram',
    gpus: ['0000:01:00.0 nvidia card boot, GP104 [GeForce GTX 1080], nouveau, not-told: nouveau'],
    firmware: 'uefi, off, true',
  },
  'desktop-kernel-update': {
    kernel: '7.1.11-200.fc44.x86_64 of 2',
    gpus: ['0000:01:00.0 nvidia card boot, NVIDIA GeForce RTX 4070, nvidia 610.43.03, 12282 MiB'],
    firmware: 'uefi, on, true',
  },
  'desktop-mixed-nvidia': {
    gpus: [
      '0000:01:00.0 nvidia card boot, GA106 [GeForce RTX 3060], nouveau, not-told: nouveau',
      '0000:04:00.0 nvidia card, GK208B [GeForce GT 710], nouveau, not-told: nouveau',
    ],
  },
  'desktop-old-bios': {
    system: 'debian null debian',
    cpu: 'Intel Xeon X5650, x86_64, 6/12, sse4.2',
    disk: 'ext4, 402 GB at /home/user/.local/share',
    gpus: ['0000:01:00.0 nvidia card boot, GK208B [GeForce GT 710], nouveau, not-told: nouveau'],
    firmware: 'bios, off, false',
    runs: 'none, no-tool: podman --version, 1.18.1',
  },
  'desktop-rtx5090': {
    cpu: 'AMD Ryzen 9 9950X, x86_64, 16/32, avx512-vbmi',
    memory: '92.9 GiB, 90.3 free, zram',
    gpus: [
      '0000:01:00.0 nvidia card boot, NVIDIA GeForce RTX 5090, nvidia 610.43.03, 32607 MiB',
      '0000:0d:00.0 amd built-in, Granite Ridge [Radeon 610M], amdgpu, 512 MiB',
    ],
  },
  'desktop-rx7900xtx': {
    gpus: [
      '0000:03:00.0 amd card boot, Navi 31 [Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M], amdgpu, 24560 MiB',
      '0000:0d:00.0 amd built-in, Raphael [Radeon 610M], amdgpu, 512 MiB',
    ],
  },
  'desktop-two-nvidia': {
    cpu: 'Intel Core i5-10600K, x86_64, 6/12, bmi2',
    gpus: [
      '0000:01:00.0 nvidia card boot, NVIDIA GeForce RTX 3060, nvidia 580.173.02, 12288 MiB',
      '0000:04:00.0 nvidia card, NVIDIA GeForce GTX 1060 6GB, nvidia 580.173.02, 6144 MiB',
    ],
  },
  'desktop-ubuntu': {
    system: 'ubuntu 26.04 ubuntu',
    kernel: '7.0.0-22-generic of 2',
    cpu: '12th Gen Intel Core i9-12900K, x86_64, 16/24, avx-vnni',
    memory: '62 GiB, 59.4 free',
    gpus: ['0000:01:00.0 nvidia card boot, NVIDIA GeForce RTX 3080, nvidia 595.71.05, 10240 MiB'],
    firmware: 'uefi, on, true',
    runs: 'none, no-tool: podman --version, no-tool: flatpak --version',
  },
  'laptop-8gb': {
    system: fedora,
    cpu: 'Intel Core i5-8250U, x86_64, 4/8, bmi2',
    memory: '7.7 GiB, 5.1 free, zram',
    disk: 'btrfs, 38 GB at /home/user/.local/share',
    gpus: [
      '0000:00:02.0 intel built-in boot, Kaby Lake-R GT2 [UHD Graphics 620], i915, not-told: shared memory',
    ],
    firmware: 'uefi, on, true',
    network: 'full, metered no',
  },
  'laptop-asahi': {
    system: 'fedora-asahi-remix 44 workstation',
    kernel: '7.1.9-400.asahi.fc44.aarch64+16k of 1',
    cpu: 'Apple MacBook Air (M1, 2020), aarch64, 8/8, dotprod',
    gpus: ['/soc/gpu@206400000 apple built-in, Apple M1 graphics, asahi, not-told: shared memory'],
    firmware: `uefi, not-told: ${variables}, not-told: ${variables}`,
  },
  'laptop-rtx4060': {
    system: fedora,
    kernel: twoKernels,
    cpu: '13th Gen Intel Core i7-13700H, x86_64, 14/20, avx-vnni',
    memory: '31 GiB, 28.4 free, zram',
    gpus: [
      irisXe,
      '0000:01:00.0 nvidia card, AD107M [GeForce RTX 4060 Max-Q / Mobile], nouveau, not-told: nouveau',
    ],
    firmware: 'uefi, on, true',
    network: 'full, metered yes',
  },
  'laptop-rtx4060-driver': {
    gpus: [
      irisXe,
      '0000:01:00.0 nvidia card, NVIDIA GeForce RTX 4060 Laptop GPU, nvidia 610.43.03, 8188 MiB',
    ],
    firmware: 'uefi, on, true',
  },
  'laptop-rtx4060-key': {
    system: fedora,
    gpus: [
      irisXe,
      '0000:01:00.0 nvidia card, AD107M [GeForce RTX 4060 Max-Q / Mobile], nouveau, not-told: nouveau',
    ],
    firmware: 'uefi, on, true',
  },
  'laptop-silverblue': {
    system: 'fedora 44 atomic',
    cpu: 'AMD Ryzen 7 7840U w/ Radeon 780M Graphics, x86_64, 8/16, avx512-vbmi',
    disk: 'btrfs, 345 GB at /var/home/user/.local/share',
    gpus: ['0000:c1:00.0 amd built-in boot, Phoenix1 [Radeon 740M / 760M / 780M Graphics], amdgpu, 512 MiB'],
    firmware: 'uefi, on, true',
  },
  'laptop-silverblue-nvidia': {
    system: 'fedora 44 atomic',
    kernel: '7.2.12-200.fc44.x86_64 of 1',
    gpus: [
      irisXe,
      '0000:01:00.0 nvidia card, AD107M [GeForce RTX 4060 Max-Q / Mobile], nouveau, not-told: nouveau',
    ],
    firmware: 'uefi, on, true',
  },
  'mini-debian': {
    system: 'debian null debian',
    kernel: '7.2.12+deb14-amd64 of 2',
    cpu: 'Intel N100, x86_64, 4/4, avx-vnni',
    gpus: ['0000:00:02.0 intel built-in boot, Alder Lake-N [UHD Graphics], i915, not-told: shared memory'],
    network: 'none, metered unknown',
  },
  'vm-virtio': {
    cpu: '13th Gen Intel Core i7-13700H, x86_64, 4/4, avx-vnni',
    memory: '3.9 GiB, 1.3 free, zram',
    gpus: ['0000:00:01.0 virtual built-in boot, Virtio 1.0 GPU, virtio-pci, not-told: shared memory'],
    runs: 'kvm, 5.8.6, 1.18.1',
  },
};

async function factsOf(name: string): Promise<MachineFacts> {
  const { look, options } = await openMachine(name);
  return observeMachine(look, options);
}

const names = readdirSync(machinesFolder).filter((name) => name !== 'README.md');

test('there are at least twelve, each with its expectations, and both kinds', async () => {
  expect(names.length).toBeGreaterThanOrEqual(12);
  expect(names).toEqual(Object.keys(expected).sort());
  const kinds = await Promise.all(
    names.map(async (name) => (await openMachine(name)).options.recording?.kind),
  );
  expect(new Set(kinds)).toEqual(new Set(['recorded', 'composed']));
});

describe.each(names)('%s', (name) => {
  test('has these facts', async () => {
    expect(summary(await factsOf(name))).toMatchObject(expected[name] as object);
  });

  test('names itself, and says which facts are missing in whole sentences', async () => {
    const facts = await factsOf(name);
    expect(facts.recording).toMatchObject({ name });
    for (const row of machineRows(facts)) {
      expect(row.value).not.toBe('');
      expect(row.value + row.detail).not.toMatch(/undefined|null|\{\w+\}/);
      if (!row.known) expect(row.detail).toMatch(/^Not known, because .+\.$/);
    }
    expect(machineReport(facts).split('\n').length).toBeGreaterThan(10);
  });
});

test('models of other programs', async () => {
  const [rtx5090, rx7900, silverblue] = await Promise.all(
    ['desktop-rtx5090', 'desktop-rx7900xtx', 'laptop-silverblue'].map(factsOf),
  );
  expect(say(rtx5090!.existing.ollama)).toMatchObject([
    { name: 'gemma3:27b', size: 17396936672 + 1482 + 11343 },
    { name: 'qwen3:8b' },
  ]);
  expect(say(rx7900!.existing.lmstudio)).toEqual([
    {
      name: 'lmstudio-community/Qwen3-14B-GGUF/Qwen3-14B-Q4_K_M',
      size: 9001752960,
      path: '/home/user/.lmstudio/models/lmstudio-community/Qwen3-14B-GGUF/Qwen3-14B-Q4_K_M.gguf',
    },
  ]);
  expect(say(silverblue!.existing.ramalama)).toMatchObject([
    { name: 'huggingface/ggml-org/gemma-3-4b-it-GGUF', size: 2489757856 },
  ]);
});

test('the composed ones are what their tables say', () => {
  const script = fileURLToPath(new URL('../../build-aux/compose-machines.mjs', import.meta.url));
  expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toMatch(
    /machines checked/,
  );
});
