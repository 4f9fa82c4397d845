// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import { holdReasons, transferRule } from '../core/models/transfer-rules.ts';
import { findOffer } from '../core/models/shelf.ts';
import type { Offer } from '../core/models/types.ts';
import type { Choices } from '../core/ports.ts';
import { isAlive, itemOf, roomTaken, type NewDownload } from '../core/setup/downloads.ts';
import { choiceOf, hostOf, type Action, type Download, type Import, type Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import { folderActions, notVerified } from './away.ts';
import type { Parts } from './parts.ts';

/**
 * Plans that bring a model to this computer.
 *
 * Who asks for a model wants to use it, unless there is one that is in use or on its way to be: that one stays, the
 * plan says so, and the new one is used when somebody says so. Agreeing to a plan that chooses is choosing; what is
 * chosen later, while it runs, holds.
 */
export interface Wish {
  /** Tokens, when a length of one's own goes with the choice. */
  readonly contextTokens?: number | null;
  /** Plans that will be carried out as well. */
  readonly beside?: readonly Plan[];
}

export async function bringActions(
  offer: Offer,
  wish: Wish,
  state: HearthState,
  parts: Parts,
): Promise<readonly Action[]> {
  const { entry } = offer;
  const beside = wish.beside ?? [];
  const stays = staysInUse(state, entry.id, beside);
  const choose = chooseAction(entry.id, wish, parts.settings.read());
  if (offer.installed?.verified === true) return [choose];
  // There is nobody to fetch it from.
  if (entry.own !== undefined) throw notVerified(offer);
  if (offer.refused === 'no-disk')
    throw new HearthError('no-space', { missing: offer.fit.diskMissing, path: parts.paths.models });
  if (offer.refused !== null) throw new HearthError('nothing-fits', { model: entry.name });
  const made = beside.some(({ steps }) => steps.some(({ action }) => action.do === 'make-folder'));
  const folder = made ? [] : await folderActions(parts);
  const use = stays === null ? [choose] : [];
  const kept = stays === null ? {} : { inUse: stays };
  const taken = offer.onDisk === null ? null : await parts.models.planImport(entry, offer.onDisk);
  if (taken !== null) return [...folder, { ...taken, ...kept }, ...use];
  const here = itemOf(state.downloads, entry.id)?.bytes ?? offer.partial?.bytes ?? 0;
  const bytes = Math.max(0, entry.file.size - here);
  const others = roomTaken(state.downloads, entry.id) + roomOf(beside);
  await refuseWithoutRoom(bytes, others, parts);
  const download: Download = {
    do: 'download',
    modelId: entry.id,
    url: entry.file.url,
    to: parts.models.pathOf(entry),
    size: entry.file.size,
    sha256: entry.file.sha256,
    ...kept,
    ...(await cautions(offer, bytes, others, state, parts)),
  };
  return [...folder, download, ...use];
}

/** A plan's place in the queue of downloads. @throws no-space with what else is on its way */
export async function queued(
  plan: Plan,
  action: Download | Import,
  { shelf, downloads }: HearthState,
  parts: Parts,
): Promise<NewDownload> {
  const { modelId, size } = action;
  const offer = shelf?.offers.find(({ entry }) => entry.id === modelId);
  const base = { modelId, plan: plan.id, steps: plan.steps.length, total: size };
  const needsRoom = action.do === 'download' || action.how === 'copy';
  if (action.do === 'import') return { ...base, bytes: 0, host: null, agreed: holdReasons, needsRoom };
  const bytes = offer?.partial?.bytes ?? 0;
  await refuseWithoutRoom(size - bytes, roomTaken(downloads, modelId), parts);
  const agreed = holdReasons.filter((reason) => action.cautions?.includes(reason) === true);
  // Practice stays on this computer: nothing there costs money.
  const all = offer?.entry.practice === true ? holdReasons : agreed;
  return { ...base, bytes, host: hostOf(action.url), agreed: all, needsRoom };
}

async function refuseWithoutRoom(bytes: number, others: number, { files, paths }: Parts): Promise<void> {
  if (others === 0) return;
  const free = await files.freeSpace(paths.models);
  const needed = bytes + others;
  if (free >= needed) return;
  throw new HearthError('no-space', {
    path: paths.models,
    together: needed,
    needed,
    free,
    missing: needed - free,
  });
}

/** Bytes that plans will write. */
function roomOf(plans: readonly Plan[]): number {
  const actions = plans.flatMap(({ steps }) => steps.map(({ action }) => action));
  return actions.reduce((sum, action) => {
    if (action.do === 'download') return sum + action.size;
    return action.do === 'import' && action.how === 'copy' ? sum + action.size : sum;
  }, 0);
}

/** The model that stays in use while another one is fetched; null when the other one is to be used. */
function staysInUse(state: HearthState, modelId: string, beside: readonly Plan[]): string | null {
  const willBe = beside.map(choiceOf).find((change) => change?.modelId != null)?.modelId;
  if (willBe != null && willBe !== modelId) return willBe;
  const chosen = state.choices.modelId;
  if (chosen === null || chosen === modelId) return null;
  const offer = findOffer(state.shelf, chosen);
  const item = itemOf(state.downloads, chosen);
  const usable = offer?.installed?.verified === true || (item !== null && isAlive(item));
  return usable ? chosen : null;
}

function chooseAction(modelId: string, { contextTokens }: Wish, now: Choices): Action {
  const context = contextTokens === undefined ? {} : { contextTokens };
  const before = contextTokens === undefined ? {} : { contextTokens: now.contextTokens };
  return {
    do: 'choose',
    change: { modelId, ...context },
    before: { modelId: now.modelId, ...before },
  };
}

/** What a person should know before the download starts; nothing in practice, which stays on this computer. */
async function cautions(
  { entry }: Offer,
  bytes: number,
  others: number,
  { machine }: HearthState,
  parts: Parts,
): Promise<Pick<Download, 'cautions'>> {
  if (entry.practice || machine === null) return {};
  const free = (await parts.files.freeSpace(parts.paths.models)) - others;
  const rule = transferRule({ ...(await parts.observeConditions()), bytes, free, attended: true });
  return rule.tag === 'go' ? {} : { cautions: rule.because };
}
