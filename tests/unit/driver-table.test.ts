// SPDX-License-Identifier: GPL-3.0-or-later

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { tableVersion } from '../../src/core/driver/generation-table.ts';

const script = fileURLToPath(new URL('../../build-aux/driver-table.mjs', import.meta.url));
const input = (name: string): string =>
  fileURLToPath(new URL(`../data/driver-table/${name}`, import.meta.url));
const run = (...argv: string[]) =>
  spawnSync(process.execPath, [script, ...argv], { encoding: 'utf8', timeout: 20_000 });
const table = (text: string): string[] => text.match(/^ {2}\[0x.*$/gm) ?? [];

const lists = ['--open', input('open.md'), '--closed', input('closed.txt')];

test('the table is made of the code names of chips, other vendors and functions left out', () => {
  const made = run(input('pci.ids'), ...lists, '--supported', input('supported-gpus.json'));
  expect(made.stderr).toBe('');
  expect(table(made.stdout)).toEqual([
    "  [0x11fc, 0x11fc, 'kepler'],",
    "  [0x1340, 0x1341, 'maxwell'],",
    "  [0x1b80, 0x1b81, 'pascal'],",
    // 0x82 ids lie between: too many to take for granted.
    "  [0x1c03, 0x1c03, 'pascal'],",
    "  [0x2204, 0x2216, 'ampere'],",
    "  [0x2330, 0x2330, 'hopper'],",
    "  [0x2b85, 0x2b85, 'blackwell'],",
    "  [0x3000, 0x3000, 'unknown'],",
  ]);
  expect(made.stdout).toContain('export const newestId = 0x3000;');
});

test('a list that contradicts the code names stops it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-table-'));
  const wrong = join(folder, 'wrong.md');
  writeFileSync(wrong, '| NVIDIA GeForce GTX 1080 | 1B80 |\n');
  const made = run(input('pci.ids'), '--open', wrong);
  expect(made.status).toBe(1);
  expect(made.stdout).toBe('');
  expect(made.stderr).toContain('1b80 is pascal, which the list of open modules contradicts');
  rmSync(folder, { recursive: true });
});

test('the table that ships holds every id of the recorded lists', () => {
  const shipped = readFileSync(
    fileURLToPath(new URL('../../src/core/driver/generation-table.ts', import.meta.url)),
    'utf8',
  );
  expect(tableVersion).toBe('2026.10.24');
  const ranges = table(shipped).map((line) => line.match(/0x[0-9a-f]{4}/g)?.map(Number) ?? []);
  const ids = [0x11fc, 0x1340, 0x1b80, 0x1c03, 0x2204, 0x2330, 0x2b85];
  const missing = ids.filter((id) => !ranges.some(([from = 0, to = 0]) => from <= id && id <= to));
  expect(missing).toEqual([]);
});
