// SPDX-License-Identifier: GPL-3.0-or-later
//
// Made by build-aux/catalogue-texts from data/catalogue/hearth.json; do not edit.

import { _ } from './translate.ts';

/** English text of the catalogue → the same in the person's language. */
export function catalogueTexts(): Readonly<Record<string, string>> {
  return {
    'All-round model of medium size; calls tools, but long contexts cost it much memory.': _(
      'All-round model of medium size; calls tools, but long contexts cost it much memory.',
    ),
    'Foundation Model Transparency Index, December 2025: IBM 95 of 100. The data itself is not published (European Open Source AI Index, 2026-06-12: Granite 4.0 0.42, 110th of 194).':
      _(
        'Foundation Model Transparency Index, December 2025: IBM 95 of 100. The data itself is not published (European Open Source AI Index, 2026-06-12: Granite 4.0 0.42, 110th of 194).',
      ),
    'No statement about consent or opt-outs was found.': _(
      'No statement about consent or opt-outs was found.',
    ),
    'IBM: BFCL v3 68.3': _('IBM: BFCL v3 68.3'),
    'Quick on a processor without graphics card: a mixture of experts that wakes one billion of seven billion parameters for each word.':
      _(
        'Quick on a processor without graphics card: a mixture of experts that wakes one billion of seven billion parameters for each word.',
      ),
    'IBM: BFCL v3 57.65': _('IBM: BFCL v3 57.65'),
    "IBM's page of the Granite 4.0 models names twelve languages.": _(
      "IBM's page of the Granite 4.0 models names twelve languages.",
    ),
    'Small all-round model for computers with little memory; calls tools.': _(
      'Small all-round model for computers with little memory; calls tools.',
    ),
    'IBM: BFCL v3 59.98': _('IBM: BFCL v3 59.98'),
    'Very small and quick; good for short questions.': _('Very small and quick; good for short questions.'),
    'GGUF file by Unsloth': _('GGUF file by Unsloth'),
    'European Open Source AI Index, 2026-06-12: Qwen3.5 0.17, 183rd of 194, data closed.': _(
      'European Open Source AI Index, 2026-06-12: Qwen3.5 0.17, 183rd of 194, data closed.',
    ),
    'Listed with tool use; no test seen': _('Listed with tool use; no test seen'),
    'Small model that calls tools well and keeps long contexts in little memory.': _(
      'Small model that calls tools well and keeps long contexts in little memory.',
    ),
    'JD Hodges, March 2026: 39 of 40 cases': _('JD Hodges, March 2026: 39 of 40 cases'),
    'Medium model that calls tools and keeps long contexts in little memory.': _(
      'Medium model that calls tools and keeps long contexts in little memory.',
    ),
    'Large model for graphics cards with 24 GB.': _('Large model for graphics cards with 24 GB.'),
    'Not rated itself. Same maker: European Open Source AI Index, 2026-06-12, Qwen3.5 0.17, data closed.': _(
      'Not rated itself. Same maker: European Open Source AI Index, 2026-06-12, Qwen3.5 0.17, data closed.',
    ),
    'Said by the publisher': _('Said by the publisher'),
    'Large mixture of experts: needs much memory, but answers quickly even without a large graphics card.': _(
      'Large mixture of experts: needs much memory, but answers quickly even without a large graphics card.',
    ),
    'Large model, the newest of its family, for graphics cards with 24 GB or more.': _(
      'Large model, the newest of its family, for graphics cards with 24 GB or more.',
    ),
    'GGUF file by ggml-org': _('GGUF file by ggml-org'),
    'Marked so in two catalogues': _('Marked so in two catalogues'),
    'Mixture of experts made for programming.': _('Mixture of experts made for programming.'),
    'European Open Source AI Index, 2026-06-12: Qwen-Coder 0.33, data closed.': _(
      'European Open Source AI Index, 2026-06-12: Qwen-Coder 0.33, data closed.',
    ),
    'Mixture of experts that reasons before it answers; made for 16 GB.': _(
      'Mixture of experts that reasons before it answers; made for 16 GB.',
    ),
    'European Open Source AI Index, 2026-06-12: gpt-oss 0.46, 99th of 194, data closed.': _(
      'European Open Source AI Index, 2026-06-12: gpt-oss 0.46, 99th of 194, data closed.',
    ),
    'Small model for conversation on computers with little memory.': _(
      'Small model for conversation on computers with little memory.',
    ),
    'Gemma 4 is not rated yet. European Open Source AI Index, 2026-06-12: Gemma 3 0.38, 122nd of 194, data told in part.':
      _(
        'Gemma 4 is not rated yet. European Open Source AI Index, 2026-06-12: Gemma 3 0.38, 122nd of 194, data told in part.',
      ),
    'Sources differ: one lists tool use, one finds no template for it': _(
      'Sources differ: one lists tool use, one finds no template for it',
    ),
    'Small to medium model for conversation; much of it may rest in memory unread.': _(
      'Small to medium model for conversation; much of it may rest in memory unread.',
    ),
    'Test by the community; not repeated': _('Test by the community; not repeated'),
    'Mixture of experts: strong for its speed, for computers with 32 GB or graphics cards with 24 GB.': _(
      'Mixture of experts: strong for its speed, for computers with 32 GB or graphics cards with 24 GB.',
    ),
    'Said by the publisher; mended in the file of July 2026': _(
      'Said by the publisher; mended in the file of July 2026',
    ),
    'Small all-round model; calls tools.': _('Small all-round model; calls tools.'),
    'Not rated itself. Same maker: European Open Source AI Index, 2026-06-12, Mistral Large 3 0.29, data closed.':
      _(
        'Not rated itself. Same maker: European Open Source AI Index, 2026-06-12, Mistral Large 3 0.29, data closed.',
      ),
    'Marked so in one catalogue': _('Marked so in one catalogue'),
    "Mistral AI's page of Ministral 3 names these among dozens of languages.": _(
      "Mistral AI's page of Ministral 3 names these among dozens of languages.",
    ),
    'Medium all-round model; calls tools.': _('Medium all-round model; calls tools.'),
    'Small model whose training data and recipe are public; calls tools.': _(
      'Small model whose training data and recipe are public; calls tools.',
    ),
    'GGUF file by bartowski': _('GGUF file by bartowski'),
    'European Open Source AI Index, 2026-06-12: SmolLM3 0.88, 8th of 194, data open.': _(
      'European Open Source AI Index, 2026-06-12: SmolLM3 0.88, 8th of 194, data open.',
    ),
    "Hugging Face's page of SmolLM3 names six languages as natively supported.": _(
      "Hugging Face's page of SmolLM3 names six languages as natively supported.",
    ),
  };
}
