#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes Hearth's practice model: a few megabytes of random weights in GGUF form.

It answers with random English words. It exists so that download, check, server, window and tools can be tried on any
computer; nothing in it was trained on anything. The same words.txt gives the same file, byte for byte.

usage: make-model.py OUTPUT [WORDS]
"""

import os
import sys

try:
    import gguf
    import numpy as np
except ImportError as missing:
    # Read by platform/practice/publisher.ts: the word before the colon is the code.
    sys.exit(f"missing-module: {missing.name}")

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, LAYERS, HEADS, KV_HEADS, INNER = 128, 2, 4, 2, 256
CONTEXT = 65536
SEED = 20261
# How much likelier than a word: the start of a sentence, the end of the answer (found by trying: about 80 tokens).
BREAK, END = 0.0, 0.72

CONTROL = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]

# Tools are described and answers of tools are shown, so that agents are answered in plain text and not refused.
TEMPLATE = """\
{%- if tools %}<|system|>You may call a tool with <tool_call>{"name": NAME, "arguments": ARGUMENTS}</tool_call>.
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}<|end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == 'tool' %}<|user|><tool_response>{{ message.content }}</tool_response>
{%- else %}<|{{ message.role }}|>{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}
{%- endif %}<|end|>
{% endfor %}
{%- if add_generation_prompt %}<|assistant|>{% endif %}"""

# Pieces that keep an agent's preamble short: endings, pairs of letters, and what JSON and Markdown are made of.
ENDINGS = "s es ed er ing ly ion tion ment able ible al ial ic ive ous ness ful less ity ance ence ist ize ary ory ure"
STARTS = "re un in de pre pro con com dis en ex inter sub trans over under auto multi non"
MARKUP = ['":"', '","', '":{"', '":[', '":', '"},"', '"}},"', '{"', '"}', '"]', '["', '}}', '},{', '":true', '":null',
          '\\n', '\\n\\n', '\\n- ', '\n\n', '\n- ', '\n\n##', '##', '###', '**', '```', '`,', '` ', ' `', ' (', ').',
          ', ', '. ', ': ', '://', '//', './', '..', '...', '--', '==', '=>', '->', '  ', '    ', '        ', ' - ',
          "'s", "n't", "'re", "e.g.", "i.e.", '<tool_call>', '</tool_call>', '<tool_response>', '</tool_response>']


def read_words(path):
    """The words that are said, and those that are only understood."""
    said, understood, into = [], [], None
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                into = understood if "understood" in line else said
            else:
                into.extend(line.split())
    return list(dict.fromkeys(said)), list(dict.fromkeys(understood))


def vocabulary(said, understood):
    """Token texts with their place in an answer: 'word', 'break', 'end' or None for never."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    tokens = {text: None for text in CONTROL}
    tokens["<|end|>"] = "end"
    tokens.update({bytes([value]): None for value in range(256)})
    tokens.update({f" {word}": "word" for word in said})
    tokens.update({f". {word.capitalize()}": "break" for word in said[::9]})
    for word in said + understood:
        for text in (word, word.capitalize(), f" {word}", f" {word.capitalize()}", f"_{word}", f'"{word}'):
            tokens.setdefault(text)
    for text in ENDINGS.split() + STARTS.split() + MARKUP + [a + b for a in letters for b in letters]:
        tokens.setdefault(text)
    for value in range(100):
        tokens.setdefault(str(value))
    # A text of one byte is that byte's token already.
    return [(text, place) for text, place in tokens.items() if isinstance(text, bytes) or len(text) > 1]


def escape(text):
    """The form in which a greedy longest-match vocabulary ("rwkv") is stored."""
    raw = text if isinstance(text, bytes) else text.encode()
    return "".join(chr(b) if 32 < b < 127 and b != 92 or b == 32 and len(raw) > 1 else f"\\x{b:02x}" for b in raw)


def main(output, words):
    said, understood = read_words(words)
    tokens = vocabulary(said, understood)
    size = len(tokens)
    random = np.random.Generator(np.random.PCG64(SEED))

    def matrix(rows, columns, scale):
        return (random.standard_normal((rows, columns)) * scale).astype(np.float32)

    out = gguf.GGUFWriter(output, "llama")
    out.add_name("Hearth practice model")
    out.add_description("Random weights. Answers with random words; made to try out Hearth.")
    out.add_license("CC0-1.0")
    out.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(INNER)
    out.add_head_count(HEADS)
    out.add_head_count_kv(KV_HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(WIDTH // HEADS)
    out.add_vocab_size(size)
    out.add_tokenizer_model("rwkv")
    out.add_token_list([escape(text) for text, _ in tokens])
    out.add_token_types([3 if text in CONTROL else 1 for text, _ in tokens])
    out.add_eos_token_id(0)
    out.add_add_bos_token(False)
    out.add_chat_template(TEMPLATE)

    def f16(name, values):
        out.add_tensor(name, values.astype(np.float16))

    # The first number of every state is the same everywhere; the last matrix uses it as the bias that it lacks.
    embedding = matrix(size, WIDTH, 1.0)
    embedding[:, 0] = 6.0
    last = matrix(size, WIDTH, 0.13)
    bias = {"word": 0.0, "break": BREAK, "end": END, None: -20.0}
    last[:, 0] = [bias[place] for _, place in tokens]
    last[0, 1:] *= 0.3
    f16("token_embd.weight", embedding)
    out.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    f16("output.weight", last)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        writes_attention, writes_inner = matrix(WIDTH, WIDTH, 0.1), matrix(WIDTH, INNER, 0.05)
        writes_attention[0] = writes_inner[0] = 0
        for name in ("attn_norm", "ffn_norm"):
            out.add_tensor(f"{block}{name}.weight", np.ones(WIDTH, np.float32))
        f16(block + "attn_q.weight", matrix(WIDTH, WIDTH, 0.1))
        f16(block + "attn_k.weight", matrix(WIDTH * KV_HEADS // HEADS, WIDTH, 0.1))
        f16(block + "attn_v.weight", matrix(WIDTH * KV_HEADS // HEADS, WIDTH, 0.1))
        f16(block + "attn_output.weight", writes_attention)
        f16(block + "ffn_gate.weight", matrix(INNER, WIDTH, 0.1))
        f16(block + "ffn_up.weight", matrix(INNER, WIDTH, 0.1))
        f16(block + "ffn_down.weight", writes_inner)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: make-model.py OUTPUT [WORDS]")
    main(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else os.path.join(HERE, "words.txt"))
