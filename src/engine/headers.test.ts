// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { GgufWriter } from '../../tests/support/gguf-writer.ts';
import { HearthError } from '../core/errors.ts';
import type { CatalogueEntry, InstalledModel } from '../core/models/types.ts';
import { Headers } from './headers.ts';

const entry = (id: string, practice = false): CatalogueEntry => ({ id, practice }) as CatalogueEntry;
const model = (id: string, over: Partial<InstalledModel> = {}): InstalledModel => ({
  modelId: id,
  path: `/models/${id}.gguf`,
  size: 4096,
  verified: true,
  verifiedAt: 1,
  ...over,
});

function stage() {
  const writer = new GgufWriter().start(3, 1, 3).textKey('general.architecture', 'llama');
  writer.u32Key('llama.block_count', 2).u32Key('llama.embedding_length', 64);
  const right = writer.tensor('token_embd.weight', [64, 320], 0, 0).pad(32).bytes();
  const reads: string[] = [];
  const reported: unknown[] = [];
  const files = {
    stat: (path: string) => Promise.resolve({ kind: 'file', size: path.includes('cut') ? 20 : 1e9 } as never),
    readBytes: (path: string) => {
      reads.push(path);
      if (path.includes('gone')) return Promise.reject(new HearthError('not-found', { path }));
      return Promise.resolve(path.includes('cut') ? right.subarray(0, 20) : right);
    },
  };
  return { headers: new Headers(files, (thrown) => reported.push(thrown)), reads, reported };
}

test('each verified file is read once, and again when its stamp is another', async () => {
  const { headers, reads } = stage();
  const entries = [entry('a'), entry('b')];
  const found = await headers.of(entries, [model('a')], ['avx2']);
  expect(found.get('a')).toMatchObject({ features: ['avx2'], shape: { architecture: 'llama', width: 64 } });
  expect((await headers.of(entries, [model('a')], ['avx2'])).get('a')).toBe(found.get('a'));
  expect(reads).toHaveLength(1);
  await headers.of(entries, [model('a', { verifiedAt: 2 })], ['avx2']);
  expect(reads).toHaveLength(2);
});

test('what is not verified, practice or not on the list is not read', async () => {
  const { headers, reads } = stage();
  const installed = [model('a', { verified: false }), model('practice'), model('unlisted')];
  expect((await headers.of([entry('a'), entry('practice', true)], installed, [])).size).toBe(0);
  expect(reads).toEqual([]);
});

test('a header that cannot be used leaves the catalogue to speak, and is no failure', async () => {
  const { headers, reported } = stage();
  const found = await headers.of([entry('cut'), entry('gone')], [model('cut'), model('gone')], []);
  expect([found.size, reported.length]).toEqual([0, 0]);
});
