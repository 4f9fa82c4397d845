// SPDX-License-Identifier: GPL-3.0-or-later

import { isOsiApproved } from './licences.ts';
import { fitClass, startWorth } from './fit.ts';
import type { CatalogueEntry, Offer, Pick, PickRole } from './types.ts';

/**
 * Which models to put first, each for one reason.
 *
 * - Three picks: balanced, the most open about its training data, and for agents. In practice mode the practice
 *   model comes before them. Two picks may be the same model.
 * - Only what fits now, has room on the disk and carries a licence approved by the OSI is picked.
 * - Strength is estimated from size alone, because no scores exist that compare these models fairly: total parameters
 *   count for two thirds, active ones for one third (on a logarithmic scale).
 * - Balanced weighs strength, how well it runs here (`fitClass`), and whether the publisher tells about the training
 *   data: a model of which nothing is told must be half again as strong to win.
 * - Open data asks for published training data first, then weighs strength and how well it runs.
 * - Agent asks for tool calling and 16 k tokens of context, then weighs strength, how well it runs, and how soon it
 *   begins: it reads some 5000 tokens of instructions before its first word.
 * - Where everything that fits is slow, the fastest is picked instead of the strongest, of those first that have room
 *   for an agent.
 * - Where the computer does not tell its memory, the smallest is offered, and that is said.
 * - Each pick names its neighbours, for who would rather wait less or have more: of the models that serve the same
 *   purpose here, the strongest of the smaller and faster ones, and the least of the stronger ones that are larger and
 *   slower. Size is the file's, speed the low end of the band; a quarter more is the least that people notice.
 * - Equal ones: tool calling first, then the newer, then the name.
 */

/** How much a fit counts, by `fitClass`. The two slow classes are ranked by speed alone, below everything else. */
const worth = [0, 0, 0, 0.8, 0.9, 1, 2] as const;
/** An agent is let work: being right counts more than being quick. */
const agentWorth = [0, 0, 0, 0.8, 0.9, 1, 1.25] as const;
const toldWorth = 1.5;
const slowWorth = 0.001;
/** Room for an agent counts more than speed where all is slow: at least as many tokens a second as slow ends at. */
const slowest = 4;

export function strength(entry: CatalogueEntry): number {
  return entry.parameters.total ** (2 / 3) * entry.parameters.active ** (1 / 3);
}

/** The picks for a shelf, in the order in which they are shown. */
export function choosePicks(offers: readonly Offer[]): readonly Pick[] {
  const picks: Pick[] = [];
  const practice = offers.find((offer) => offer.entry.practice && fitClass(offer.fit) > 0);
  if (practice !== undefined) {
    const reason = { kind: 'practice' } as const;
    picks.push({ role: 'practice', modelId: practice.entry.id, reason, smaller: null, larger: null });
  }
  const listed = offers.filter(isPickable);
  const running = listed.filter((offer) => fitClass(offer.fit) > 0);
  if (running.length === 0) return [...picks, ...pickUnknown(listed)];
  for (const role of ['balanced', 'open-data', 'agent'] as const) {
    const best = bestFor(role, running);
    if (best === null) continue;
    const neighbours = neighboursOf(role, best, running);
    picks.push({ role, modelId: best.entry.id, reason: reasonFor(role, best), ...neighbours });
  }
  return picks;
}

/** How well an offer serves a role on this computer; 0 when it does not. */
export function scoreFor(role: PickRole, offer: Offer): number {
  const { entry, fit } = offer;
  if (role === 'practice') return entry.practice ? 1 : 0;
  if (!isPickable(offer)) return 0;
  if (role === 'open-data' && entry.trainingData.level !== 'published') return 0;
  if (role === 'agent' && !(entry.toolCalling.level === 'yes' && fit.agentReady)) return 0;
  const told = role === 'balanced' && entry.trainingData.level !== 'not-disclosed';
  const standing = fitClass(fit);
  if (standing === 0) return 0;
  // Always less than any comfortable one: those start near 0.8.
  if (standing <= 2) return slowWorth * ((fit.generation?.low ?? 0) + (standing === 2 ? slowest : 0) + 1);
  const weight = role === 'agent' ? agentWorth[standing] * startWorth(fit.prompt) : worth[standing];
  return strength(entry) * weight * (told ? toldWorth : 1) + 1;
}

function bestFor(role: PickRole, offers: readonly Offer[]): Offer | null {
  const ranked = offers
    .map((offer) => ({ offer, score: scoreFor(role, offer) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || byTaste(a.offer.entry, b.offer.entry));
  return ranked[0]?.offer ?? null;
}

const noticed = 1.25;

/** Never a model that could not be picked itself: it fits, may be had, and serves the role. */
function neighboursOf(
  role: PickRole,
  pick: Offer,
  offers: readonly Offer[],
): { readonly smaller: string | null; readonly larger: string | null } {
  const rate = pick.fit.generation?.low ?? 0;
  const power = strength(pick.entry);
  const serving = (rate === 0 ? [] : offers)
    .filter((offer) => scoreFor(role, offer) > 0)
    .toSorted((a, b) => strength(a.entry) - strength(b.entry) || byTaste(b.entry, a.entry));
  const times = ({ fit }: Offer): number => (fit.generation?.low ?? rate) / rate;
  const more = ({ entry }: Offer): number => entry.file.size - pick.entry.file.size;
  const smaller = serving.findLast((offer) => more(offer) < 0 && times(offer) >= noticed);
  const larger = serving.find(
    (offer) => more(offer) > 0 && times(offer) * noticed <= 1 && strength(offer.entry) > power,
  );
  return { smaller: smaller?.entry.id ?? null, larger: larger?.entry.id ?? null };
}

function reasonFor(role: PickRole, offer: Offer): Pick['reason'] {
  if (role === 'open-data') return { kind: 'data-published' };
  if (role === 'agent') return { kind: 'calls-tools', contextTokens: offer.fit.contextTokens };
  return fitClass(offer.fit) <= 2
    ? { kind: 'fastest-that-fits' }
    : { kind: 'best-that-fits', place: offer.fit.place };
}

function pickUnknown(listed: readonly Offer[]): readonly Pick[] {
  const unknown = listed.filter((offer) => offer.fit.verdict === 'unknown');
  const smallest = unknown.toSorted(
    (a, b) => a.fit.need.total - b.fit.need.total || byTaste(a.entry, b.entry),
  )[0];
  if (smallest === undefined) return [];
  const reason = { kind: 'smallest-memory-unknown' } as const;
  return [{ role: 'balanced', modelId: smallest.entry.id, reason, smaller: null, larger: null }];
}

/** Licensed openly, real, and nothing but practice mode stands in the way of having it. */
function isPickable(offer: Offer): boolean {
  const { entry, refused } = offer;
  return (
    !entry.practice &&
    entry.licence.osiApproved &&
    isOsiApproved(entry.licence.spdx) &&
    (refused === null || refused === 'practice-only')
  );
}

function byTaste(a: CatalogueEntry, b: CatalogueEntry): number {
  const tools = Number(b.toolCalling.level === 'yes') - Number(a.toolCalling.level === 'yes');
  if (tools !== 0) return tools;
  if (a.released !== b.released) return a.released < b.released ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}
