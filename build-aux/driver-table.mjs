#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later

// Writes the table of NVIDIA's generations by PCI device id, ids and nothing else, from published lists given as files:
//
//   node build-aux/driver-table.mjs PCI_IDS [--open FILE] [--closed FILE] [--supported FILE] > TABLE
//
//   PCI_IDS      pci.ids: the chip's code name in front of each product says the generation
//   --open       README of NVIDIA's open kernel modules: the ids under "Compatible GPUs"
//   --closed     list of '10de:xxxx', one a line: cards that the open modules do not serve (RPM Fusion's nvidia-kmod)
//   --supported  supported-gpus.json of NVIDIA's driver: legacybranch, and 'kernelopen' among the features
//
// The last three are held against the first: where they contradict it, nothing is written. Last done with pci.ids 2026.10.24,
// the README of the open modules 595.45.04 (289 ids) and a supported-gpus.json of the beginning of 2022 (2014 entries, before
// 'kernelopen' was among the features): no contradiction; one id is in no range, 01a0, a chip set's graphics of 2001.

import { readFileSync } from 'node:fs';

/** Chips by the beginning of their code names. Tegra and what is no graphics processor have others. */
const chips = [
  [/^(?:NV|G7|G8|G9|GT2|C5|C6|C7|MCP|GF)[0-9A-Z]*/, 'fermi-or-older'],
  [/^GK\d/, 'kepler'],
  [/^GM\d/, 'maxwell'],
  [/^GP\d/, 'pascal'],
  [/^GV\d/, 'volta'],
  [/^TU\d/, 'turing'],
  [/^GA\d/, 'ampere'],
  [/^AD\d/, 'ada'],
  [/^GH\d/, 'hopper'],
  [/^GB\d/, 'blackwell'],
  // Named already, without a generation that Hearth knows: served by the current driver only.
  [/^(?:GR|RB)\d/, 'unknown'],
];
/** Other functions of a card, and devices that carry a chip's name without being one. */
const otherDevice = /audio|usb|ucsi|nvswitch|bridge|controller|ethernet|smbus|memory|firmware/i;
const withOpen = ['turing', 'ampere', 'ada', 'hopper', 'blackwell', 'unknown'];
const withoutOpen = ['maxwell', 'pascal', 'volta'];
/** Ids between two of one generation belong to it where no other chip lies between and the gap is no larger. */
const largestGap = 0x80;

function generations(pciIds) {
  const found = [];
  let inside = false;
  for (const line of pciIds.split('\n')) {
    if (/^[^\t#]/.test(line)) inside = line.startsWith('10de  ');
    const [, id, name] = (inside && /^\t([0-9a-f]{4})  (.+)$/.exec(line)) || [];
    if (id === undefined || otherDevice.test(name)) continue;
    const generation = chips.find(([start]) => start.test(name))?.[1] ?? null;
    found.push([parseInt(id, 16), generation]);
  }
  return found.sort(([a], [b]) => a - b);
}

function ranges(found) {
  const list = [];
  let before = null;
  for (const [id, generation] of found) {
    const last = list.at(-1);
    if (generation !== null) {
      if (before === generation && last !== undefined && id - last[1] <= largestGap) last[1] = id;
      else list.push([id, id, generation]);
    }
    before = generation;
  }
  return list;
}

const lookUp = (table, id) => table.find(([from, to]) => from <= id && id <= to)?.[2];

/** Everything in the other lists that the ranges say otherwise. */
function contradictions(table, lists) {
  const wrong = [];
  const hold = (id, allowed, list) => {
    const generation = lookUp(table, id);
    if (generation !== undefined && !allowed.includes(generation))
      wrong.push(`${id.toString(16)} is ${generation}, which ${list} contradicts`);
  };
  for (const [, id] of lists.open.matchAll(/\|\s*([0-9A-F]{4})(?: [0-9A-F]{4} [0-9A-F]{4})?\s*\|/g))
    hold(parseInt(id, 16), withOpen, 'the list of open modules');
  for (const [, id] of lists.closed.matchAll(/^10de:([0-9a-f]{4})$/gim))
    hold(parseInt(id, 16), withoutOpen, 'the list of cards without open modules');
  for (const chip of JSON.parse(lists.supported).chips) {
    const old = ['fermi-or-older', 'kepler'];
    const legacy = chip.legacybranch ?? '';
    const allowed = chip.features?.includes('kernelopen')
      ? withOpen
      : legacy.startsWith('580')
        ? withoutOpen
        : legacy === ''
          ? [...withoutOpen, ...withOpen]
          : old;
    hold(parseInt(chip.devid, 16), allowed, 'supported-gpus.json');
  }
  return wrong;
}

const [pciIdsPath, ...options] = process.argv.slice(2);
const read = (name, otherwise) => {
  const at = options.indexOf(`--${name}`);
  return at === -1 ? otherwise : readFileSync(options[at + 1], 'utf8');
};
const pciIds = readFileSync(pciIdsPath, 'utf8');
const found = generations(pciIds);
const table = ranges(found);
const wrong = contradictions(table, {
  open: read('open', ''),
  closed: read('closed', ''),
  supported: read('supported', '{"chips":[]}'),
});
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
const hex = (id) => `0x${id.toString(16).padStart(4, '0')}`;
const newest = found.at(-1)?.[0] ?? 0;
const version = /^#\s*Version:\s*(\S+)/m.exec(pciIds)?.[1] ?? 'unknown';
console.log(`// SPDX-License-Identifier: GPL-3.0-or-later

// Made by build-aux/driver-table.mjs from pci.ids ${version}. Do not edit.

import type { Generation } from './types.ts';

export const tableVersion = '${version}';

/** The highest device id that was published when the table was made. */
export const newestId = ${hex(newest)};

/** PCI device ids of NVIDIA's graphics processors: first and last of a range, and its generation. In order. */
export const ranges: readonly (readonly [from: number, to: number, generation: Generation])[] = [
${table.map(([from, to, generation]) => `  [${hex(from)}, ${hex(to)}, '${generation}'],`).join('\n')}
];`);
