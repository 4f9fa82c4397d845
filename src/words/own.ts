// SPDX-License-Identifier: GPL-3.0-or-later

import type { WrongKind } from '../core/models/own.ts';
import type { LooseFile } from '../core/models/types.ts';
import { dotted } from './joined.ts';
import { sourceName } from './on-disk.ts';
import { _, fill, ngettext } from './translate.ts';
import { bytes } from './units.ts';

/** Sentences about model files that a person has and no catalogue knows. */

export const ownWords = {
  title: (): string => _('On This Computer'),
  /** What is not known of them, said wherever one is shown. */
  label: (): string => _('Not in the catalogue: licence, training data and consent are unknown to Hearth'),
  /** The three facts, short enough to stand side by side. */
  facts: (): readonly string[] => [
    _('Not in the catalogue'),
    _('Licence: unknown'),
    _('Training data: unknown'),
    _('Consent: unknown'),
  ],
  unknown: (): string => _('Unknown to Hearth'),
  add: (): string => _('Add'),
  addTitle: (): string => _('Add a Model File'),
  allFiles: (): string => _('All files'),
  fileKind: (): string => _('Model files (GGUF)'),
  looking: (): string => _('Looking at the file'),
  added: (name: string): string => fill(_('{name} was added'), { name }),
  fromHeader: (): string => _('What the file says of itself; nobody checked it'),
};

/** 'llama · 5.3 GB'. */
export function ownLine(architecture: string, size: number): string {
  return dotted([architecture, bytes(size)]);
}

/** '5.3 GB, in Ollama'. */
export function looseLine({ size, source }: LooseFile): string {
  return fill(_('{size}, in {source}'), { size: bytes(size), source: sourceName(source) });
}

export function looseCount(count: number): string {
  return fill(
    ngettext('{count} model file that could be added', '{count} model files that could be added', count),
    { count },
  );
}

/** The heading over files of other programs. */
export function looseTitle(): string {
  return _('Files of Other Programs');
}

/** Why a file is no model to talk to, and what to do. */
export function wrongKindWords(
  kind: WrongKind,
  path: string,
): { readonly sentence: string; readonly next: string } {
  const values = { path };
  const another = _('Choose the file of a language model.');
  switch (kind) {
    case 'split':
      return {
        sentence: fill(_('{path} is one part of a model that comes in several files.'), values),
        next: _(
          'Hearth keeps a model in one file. Join the parts with llama-gguf-split --merge, then add the result.',
        ),
      };
    case 'projector':
      return {
        sentence: fill(
          _('{path} lets a language model look at pictures and cannot answer by itself.'),
          values,
        ),
        next: another,
      };
    case 'embedding':
      return {
        sentence: fill(_('{path} turns text into numbers for searching and cannot answer.'), values),
        next: another,
      };
    case 'speech':
      return { sentence: fill(_('{path} is for speech and cannot answer in text.'), values), next: another };
    case 'adapter':
      return {
        sentence: fill(_('{path} only changes another model and cannot answer by itself.'), values),
        next: _('Merge it into the model that it was made for, or choose another file.'),
      };
    case 'vocabulary':
      return {
        sentence: fill(_('{path} has the words of a model but none of its weights.'), values),
        next: another,
      };
    case 'measurements':
      return {
        sentence: fill(_('{path} has measurements for making models smaller and is none itself.'), values),
        next: another,
      };
    case 'pictures':
      return { sentence: fill(_('{path} makes pictures and cannot answer.'), values), next: another };
  }
}
