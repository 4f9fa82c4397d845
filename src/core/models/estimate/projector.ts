// SPDX-License-Identifier: GPL-3.0-or-later

import type { GgufHeader } from '../gguf.ts';

export type ProjectorResult =
  | { readonly tag: 'projector'; readonly weights: number }
  | { readonly tag: 'unusable'; readonly problem: string };

/** The weights of a vision projector, bytes, from its file's header: all its tensors are loaded as they are. */
export function projectorFrom(header: GgufHeader): ProjectorResult {
  const architecture = header.metadata.get('general.architecture');
  if (architecture?.type !== 'scalar' || architecture.value !== 'clip') {
    return { tag: 'unusable', problem: 'is no projector for pictures: its architecture is not clip' };
  }
  const bytes = header.tensors?.bytes ?? null;
  if (bytes === null) return { tag: 'unusable', problem: 'has tensors of a type that is not known' };
  return { tag: 'projector', weights: bytes };
}
