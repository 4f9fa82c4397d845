// SPDX-License-Identifier: GPL-3.0-or-later

// `hearth models fit`, the built program: what it prints for a model file, and for files that are none.

import { never } from '../../src/core/cancel.ts';
import { documented } from '../../src/cli/json.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { hearth } from '../support/built.ts';
import { GgufWriter } from '../support/gguf-writer.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const model = `${folder}/practice.gguf`;
const env = { LC_ALL: 'C.UTF-8', COLUMNS: '80' };

type Side = Readonly<
  Record<'weights' | 'cache' | 'state' | 'compute' | 'fixed' | 'projector' | 'pictures' | 'total', number>
>;

interface Answer {
  readonly contextTokens: number;
  readonly kvType: string;
  readonly gpuLayers: number;
  readonly layers: number;
  readonly gpu: Side;
  readonly memory: Side;
  readonly notKnown: readonly string[];
}

async function asked(...args: readonly string[]): Promise<Answer> {
  const { out, err, exit } = await hearth(['models', 'fit', model, ...args, '--json'], { env });
  equal(exit, 0, err + out);
  const value = JSON.parse(out) as Record<string, unknown>;
  equal(value['kind'], 'fit');
  const names = Object.keys(value).filter((name) => !['v', 'kind', 'practice'].includes(name));
  equal(names, documented['fit']);
  return value as unknown as Answer;
}

function addsUp(side: Side): void {
  const { total, ...parts } = side;
  equal(
    Object.values(parts).reduce((sum, part) => sum + part, 0),
    total,
  );
}

test('the parts in bytes, for a context and a kind of cache', async () => {
  const made = ['/usr/bin/python3', 'data/practice/make-model.py', model];
  const output = await processes.run(made, { timeout: 120_000 }, never);
  equal(output.exit, 0, output.stderr);
  const wide = await asked('--ctx', '32768', '--kv', 'f16');
  addsUp(wide.memory);
  // Two layers, two heads of 32 numbers, a key and a value of two bytes each.
  equal(wide.memory.cache, 32768 * 2 * 2 * 32 * 2 * 2);
  equal([wide.contextTokens, wide.kvType, wide.gpuLayers, wide.gpu.total], [32768, 'f16', 0, 0]);
  const narrow = await asked('--ctx=32768', '--kv=q8_0');
  equal(narrow.memory.cache, (wide.memory.cache * 34) / 64);
});

test('with a graphics card that is large enough all layers are there', async () => {
  const { gpu, memory, gpuLayers, layers } = await asked('--ctx=4096', '--vram=2000000000');
  addsUp(gpu);
  addsUp(memory);
  equal(gpuLayers, layers + 1);
  equal(memory.cache, 0);
  assert(gpu.weights > 0 && gpu.total <= 2000000000, JSON.stringify(gpu));
});

test('a projector for pictures is a part of its own, beside the layers', async () => {
  const projector = `${folder}/projector.gguf`;
  const writer = new GgufWriter().start(3, 2, 2).textKey('general.architecture', 'clip');
  writer.u32Key('clip.vision.block_count', 1);
  // 16 bits each.
  writer.tensor('v.patch_embd.weight', [14, 14, 3, 64], 1, 0).tensor('mm.0.weight', [64, 128], 1, 75264);
  const start = writer.pad(32).bytes();
  const whole = new Uint8Array(start.length + 75264 + 16384);
  whole.set(start);
  await files.writeAtomic(projector, whole, 0o600);
  const plain = await asked('--ctx=4096');
  const seeing = await asked('--ctx=4096', `--mmproj=${projector}`);
  equal(seeing.memory.projector, 75264 + 16384);
  equal(seeing.memory.total - plain.memory.total, 75264 + 16384);
  // What it takes to look depends on the kind, and this one names none.
  equal([seeing.memory.pictures, seeing.notKnown.includes('projector-work')], [0, true]);
  equal(plain.notKnown.includes('projector-work'), false);
  addsUp(seeing.memory);
  const onCard = await asked('--ctx=4096', `--mmproj=${projector}`, '--vram=2000000000');
  equal([onCard.gpu.projector, onCard.memory.projector], [75264 + 16384, 0]);
  addsUp(onCard.gpu);
  const wrong = await hearth(['models', 'fit', model, '--mmproj', model], { env });
  equal(wrong.exit, 1);
  match(wrong.err.replace(/\s+/g, ' '), /no projector for pictures/);
});

test('for people: what it takes, and whether that is free', async () => {
  const { out, exit } = await hearth(['models', 'fit', model], { env });
  equal(exit, 0);
  match(out, /practice\.gguf with a context of 16 k tokens/);
  match(out, /Weights +[\d.]+ MB/);
  match(out, /Fits now|Does not fit now|not known/);
});

test('what is no model is named, with its reason', async () => {
  const text = `${folder}/text.gguf`;
  await files.writeAtomic(text, 'This is no model.', 0o600);
  const cut = `${folder}/cut.gguf`;
  await files.writeAtomic(cut, (await files.readBytes(model)).subarray(0, 5000), 0o600);
  for (const [path, reason] of [
    [text, /does not begin as model files do/],
    [cut, /ends inside its header/],
    [folder, /it is a folder/],
  ] as const) {
    const plain = await hearth(['models', 'fit', path], { env });
    equal(plain.exit, 1);
    match(plain.err.replace(/\s+/g, ' '), reason);
    const json = await hearth(['models', 'fit', path, '--json'], { env });
    equal(json.exit, 1);
    equal((JSON.parse(json.out) as { error: { code: string } }).error.code, 'bad-gguf');
  }
  equal((await hearth(['models', 'fit', `${folder}/none.gguf`], { env })).exit, 1);
});

test('arguments that make no sense are refused', async () => {
  for (const args of [
    ['--ctx', 'many'],
    ['--kv', 'f64'],
    ['--vram', '8G'],
  ]) {
    equal((await hearth(['models', 'fit', model, ...args], { env })).exit, 2, args.join(' '));
  }
  equal((await hearth(['models', 'fit'], { env })).exit, 2);
});

await run();
