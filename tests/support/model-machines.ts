// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing } from '../../src/core/known.ts';
import type { CpuFacts, Gpu, MachineFacts } from '../../src/core/machine/facts.ts';
import type { Fit } from '../../src/core/models/types.ts';

/** Hand-made facts for tests of what fits; only what the rules look at is given. */

export const GiB = 1024 ** 3;

export interface Made {
  /** GiB; null for not told. */
  readonly memory?: number | null;
  /** GiB; 70 % of memory when not given. */
  readonly available?: number;
  readonly disk?: number | null;
  readonly cores?: number;
  readonly features?: CpuFacts['features'];
  readonly gpus?: readonly Gpu[];
}

/** Bytes beyond what is free in either memory; where that is not told, nothing is known to be. */
export function beyondFree({ need, free }: Fit): number {
  const gpu = need.gpu === null ? 0 : need.gpu.total - (free.gpu ?? 0);
  const main = free.main === null ? 0 : need.main.total - free.main;
  return Math.max(0, gpu, main);
}

export function card(
  vendor: Gpu['vendor'],
  driver: string | null,
  memory: number | null,
  more: Partial<Gpu> = {},
): Gpu {
  return {
    address: '0000:01:00.0',
    vendorId: null,
    deviceId: null,
    vendor,
    name: missing('not-told', 'test'),
    driver: known(driver, 'test'),
    integrated: false,
    bootScreen: false,
    memory: memory === null ? missing('not-told', 'test') : known(memory * GiB, 'test'),
    memoryFree: missing('not-told', 'test'),
    driverVersion: missing('not-told', 'test'),
    ...more,
  };
}

export function machine(made: Made): MachineFacts {
  const unknown = missing('absent', 'test');
  const total = made.memory ?? null;
  const disk = made.disk === undefined ? 500 : made.disk;
  return {
    recording: null,
    system: unknown,
    kernel: unknown,
    cpu: known(
      {
        model: 'test',
        architecture: 'x86_64',
        cores: made.cores ?? 4,
        threads: (made.cores ?? 4) * 2,
        features: made.features ?? ['avx2', 'fma', 'f16c'],
      },
      'test',
    ),
    memory:
      total === null
        ? unknown
        : known(
            { total: total * GiB, available: (made.available ?? total * 0.7) * GiB, swap: 0, zram: true },
            'test',
          ),
    disk:
      disk === null
        ? unknown
        : known({ path: '/home', total: 1000 * GiB, free: disk * GiB, fileSystem: 'btrfs' }, 'test'),
    gpus: known(made.gpus ?? [], 'test'),
    firmware: { kind: unknown, secureBoot: unknown, shim: unknown },
    virtualisation: unknown,
    podman: unknown,
    flatpak: unknown,
    existing: { ollama: unknown, ramalama: unknown, lmstudio: unknown },
    network: unknown,
  };
}
