// SPDX-License-Identifier: GPL-3.0-or-later

// How long it takes to work out what models take, in this process: every entry of the catalogue against a computer, and a
// file of real size from its header (64 layers, 711 tensors, made here). Prints milliseconds as one line of JSON.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import system from 'system';
import { parseCatalogue } from '../../src/core/models/catalogue.ts';
import { estimator } from '../../src/core/models/estimate.ts';
import { modelShape } from '../../src/core/models/estimate/shape.ts';
import { fitOf } from '../../src/core/models/fit.ts';
import { readGguf } from '../../src/core/models/gguf.ts';
import { GgufWriter } from '../../tests/support/gguf-writer.ts';
import { card, machine } from '../../tests/support/model-machines.ts';

const [catalogue = ''] = system.programArgs;
const [layers, width, inner, words] = [64, 5120, 17408, 151936];
const matrices: readonly (readonly [string, readonly number[]])[] = [
  ['attn_q', [width, 8192]],
  ['attn_k', [width, 1024]],
  ['attn_v', [width, 1024]],
  ['attn_output', [8192, width]],
  ['ffn_gate', [width, inner]],
  ['ffn_up', [width, inner]],
  ['ffn_down', [inner, width]],
  ['attn_norm', [width]],
  ['ffn_norm', [width]],
  ['attn_q_norm', [128]],
  ['attn_k_norm', [128]],
];
const keys = {
  block_count: layers,
  embedding_length: width,
  context_length: 131072,
  'attention.head_count': 64,
  'attention.head_count_kv': 8,
  'attention.key_length': 128,
  'attention.value_length': 128,
};

function header(): Uint8Array {
  const tensors: (readonly [string, readonly number[]])[] = [
    ['token_embd.weight', [width, words]],
    ['output.weight', [width, words]],
  ];
  for (let layer = 0; layer < layers; layer += 1) {
    for (const [name, lengths] of matrices) tensors.push([`blk.${layer}.${name}.weight`, lengths]);
  }
  const writer = new GgufWriter().start(3, tensors.length, 8).textKey('general.architecture', 'qwen3');
  for (const [key, value] of Object.entries(keys)) writer.u32Key(`qwen3.${key}`, value);
  let offset = 0;
  for (const [name, lengths] of tensors) {
    writer.tensor(name, lengths, 2, offset);
    const bytes = (lengths.reduce((all, length) => all * length, 1) / 32) * 18;
    offset += Math.ceil(bytes / 32) * 32;
  }
  return writer.pad(32).bytes();
}

function timed<T>(work: () => T): readonly [milliseconds: number, result: T] {
  const started = GLib.get_monotonic_time();
  const result = work();
  return [(GLib.get_monotonic_time() - started) / 1000, result];
}

const [, text] = Gio.File.new_for_path(catalogue).load_contents(null);
const { entries } = parseCatalogue(new TextDecoder().decode(text), 'hearth.json').catalogue;
const computer = machine({ memory: 31, available: 27, gpus: [card('nvidia', 'nvidia', 8)] });
const bytes = header();
const [read, shaped] = timed(() => {
  const result = readGguf(bytes);
  if (result.tag === 'malformed') throw new Error(result.problem);
  return modelShape(result.header);
});
if (shaped.tag === 'unusable') throw new Error(shaped.problem);
const estimate = estimator(shaped.shape, ['avx2']);
const request = { kvType: 'f16' as const, expertLayers: 0, projector: null };
const [thousand] = timed(() => {
  for (let turn = 0; turn < 1000; turn += 1) {
    estimate({ ...request, gpuLayers: turn % (layers + 2), contextTokens: 4096 * (1 + (turn % 8)) });
  }
});
const [all] = timed(() => entries.map((entry) => fitOf(entry, computer)));
print(JSON.stringify({ read, thousand, all, entries: entries.length }));
