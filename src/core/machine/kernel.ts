// SPDX-License-Identifier: GPL-3.0-or-later

import { known, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { KernelFacts } from './facts.ts';
import { listNames, parsed, readText } from './read.ts';

/** A kernel release as `uname -r` prints it. */
export function parseRelease(text: string): string | null {
  const release = text.trim();
  return /^[0-9][A-Za-z0-9.+_~-]{0,127}$/.test(release) ? release : null;
}

/** Orders releases as people expect: numbers by value, letters by code; 6.9 < 6.17, a candidate before its release. */
export function compareReleases(a: string, b: string): number {
  const left = pieces(a);
  const right = pieces(b);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = comparePieces(left[at] ?? '', right[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function pieces(release: string): string[] {
  return release.match(/[0-9]+|[A-Za-z]+/g) ?? [];
}

function comparePieces(a: string, b: string): number {
  const ranks = rank(a) - rank(b);
  if (ranks !== 0) return ranks;
  if (rank(a) === 3) return Number(a) - Number(b);
  return a === b ? 0 : a < b ? -1 : 1;
}

/** A candidate, the end, letters, a number: what follows sorts in this order (6.17-rc1 < 6.17 < 6.17.1). */
function rank(piece: string): number {
  if (piece === 'rc') return 0;
  if (piece === '') return 1;
  return /^[0-9]/.test(piece) ? 3 : 2;
}

export async function observeKernel(look: Look): Promise<Known<KernelFacts>> {
  const [release, merged] = await Promise.all([
    readText(look, '/proc/sys/kernel/osrelease'),
    listNames(look, '/usr/lib/modules'),
  ]);
  const modules = merged.known ? merged : await listNames(look, '/lib/modules');
  const running = parsed(release, parseRelease);
  if (!running.known) return running;
  const names = modules.known ? modules.value : [];
  const installed = names.filter((name) => parseRelease(name) !== null).sort(compareReleases);
  return known({ running: running.value, installed }, running.source);
}
