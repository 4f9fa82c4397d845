// SPDX-License-Identifier: GPL-3.0-or-later

import type { MachineFacts } from '../machine/facts.ts';
import { problemText } from './catalogue.ts';
import type { CatalogueProblem } from './catalogue.ts';
import { choosePicks } from './choose.ts';
import { withContext } from './context.ts';
import { fitOf } from './fit.ts';
import { isOsiApproved } from './licences.ts';
import { computerOf, holdsFor, measuredSpeed, servedContext } from './measured.ts';
import type {
  CatalogueEntry,
  InstalledModel,
  ModelHeader,
  Offer,
  OnDisk,
  PartialDownload,
  Shelf,
} from './types.ts';

export interface ShelfInput {
  /** From `mergeCatalogues`. */
  readonly entries: readonly CatalogueEntry[];
  readonly machine: MachineFacts;
  readonly installed: readonly InstalledModel[];
  readonly partials: readonly PartialDownload[];
  readonly problems: readonly CatalogueProblem[];
  /** Files of other programs, by the model that they may be. */
  readonly found?: ReadonlyMap<string, OnDisk>;
  /** See `Shelf.managedBy`; nobody when not given. */
  readonly managedBy?: string | null;
  /** What would be served now, which a measurement must be of; without it none holds. */
  readonly serving?: ServingNow;
  /** Headers of the files that are here, by model. */
  readonly headers?: ReadonlyMap<string, ModelHeader>;
  /** In practice mode nothing but the practice model may be fetched. */
  readonly practice: boolean;
}

export interface ServingNow {
  readonly modelId: string | null;
  /** Tokens that somebody asked for, for that model; null for the usual. */
  readonly contextTokens: number | null;
  /** Version of llama-server, where it is known. */
  readonly engine: string | null;
}

/** Everything that can be chosen on a computer, with what each would mean there. */
export function buildShelf(input: ShelfInput): Shelf {
  const offers = input.entries
    .filter((entry) => entry.licence.osiApproved && isOsiApproved(entry.licence.spdx))
    .filter((entry) => input.practice || !entry.practice)
    .map((entry) => offerOf(entry, input));
  return {
    // Picks compare estimates with estimates: measuring one model must not make another one look better.
    offers: offers.map((offer) => withMeasured(offer, input)),
    picks: choosePicks(offers),
    managedBy: input.managedBy ?? null,
    problems: input.problems.map((problem) => ({ file: problem.file, problem: problemText(problem) })),
  };
}

function offerOf(entry: CatalogueEntry, input: ShelfInput): Offer {
  const installed = input.installed.find((model) => model.modelId === entry.id) ?? null;
  const partial = installed === null ? (input.partials.find((p) => p.modelId === entry.id) ?? null) : null;
  const onDisk = installed === null ? (input.found?.get(entry.id) ?? null) : null;
  const bytesHere = installed === null && onDisk === null ? (partial?.bytes ?? 0) : entry.file.size;
  const header = input.headers?.get(entry.id) ?? null;
  const fit = fitOf(entry, input.machine, bytesHere, header);
  return {
    entry,
    fit,
    header,
    installed,
    partial,
    onDisk,
    refused: refusal(entry, fit, installed, input.practice),
  };
}

function withMeasured(offer: Offer, { machine, serving }: ShelfInput): Offer {
  const { entry, fit, installed } = offer;
  const measured = installed?.measured ?? null;
  if (installed === null || measured === null) return offer;
  const wish = serving?.modelId === entry.id ? serving.contextTokens : null;
  const contextTokens = servedContext(entry, fit, wish);
  const key = {
    contextTokens,
    kvType: withContext(offer, contextTokens).kvType,
    computer: computerOf(machine),
    engine: serving?.engine ?? null,
  };
  if (!installed.verified || !holdsFor(measured, key))
    return { ...offer, installed: { ...installed, measured: null } };
  const { generation, prompt, agentFirstWord } = fit;
  const estimate = { generation, prompt, agentFirstWord };
  return { ...offer, fit: { ...fit, ...measuredSpeed(measured) }, estimate };
}

/** The practice model is never refused for the memory of a computer that is only played. */
function refusal(
  entry: CatalogueEntry,
  fit: Offer['fit'],
  installed: InstalledModel | null,
  practice: boolean,
): Offer['refused'] {
  if (installed !== null || entry.practice) return null;
  if (fit.verdict === 'does-not-fit') return 'does-not-fit';
  if (fit.diskMissing > 0) return 'no-disk';
  return practice ? 'practice-only' : null;
}
