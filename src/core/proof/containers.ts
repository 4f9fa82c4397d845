// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import type { Owner } from './types.ts';

/** A container for models and the ports of this computer that lead to it. */
export interface ModelContainer {
  readonly name: string;
  readonly owner: Extract<Owner, 'ai-lab' | 'ramalama'>;
  readonly ports: readonly number[];
}

const schema = v.array(
  v.object({
    Names: v.array(v.string()),
    Labels: v.nullish(v.record(v.string(), v.string()), {}),
    Ports: v.nullish(v.array(v.object({ host_port: v.number(), range: v.number() })), []),
  }),
);

/**
 * Containers of AI Lab and RamaLama, by their labels, in what `podman ps --format json` prints; null when it is
 * something else.
 */
export function parseModelContainers(text: string): readonly ModelContainer[] | null {
  const listed = v.safeParse(schema, tryJson(text));
  if (!listed.success) return null;
  return listed.output.flatMap(({ Names, Labels, Ports }): ModelContainer[] => {
    const owner = ownerOf(Object.keys(Labels ?? {}));
    if (owner === null) return [];
    const ports = (Ports ?? []).flatMap(({ host_port, range }) =>
      Array.from({ length: Math.min(range, 1024) }, (_, at) => host_port + at),
    );
    return [{ name: Names[0] ?? '', owner, ports }];
  });
}

function ownerOf(labels: readonly string[]): ModelContainer['owner'] | null {
  // RamaLama's images carry its labels in AI Lab's containers too.
  if (labels.some((label) => label.startsWith('ai-lab-'))) return 'ai-lab';
  return labels.some((label) => label === 'ai.ramalama' || label.startsWith('ai.ramalama.'))
    ? 'ramalama'
    : null;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '[]' : text);
  } catch {
    return undefined;
  }
}
