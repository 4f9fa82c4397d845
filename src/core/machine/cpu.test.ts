// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';

import { parseBoard, parseCpuInfo } from './cpu.ts';

// Lines captured from /proc/cpuinfo of a virtual machine on an AMD EPYC, Linux 6.18; the flags are shortened.
const captured = (processor: number): string => `processor	: ${String(processor)}
vendor_id	: AuthenticAMD
cpu family	: 25
model		: 17
model name	: AMD EPYC
stepping	: 1
cache size	: 1024 KB
physical id	: 0
siblings	: 2
core id		: ${String(processor)}
cpu cores	: 2
fpu		: yes
flags		: fpu vme sse4_1 sse4_2 x2apic fma avx f16c avx2 lm bmi2 avx512f avx512_bf16 avx512vbmi avx512_vnni fsrm
bogomips	: 5192.25

`;

const thread = (fields: Readonly<Record<string, string | number>>): string =>
  Object.entries(fields)
    .map(([key, value]) => `${key}\t: ${String(value)}\n`)
    .join('') + '\n';

describe('x86', () => {
  test('captured text', () => {
    expect(parseCpuInfo(captured(0) + captured(1), null)).toEqual({
      model: 'AMD EPYC',
      architecture: 'x86_64',
      cores: 2,
      threads: 2,
      features: [
        'sse4.2',
        'avx',
        'avx2',
        'fma',
        'f16c',
        'bmi2',
        'avx512f',
        'avx512-vnni',
        'avx512-bf16',
        'avx512-vbmi',
      ],
    });
  });

  test('threads of one core count once, cores of two packages count apart', () => {
    const ids = [
      [0, 0],
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const text = ids.map(([pack, core], index) =>
      thread({ processor: index, 'physical id': pack ?? 0, 'core id': core ?? 0, flags: 'lm' }),
    );
    expect(parseCpuInfo(text.join(''), null)).toMatchObject({ cores: 4, threads: 5 });
  });

  test('on a hybrid processor only what every core can do counts', () => {
    const text =
      thread({ processor: 0, 'core id': 0, flags: 'lm avx2 avx512f' }) +
      thread({ processor: 1, 'core id': 1, flags: 'lm avx2' });
    expect(parseCpuInfo(text, null)?.features).toEqual(['avx2']);
  });

  test.each([
    ['Intel(R) Core(TM) i7-6700K CPU @ 4.00GHz', 'Intel Core i7-6700K'],
    ['13th Gen Intel(R) Core(TM) i7-13700H', '13th Gen Intel Core i7-13700H'],
    ['AMD Ryzen 9 9950X 16-Core Processor            ', 'AMD Ryzen 9 9950X'],
    ['Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz', 'Intel Xeon X5650'],
  ])('%s is told as %s', (name, told) => {
    expect(parseCpuInfo(thread({ processor: 0, 'model name': name, flags: 'lm' }), null)?.model).toBe(told);
  });
});

describe('ARM', () => {
  const m1 = {
    processor: 0,
    Features: 'fp asimd aes asimdhp asimddp flagm2 frint',
    'CPU implementer': '0x61',
    'CPU architecture': 8,
    'CPU part': '0x022',
  };

  test('cores without ids each count; the board gives the name', () => {
    expect(
      parseCpuInfo(thread(m1) + thread({ ...m1, processor: 1 }), 'Apple MacBook Air (M1, 2020)'),
    ).toEqual({
      model: 'Apple MacBook Air (M1, 2020)',
      architecture: 'aarch64',
      cores: 2,
      threads: 2,
      features: ['neon', 'dotprod'],
    });
  });

  test('without a board the maker is named', () => {
    expect(parseCpuInfo(thread(m1), null)?.model).toBe('Apple processor');
    expect(parseCpuInfo(thread({ ...m1, 'CPU implementer': '0x99' }), null)?.model).toBe('Unknown processor');
  });

  test('the board is a string that ends in NUL', () => {
    expect(parseBoard('Raspberry Pi 5 Model B Rev 1.0\0')).toBe('Raspberry Pi 5 Model B Rev 1.0');
    expect(parseBoard('\0')).toBeNull();
    expect(parseBoard('\u001b[31mred\0')).toBeNull();
  });
});

test('a text that lists no processor is garbled', () => {
  for (const text of ['', 'processor\n', 'model name\t: x\n', ':\n:\n', '\0\0']) {
    expect(parseCpuInfo(text, 'Board')).toBeNull();
  }
});
