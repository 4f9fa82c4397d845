// SPDX-License-Identifier: GPL-3.0-or-later

// What a projector for pictures takes, against what llama.cpp says: small ones with random weights beside a small model,
// loaded for real. llama.cpp reserves what it needs for a middling picture then.

import { never } from '../../src/core/cancel.ts';
import { firstPicture, largestPicture, pictureBytes } from '../../src/core/models/estimate/pictures.ts';
import { projectorFrom } from '../../src/core/models/estimate/projector.ts';
import { readHeader } from '../../src/engine/gguf-file.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

const MiB = 1024 * 1024;
const folder = temporaryFolder();
const model = `${folder}/llama-gqa.gguf`;
const width = 1024;
const projectors = ['qwen3vl', 'qwen3vl-small', 'qwen3vl-whole', 'qwen3vl-deep', 'qwen3vl-narrow'] as const;

interface Measured {
  readonly weights: number;
  readonly work: number;
}

async function make(script: string, ...args: readonly string[]): Promise<void> {
  const argv = ['/usr/bin/python3', `tests/support/fit/${script}`, folder, ...args];
  const output = await processes.run(argv, { timeout: 120_000 }, never);
  equal(output.exit, 0, output.stderr);
}

async function load(projector: string): Promise<Measured> {
  const found: { weights: number | null; work: number | null } = { weights: null, work: null };
  const last: string[] = [];
  const socket = `${folder}/pictures.sock`;
  const settings = [
    '-c',
    '4096',
    '--parallel',
    '1',
    '--cache-ram',
    '0',
    '--offline',
    '--no-ui',
    '--threads',
    '2',
  ];
  const command = ['llama-server', '-m', model, '--mmproj', projector, ...settings, '-v', '--host', socket];
  // The log goes to the standard error, lines are read from the standard output. Without a warm-up nothing is reserved.
  const child = await processes.start(['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...command], {
    onLine: (line) => {
      last.push(line);
      if (last.length > 20) last.shift();
      const size = / load_hparams: model size: +([\d.]+) MiB/.exec(line);
      const buffer = / reserve_compute_meta: .* compute buffer size = +([\d.]+) MiB/.exec(line);
      if (size !== null) found.weights = Number(size[1]) * MiB;
      if (buffer === null) return;
      found.work = (found.work ?? 0) + Number(buffer[1]) * MiB;
      child.signal('KILL');
    },
  });
  await child.exited;
  await files.remove(socket);
  const { weights, work } = found;
  if (weights === null || work === null) throw new Error(`llama-server says no sizes:\n${last.join('\n')}`);
  return { weights, work };
}

test('a model to see for', async () => {
  await make('make-models.py', 'llama-gqa');
});

print('# pictures: projector       part         ours     llama.cpp difference (MiB)');
for (const name of projectors) {
  test(`${name}: loads, and takes what was estimated`, async () => {
    await make('make-projectors.py', `${width}`, name);
    const path = `${folder}/mmproj-${name}.gguf`;
    const result = projectorFrom(await readHeader(files, path));
    if (result.tag === 'unusable' || result.sight === null) throw new Error(`${name} is not known`);
    const measured = await load(path);
    const ours = { weights: result.bytes.weights, work: pictureBytes(result.sight, firstPicture) };
    for (const part of ['weights', 'work'] as const) {
      const difference = (ours[part] / measured[part] - 1) * 100;
      const sizes = [ours[part], measured[part]].map((bytes) => (bytes / MiB).toFixed(2).padStart(8));
      const columns = [name.padEnd(15), part.padEnd(8), ...sizes];
      print(`# pictures: ${columns.join(' ')} ${difference.toFixed(2).padStart(7)} %`);
      assert(Math.abs(difference) <= 2, `${part} differs by ${difference.toFixed(2)} %`);
    }
    // The estimate counts the largest picture, about twice the pixels of the one that was reserved for.
    const most = result.bytes.work ?? 0;
    const pixels = (largestPicture / firstPicture) ** 2;
    assert(
      most > ours.work * (pixels * 0.95) && most < ours.work * (pixels * 1.05),
      `${most} for the largest`,
    );
    await files.remove(path);
  });
}

await run();
