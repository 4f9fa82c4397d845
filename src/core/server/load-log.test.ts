// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLoadLog } from './load-log.ts';

const log = (name: string): string =>
  readFileSync(new URL(`../../../tests/data/load-logs/${name}`, import.meta.url), 'utf8');
const MiB = 1024 * 1024;

describe('the log of a load', () => {
  it('names the processor of the run that was captured here', () => {
    expect(parseLoadLog(log('cpu'), false)).toEqual({
      kind: 'cpu',
      cards: [],
      processor: 'AMD EPYC',
      gpuLayers: 0,
      layers: 3,
      gpuBytes: 0,
      memoryBytes: Math.round((4.36 + 0.03 + 2 + 6.27) * MiB),
      noCard: 'no-node',
    });
    expect(parseLoadLog(log('cpu'), true)?.noCard).toBe('no-backend');
  });

  it('names a card that holds all of it, with brackets in its name (composed)', () => {
    const served = parseLoadLog(log('composed-vulkan'), true);
    expect(served).toMatchObject({
      kind: 'gpu',
      cards: ['AMD Radeon RX 7600 (RADV NAVI33)'],
      processor: 'AMD Ryzen 7 7840HS',
      gpuLayers: 37,
      layers: 37,
      noCard: null,
    });
    expect(served?.gpuBytes).toBe((2382 + 2304 + 301) * MiB);
  });

  it('tells how much is on each (composed)', () => {
    const served = parseLoadLog(log('composed-cuda-split'), true);
    expect(served).toMatchObject({ kind: 'both', gpuLayers: 20, layers: 33, noCard: null });
    expect(served?.cards).toEqual(['NVIDIA GeForce RTX 4060 Laptop GPU']);
    expect(served?.memoryBytes).toBe((5120 + 192 + 38 + 0.5) * MiB);
  });

  it('tells why no card works on it (composed)', () => {
    expect(parseLoadLog(log('composed-vulkan-no-device'), true)?.noCard).toBe('no-device');
    expect(parseLoadLog(log('composed-rocm-full'), true)?.noCard).toBe('no-memory');
    const room = log('composed-rocm-full').replace('212 MiB free', '3900 MiB free');
    expect(parseLoadLog(room, true)?.noCard).toBe('not-used');
  });

  it('claims nothing from a log that broke off, or from no log', () => {
    expect(parseLoadLog('', true)).toBeNull();
    const whole = log('cpu');
    expect(parseLoadLog(whole.slice(0, whole.indexOf('CPU_Mapped')), true)).toBeNull();
    // A second attempt counts, not the first.
    const twice = log('composed-cuda-split') + log('cpu');
    expect(parseLoadLog(twice, true)?.kind).toBe('cpu');
  });
});
