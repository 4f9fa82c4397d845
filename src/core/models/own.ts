// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { modelShape } from './estimate/shape.ts';
import type { ModelShape } from './estimate/shape.ts';
import type { GgufHeader } from './gguf.ts';
import { modelFacts } from './header.ts';
import type { CatalogueEntry, OnDiskSource } from './types.ts';

/**
 * Model files that a person added and that no catalogue knows. All that is known of them is their header, which
 * anybody may have written: its texts are shortened and stripped of what could mislead, and nothing else is believed
 * but what the estimate checks. What is kept beside the file is this record; the stamp says that the file is unchanged.
 */

/** Why a file that is a GGUF is none that can be asked something; `words/own.ts` has the sentence for each. */
export type WrongKind =
  'split' | 'projector' | 'embedding' | 'speech' | 'adapter' | 'vocabulary' | 'measurements' | 'pictures';

const sources = ['file', 'downloads', 'lm-studio', 'ollama', 'hugging-face', 'ramalama', 'ai-lab'] as const;

const text = (max: number) => v.pipe(v.string(), v.nonEmpty(), v.maxLength(max));
const whole = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
const billions = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(100_000));

/** Format 1. A newer one is refused as a whole; its file stays. */
const recordSchema = v.object({
  version: v.literal(1),
  id: v.pipe(text(100), v.regex(/^own-[a-z0-9][a-z0-9.-]*$/)),
  file: v.pipe(text(200), v.regex(/^[^./\p{Cc}][^/\p{Cc}]*\.gguf$/u)),
  name: text(120),
  architecture: v.pipe(text(64), v.regex(/^[\w.-]+$/)),
  size: whole(1, 2 ** 50),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  contextTrained: whole(1, 2 ** 40),
  parameters: v.object({ total: billions, active: billions }),
  attention: v.nullable(
    v.object({
      layers: whole(1, 2048),
      kvLayers: whole(0, 2048),
      kvHeads: whole(1, 1024 * 1024),
      headSize: whole(1, 1024 * 1024),
      slidingWindow: v.nullable(whole(1, 2 ** 40)),
    }),
  ),
  source: v.picklist(sources),
  /** Where it came from, so that it is not proposed again. */
  from: text(4096),
  addedAt: v.pipe(v.number(), v.finite(), v.minValue(0)),
});

export type OwnRecord = v.InferOutput<typeof recordSchema>;

export const maxRecordBytes = 64 * 1024;

/** What a header says that a record keeps. */
export type OwnHeader = Pick<
  OwnRecord,
  'name' | 'architecture' | 'contextTrained' | 'parameters' | 'attention'
>;

/** A record from its text, or why it is none. */
export function parseRecord(json: string): { readonly record: OwnRecord } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { problem: 'is not JSON' };
  }
  const parsed = v.safeParse(recordSchema, value);
  if (parsed.success) return { record: parsed.output };
  const [issue] = parsed.issues;
  return { problem: `${v.getDotPath(issue) ?? 'it'} is not what it should be` };
}

/** A text that somebody else wrote, on one line: no control, format or direction characters, at most `max` letters. */
export function cleanText(given: string, max = 80): string {
  const clean = given
    .replace(/\s+/gu, ' ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  const letters = Array.from(clean);
  return letters.length > max
    ? `${letters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`
    : clean;
}

/** Part of a model that comes in several files: llama.cpp's own naming. */
export const splitName = /-\d{5}-of-\d{5}\.gguf$/i;

const embedding = /^(?:.*bert.*|t5encoder|gte.*|.*-embedding)$/;
const pictures = /^(?:flux|sd\d.*|sdxl|wan|lumina.*|hidream|cosmos|ltxv|hyvid|aura|qwen_image)$/;
const speech = /^(?:whisper.*|wavtokenizer.*|parakeet.*|kokoro.*|outetts.*)$/;

/** What a file is when it is no model to talk to; null for one that is. */
export function wrongKind(header: GgufHeader, fileName: string): WrongKind | null {
  const scalar = (key: string): unknown => {
    const value = header.metadata.get(key);
    return value?.type === 'scalar' ? value.value : null;
  };
  const split = scalar('split.count');
  if (splitName.test(fileName) || (typeof split === 'number' && split > 1)) return 'split';
  const type = scalar('general.type');
  const named = scalar('general.architecture');
  const architecture = typeof named === 'string' ? named : '';
  if (type === 'mmproj' || architecture === 'clip' || /^mmproj\b/i.test(fileName)) return 'projector';
  if (type === 'adapter' || header.metadata.has('adapter.type')) return 'adapter';
  if (type === 'imatrix' || architecture === 'imatrix') return 'measurements';
  if (speech.test(architecture)) return 'speech';
  if (pictures.test(architecture)) return 'pictures';
  // 0 is none; 1 to 4 are ways to make one vector of a text.
  const pooling = scalar(`${architecture}.pooling_type`);
  if (embedding.test(architecture) || (typeof pooling === 'number' && pooling > 0)) return 'embedding';
  return type === 'vocab' || header.tensorCount === 0 ? 'vocabulary' : null;
}

/** What is kept of a header whose tensors were read, or why it cannot be used. */
export function ownHeader(
  header: GgufHeader,
  fileName: string,
): { readonly found: OwnHeader } | { readonly problem: string } {
  const shaped = modelShape(header);
  if (shaped.tag === 'unusable') return { problem: shaped.problem };
  const { shape } = shaped;
  const facts = modelFacts(header);
  const stem = cleanText(fileName.replace(/\.gguf$/i, ''), 80);
  const name = cleanText(facts.name ?? '', 80) || stem || shape.architecture;
  const contextTrained = Math.max(1, shape.contextTrained ?? 4096);
  const found: OwnHeader = {
    name,
    architecture: shape.architecture,
    contextTrained,
    parameters: parametersOf(shape),
    attention: attentionOf(shape),
  };
  return { found };
}

/** Billions of numbers, and of those how many work on each token. */
function parametersOf(shape: ModelShape): OwnHeader['parameters'] {
  const experts = shape.layers.find((layer) => layer.experts !== null)?.experts ?? null;
  const asked = experts === null ? 1 : Math.min(1, experts.used / Math.max(1, experts.count));
  let [total, active] = [0, 0];
  for (const { name, lengths } of shape.tensors) {
    const count = lengths.reduce((product, length) => product * length, 1) / 1e9;
    total += count;
    active += /_exps\b/.test(name) ? count * asked : count;
  }
  // Never nothing: the catalogue's figures are divided by.
  return { total: Math.max(total, 1e-6), active: Math.max(active, 1e-6) };
}

function attentionOf({ layers }: ModelShape): OwnHeader['attention'] {
  const keeping = layers.filter((layer) => layer.kind === 'attention' && layer.ownsCache);
  const [widest] = keeping.toSorted((a, b) => b.kvHeads * b.keyLength - a.kvHeads * a.keyLength);
  if (widest === undefined || widest.kvHeads < 1 || widest.keyLength < 1) return null;
  // A window only where every layer has one: else the longest counts.
  const windows = keeping.map((layer) => layer.window);
  const slidingWindow = windows.includes(null) ? null : Math.max(...windows.map((window) => window ?? 1));
  return {
    layers: layers.length,
    kvLayers: keeping.length,
    kvHeads: widest.kvHeads,
    headSize: Math.max(widest.keyLength, widest.valueLength),
    slidingWindow,
  };
}

/** An id that no entry and no other file has. */
export function ownId(name: string, taken: (id: string) => boolean): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, 48)
    .replace(/^[-.]+|[-.]+$/g, '');
  const first = `own-${slug === '' ? 'model' : slug}`;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? first : `${first}-${number}`;
    if (!taken(id)) return id;
  }
}

/** The name under which a file is kept: its own, as far as it is a plain one. */
export function ownFileName(path: string): string {
  const given = path.slice(path.lastIndexOf('/') + 1).replace(/\.gguf$/i, '');
  const plain = cleanText(given, 120)
    .replace(/[^\p{L}\p{N} ._+()-]/gu, '_')
    .replace(/^[. ]+/, '');
  return `${plain === '' ? 'model' : plain}.gguf`;
}

/**
 * The entry that stands for such a file wherever one of the catalogue would. It has no address to fetch it from, and no
 * licence: nothing that asks for one lets it through.
 */
export function ownEntry(record: OwnRecord): CatalogueEntry {
  const { id, name, file, size, sha256, architecture, parameters, contextTrained, attention } = record;
  return {
    id,
    name,
    publisher: '',
    summary: '',
    homepage: '',
    file: { url: '', name: file, size, sha256, revision: '' },
    licence: { spdx: '', osiApproved: false, note: null },
    trainingData: { level: 'not-disclosed', source: '' },
    consent: { level: 'unknown', source: '' },
    toolCalling: { level: 'unknown', source: '' },
    languages: null,
    released: '',
    architecture,
    parameters,
    contextTrained,
    attention,
    practice: false,
    own: { source: record.source satisfies OnDiskSource, addedAt: record.addedAt },
  };
}
