#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes small models with random weights, one for each way in which models keep their context.

They are never asked anything: llama.cpp loads them and says how much memory it took. Dimensions are chosen so that
each kind of buffer reaches some tens of megabytes while a file stays near a hundred.

usage: make-models.py FOLDER [NAME...]
"""

import os
import sys

import gguf
import numpy as np

F32, F16 = gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16
RANDOM = np.random.Generator(np.random.PCG64(3))
NOISE = (RANDOM.standard_normal(1 << 20) * 0.02).astype(np.float16)


class Model:
    """One file: keys of an architecture, then tensors by name and shape (as the file has them, rows last)."""

    def __init__(self, path, architecture, vocabulary, width, layers, matrices="F16"):
        self.out = out = gguf.GGUFWriter(path, architecture)
        self.width, self.vocabulary, self.matrices = width, vocabulary, gguf.GGMLQuantizationType[matrices]
        out.add_name("Random weights")
        out.add_context_length(131072)
        out.add_embedding_length(width)
        out.add_block_count(layers)
        out.add_vocab_size(vocabulary)
        out.add_tokenizer_model("llama")
        out.add_token_list([b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % i for i in range(256)]
                           + [b"word%d" % i for i in range(vocabulary - 259)])
        out.add_token_scores([0.0] * vocabulary)
        out.add_token_types([2, 3, 3] + [6] * 256 + [1] * (vocabulary - 259))

    def key(self, name, value):
        name = f"{self.out.arch}.{name}"
        if isinstance(value, bool):
            self.out.add_bool(name, value)
        elif isinstance(value, float):
            self.out.add_float32(name, value)
        elif isinstance(value, list):
            self.out.add_array(name, value)
        else:
            self.out.add_uint32(name, value)

    def keys(self, **values):
        for name, value in values.items():
            self.key(name.replace("__", "."), value)

    def vector(self, name, *shape):
        self.out.add_tensor(name, np.ones(shape[::-1], np.float32))

    def matrix(self, name, *shape, kind=None):
        """A matrix; `shape` in the order of ggml: length of a row first."""
        kind = self.matrices if kind is None else gguf.GGMLQuantizationType[kind]
        block, size = gguf.GGML_QUANT_SIZES[kind]
        rows = shape[:0:-1]
        if kind in (F16, F32):
            data = np.resize(NOISE, rows + shape[:1]).astype(np.float16 if kind == F16 else np.float32)
            self.out.add_tensor(name, data)
        else:
            data = np.resize(NOISE.view(np.uint8), rows + (shape[0] // block * size,))
            self.out.add_tensor(name, data, raw_dtype=kind)

    def ends(self, tied):
        self.matrix("token_embd.weight", self.width, self.vocabulary)
        self.vector("output_norm.weight", self.width)
        if not tied:
            self.matrix("output.weight", self.width, self.vocabulary)

    def attention(self, layer, heads, kv_heads, size, norms=False, gated=False):
        block = f"blk.{layer}."
        self.matrix(block + "attn_q.weight", self.width, heads * size * (2 if gated else 1))
        self.matrix(block + "attn_k.weight", self.width, kv_heads * size)
        self.matrix(block + "attn_v.weight", self.width, kv_heads * size)
        self.matrix(block + "attn_output.weight", heads * size, self.width)
        if norms:
            self.vector(block + "attn_q_norm.weight", size)
            self.vector(block + "attn_k_norm.weight", size)

    def norms(self, layer, *names):
        for name in names:
            self.vector(f"blk.{layer}.{name}.weight", self.width)

    def dense(self, layer, inner, suffix=""):
        block = f"blk.{layer}."
        self.matrix(f"{block}ffn_gate{suffix}.weight", self.width, inner)
        self.matrix(f"{block}ffn_up{suffix}.weight", self.width, inner)
        self.matrix(f"{block}ffn_down{suffix}.weight", inner, self.width)

    def experts(self, layer, inner, count, kind=None):
        block = f"blk.{layer}."
        self.matrix(block + "ffn_gate_inp.weight", self.width, count, kind="F32")
        self.matrix(block + "ffn_gate_exps.weight", self.width, inner, count, kind=kind)
        self.matrix(block + "ffn_up_exps.weight", self.width, inner, count, kind=kind)
        self.matrix(block + "ffn_down_exps.weight", inner, self.width, count, kind=kind)

    def close(self):
        self.out.write_header_to_file()
        self.out.write_kv_data_to_file()
        self.out.write_tensors_to_file()
        self.out.close()


def llama(path, architecture="llama", matrices="F16", tied=False, heads=16, kv_heads=4, size=64, layers=4,
          qk_norms=False, vocabulary=4000, width=1024, inner=4096):
    m = Model(path, architecture, vocabulary, width, layers, matrices)
    m.keys(feed_forward_length=inner, attention__head_count=heads, attention__head_count_kv=kv_heads,
           attention__layer_norm_rms_epsilon=1e-5, attention__key_length=size, attention__value_length=size,
           rope__dimension_count=size)
    if architecture == "granite":
        m.keys(logit_scale=8.0, residual_scale=0.22, embedding_scale=12.0, attention__scale=0.0078125)
    m.ends(tied)
    for layer in range(layers):
        m.norms(layer, "attn_norm", "ffn_norm")
        m.attention(layer, heads, kv_heads, size, qk_norms)
        m.dense(layer, inner)
    return m


def gemma3(path):
    m = Model(path, "gemma3", 4000, 1024, 6)
    m.keys(feed_forward_length=4096, attention__head_count=4, attention__head_count_kv=2,
           attention__layer_norm_rms_epsilon=1e-6, attention__key_length=256, attention__value_length=256,
           attention__sliding_window=1024)
    m.ends(True)
    for layer in range(6):
        m.norms(layer, "attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")
        m.attention(layer, 4, 2, 256, True)
        m.dense(layer, 4096)
    return m


def gemma4(path):
    """Three of four layers with a window, heads of two sizes, the last layers without a cache of their own."""
    layers, shared, per_layer = 8, 4, 128
    window = [layer % 4 != 3 for layer in range(layers)]
    m = Model(path, "gemma4", 4000, 1024, layers)
    m.keys(feed_forward_length=4096, attention__head_count=4, attention__head_count_kv=1,
           attention__layer_norm_rms_epsilon=1e-6, attention__key_length=512, attention__value_length=512,
           attention__key_length_swa=256, attention__value_length_swa=256, attention__sliding_window=512,
           attention__sliding_window_pattern=window, attention__shared_kv_layers=shared,
           embedding_length_per_layer_input=per_layer, rope__dimension_count=512, rope__dimension_count_swa=256)
    m.ends(True)
    m.matrix("per_layer_token_embd.weight", per_layer * layers, 4000)
    m.matrix("per_layer_model_proj.weight", 1024, per_layer * layers)
    m.vector("per_layer_proj_norm.weight", per_layer)
    m.vector("rope_freqs.weight", 256)
    for layer in range(layers):
        m.norms(layer, "attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "post_norm")
        m.attention(layer, 4, 1, 256 if window[layer] else 512, True)
        m.dense(layer, 4096)
        m.matrix(f"blk.{layer}.inp_gate.weight", 1024, per_layer)
        m.matrix(f"blk.{layer}.proj.weight", per_layer, 1024)
        m.vector(f"blk.{layer}.layer_output_scale.weight", 1)
    return m


def granitehybrid(path):
    """Mamba 2 with attention in every fourth layer, experts and a shared expert."""
    layers, inner, state, groups, heads = 4, 2048, 128, 1, 32
    m = Model(path, "granitehybrid", 4000, 1024, layers)
    kv = [4 if layer % 4 == 3 else 0 for layer in range(layers)]
    m.keys(feed_forward_length=512, attention__head_count=16, attention__head_count_kv=kv,
           attention__layer_norm_rms_epsilon=1e-5, ssm__conv_kernel=4, ssm__inner_size=inner, ssm__state_size=state,
           ssm__time_step_rank=heads, ssm__group_count=groups, rope__dimension_count=64, rope__scaling__finetuned=True,
           expert_count=8, expert_used_count=4, expert_shared_feed_forward_length=1024, embedding_scale=12.0,
           residual_scale=0.22, logit_scale=8.0, attention__scale=0.015625)
    m.ends(True)
    for layer in range(layers):
        m.norms(layer, "attn_norm", "ffn_norm")
        block = f"blk.{layer}."
        if kv[layer]:
            m.attention(layer, 16, 4, 64)
        else:
            wide = inner + 2 * groups * state
            m.matrix(block + "ssm_in.weight", 1024, inner + wide + heads)
            m.vector(block + "ssm_conv1d.weight", 4, wide)
            m.vector(block + "ssm_conv1d.bias", wide)
            m.vector(block + "ssm_dt.bias", heads)
            m.vector(block + "ssm_a", 1, heads)
            m.vector(block + "ssm_d", 1, heads)
            m.vector(block + "ssm_norm.weight", inner // groups, groups)
            m.matrix(block + "ssm_out.weight", inner, 1024)
        m.experts(layer, 512, 8)
        m.dense(layer, 1024, "_shexp")
    return m


def qwen35(path, experts=False, draft=1):
    """Gated delta nets with attention in every fourth layer; one layer more for drafting."""
    layers, k_heads, v_heads, state = 8, 8, 16, 128
    name = "qwen35moe" if experts else "qwen35"
    m = Model(path, name, 4000, 1024, layers + draft)
    wide = 2 * k_heads * state + v_heads * state
    m.keys(attention__head_count=8, attention__head_count_kv=2, attention__layer_norm_rms_epsilon=1e-6,
           attention__key_length=256, attention__value_length=256, rope__dimension_count=64,
           rope__dimension_sections=[11, 11, 10, 0], ssm__conv_kernel=4, ssm__inner_size=v_heads * state,
           ssm__state_size=state, ssm__time_step_rank=v_heads, ssm__group_count=k_heads, full_attention_interval=4)
    if draft:
        m.keys(nextn_predict_layers=draft)
    if experts:
        m.keys(expert_count=8, expert_used_count=4, expert_feed_forward_length=256,
               expert_shared_feed_forward_length=256)
    else:
        m.keys(feed_forward_length=3072)
    m.ends(False)
    for layer in range(layers + draft):
        block = f"blk.{layer}."
        m.norms(layer, "attn_norm", "post_attention_norm")
        if layer % 4 == 3 or layer >= layers:
            m.attention(layer, 8, 2, 256, True, True)
        else:
            m.matrix(block + "attn_qkv.weight", 1024, wide)
            m.matrix(block + "attn_gate.weight", 1024, v_heads * state)
            m.vector(block + "ssm_conv1d.weight", 4, wide)
            m.vector(block + "ssm_dt.bias", v_heads)
            m.vector(block + "ssm_a", v_heads)
            m.matrix(block + "ssm_beta.weight", 1024, v_heads)
            m.matrix(block + "ssm_alpha.weight", 1024, v_heads)
            m.vector(block + "ssm_norm.weight", state)
            m.matrix(block + "ssm_out.weight", v_heads * state, 1024)
        if experts:
            m.experts(layer, 256, 8)
            m.vector(block + "ffn_gate_inp_shexp.weight", 1024)
            m.dense(layer, 256, "_shexp")
        else:
            m.dense(layer, 3072)
        if layer >= layers:
            m.matrix(block + "nextn.eh_proj.weight", 2048, 1024)
            m.norms(layer, "nextn.enorm", "nextn.hnorm", "nextn.shared_head_norm")
    return m


def qwen3moe(path, matrices="F16"):
    m = Model(path, "qwen3moe", 4000, 1024, 4, matrices)
    m.keys(feed_forward_length=4096, attention__head_count=16, attention__head_count_kv=4,
           attention__layer_norm_rms_epsilon=1e-6, attention__key_length=64, attention__value_length=64,
           expert_count=16, expert_used_count=8, expert_feed_forward_length=256)
    m.ends(False)
    for layer in range(4):
        m.norms(layer, "attn_norm", "ffn_norm")
        m.attention(layer, 16, 4, 64, True)
        m.experts(layer, 256, 16)
    return m


def gpt_oss(path):
    """Every second layer with a small window, biases everywhere, experts in MXFP4."""
    m = Model(path, "gpt-oss", 4000, 1024, 4)
    m.keys(attention__head_count=16, attention__head_count_kv=8, attention__layer_norm_rms_epsilon=1e-5,
           attention__key_length=64, attention__value_length=64, attention__sliding_window=128, expert_count=8,
           expert_used_count=4, expert_feed_forward_length=1024, feed_forward_length=1024)
    m.ends(False)
    for layer in range(4):
        block = f"blk.{layer}."
        m.norms(layer, "attn_norm", "post_attention_norm")
        m.attention(layer, 16, 8, 64)
        for name, size in (("q", 1024), ("k", 512), ("v", 512), ("output", 1024)):
            m.vector(f"{block}attn_{name}.bias", size)
        m.vector(block + "attn_sinks.weight", 16)
        m.experts(layer, 1024, 8, "MXFP4")
        m.vector(block + "ffn_gate_inp.bias", 8)
        for name in ("gate", "up", "down"):
            m.vector(f"{block}ffn_{name}_exps.bias", 1024, 8)
    return m


def deepseek2(path):
    """Latent attention: one key of 576 numbers for all heads, values are taken from it."""
    layers, heads, rank, rope, nope, value, query = 4, 16, 512, 64, 128, 128, 768
    m = Model(path, "deepseek2", 4000, 1024, layers)
    m.keys(feed_forward_length=4096, attention__head_count=heads, attention__head_count_kv=1,
           attention__layer_norm_rms_epsilon=1e-6, attention__q_lora_rank=query, attention__kv_lora_rank=rank,
           attention__key_length=rank + rope, attention__value_length=rank, attention__key_length_mla=nope + rope,
           attention__value_length_mla=value, rope__dimension_count=rope, leading_dense_block_count=1, expert_count=8,
           expert_used_count=4, expert_feed_forward_length=512, expert_shared_count=1, expert_weights_scale=1.0,
           expert_weights_norm=True, expert_gating_func=2)
    m.ends(False)
    for layer in range(layers):
        block = f"blk.{layer}."
        m.norms(layer, "attn_norm", "ffn_norm")
        m.vector(block + "attn_q_a_norm.weight", query)
        m.vector(block + "attn_kv_a_norm.weight", rank)
        m.matrix(block + "attn_q_a.weight", 1024, query)
        m.matrix(block + "attn_q_b.weight", query, heads * (nope + rope))
        m.matrix(block + "attn_kv_a_mqa.weight", 1024, rank + rope)
        m.matrix(block + "attn_k_b.weight", nope, rank, heads)
        m.matrix(block + "attn_v_b.weight", rank, value, heads)
        m.matrix(block + "attn_output.weight", heads * value, 1024)
        if layer == 0:
            m.dense(layer, 4096)
        else:
            m.experts(layer, 512, 8)
            m.dense(layer, 512, "_shexp")
            m.vector(block + "exp_probs_b.bias", 8)
    return m


def mamba2(path):
    """No attention at all."""
    layers, inner, state, heads = 16, 2048, 128, 32
    m = Model(path, "mamba2", 4000, 1024, layers)
    m.keys(feed_forward_length=0, attention__head_count=0, attention__layer_norm_rms_epsilon=1e-5, ssm__conv_kernel=4,
           ssm__inner_size=inner, ssm__state_size=state, ssm__time_step_rank=heads, ssm__group_count=1)
    m.ends(False)
    for layer in range(layers):
        block = f"blk.{layer}."
        m.norms(layer, "attn_norm")
        wide = inner + 2 * state
        m.matrix(block + "ssm_in.weight", 1024, inner + wide + heads)
        m.vector(block + "ssm_conv1d.weight", 4, wide)
        m.vector(block + "ssm_conv1d.bias", wide)
        m.vector(block + "ssm_dt.bias", heads)
        m.vector(block + "ssm_a", 1, heads)
        m.vector(block + "ssm_d", 1, heads)
        m.vector(block + "ssm_norm.weight", inner, 1)
        m.matrix(block + "ssm_out.weight", inner, 1024)
    return m


MODELS = {
    "llama-gqa": lambda path: llama(path),
    "granite-q4_0": lambda path: llama(path, "granite", "Q4_0", tied=True, width=2048, inner=8192, heads=16,
                                       kv_heads=4, size=128, layers=3, vocabulary=16000),
    "qwen3-tied-q4_k": lambda path: llama(path, "qwen3", "Q4_K", True, 16, 8, 128, layers=3, qk_norms=True,
                                          vocabulary=16000, width=2048, inner=6144),
    "gemma-mqa": lambda path: llama(path, "gemma", tied=True, heads=8, kv_heads=1, size=256, layers=5),
    "gemma3-window": gemma3,
    "gemma4-shared": gemma4,
    "granitehybrid": granitehybrid,
    "mamba2": mamba2,
    "qwen35-linear": qwen35,
    "qwen35moe": lambda path: qwen35(path, True, 0),
    "qwen3moe": qwen3moe,
    "gpt-oss": gpt_oss,
    "deepseek2-mla": deepseek2,
}


def main(folder, *names):
    for name in names or MODELS:
        MODELS[name](os.path.join(folder, f"{name}.gguf")).close()


if __name__ == "__main__":
    main(*sys.argv[1:])
