// SPDX-License-Identifier: GPL-3.0-or-later

import type { GgufHeader, GgufScalar } from '../gguf.ts';

/** Reads the keys of a header that belong to its architecture; what is no sensible number is null. */
export interface Keys {
  has(key: string): boolean;
  /** A whole number from 0 to `max`. */
  count(key: string, max: number): number | null;
  /** The same, where each layer may have its own. */
  at(key: string, layer: number, max: number): number | null;
  /** A truth value that is given layer by layer. */
  flag(key: string, layer: number): boolean | null;
}

export class KeyReader implements Keys {
  readonly #header: GgufHeader;
  readonly architecture: string | null;

  constructor(header: GgufHeader) {
    this.#header = header;
    const value = header.metadata.get('general.architecture');
    const name = value?.type === 'scalar' ? value.value : null;
    this.architecture = typeof name === 'string' && /^[\w.-]{1,64}$/.test(name) ? name : null;
  }

  has(key: string): boolean {
    return this.#header.metadata.has(`${this.architecture ?? ''}.${key}`);
  }

  count(key: string, max: number): number | null {
    const value = this.#value(key);
    if (value?.type === 'scalar') return whole(value.value, max);
    // One number for all layers may be given as a list: the largest counts.
    const list = (value?.type === 'array' ? (value.values ?? []) : []).map((item) => whole(item, max) ?? 0);
    return list.length === 0 ? null : Math.max(...list);
  }

  at(key: string, layer: number, max: number): number | null {
    const value = this.#value(key);
    if (value?.type === 'array') return whole(value.values?.[layer] ?? null, max);
    return value?.type === 'scalar' ? whole(value.value, max) : null;
  }

  flag(key: string, layer: number): boolean | null {
    const value = this.#value(key);
    const item = value?.type === 'array' ? value.values?.[layer] : undefined;
    if (typeof item === 'boolean') return item;
    return typeof item === 'number' ? item !== 0 : null;
  }

  #value(key: string): ReturnType<GgufHeader['metadata']['get']> {
    return this.#header.metadata.get(`${this.architecture ?? ''}.${key}`);
  }
}

function whole(value: GgufScalar | null, max: number): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max ? value : null;
}
