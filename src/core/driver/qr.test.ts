// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { qrCells } from './qr.ts';

/** What marks three corners of every QR code. */
const finder = ['#######', '#     #', '# ### #', '# ### #', '# ### #', '#     #', '#######'];

function corner(cells: readonly (readonly boolean[])[], top: number, left: number): readonly string[] {
  return cells.slice(top, top + 7).map((row) =>
    row
      .slice(left, left + 7)
      .map((dark) => (dark ? '#' : ' '))
      .join(''),
  );
}

test('a code is square, of a size that there is, with its three corners', () => {
  for (const text of ['1', 'Press ↓ once.', 'اضغط مفتاحًا '.repeat(30), 'x'.repeat(2000)]) {
    const cells = qrCells(text) ?? [];
    expect((cells.length - 17) % 4, text.slice(0, 20)).toBe(0);
    expect(cells.every((row) => row.length === cells.length)).toBe(true);
    expect(corner(cells, 0, 0)).toEqual(finder);
    expect(corner(cells, 0, cells.length - 7)).toEqual(finder);
    expect(corner(cells, cells.length - 7, 0)).toEqual(finder);
  }
});

test('what fits only with little correction is made with little, and what fits not at all is none', () => {
  expect(qrCells('x'.repeat(2900))?.length).toBe(177);
  expect(qrCells('x'.repeat(3000))).toBeNull();
});
