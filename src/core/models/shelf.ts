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
  LooseFile,
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
  /** Files that a person added; those whose id the catalogue has too are not among them. */
  readonly own?: readonly CatalogueEntry[];
  readonly loose?: readonly LooseFile[];
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
    own: (input.own ?? [])
      .map((entry) => withMeasured(offerOf(entry, input), input))
      .filter((offer) => offer.installed !== null),
    loose: input.loose ?? [],
    managedBy: input.managedBy ?? null,
    problems: input.problems.map((problem) => ({ file: problem.file, problem: problemText(problem) })),
  };
}

export const emptyShelf: Shelf = {
  offers: [],
  picks: [],
  own: [],
  loose: [],
  managedBy: null,
  problems: [],
};

/** The row of a model, of the catalogue or a person's own. */
export function findOffer(shelf: Shelf | null, modelId: string | null): Offer | null {
  if (shelf === null || modelId === null) return null;
  const of = (offers: readonly Offer[]): Offer | undefined => offers.find((o) => o.entry.id === modelId);
  return of(shelf.offers) ?? of(shelf.own) ?? null;
}

/** All rows that a name may be asked of. */
export function everyOffer(shelf: Shelf | null): readonly Offer[] {
  return shelf === null ? [] : [...shelf.offers, ...shelf.own];
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
