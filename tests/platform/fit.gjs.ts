// SPDX-License-Identifier: GPL-3.0-or-later

// Our estimate against what llama.cpp says it takes: small models with random weights, one for each way in which
// models keep their context, at several contexts and kinds of cache. Each is loaded once for real; the other settings
// are read from the pass in which llama-server works out what it would allocate, before it does.

import { never } from '../../src/core/cancel.ts';
import { parseCpuInfo } from '../../src/core/machine/cpu.ts';
import { estimateFromHeader } from '../../src/core/models/estimate.ts';
import type { Estimate } from '../../src/core/models/estimate.ts';
import type { GgufHeader } from '../../src/core/models/gguf.ts';
import type { KvType } from '../../src/core/models/types.ts';
import { readHeader } from '../../src/engine/gguf-file.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { LoadLog } from '../support/fit/load-log.ts';
import type { Measured } from '../support/fit/load-log.ts';
import { assert, run, temporaryFolder, test } from '../support/tap.ts';

const MiB = 1024 * 1024;
const folder = temporaryFolder();
let features: readonly string[] = [];

const models = [
  'llama-gqa',
  'granite-q4_0',
  'qwen3-tied-q4_k',
  'gemma-mqa',
  'gemma3-window',
  'gemma4-shared',
  'granitehybrid',
  'mamba2',
  'qwen35-linear',
  'qwen35moe',
  'qwen3moe',
  'gpt-oss',
  'deepseek2-mla',
] as const;
const contexts = [4096, 16384, 32768] as const;
const kvTypes: readonly KvType[] = ['f16', 'q8_0', 'q4_0'];

/** Differences in per cent of what was measured, where that is at least 16 MiB, by part. */
const errors = new Map<string, number[]>();
let seconds = 0;

async function load(path: string, context: number, kvType: KvType, whole: boolean): Promise<Measured> {
  const log = new LoadLog(whole);
  const socket = `${folder}/${context}-${kvType}.sock`;
  const settings = [
    '-c',
    `${context}`,
    '-ctk',
    kvType,
    '-ctv',
    kvType,
    '--parallel',
    '1',
    '--cache-ram',
    '0',
  ];
  const quiet = ['--offline', '--no-ui', '--no-warmup', '--threads', '2', '-v', '--host', socket];
  const command = ['llama-server', '-m', path, ...settings, ...quiet];
  const started = Date.now();
  // The log goes to the standard error, lines are read from the standard output.
  const child = await processes.start(['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...command], {
    onLine: (line) => {
      if (log.take(line)) child.signal('KILL');
    },
  });
  await child.exited;
  await files.remove(socket);
  seconds += (Date.now() - started) / 1000;
  assert(log.ended, `llama-server says no sizes:\n${log.last.join('\n')}`);
  return log.measured;
}

function compare(name: string, context: number, kvType: KvType, ours: Estimate, theirs: Measured): void {
  const { memory } = ours;
  const parts: readonly (readonly [string, number, number | null])[] = [
    ['weights, mapped', ours.mapped, theirs.mapped],
    ['weights, repacked', ours.repacked, theirs.repacked],
    ['cache', memory.cache, theirs.cache],
    ['state', memory.state, theirs.state],
    ['results', memory.compute, theirs.compute],
    ['output', ours.output, theirs.output],
  ];
  for (const [part, estimate, measured] of parts) {
    if (measured === null || (estimate < MiB / 2 && measured < MiB / 2)) continue;
    const difference = ((estimate - measured) / Math.max(measured, 1)) * 100;
    const counts = measured >= 16 * MiB;
    const columns = [name.padEnd(16), `${context}`.padStart(6), kvType.padEnd(5), part.padEnd(18)];
    const sizes = [estimate, measured].map((bytes) => (bytes / MiB).toFixed(2).padStart(8));
    print(
      `# fit: ${[...columns, ...sizes].join(' ')} ${difference.toFixed(2).padStart(7)} %${counts ? '' : ' (small)'}`,
    );
    if (counts) errors.set(part, [...(errors.get(part) ?? []), Math.abs(difference)]);
  }
}

function estimate(header: GgufHeader, contextTokens: number, kvType: KvType): Estimate {
  const request = { contextTokens, kvType, gpuLayers: 0, expertLayers: 0, features, projector: null };
  const result = estimateFromHeader(header, request);
  if (result.tag === 'unusable') throw new Error(result.problem);
  return result.estimate;
}

test('the processor tells what it can do', async () => {
  features = parseCpuInfo(await files.readText('/proc/cpuinfo'), null)?.features ?? [];
  print(`# fit: processor with ${features.join(' ')}`);
  assert(features.length > 0, 'no features');
});

print('# fit: model          context cache part                   ours     llama.cpp difference (MiB)');
for (const name of models) {
  test(`${name}: loads, and takes what was estimated`, async () => {
    const path = `${folder}/${name}.gguf`;
    const made = ['/usr/bin/python3', 'tests/support/fit/make-models.py', folder, name];
    const output = await processes.run(made, { timeout: 120_000 }, never);
    assert(output.exit === 0, output.stderr);
    const header = await readHeader(files, path);
    for (const context of contexts) {
      for (const kvType of kvTypes) {
        const whole = context === contexts[0] && kvType === 'f16';
        const measured = await load(path, context, kvType, whole);
        compare(name, context, kvType, estimate(header, context, kvType), measured);
      }
    }
    await files.remove(path);
  });
}

test('the median is within 2 % and the worst within 5 % for each part', () => {
  const wrong: string[] = [];
  for (const part of ['weights, mapped', 'weights, repacked', 'cache', 'state', 'results']) {
    const all = (errors.get(part) ?? []).sort((a, b) => a - b);
    const median = all[Math.floor(all.length / 2)];
    const worst = all.at(-1);
    if (median === undefined || worst === undefined) {
      // On a processor that repacks nothing there is nothing to compare.
      if (part !== 'weights, repacked') wrong.push(`${part}: nothing was large enough`);
      continue;
    }
    print(
      `# fit: ${part}: ${all.length} compared, median ${median.toFixed(2)} %, worst ${worst.toFixed(2)} %`,
    );
    // AMX has an order of its own, which is not estimated; it is told apart and not judged.
    if (part.startsWith('weights') && features.includes('amx-int8')) continue;
    if (median > 2 || worst > 5) wrong.push(`${part}: median ${median} %, worst ${worst} %`);
  }
  print(`# fit: ${models.length * contexts.length * kvTypes.length} loads in ${seconds.toFixed(0)} s`);
  assert(wrong.length === 0, wrong.join('\n'));
});

await run(170_000);
