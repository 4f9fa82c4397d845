// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import { valueOr } from '../../core/known.ts';
import { estimateFromHeader, largestContext, splitFor } from '../../core/models/estimate.ts';
import type { EstimateRequest } from '../../core/models/estimate.ts';
import { modelShape } from '../../core/models/estimate/shape.ts';
import { projectorFrom, type ProjectorBytes } from '../../core/models/estimate/projector.ts';
import { mainMemoryFree } from '../../core/models/places.ts';
import { estimateRows, fitHere, fitTitle, splitSentence, unknownSentence } from '../../words/fit.ts';
import type { Context } from '../context.ts';
import { seen } from '../context.ts';
import { fitJson } from '../json.ts';
import { pairs, wrap } from '../text.ts';
import { heading } from '../views.ts';

const defaultContext = 16384;

/**
 * What a model file would take, part by part, from its header alone. With `--vram` as much as fits there is counted on
 * the graphics card; without it everything is in main memory.
 */
export async function fit(context: Context, file: string): Promise<void> {
  const { out, invocation } = context;
  const path = context.absolute(file);
  const header = await context.readHeader(path);
  const shaped = modelShape(header);
  const unusable = (problem: string): never => {
    throw new HearthError('bad-gguf', { path, problem: `it ${problem}` });
  };
  if (shaped.tag === 'unusable') return unusable(shaped.problem);
  const { shape } = shaped;
  const facts = seen(context).machine;
  const projector = invocation.mmproj === null ? null : await projectorOf(context, invocation.mmproj);
  const base = {
    contextTokens: invocation.context ?? defaultContext,
    kvType: invocation.kv ?? 'f16',
    features: (facts === null ? null : valueOr(facts.cpu, null))?.features ?? [],
    projector,
  };
  const split =
    invocation.vram === null ? { gpuLayers: 0, expertLayers: 0 } : splitFor(shape, base, invocation.vram);
  const request: EstimateRequest = { ...base, ...split };
  const result = estimateFromHeader(header, request);
  if (result.tag === 'unusable') return unusable(result.problem);
  const { estimate } = result;
  const free = facts === null ? null : mainMemoryFree(facts);
  const missing = free === null ? null : Math.max(0, estimate.memory.total - free);
  const available = { gpu: invocation.vram ?? 0, memory: free ?? 0 };
  const largest = free === null ? null : largestContext(shape, request, available);
  if (out.options.json) {
    out.json(
      fitJson(seen(context), {
        path,
        shape,
        estimate,
        split,
        available: { ...available, memory: free },
        largest,
      }),
    );
    return;
  }
  const sentence = splitSentence(estimate, split.expertLayers);
  out.lines([
    heading(fitTitle(path.split('/').at(-1) ?? path, estimate.contextTokens)),
    ...pairs(estimateRows(estimate), out.columns),
    ...(sentence === null ? [] : wrap(sentence, out.columns, '  ')),
    ...wrap(fitHere(missing, largest), out.columns, '  '),
    ...estimate.unknown.flatMap((unknown) => wrap(unknownSentence(unknown), out.columns, '  ')),
  ]);
}

async function projectorOf(context: Context, file: string): Promise<ProjectorBytes> {
  const path = context.absolute(file);
  const result = projectorFrom(await context.readHeader(path));
  if (result.tag === 'projector') return result.bytes;
  throw new HearthError('bad-gguf', { path, problem: `it ${result.problem}` });
}
