// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { CpuFacts, CpuFeature } from './facts.ts';
import { plainText, readText } from './read.ts';

/** Names in the `flags` line (x86) and the `Features` line (ARM) of /proc/cpuinfo. */
const featureFlags: readonly (readonly [flag: string, feature: CpuFeature])[] = [
  ['sse4_2', 'sse4.2'],
  ['avx', 'avx'],
  ['avx2', 'avx2'],
  ['fma', 'fma'],
  ['f16c', 'f16c'],
  ['bmi2', 'bmi2'],
  ['avx_vnni', 'avx-vnni'],
  ['avx512f', 'avx512f'],
  ['avx512_vnni', 'avx512-vnni'],
  ['avx512_bf16', 'avx512-bf16'],
  ['avx512vbmi', 'avx512-vbmi'],
  ['amx_int8', 'amx-int8'],
  ['asimd', 'neon'],
  ['neon', 'neon'],
  ['asimddp', 'dotprod'],
  ['i8mm', 'i8mm'],
  ['sve', 'sve'],
];

/** `CPU implementer` of Arm's main ID register, for chips that give no name. */
const implementers: ReadonlyMap<string, string> = new Map([
  ['0x41', 'Arm'],
  ['0x42', 'Broadcom'],
  ['0x46', 'Fujitsu'],
  ['0x48', 'HiSilicon'],
  ['0x4e', 'NVIDIA'],
  ['0x51', 'Qualcomm'],
  ['0x61', 'Apple'],
  ['0x6d', 'Microsoft'],
  ['0xc0', 'Ampere'],
]);

/** A block of /proc/cpuinfo: one logical processor, or the lines about the whole machine. */
type Block = ReadonlyMap<string, string>;

function blocksOf(cpuinfo: string): Block[] {
  return cpuinfo.split(/\n\s*\n/).map((text) => {
    const block = new Map<string, string>();
    for (const line of text.split('\n')) {
      const colon = line.indexOf(':');
      const key = line.slice(0, colon).trim().toLowerCase();
      if (colon > 0 && !block.has(key)) block.set(key, line.slice(colon + 1).trim());
    }
    return block;
  });
}

/**
 * Facts from /proc/cpuinfo of x86 and ARM; null when it lists no processor.
 *
 * @param board name of the board from the device tree, used where the processor has no name
 */
export function parseCpuInfo(cpuinfo: string, board: string | null): CpuFacts | null {
  const blocks = blocksOf(cpuinfo);
  const processors = blocks.filter((block) => /^\d+$/.test(block.get('processor') ?? ''));
  const first = processors[0];
  if (first === undefined) return null;
  const flags = commonFlags(processors);
  return {
    model: modelOf(first, board),
    architecture: architectureOf(first, flags),
    cores: coresOf(processors),
    threads: processors.length,
    features: [...new Set(featureFlags.filter(([flag]) => flags.has(flag)).map(([, feature]) => feature))],
  };
}

/** Threads of one core share package and core id; where there are no ids (ARM), each processor is a core. */
function coresOf(processors: readonly Block[]): number {
  const cores = new Set<string>();
  for (const block of processors) {
    const core = block.get('core id');
    if (core === undefined) return processors.length;
    cores.add(`${block.get('physical id') ?? '0'}/${core}`);
  }
  return cores.size;
}

/** Only what every core can do counts: llama.cpp runs the same code on all of them. */
function commonFlags(processors: readonly Block[]): ReadonlySet<string> {
  const texts = new Set(processors.map((block) => block.get('flags') ?? block.get('features') ?? ''));
  const [first, ...others] = [...texts].map((text) => new Set(text.split(/\s+/).filter(Boolean)));
  if (first === undefined) return new Set();
  return new Set([...first].filter((flag) => others.every((other) => other.has(flag))));
}

/** 'Intel(R) Core(TM) i7-6700K CPU @ 4.00GHz' → 'Intel Core i7-6700K': what is told elsewhere is left out. */
function cleanName(name: string | undefined): string | undefined {
  return name
    ?.replace(/\((R|TM)\)/gi, '')
    .replace(/\s(CPU\s*)?@.*$/, '')
    .replace(/\s(CPU|\d+-Core Processor)(?=\s|$)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function modelOf(first: Block, board: string | null): string {
  const name = cleanName(first.get('model name'));
  if (name !== undefined && name !== '' && !/^ARMv\d/i.test(name)) return plainText(name);
  if (board !== null) return board;
  const maker = implementers.get(first.get('cpu implementer')?.toLowerCase() ?? '');
  return maker === undefined ? 'Unknown processor' : `${maker} processor`;
}

function architectureOf(first: Block, flags: ReadonlySet<string>): string {
  if (first.has('flags')) return flags.has('lm') ? 'x86_64' : 'i686';
  const version = first.get('cpu architecture');
  if (version !== undefined) return version === '8' || version === 'AArch64' ? 'aarch64' : 'arm';
  if (first.has('isa')) return first.get('isa')?.startsWith('rv64') === true ? 'riscv64' : 'riscv32';
  return 'unknown';
}

/** The device tree's strings end in NUL. */
export function parseBoard(text: string): string | null {
  const name = (text.split('\0', 1)[0] ?? '').trim();
  return /^[\x20-\x7e]{1,120}$/.test(name) ? name : null;
}

export async function observeCpu(look: Look): Promise<Known<CpuFacts>> {
  const [cpuinfo, board] = await Promise.all([
    readText(look, '/proc/cpuinfo', 8 * 1024 * 1024),
    readText(look, '/proc/device-tree/model', 4096),
  ]);
  if (!cpuinfo.known) return cpuinfo;
  const facts = parseCpuInfo(cpuinfo.value, board.known ? parseBoard(board.value) : null);
  return facts === null ? missing('garbled', cpuinfo.source) : known(facts, cpuinfo.source);
}
