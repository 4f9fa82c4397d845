// SPDX-License-Identifier: GPL-3.0-or-later

// A model shared between a card and main memory: our estimate of each against what llama.cpp says it takes there, started
// with the flags that Hearth gives. The card is simulated: a Vulkan driver that draws in software, whose memory is main
// memory. What lies where is llama.cpp's own doing, as on a real card; what a real driver takes for itself is not seen.

import { never } from '../../src/core/cancel.ts';
import { parseCpuInfo } from '../../src/core/machine/cpu.ts';
import { estimateFromHeader } from '../../src/core/models/estimate.ts';
import type { Estimate } from '../../src/core/models/estimate.ts';
import type { Layout } from '../../src/core/models/types.ts';
import { layoutFlags } from '../../src/core/server/command.ts';
import { readHeader } from '../../src/engine/gguf-file.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { SplitLog } from '../support/fit/split-log.ts';
import type { SplitBytes } from '../support/fit/split-log.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

const MiB = 1024 * 1024;
const contextTokens = 16384;
const folder = temporaryFolder();
// Without this a driver in software is no device for llama.cpp.
const program = ['/usr/bin/env', 'GGML_VK_VISIBLE_DEVICES=0', 'llama-server'];

/** Dense, tied, with windows, with states, with a layer for drafting, mixtures, latent attention. */
const models: readonly (readonly [name: string, mixture: boolean])[] = [
  ['llama-gqa', false],
  ['qwen3-tied-q4_k', false],
  ['gemma3-window', false],
  ['granitehybrid', true],
  ['qwen35-linear', false],
  ['qwen3moe', true],
  ['deepseek2-mla', true],
];
/** More layers than any of them has: all. */
const all = 1000;
const shares = [
  [2, 0],
  [3, 0],
  [all, 0],
] as const;
const mixtures = [
  [all, 2],
  [all, 4],
] as const;

/** Differences in per cent of what was measured, by part; only parts of at least 4 MiB count. */
const errors = new Map<string, number[]>();

async function load(path: string, layout: Layout): Promise<SplitBytes> {
  const log = new SplitLog();
  const socket = `${folder}/${layout.gpuLayers}-${layout.expertLayers}.sock`;
  const settings = ['-m', path, '-c', `${contextTokens}`, '--parallel', '1', '--cache-ram', '0'];
  const quiet = ['--offline', '--no-ui', '--no-warmup', '--threads', '2', '-v', '--host', socket];
  const command = [...program, ...settings, ...quiet, ...layoutFlags(layout).flat()];
  const child = await processes.start(['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...command], {
    onLine: (line) => {
      if (log.take(line)) child.signal('KILL');
    },
  });
  await child.exited;
  await files.remove(socket);
  assert(log.ended, `llama-server says no sizes:\n${log.last.join('\n')}`);
  return log.bytes;
}

function compare(name: string, layout: Layout, { gpu, memory, mapped }: Estimate, theirs: SplitBytes): void {
  const parts: readonly (readonly [string, number, number])[] = [
    ['weights, card', gpu.weights, theirs.gpu.weights],
    ['weights, main', mapped, theirs.main.weights],
    ['context, card', gpu.cache + gpu.state, theirs.gpu.cache],
    ['context, main', memory.cache + memory.state, theirs.main.cache],
    ['results, card', gpu.compute, theirs.gpu.compute],
    ['results, main', memory.compute, theirs.main.compute],
  ];
  for (const [part, estimate, measured] of parts) {
    if (estimate < MiB / 2 && measured < MiB / 2) continue;
    const difference = ((estimate - measured) / Math.max(measured, 1)) * 100;
    const share = `${layout.gpuLayers}/${Number(layout.layers) + 1}${layout.expertLayers > 0 ? `-${layout.expertLayers}` : ''}`;
    const sizes = [estimate, measured].map((bytes) => (bytes / MiB).toFixed(2).padStart(8));
    const columns = [name.padEnd(16), share.padEnd(5), part.padEnd(14), ...sizes];
    print(`# split: ${columns.join(' ')} ${difference.toFixed(1).padStart(7)} %`);
    if (measured >= 4 * MiB) errors.set(part, [...(errors.get(part) ?? []), difference]);
    else assert(estimate + MiB / 2 >= measured, `${name}: ${part} is ${measured}, not ${estimate}`);
  }
}

const listed = await processes.run([...program, '--list-devices'], { timeout: 30_000 }, never);
const card = /^ *(Vulkan0: .*)$/m.exec(`${listed.stdout}${listed.stderr}`)?.[1] ?? null;

print(`# split: ${card ?? 'no card'}`);
print('# split: model            layers part              ours llama.cpp difference (MiB)');
for (const [name, mixture] of card === null ? [] : models) {
  test(`${name}: each memory holds what was estimated for it`, async () => {
    const path = `${folder}/${name}.gguf`;
    const made = ['/usr/bin/python3', 'tests/support/fit/make-models.py', folder, name];
    const output = await processes.run(made, { timeout: 120_000 }, never);
    equal(output.exit, 0, output.stderr);
    const header = await readHeader(files, path);
    const features = parseCpuInfo(await files.readText('/proc/cpuinfo'), null)?.features ?? [];
    for (const [gpuLayers, expertLayers] of [...shares, ...(mixture ? mixtures : [])]) {
      const request = {
        contextTokens,
        kvType: 'f16' as const,
        gpuLayers,
        expertLayers,
        features,
        projector: null,
      };
      const result = estimateFromHeader(header, request);
      if (result.tag === 'unusable') throw new Error(result.problem);
      const { estimate } = result;
      const layout = { gpuLayers: estimate.gpuLayers, expertLayers, layers: estimate.layers };
      compare(name, layout, estimate, await load(path, layout));
    }
    await files.remove(path);
  });
}

test('weights and context within 2 %, results never less than taken by more than 2 %', () => {
  if (card === null) {
    print('# SKIP: llama.cpp finds no Vulkan driver in software, so nothing was compared');
    return;
  }
  const wrong: string[] = [];
  for (const [part, all] of errors) {
    const sorted = all.toSorted((a, b) => a - b);
    const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
    const figures = `${all.length} compared, ${least.toFixed(1)} to ${most.toFixed(1)} %`;
    print(`# split: ${part}: ${figures}`);
    if (least < -2 || (!part.startsWith('results') && most > 2)) wrong.push(`${part}: ${figures}`);
  }
  assert(errors.size >= 6, `only ${[...errors.keys()].join(', ')} were large enough`);
  assert(wrong.length === 0, wrong.join('\n'));
});

await run(170_000);
