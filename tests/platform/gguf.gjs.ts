// SPDX-License-Identifier: GPL-3.0-or-later

// Files written by gguf-py, ggml's own library, against our reader.

import { never } from '../../src/core/cancel.ts';
import { readGguf } from '../../src/core/models/gguf.ts';
import { modelFacts } from '../../src/core/models/header.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();

async function python(code: string, ...args: readonly string[]): Promise<string> {
  const output = await processes.run(['/usr/bin/python3', '-c', code, ...args], { timeout: 60_000 }, never);
  equal(output.exit, 0, output.stderr);
  return output.stdout;
}

/** What gguf-py reads back: counts, tensor sizes, where the data begins. */
const readBack = `
import sys, json, gguf
r = gguf.GGUFReader(sys.argv[1])
print(json.dumps({"tensors": len(r.tensors), "elements": sum(int(t.n_elements) for t in r.tensors),
  "bytes": sum(int(t.n_bytes) for t in r.tensors), "dataOffset": int(r.data_offset),
  "keys": sorted(k for k in r.fields if not k.startswith("GGUF."))}))`;

async function agrees(path: string): Promise<void> {
  const theirs = JSON.parse(await python(readBack, path)) as Record<string, unknown>;
  const bytes = await files.readBytes(path);
  const result = readGguf(bytes, bytes.length);
  assert(result.tag === 'header' && result.header.tensors !== null, JSON.stringify(result));
  const { tensors, metadata } = result.header;
  equal(
    {
      tensors: tensors.count,
      elements: tensors.elements,
      bytes: tensors.bytes,
      dataOffset: tensors.dataOffset,
      keys: [...metadata.keys()].sort(),
    },
    theirs,
  );
}

test('the practice model', async () => {
  const path = `${folder}/practice.gguf`;
  const output = await processes.run(
    ['/usr/bin/python3', 'data/practice/make-model.py', path],
    { timeout: 120_000 },
    never,
  );
  equal(output.exit, 0, output.stderr);
  await agrees(path);
  const start = readGguf(await files.readBytes(path, { offset: 0, length: 4096 }));
  assert(start.tag === 'header', 'the first bytes are a header');
  const facts = modelFacts(start.header);
  assert(facts.architecture !== null && facts.layers !== null, JSON.stringify(facts));
});

const writeModel = `
import sys, gguf, numpy as np
path, arch, alignment = sys.argv[1], sys.argv[2], int(sys.argv[3])
w = gguf.GGUFWriter(path, arch)
if alignment != 32: w.add_custom_alignment(alignment)
w.add_name("Test"); w.add_block_count(5); w.add_context_length(8192); w.add_head_count([4, 4, 4, 4, 4])
w.add_head_count_kv([2, 0, 2, 0, 2]); w.add_key_length(64); w.add_value_length(64); w.add_sliding_window(512)
w.add_float32("test.float", 1.5); w.add_bool("test.bool", True); w.add_int64("test.int", -7)
w.add_token_list(["word%d" % i for i in range(20000)]); w.add_token_scores([0.5] * 20000)
w.add_chat_template("{{ messages }}" * 1000)
w.add_tensor("token_embd.weight", np.ones((7, 33), dtype=np.float32))
w.add_tensor("a.weight", np.ones((4, 34), dtype=np.uint8), raw_dtype=gguf.GGMLQuantizationType.Q8_0)
w.add_tensor("b.weight", np.ones((3, 144), dtype=np.uint8), raw_dtype=gguf.GGMLQuantizationType.Q4_K)
w.add_tensor("c.weight", np.ones((5,), dtype=np.float16))
w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()`;

for (const [architecture, alignment] of [
  ['llama', 32],
  ['qwen35', 64],
] as const) {
  test(`a file with per-layer heads, a vocabulary and quantised tensors, aligned to ${alignment}`, async () => {
    const path = `${folder}/${architecture}.gguf`;
    await python(writeModel, path, architecture, String(alignment));
    await agrees(path);
    const start = readGguf(await files.readBytes(path, { offset: 0, length: 2048 }));
    assert(start.tag === 'header' && start.header.needBytes !== null, 'a part is a part');
    equal(modelFacts(start.header), {
      architecture,
      name: 'Test',
      layers: 5,
      contextTrained: 8192,
      kvHeads: [2, 0, 2, 0, 2],
      keyLength: 64,
      valueLength: 64,
      slidingWindow: 512,
      draftLayers: 0,
    });
  });
}

await run();
