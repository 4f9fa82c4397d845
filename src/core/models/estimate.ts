// SPDX-License-Identifier: GPL-3.0-or-later

import { cacheRam, contextCheckpoints } from '../server/command.ts';
import { layerCacheBytes, layerStateBytes, windowCells } from './estimate/cache.ts';
import type { CacheSettings } from './estimate/cache.ts';
import { computeBytes } from './estimate/compute.ts';
import type { ProjectorBytes } from './estimate/projector.ts';
import { modelShape } from './estimate/shape.ts';
import type { ModelShape } from './estimate/shape.ts';
import { countedLayers, isOnCard, largestCopied, weightBytes } from './estimate/weights.ts';
import type { WeightBytes } from './estimate/weights.ts';
import type { GgufHeader } from './gguf.ts';
import { cardMargin, fixedBytes, memoryNeed } from './memory.ts';
import type { CatalogueEntry, KvType, Place } from './types.ts';

/**
 * What a model will take in memory, part by part, in bytes.
 *
 * - From a file's header everything that llama.cpp allocates is worked out: weights by tensor, cache and states by
 *   layer, results by laying out the graph. It is tested against what llama.cpp itself reports (tests/platform/fit).
 * - From a catalogue entry, before anything is downloaded, the parts are bounds or middle values, and `unknown` names
 *   them. Both ways share what a server takes besides: program, driver, checkpoints, prompt cache.
 * - A layer is on the card or in main memory with its weights and its cache. Results are counted on the card, with room
 *   for copies of what stays behind, and as a bound in main memory where layers are left there. Both are held against
 *   llama.cpp with a Vulkan driver in software (tests/platform/fit-split); on real cards it was not measured.
 * - Checkpoints are counted as if all that the server may keep were there. The prompt cache is off as Hearth serves.
 * - A vision projector counts with its weights, and with what it takes for the largest picture where its kind is known
 *   (estimate/pictures.ts), on the card where layers are there, as llama.cpp places it.
 */

export interface EstimateRequest {
  readonly contextTokens: number;
  readonly kvType: KvType;
  /** Layers on the graphics card, the output counted as one (llama.cpp's --n-gpu-layers); 0 for none. */
  readonly gpuLayers: number;
  /** Layers, the first ones, whose experts stay in main memory (llama.cpp's --n-cpu-moe). */
  readonly expertLayers: number;
  /** Instruction sets of the processor, e.g. `avx2`: they decide what is repacked. */
  readonly features: readonly string[];
  readonly projector: ProjectorBytes | null;
}

/** Bytes on one side. */
export interface SideBytes {
  readonly weights: number;
  readonly cache: number;
  readonly state: number;
  readonly compute: number;
  /** Program, driver, checkpoints, prompt cache. */
  readonly fixed: number;
  /** Weights of a vision projector, and its results while it looks at the largest picture. */
  readonly projector: number;
  readonly pictures: number;
  readonly total: number;
}

/** What an estimate does not know: the words say it. */
export type Unknown =
  | 'compute'
  | 'per-layer-embeddings'
  | 'cache'
  | 'repacking'
  | 'projector-work'
  | 'split-results'
  | 'architecture';

export interface Estimate {
  readonly contextTokens: number;
  readonly kvType: KvType;
  readonly layers: number;
  readonly gpuLayers: number;
  readonly gpu: SideBytes;
  readonly memory: SideBytes;
  /** Of the weights in main memory: mapped from the file, and copied into another order. */
  readonly mapped: number;
  readonly repacked: number;
  readonly output: number;
  readonly checkpoints: number;
  readonly promptCache: number;
  readonly unknown: readonly Unknown[];
}

export type EstimateResult =
  | { readonly tag: 'estimate'; readonly estimate: Estimate; readonly shape: ModelShape }
  | { readonly tag: 'unusable'; readonly problem: string };

/** Weights of a projector and its results. */
type Seeing = readonly [weights: number, work: number];
const blind: Seeing = [0, 0];
const batch = 512;
const MiB = 1024 * 1024;
/** Architectures whose graphs were compared with llama.cpp's; the test loads all but Mistral 3 and SmolLM3. */
const measured: ReadonlySet<string> = new Set([
  'llama',
  'mistral3',
  'smollm3',
  'granite',
  'granitehybrid',
  'mamba2',
  'qwen3',
  'qwen3moe',
  'qwen35',
  'qwen35moe',
  'gemma',
  'gemma3',
  'gemma4',
  'gpt-oss',
  'deepseek2',
]);

export function estimateFromHeader(header: GgufHeader, request: EstimateRequest): EstimateResult {
  const result = modelShape(header);
  if (result.tag === 'unusable') return result;
  if (header.tensors?.bytes === null) {
    return { tag: 'unusable', problem: 'has tensors of a type that is not known' };
  }
  return { tag: 'estimate', estimate: estimateShape(result.shape, request), shape: result.shape };
}

export function estimateShape(shape: ModelShape, request: EstimateRequest): Estimate {
  return estimator(shape, request.features)(request);
}

/** The same for asking often: weights of a placement and results of a context are worked out once. */
export function estimator(
  shape: ModelShape,
  features: readonly string[],
): (request: Omit<EstimateRequest, 'features'>) => Estimate {
  const weightsOf = memo((gpuLayers: number, expertLayers: number) => ({
    ...weightBytes(shape, { gpuLayers, expertLayers }, features),
    copied: largestCopied(shape, { gpuLayers, expertLayers }),
  }));
  const computeOf = memo((context: number, kvType: KvType) =>
    computeBytes(shape, { context, kvType, batch: Math.min(batch, context) }),
  );
  return (request) => {
    const gpuLayers = Math.min(request.gpuLayers, countedLayers(shape) + 1);
    return estimateParts(
      shape,
      { ...request, gpuLayers, features },
      weightsOf(gpuLayers, request.expertLayers),
      computeOf(request.contextTokens, request.kvType),
    );
  };
}

function memo<A extends string | number, B extends string | number, R>(
  work: (a: A, b: B) => R,
): (a: A, b: B) => R {
  const kept = new Map<string, R>();
  return (a, b) => {
    const key = `${a} ${b}`;
    let value = kept.get(key);
    if (value === undefined) kept.set(key, (value = work(a, b)));
    return value;
  };
}

function estimateParts(
  shape: ModelShape,
  request: EstimateRequest,
  weights: WeightBytes & { readonly copied: number },
  compute: number,
): Estimate {
  const settings: CacheSettings = {
    context: request.contextTokens,
    kvType: request.kvType,
    batch: Math.min(batch, request.contextTokens),
  };
  const { gpuLayers } = request;
  const sums = { gpuCache: 0, cache: 0, gpuState: 0, state: 0, window: 0 };
  for (const layer of shape.layers) {
    const onCard = isOnCard(shape, layer.index, gpuLayers);
    const cache = layerCacheBytes(shape, layer, settings);
    const state = layerStateBytes(shape, layer);
    sums[onCard ? 'gpuCache' : 'cache'] += cache;
    sums[onCard ? 'gpuState' : 'state'] += state;
    if (layer.window !== null) sums.window += cache;
  }
  const allOnCard = gpuLayers > countedLayers(shape);
  const checkpoints = contextCheckpoints * (sums.window + sums.gpuState + sums.state);
  const promptCache = cacheRam * MiB;
  const output = shape.vocabulary * 4;
  const fixed = fixedBytes(request.gpuLayers > 0 ? 'gpu' : 'memory', 1);
  const onGpu = gpuLayers > 0 ? compute * cardMargin + weights.copied : 0;
  const { projector } = request;
  const work = (projector?.work ?? 0) * (gpuLayers > 0 ? cardMargin : 1);
  const seeing: Seeing = [projector?.weights ?? 0, work];
  const gpu = side(
    weights.gpu,
    sums.gpuCache,
    sums.gpuState,
    onGpu,
    fixed.driver,
    gpuLayers > 0 ? seeing : blind,
  );
  const memory = side(
    weights.mapped + weights.repacked,
    sums.cache,
    sums.state,
    allOnCard ? inputBytes(shape, settings) : compute,
    fixed.program + output + checkpoints + promptCache,
    gpuLayers > 0 ? blind : seeing,
  );
  const unknown: Unknown[] = [];
  if (!measured.has(shape.architecture)) unknown.push('architecture');
  if (gpuLayers > 0) unknown.push('split-results');
  // AMX has an order of its own, of another size.
  const order = request.features.length === 0 || request.features.includes('amx-int8');
  if (order && gpuLayers === 0) unknown.push('repacking');
  if (shape.perLayerWidth > 0) unknown.push('per-layer-embeddings');
  if (projector !== null && projector.work === null) unknown.push('projector-work');
  return {
    contextTokens: request.contextTokens,
    kvType: request.kvType,
    layers: countedLayers(shape),
    gpuLayers,
    gpu,
    memory,
    mapped: weights.mapped,
    repacked: weights.repacked,
    output,
    checkpoints,
    promptCache,
    unknown,
  };
}

/** Masks and rows of tokens: they are made in main memory even where everything else is on the card. */
function inputBytes(shape: ModelShape, settings: CacheSettings): number {
  const window = shape.layers.find((layer) => layer.window !== null)?.window ?? null;
  const cells = settings.context + (window === null ? 0 : windowCells(window, settings));
  return settings.batch * (2 * cells + 4 * (4 * shape.width + shape.perLayerWidth * shape.layers.length));
}

/** The same for an entry of the catalogue; nothing is split, all of it goes to `place`. */
export function estimateFromEntry(
  entry: CatalogueEntry,
  contextTokens: number,
  kvType: KvType,
  place: Place,
): Estimate {
  const need = memoryNeed(entry, contextTokens, kvType, place);
  const all = side(need.weights, need.kvCache, 0, need.compute, need.overhead);
  const none = side(0, 0, 0, 0, 0);
  const layers = entry.attention?.layers ?? 0;
  return {
    contextTokens,
    kvType,
    layers,
    gpuLayers: place === 'gpu' ? layers + 1 : 0,
    gpu: place === 'gpu' ? all : none,
    memory: place === 'gpu' ? none : all,
    mapped: place === 'gpu' ? 0 : need.weights,
    repacked: 0,
    output: 0,
    checkpoints: need.checkpoints,
    promptCache: cacheRam * MiB,
    unknown: entry.attention === null ? ['compute', 'cache', 'repacking'] : ['compute', 'repacking'],
  };
}

function side(
  weights: number,
  cache: number,
  state: number,
  compute: number,
  fixed: number,
  [projector, pictures]: Seeing = blind,
): SideBytes {
  const up = Math.ceil;
  const parts = {
    weights: up(weights),
    cache: up(cache),
    state: up(state),
    compute: up(compute),
    fixed: up(fixed),
    projector: up(projector),
    pictures: up(pictures),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}

/**
 * As many layers on a card as fit into `vram` bytes, the last first; with the experts of the first ones in main memory
 * where that brings all layers there. 0 when not even one fits.
 */
export function splitFor(
  shape: ModelShape,
  request: Omit<EstimateRequest, 'gpuLayers' | 'expertLayers'>,
  vram: number,
): { readonly gpuLayers: number; readonly expertLayers: number } {
  const estimate = estimator(shape, request.features);
  const fits = (gpuLayers: number, expertLayers: number): boolean =>
    estimate({ ...request, gpuLayers, expertLayers }).gpu.total <= vram;
  const count = countedLayers(shape);
  if (shape.layers.some((layer) => layer.experts !== null) && fits(count + 1, count)) {
    // As many experts on the card as there is room for.
    return {
      gpuLayers: count + 1,
      expertLayers: count - largest(count, (more) => fits(count + 1, count - more)),
    };
  }
  const gpuLayers = largest(count + 1, (layers) => layers === 0 || fits(layers, 0));
  return { gpuLayers, expertLayers: 0 };
}

/** The largest context up to `limit` whose need is within both amounts, in steps of 256 tokens; 0 for none. */
export function largestContext(
  shape: ModelShape,
  request: Omit<EstimateRequest, 'contextTokens'>,
  available: { readonly gpu: number; readonly memory: number },
  limit = shape.contextTrained ?? 131072,
): number {
  const step = 256;
  const estimate = estimator(shape, request.features);
  const steps = largest(Math.floor(limit / step), (count) => {
    if (count === 0) return true;
    const { gpu, memory } = estimate({ ...request, contextTokens: count * step });
    return gpu.total <= available.gpu && memory.total <= available.memory;
  });
  return steps * step;
}

/** The largest whole number up to `most` for which `holds`; it holds for 0 and, once broken, stays so. */
export function largest(most: number, holds: (value: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
