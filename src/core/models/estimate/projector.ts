// SPDX-License-Identifier: GPL-3.0-or-later

import type { GgufHeader } from '../gguf.ts';
import { KeyReader } from './keys.ts';
import { largestPicture, pictureBytes } from './pictures.ts';
import type { Sight } from './pictures.ts';

/** Bytes of a projector for pictures. */
export interface ProjectorBytes {
  /** All its tensors are loaded as they are. */
  readonly weights: number;
  /** While it looks at the largest picture; null for a kind that is not known. */
  readonly work: number | null;
}

export type ProjectorResult =
  | { readonly tag: 'projector'; readonly bytes: ProjectorBytes; readonly sight: Sight | null }
  | { readonly tag: 'unusable'; readonly problem: string };

/** What a vision projector takes, from its file's header. */
export function projectorFrom(header: GgufHeader): ProjectorResult {
  const keys = new KeyReader(header);
  if (keys.architecture !== 'clip') {
    return { tag: 'unusable', problem: 'is no projector for pictures: its architecture is not clip' };
  }
  const weights = header.tensors?.bytes ?? null;
  if (weights === null) return { tag: 'unusable', problem: 'has tensors of a type that is not known' };
  const sight = sightOf(header, keys);
  const work = sight === null ? null : pictureBytes(sight, largestPicture);
  return { tag: 'projector', bytes: { weights, work }, sight };
}

/** Null for a kind whose graph is not known, and where something is missing or makes no sense. */
function sightOf(header: GgufHeader, keys: KeyReader): Sight | null {
  if (kindOf(header) !== 'qwen3vl_merger' || (keys.count('vision.spatial_merge_size', 16) ?? 2) !== 2) {
    return null;
  }
  const tensors = new Map(header.tensors?.list.map((tensor) => [tensor.name, tensor]));
  const width = keys.count('vision.embedding_length', 65536) ?? 0;
  const inner = keys.count('vision.feed_forward_length', 1 << 20) ?? 0;
  const layers = keys.count('vision.block_count', 1024) ?? 0;
  const patch = keys.count('vision.patch_size', 256) ?? 0;
  const out = tensors.get('mm.2.weight')?.lengths[1] ?? 0;
  const learnt = tensors.get('v.position_embd.weight')?.lengths[1] ?? 0;
  if ([width, inner, layers, patch, out, learnt].includes(0)) return null;
  const deep = new Set(
    Array.from({ length: layers }, (_none, layer) => layer).filter((layer) =>
      tensors.has(`v.deepstack.${layer}.fc1.weight`),
    ),
  );
  const patchNumber = tensors.get('v.patch_embd.weight')?.type === 'F32' ? 4 : 2;
  return { width, inner, layers, patch, patchNumber, side: Math.floor(Math.sqrt(learnt)), out, deep };
}

function kindOf({ metadata }: GgufHeader): string | null {
  const value = metadata.get('clip.projector_type') ?? metadata.get('clip.vision.projector_type');
  return value?.type === 'scalar' && typeof value.value === 'string' ? value.value : null;
}
