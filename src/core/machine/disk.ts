// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { DiskFacts } from './facts.ts';
import { complaint, plainText, runCommand } from './read.ts';

/** What Hearth asks of df (GNU coreutils). */
export const dfCommand = ['df', '-B1', '--output=source,fstype,size,avail,target'] as const;

/** The row of df for one path; null when it is not a row. The mount point may hold blanks, the source too. */
export function parseDf(text: string, path: string): DiskFacts | null {
  const row = /^(\S.*?)\s+(\S+)\s+([0-9]{1,16})\s+([0-9]{1,16})\s+(\/.*)$/.exec(text.split('\n', 3)[1] ?? '');
  if (row === null) return null;
  const total = Number(row[3]);
  const free = Number(row[4]);
  if (!Number.isSafeInteger(total) || !Number.isSafeInteger(free) || free > total) return null;
  return { path, total, free, fileSystem: plainText(row[2] ?? '') };
}

/** The path, or the nearest folder above it that is there already. */
export async function nearestExisting(look: Look, path: string): Promise<string> {
  const parts = path.split('/').filter(Boolean).slice(0, 64);
  for (let count = parts.length; count > 0; count -= 1) {
    const candidate = '/' + parts.slice(0, count).join('/');
    try {
      if ((await look.stat(candidate)) !== null) return candidate;
    } catch {
      // Not ours to look into: a folder above it can still be asked for.
    }
  }
  return '/';
}

export async function observeDisk(look: Look, modelsPath: string): Promise<Known<DiskFacts>> {
  const path = await nearestExisting(look, modelsPath);
  const output = await runCommand(look, [...dfCommand, path]);
  if (!output.known) return output;
  const facts = parseDf(output.value.stdout, path);
  if (facts !== null) return known(facts, output.source);
  return output.value.exit === 0
    ? missing('garbled', output.source)
    : missing('tool-failed', output.source, complaint(output.value));
}
