// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import { withContext } from '../core/models/context.ts';
import { servedContext } from '../core/models/measured.ts';
import { findOffer } from '../core/models/shelf.ts';
import type { Offer } from '../core/models/types.ts';
import { registryOf } from '../core/server/images.ts';
import { chosenOther, engineError, engineOf, engineRun, wayOf } from '../core/setup/engine-of.ts';
import type { Action, Plan } from '../core/setup/plan.ts';
import { ampleContext, ampleParameters, leastContext } from '../core/tools/goose.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { TaskId } from '../core/setup/tasks.ts';
import type { Endpoint, ServeRequest } from '../core/server/types.ts';
import { bringActions } from './bring.ts';
import { stampOf } from './model-files.ts';
import { notVerified } from './away.ts';
import type { CheckedModel } from './capability.ts';
import type { GooseTarget, Parts } from './parts.ts';

/** Tokens to which a server rounds its context up. */
const contextBlock = 256;

/** Names of steps by their action, so that the journal reads well. */
export function stepIds(actions: readonly Action[]): readonly string[] {
  const seen = new Map<string, number>();
  return actions.map((action) => {
    const count = (seen.get(action.do) ?? 0) + 1;
    seen.set(action.do, count);
    return count === 1 ? action.do : `${action.do}-${count}`;
  });
}

/** What a task needs done, as the machine stands. Nothing is changed by asking. */
export async function actionsFor(task: TaskId, state: HearthState, parts: Parts): Promise<readonly Action[]> {
  switch (task) {
    case 'computer':
    case 'driver':
      return [];
    case 'model':
      return bringActions(wanted(state), {}, state, parts);
    case 'try':
      return serveActions(state, parts);
    case 'tools':
      return gooseActions(state, parts);
  }
}

async function serveActions(state: HearthState, parts: Parts): Promise<readonly Action[]> {
  const decision = engineOf(state);
  const unusable = decision === null ? null : engineError(decision);
  if (unusable !== null) throw unusable;
  const request = serveRequest(state, parts);
  const key: readonly Action[] =
    (await parts.files.stat(parts.paths.keyFile)) === null
      ? [{ do: 'make-key', path: parts.paths.keyFile }]
      : [];
  const [prepare, follow] = await Promise.all([parts.serving.prepare(request), parts.goose.follow(request)]);
  return [
    ...key,
    ...prepare,
    ...follow,
    { do: 'serve', modelId: request.modelId, contextTokens: request.contextTokens },
  ];
}

/** @param becomeDefault also where another provider is Goose's default now */
export async function gooseActions(
  state: HearthState,
  parts: Parts,
  becomeDefault = false,
): Promise<readonly Action[]> {
  refuseOthersWork(state);
  if (state.goose === null) throw new HearthError('no-goose');
  const install = await parts.tools.plan(state.goose.program);
  if (state.goose.program === null && install.length === 0) throw new HearthError('no-goose');
  if (state.goose.problem !== null) {
    throw new HearthError(state.goose.problem.code, state.goose.problem.args, {
      detail: state.goose.problem.detail ?? '',
    });
  }
  const target = gooseTarget(state, parts);
  if (target === null) throw new HearthError('unknown-model', { model: '' });
  refuseSmallContext(target);
  const key: readonly Action[] =
    (await parts.files.stat(parts.paths.keyFile)) === null
      ? [{ do: 'make-key', path: parts.paths.keyFile }]
      : [];
  return [...install, ...key, ...(await parts.goose.plan(target, becomeDefault))];
}

/** The row of the chosen model, or of the first pick where nobody chose. */
export function wanted(state: HearthState): Offer {
  const id = state.choices.modelId;
  const pick = state.shelf?.picks[0]?.modelId ?? null;
  const offer = findOffer(state.shelf, id) ?? findOffer(state.shelf, pick);
  if (offer !== null) return offer;
  if (id !== null) throw new HearthError('unknown-model', { model: id });
  throw new HearthError('nothing-fits', { model: '' });
}

/** The chosen model when its file is on the disk and right. */
export function ready(state: HearthState): Offer | null {
  const offer = findOffer(state.shelf, state.choices.modelId);
  return offer?.installed?.verified === true ? offer : null;
}

/** A file that is not known to be right is never served. @throws not-verified */
function refuseUnverified({ shelf, choices }: HearthState): void {
  const offer = findOffer(shelf, choices.modelId);
  if (offer?.installed?.verified !== false) return;
  throw notVerified(offer);
}

/** The chosen model with what decides whether an earlier answer about it still holds. */
export function checkedModel(state: HearthState): CheckedModel | null {
  const offer = ready(state);
  if (offer?.installed == null) return null;
  const engine = state.programs?.llamaServer?.version ?? null;
  return { path: offer.installed.path, sha256: offer.entry.file.sha256, engine };
}

export function contextFor(state: HearthState, offer: Offer): number {
  return servedContext(offer.entry, offer.fit, state.choices.contextTokens);
}

export function serveRequest(state: HearthState, parts: Parts): ServeRequest {
  const offer = ready(state);
  if (offer === null || offer.installed === null) {
    refuseUnverified(state);
    throw new HearthError('unknown-model', { model: state.choices.modelId ?? '' });
  }
  const engine = engineRun(state);
  const facts = state.machine?.cpu;
  const contextTokens = contextFor(state, offer);
  const fit = withContext(offer, contextTokens);
  // What is not known to fit is llama.cpp's to place, as far as it goes.
  const promised = fit.verdict === 'fits' || fit.verdict === 'tight';
  const cores = state.mode.tag === 'real' && facts?.known === true ? facts.value.cores : parts.cores;
  return {
    modelId: offer.entry.id,
    alias: offer.entry.id,
    modelPath: offer.installed.path,
    stamp: stampOf(offer.installed.path),
    contextTokens,
    kvType: fit.kvType,
    layout: promised && state.mode.tag === 'real' ? fit.layout : null,
    port: state.choices.port,
    threads: Math.max(1, cores),
    maxAnswerTokens: offer.entry.practice ? parts.maxAnswerTokens : null,
    ...(engine === undefined ? {} : { engine }),
  };
}

/** A question is no agreement to fetch something. @throws image-first */
export function refuseFetching(plan: Plan): void {
  for (const { action } of plan.steps) {
    if (action.do !== 'pull-image') continue;
    const size = action.size === null ? {} : { size: action.size };
    throw new HearthError('image-first', {
      host: registryOf(action.image) ?? '',
      image: action.image,
      ...size,
    });
  }
}

/** What Goose should point at: what the running server says, else what is planned. */
export function gooseTarget(state: HearthState, parts: Parts): GooseTarget | null {
  if (state.server.tag === 'ready' && state.server.endpoint.other === undefined) {
    const { port, alias, contextTokens, modelId } = state.server.endpoint;
    return { port, alias, contextTokens, small: isSmall(state, modelId, contextTokens) };
  }
  if (ready(state) === null) return null;
  const { port, alias, contextTokens, modelId } = serveRequest(state, parts);
  return { port, alias, contextTokens, small: isSmall(state, modelId, contextTokens) };
}

function isSmall(state: HearthState, modelId: string, contextTokens: number): boolean {
  const entry = state.shelf?.offers.find((offer) => offer.entry.id === modelId)?.entry;
  return contextTokens < ampleContext || (entry !== undefined && entry.parameters.total < ampleParameters);
}

/**
 * Goose and measuring keep to the server that Hearth walled in.
 *
 * @throws engine-unusable when somebody else's was chosen
 */
export function refuseOthersWork(
  state: HearthState,
  because: 'goose-own-server' | 'measure-own-server' = 'goose-own-server',
): void {
  const program = chosenOther(state);
  if (program !== null) throw new HearthError('engine-unusable', { because, program });
}

/** Somebody else's server that was chosen is not started by Hearth: it is there, or that is said. @throws engine-unusable */
export function refuseGone(state: HearthState): void {
  const program = chosenOther(state);
  if (program === null) return;
  const decision = engineOf(state);
  const error = decision === null ? null : engineError(decision);
  throw error ?? new HearthError('engine-unusable', { because: 'other-gone', program });
}

/** Hearth's own address answers now. */
export function answersItself({ server }: HearthState): boolean {
  return server.tag === 'ready' && server.endpoint.other === undefined;
}

/** An agent's instructions alone take five thousand tokens. @throws context-too-small */
export function refuseSmallContext({ contextTokens }: { readonly contextTokens: number }): void {
  if (contextTokens >= leastContext) return;
  throw new HearthError('context-too-small', { actual: contextTokens, needed: leastContext });
}

/** The chosen model by the chosen engine, and the context that somebody asked for by hand; servers round it up to whole blocks. */
export function servesWhatIsChosen(state: HearthState, endpoint: Endpoint): boolean {
  const other = engineOf(state)?.other ?? null;
  if (endpoint.other !== undefined || chosenOther(state) !== null)
    return endpoint.other === other?.server.program && endpoint.alias === other?.model;
  if (endpoint.modelId !== state.choices.modelId) return false;
  const engine = engineOf(state)?.chosen ?? null;
  if (engine !== null && engine !== 'reuse' && wayOf(engine) !== endpoint.way) return false;
  const offer = ready(state);
  if (state.choices.contextTokens === null || offer === null) return true;
  return Math.abs(endpoint.contextTokens - contextFor(state, offer)) < contextBlock;
}
