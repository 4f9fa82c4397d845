#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes projectors for pictures with random weights, one for each kind that is modelled.

They are never shown a picture: llama.cpp loads them beside a model and says how much memory a picture would take.
Dimensions are those that the sizes of results depend on; layers are few, because results of one give way to the next.

usage: make-projectors.py FOLDER WIDTH-OF-MODEL [NAME...]
"""

import os
import sys

import gguf
import numpy as np

RANDOM = np.random.Generator(np.random.PCG64(5))
NOISE = (RANDOM.standard_normal(1 << 18) * 0.02).astype(np.float16)


class Projector:
    """One file; shapes in the order of ggml: length of a row first."""

    def __init__(self, path, kind, width, heads, inner, layers, patch, side, out):
        self.out = writer = gguf.GGUFWriter(path, "clip")
        writer.add_type("mmproj")
        writer.add_name("Random weights")
        writer.add_bool("clip.has_vision_encoder", True)
        writer.add_string("clip.projector_type", kind)
        writer.add_bool("clip.use_gelu", True)
        numbers = dict(image_size=side * patch, patch_size=patch, embedding_length=width, feed_forward_length=inner,
                       block_count=layers, projection_dim=out)
        for name, value in numbers.items():
            writer.add_uint32(f"clip.vision.{name}", value)
        writer.add_uint32("clip.vision.attention.head_count", heads)
        writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
        writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
        writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])

    def vector(self, name, *shape):
        self.out.add_tensor(name, np.ones(shape[::-1], np.float32))

    def matrix(self, name, *shape):
        self.out.add_tensor(name, np.resize(NOISE, shape[::-1]))

    def linear(self, name, source, target):
        self.matrix(f"{name}.weight", source, target)
        self.vector(f"{name}.bias", target)

    def norm(self, name, width, bias=True):
        self.vector(f"{name}.weight", width)
        if bias:
            self.vector(f"{name}.bias", width)

    def close(self):
        self.out.write_header_to_file()
        self.out.write_kv_data_to_file()
        self.out.write_tensors_to_file()
        self.out.close()


def qwen3vl(path, out, width=1152, heads=16, inner=4304, layers=3, patch=16, side=48, deep=()):
    """Qwen 3 and 3.5: patches of two frames, one matrix for queries, keys and values, four patches a token."""
    p = Projector(path, "qwen3vl_merger", width, heads, inner, layers, patch, side, out)
    p.out.add_uint32("clip.vision.spatial_merge_size", 2)
    p.out.add_array("clip.vision.is_deepstack_layers", [layer in deep for layer in range(layers)])
    p.matrix("v.patch_embd.weight", patch, patch, 3, width)
    p.matrix("v.patch_embd.weight.1", patch, patch, 3, width)
    p.vector("v.patch_embd.bias", width)
    p.vector("v.position_embd.weight", width, side * side)
    p.norm("v.post_ln", width)
    for layer in range(layers):
        block = f"v.blk.{layer}."
        p.norm(block + "ln1", width)
        p.norm(block + "ln2", width)
        p.linear(block + "attn_qkv", width, 3 * width)
        p.linear(block + "attn_out", width, width)
        p.linear(block + "ffn_up", width, inner)
        p.linear(block + "ffn_down", inner, width)
        if layer in deep:
            name = f"v.deepstack.{layer}."
            p.norm(name + "norm", 4 * width)
            p.linear(name + "fc1", 4 * width, 4 * width)
            p.linear(name + "fc2", 4 * width, out)
    p.linear("mm.0", 4 * width, 4 * width)
    p.linear("mm.2", 4 * width, out)
    return p


PROJECTORS = {
    "qwen3vl": lambda path, out: qwen3vl(path, out),
    "qwen3vl-small": lambda path, out: qwen3vl(path, out, 768, 12, 3072, 2),
    # Places that need no stretching.
    "qwen3vl-whole": lambda path, out: qwen3vl(path, out, 1024, 16, 4096, 2, side=92),
    # Half of what goes to the model comes from a layer in between.
    "qwen3vl-deep": lambda path, out: qwen3vl(path, out // 2, 1024, 16, 4096, 4, deep=(1,)),
    # Attention outweighs the rest, and the picture itself.
    "qwen3vl-narrow": lambda path, out: qwen3vl(path, out, 512, 8, 512, 2, patch=14),
}


def main(folder, out, *names):
    for name in names or PROJECTORS:
        PROJECTORS[name](os.path.join(folder, f"mmproj-{name}.gguf"), int(out)).close()


if __name__ == "__main__":
    main(*sys.argv[1:])
