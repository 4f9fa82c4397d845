// SPDX-License-Identifier: GPL-3.0-or-later

// Writes the composed machines of data/machines from the tables in build-aux/machines/*.mjs. Deterministic: the same
// tables give the same bytes. Machines that were recorded (machine.json says so) are never touched.
//
//   node build-aux/compose-machines.mjs [NAME…]     writes
//   node build-aux/compose-machines.mjs --check     exits 1 when data/machines differs from the tables

import {
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { lstatSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { machines } from './machines/machines.mjs';
import { treeOf } from './machines/parts.mjs';

const target = fileURLToPath(new URL('../data/machines', import.meta.url));

/** Writes one machine: files, links, marked empty folders, commands, notes and what it is. */
function write(folder, machine) {
  const { files, links, folders, notes, commands } = treeOf(machine);
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(root + path), { recursive: true });
    writeFileSync(root + path, content);
  }
  for (const path of Object.keys(notes)) {
    mkdirSync(dirname(root + path), { recursive: true });
    writeFileSync(root + path, '');
  }
  for (const path of folders) {
    mkdirSync(root + path, { recursive: true });
    writeFileSync(join(root + path, '.folder'), '');
  }
  for (const [path, to] of Object.entries(links)) {
    mkdirSync(dirname(root + path), { recursive: true });
    symlinkSync(to, root + path);
  }
  const about = {
    format: 1,
    name: machine.name,
    title: machine.title,
    kind: 'composed',
    date: '2026-11-23',
    hearth: '0.1.0',
    home: machine.home,
    modelsPath: `${machine.home}/.local/share/hearth/models`,
    redactions: {},
    sources: machine.sources,
  };
  json(join(folder, 'commands.json'), commands);
  json(join(folder, 'notes.json'), notes);
  json(join(folder, 'machine.json'), about);
}

function json(path, value) {
  writeFileSync(path, JSON.stringify(value, null, 2) + '\n');
}

/** Every file and link below a folder with its content, for comparison. */
function snapshot(folder, at = '') {
  return readdirSync(join(folder, at), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(at, entry.name);
      if (entry.isDirectory()) return snapshot(folder, path);
      const link = lstatSync(join(folder, path)).isSymbolicLink();
      return [
        `${path} ${link ? readlinkSync(join(folder, path)) : readFileSync(join(folder, path), 'base64')}`,
      ];
    });
}

const names = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const check = process.argv.includes('--check');
let different = 0;
for (const machine of machines) {
  if (names.length > 0 && !names.includes(machine.name)) continue;
  const place = join(target, machine.name);
  if (!check) {
    rmSync(place, { recursive: true, force: true });
    write(place, machine);
    continue;
  }
  const fresh = mkdtempSync(join(tmpdir(), 'hearth-machine-'));
  write(fresh, machine);
  if (snapshot(fresh).join('\n') !== snapshot(place).join('\n')) {
    console.error(`data/machines/${machine.name} is not what its table says`);
    different += 1;
  }
  rmSync(fresh, { recursive: true });
}
console.log(check ? `${machines.length} composed machines checked` : `${machines.length} machines written`);
process.exitCode = different === 0 ? 0 : 1;
