// SPDX-License-Identifier: GPL-3.0-or-later

// Made by build-aux/driver-table.mjs from pci.ids 2026.10.24. Do not edit.

import type { Generation } from './types.ts';

export const tableVersion = '2026.10.24';

/** The highest device id that was published when the table was made. */
export const newestId = 0x3400;

/** PCI device ids of NVIDIA's graphics processors: first and last of a range, and its generation. In order. */
export const ranges: readonly (readonly [from: number, to: number, generation: Generation])[] = [
  [0x0008, 0x004e, 'fermi-or-older'],
  [0x0085, 0x00cf, 'fermi-or-older'],
  [0x00f1, 0x019e, 'fermi-or-older'],
  [0x01d0, 0x01df, 'fermi-or-older'],
  [0x01f0, 0x0448, 'fermi-or-older'],
  [0x0531, 0x0543, 'fermi-or-older'],
  [0x05e0, 0x0759, 'fermi-or-older'],
  [0x07da, 0x07e5, 'fermi-or-older'],
  [0x0840, 0x08a5, 'fermi-or-older'],
  [0x0a20, 0x0aa3, 'fermi-or-older'],
  [0x0ca0, 0x0cbc, 'fermi-or-older'],
  [0x0d7a, 0x0e3b, 'fermi-or-older'],
  [0x0f00, 0x0f06, 'fermi-or-older'],
  [0x0fa0, 0x0fa7, 'kepler'],
  [0x0fc0, 0x103f, 'kepler'],
  [0x1040, 0x10d8, 'fermi-or-older'],
  [0x1140, 0x1140, 'fermi-or-older'],
  [0x1180, 0x11ff, 'kepler'],
  [0x1200, 0x1251, 'fermi-or-older'],
  [0x1280, 0x130b, 'kepler'],
  [0x1340, 0x1436, 'maxwell'],
  [0x15c2, 0x15ff, 'pascal'],
  [0x1613, 0x1676, 'maxwell'],
  [0x1725, 0x172f, 'pascal'],
  [0x174d, 0x17fd, 'maxwell'],
  [0x1b00, 0x1d56, 'pascal'],
  [0x1d81, 0x1df6, 'volta'],
  [0x1e02, 0x1ff9, 'turing'],
  [0x2080, 0x20ff, 'ampere'],
  [0x2182, 0x21d1, 'turing'],
  [0x2200, 0x223f, 'ampere'],
  [0x22ce, 0x22d0, 'blackwell'],
  [0x2302, 0x23f0, 'hopper'],
  [0x2414, 0x25fb, 'ampere'],
  [0x2681, 0x28f8, 'ada'],
  [0x2900, 0x29f1, 'blackwell'],
  [0x2b00, 0x2b00, 'blackwell'],
  [0x2b85, 0x2c79, 'blackwell'],
  [0x2d04, 0x2e2a, 'blackwell'],
  [0x2f04, 0x2f58, 'blackwell'],
  [0x3000, 0x30ff, 'unknown'],
  [0x3180, 0x323e, 'blackwell'],
  [0x3340, 0x3340, 'blackwell'],
  [0x3400, 0x3400, 'blackwell'],
];
