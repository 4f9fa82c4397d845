// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { MemoryFacts } from './facts.ts';
import { parseNumber, readText } from './read.ts';

/** Where this process sits in the control groups: its v2 path, and the v1 path of the memory controller. */
export interface ControlGroups {
  readonly unified: string | null;
  readonly memory: string | null;
}

/** Limit and present use of a control group, in bytes. */
export interface MemoryLimit {
  readonly limit: number;
  readonly used: number | null;
  readonly source: string;
}

/** /proc/meminfo, whose numbers are in KiB; null when total or available is not there. */
export function parseMemInfo(text: string): Omit<MemoryFacts, 'zram'> | null {
  const read = (name: string): number | null => {
    const match = new RegExp(`^${name}:\\s+([0-9]{1,12}) kB$`, 'm').exec(text);
    return match?.[1] === undefined ? null : Number(match[1]) * 1024;
  };
  const total = read('MemTotal');
  const available = read('MemAvailable');
  if (total === null || available === null || total === 0) return null;
  return { total, available: Math.min(available, total), swap: read('SwapTotal') ?? 0 };
}

/** /proc/swaps: whether some swap is compressed memory. */
export function hasZram(swaps: string): boolean {
  return /^\/dev\/zram[0-9]+\s/m.test(swaps);
}

/** /proc/self/cgroup: `0::/path` (v2) and `N:controllers:/path` (v1). */
export function parseControlGroups(text: string): ControlGroups {
  let unified: string | null = null;
  let memory: string | null = null;
  for (const line of text.split('\n', 64)) {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    const path = match?.[3];
    if (path === undefined || path.split('/').includes('..')) continue;
    if (match?.[1] === '0') unified = path;
    if (match?.[2]?.split(',').includes('memory') === true) memory = path;
  }
  return { unified, memory };
}

/** A group's own folder and those above it, the root last; limits of all of them count. At most 16. */
function ancestors(path: string): string[] {
  const parts = path.split('/').filter(Boolean).slice(0, 15);
  return parts.map((_, index) => '/' + parts.slice(0, parts.length - index).join('/')).concat('');
}

async function limitAt(look: Look, limitPath: string, usagePath: string): Promise<MemoryLimit | null> {
  const limit = await readText(look, limitPath, 64);
  const bytes = limit.known ? parseNumber(limit.value) : null;
  // v1 writes "no limit" as a number near 2^63, which is not a safe integer; v2 writes "max".
  if (bytes === null || bytes === 0) return null;
  const usage = await readText(look, usagePath, 64);
  return { limit: bytes, used: usage.known ? parseNumber(usage.value) : null, source: limitPath };
}

/** The tightest memory limit of this process's control groups, or null when there is none. */
export async function observeLimit(look: Look): Promise<MemoryLimit | null> {
  const text = await readText(look, '/proc/self/cgroup', 64 * 1024);
  if (!text.known) return null;
  const groups = parseControlGroups(text.value);
  const v2 = groups.unified === null ? [] : ancestors(groups.unified).map((path) => `/sys/fs/cgroup${path}`);
  const v1 =
    groups.memory === null ? [] : ancestors(groups.memory).map((path) => `/sys/fs/cgroup/memory${path}`);
  const limits = await Promise.all([
    ...v2.map((at) => limitAt(look, `${at}/memory.max`, `${at}/memory.current`)),
    ...v1.map((at) => limitAt(look, `${at}/memory.limit_in_bytes`, `${at}/memory.usage_in_bytes`)),
  ]);
  return limits
    .filter((limit) => limit !== null)
    .reduce<MemoryLimit | null>(
      (least, next) => (least === null || next.limit < least.limit ? next : least),
      null,
    );
}

/** Memory facts with a container's limit in place of the hardware's, where that is lower. */
export function withLimit(facts: MemoryFacts, limit: MemoryLimit | null): MemoryFacts {
  if (limit === null || limit.limit >= facts.total) return facts;
  const left = Math.max(0, limit.limit - (limit.used ?? 0));
  return { ...facts, total: limit.limit, available: Math.min(facts.available, left), limited: true };
}

export async function observeMemory(look: Look): Promise<Known<MemoryFacts>> {
  const [meminfo, swaps, limit] = await Promise.all([
    readText(look, '/proc/meminfo'),
    readText(look, '/proc/swaps'),
    observeLimit(look),
  ]);
  if (!meminfo.known) return meminfo;
  const facts = parseMemInfo(meminfo.value);
  if (facts === null) return missing('garbled', meminfo.source);
  const zram = swaps.known && hasZram(swaps.value);
  const limited = withLimit({ ...facts, zram }, limit);
  return known(limited, limited.limited === true && limit !== null ? limit.source : meminfo.source);
}
