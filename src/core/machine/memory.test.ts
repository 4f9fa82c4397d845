// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';

import { MemoryLook, type MemoryFile } from '../../../tests/support/memory-look.ts';
import { hasZram, observeMemory, parseControlGroups, parseMemInfo } from './memory.ts';

// Captured on Linux 6.18.
const meminfo = `MemTotal:       24684084 kB
MemFree:        24134572 kB
MemAvailable:   24191920 kB
Buffers:            1612 kB
Cached:           186012 kB
SwapCached:            0 kB
SwapTotal:       2097148 kB
SwapFree:        2097148 kB
`;

describe('/proc/meminfo', () => {
  test('is in KiB', () => {
    expect(parseMemInfo(meminfo)).toEqual({
      total: 24684084 * 1024,
      available: 24191920 * 1024,
      swap: 2097148 * 1024,
    });
  });

  test('without MemAvailable, or with a total of nothing, it is garbled', () => {
    expect(parseMemInfo('MemTotal: 100 kB\n')).toBeNull();
    expect(parseMemInfo('MemTotal: 0 kB\nMemAvailable: 0 kB\n')).toBeNull();
    expect(parseMemInfo('MemTotal: 99999999999999999999 kB\nMemAvailable: 1 kB\n')).toBeNull();
  });
});

test('compressed memory is told from swap on disk', () => {
  const head = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
  expect(hasZram(`${head}/dev/zram0                              partition\t8388604\t\t0\t\t100\n`)).toBe(
    true,
  );
  expect(hasZram(`${head}/swap.img                               file\t\t8388604\t\t0\t\t-2\n`)).toBe(false);
  expect(hasZram('')).toBe(false);
});

test('control groups of both versions', () => {
  expect(parseControlGroups('0::/user.slice/app.scope\n')).toEqual({
    unified: '/user.slice/app.scope',
    memory: null,
  });
  expect(parseControlGroups('4:memory:/a\n3:cpu,cpuacct:/b\n0::/\n')).toEqual({ unified: '/', memory: '/a' });
  expect(parseControlGroups('0::/../../etc\nnonsense\n')).toEqual({ unified: null, memory: null });
});

describe('a container', () => {
  const files = { '/proc/meminfo': meminfo, '/proc/swaps': '', '/proc/self/cgroup': '0::/a/b\n' };
  const observe = async (more: Readonly<Record<string, MemoryFile>>): Promise<unknown> => {
    const fact = await observeMemory(new MemoryLook({ ...files, ...more }));
    return fact.known ? { ...fact.value, source: fact.source } : fact;
  };
  const group = '/sys/fs/cgroup';

  test('has the tightest limit above it, and what is left of that', async () => {
    const limits = {
      [`${group}/a/b/memory.max`]: 'max\n',
      [`${group}/a/memory.max`]: '4294967296\n',
      [`${group}/a/memory.current`]: '1073741824\n',
      [`${group}/memory.max`]: '8589934592\n',
    };
    expect(await observe(limits)).toMatchObject({
      total: 4294967296,
      available: 3221225472,
      limited: true,
      source: `${group}/a/memory.max`,
    });
  });

  test('whose limit is above the hardware has none', async () => {
    const limits = {
      [`${group}/a/memory.max`]: '9223372036854771712\n',
      [`${group}/memory.max`]: '99999999999\n',
    };
    const memory = await observe(limits);
    expect(memory).toMatchObject({ total: 24684084 * 1024, source: '/proc/meminfo' });
    expect(memory).not.toHaveProperty('limited');
  });
});
