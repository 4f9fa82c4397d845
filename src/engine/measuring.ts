// SPDX-License-Identifier: GPL-3.0-or-later

import { findOffer } from '../core/models/shelf.ts';
import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import { computerOf, deviceOf } from '../core/models/measured.ts';
import type { Measured } from '../core/models/types.ts';
import type { Endpoint } from '../core/server/types.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { Action } from '../core/setup/plan.ts';
import type { Parts } from './parts.ts';
import { actionsFor, ready, serveRequest } from './plans.ts';

export interface MeasuringContext {
  readonly parts: Parts;
  readonly state: () => HearthState;
  /** Lets the chosen model answer. */
  readonly serve: (cancel: Cancel) => Promise<Endpoint>;
  readonly stop: () => Promise<void>;
  readonly carryOut: (actions: readonly Action[], cancel: Cancel) => Promise<void>;
}

/** The state as if another model had been chosen. */
export function asChosen(state: HearthState, modelId: string): HearthState {
  if (state.choices.modelId === modelId) return state;
  return { ...state, choices: { ...state.choices, modelId, contextTokens: null } };
}

/**
 * Measures a model on the disk, behind the same wall as ever. One that is not the chosen one answers for that long only;
 * then the chosen one has its address again.
 *
 * @throws unknown-model, not-verified, busy, timeout, cancelled, and what serving and asking throw
 */
export async function measureModel(
  modelId: string,
  context: MeasuringContext,
  cancel: Cancel,
): Promise<Measured> {
  const { parts, state } = context;
  const wished = asChosen(state(), modelId);
  const request = serveRequest(wished, parts);
  const { machine, programs, shelf } = wished;
  const entry = findOffer(shelf, modelId)?.entry;
  if (entry === undefined || machine === null) throw new HearthError('unknown-model', { model: modelId });
  const measure = async (endpoint: Endpoint): Promise<Measured> => {
    const rates = await parts.measureRates(endpoint, cancel);
    const measured: Measured = {
      version: 1,
      sha256: entry.file.sha256,
      contextTokens: request.contextTokens,
      kvType: request.kvType,
      computer: computerOf(machine),
      device: deviceOf(endpoint.servedBy),
      engine: programs?.llamaServer?.version ?? null,
      ...rates,
      measuredAt: Math.round(parts.clock.now()),
    };
    await parts.models.keepMeasured(request.modelPath, measured);
    return measured;
  };
  if (modelId === state().choices.modelId) return measure(await context.serve(cancel));
  const waits = await onDemand(context);
  try {
    await context.stop();
    await context.carryOut(await actionsFor('try', wished, parts), cancel);
    const { server } = state();
    if (server.tag !== 'ready') throw new HearthError('server-unhealthy');
    return await measure(server.endpoint);
  } finally {
    await context.stop();
    if (waits) await context.carryOut(await parts.serving.prepare(serveRequest(state(), parts)), cancel);
  }
}

/** Whether the chosen model starts by itself when something asks. */
async function onDemand({ parts, state }: MeasuringContext): Promise<boolean> {
  if (ready(state()) === null) return false;
  return (await parts.serving.prepare(serveRequest(state(), parts))).length === 0;
}

/** A measurement is of the device that did the work; when another one does, it is no longer true. */
export async function forgetOnOtherDevice(
  { shelf }: HearthState,
  endpoint: Endpoint,
  parts: Parts,
): Promise<void> {
  const installed = findOffer(shelf, endpoint.modelId)?.installed ?? null;
  const measured = installed?.measured ?? null;
  if (installed === null || measured === null || endpoint.servedBy === null) return;
  if (measured.device !== deviceOf(endpoint.servedBy)) await parts.models.keepMeasured(installed.path, null);
}
