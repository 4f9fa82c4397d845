// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { syscallFilter } from './syscall-filter.ts';

/** A reader of such programs, as far as they go here; see linux/filter.h. */
function judge(program: Uint8Array, data: { call: number; machine: number; arguments: readonly number[] }) {
  const view = new DataView(program.buffer);
  const words = new Map([
    [0, data.call],
    [4, data.machine],
    ...data.arguments.map((value, index) => [16 + index * 8, value] as const),
  ]);
  let loaded = 0;
  for (let at = 0; at < program.length; at += 8) {
    const [code, value] = [view.getUint16(at, true), view.getUint32(at + 4, true)];
    if (code === 0x06) return value;
    if (code === 0x20) loaded = words.get(value) ?? 0;
    else {
      const holds = code === 0x15 ? loaded === value : loaded >= value;
      at += 8 * view.getUint8(at + (holds ? 2 : 3));
    }
  }
  throw new Error('the program has no end');
}

const allow = 0x7fff0000;

describe('the filter of system calls', () => {
  for (const [name, machine, numbers] of [
    ['x86_64', 0xc000003e, { socket: 41, ioctl: 16, keyctl: 250, read: 0 }],
    ['aarch64', 0xc00000b7, { socket: 198, ioctl: 29, keyctl: 219, read: 63 }],
  ] as const) {
    const program = syscallFilter(name) ?? new Uint8Array();
    const verdict = (call: number, ...given: readonly number[]) =>
      judge(program, { call, machine, arguments: given });

    it(`lets work and refuses what leads out (${name})`, () => {
      expect(verdict(numbers.read, 0, 0)).toBe(allow);
      for (const family of [1, 2, 10, 16]) expect(verdict(numbers.socket, family)).toBe(allow);
      // Netrom, packet, Bluetooth, ALG, vsock, QIPCRTR, XDP.
      for (const family of [6, 17, 31, 38, 40, 42, 44]) expect(verdict(numbers.socket, family)).toBe(0x50061);
      expect(verdict(numbers.ioctl, 0, 0x5401)).toBe(allow);
      expect(verdict(numbers.ioctl, 0, 0x5412)).toBe(0x50001);
      expect(verdict(numbers.ioctl, 0, 0x541c)).toBe(0x50001);
      expect(verdict(numbers.keyctl, 0)).toBe(0x50026);
      expect(verdict(425, 0)).toBe(0x50026);
    });

    it(`ends programs of another machine (${name})`, () => {
      expect(judge(program, { call: numbers.read, machine: 0x40000003, arguments: [] })).toBe(0x80000000);
    });
  }

  it('refuses the other numbers of x86_64', () => {
    const program = syscallFilter('x86_64') ?? new Uint8Array();
    expect(judge(program, { call: 0x40000029, machine: 0xc000003e, arguments: [40] })).toBe(0x50026);
  });

  it('is not there for a machine whose numbers are not known', () => {
    expect(syscallFilter('riscv64')).toBeNull();
    expect(syscallFilter('constructor')).toBeNull();
  });
});
