// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { isOsiApproved } from './licences.ts';
import type { Catalogue, CatalogueEntry } from './types.ts';

/**
 * Reading catalogue files. What holds:
 *
 * - A file says its format in `version`. 1 is the only one so far; a newer one is refused as a whole, with a sentence.
 * - Each entry is judged alone. A wrong field costs that entry and is named; the others are kept.
 * - An entry is pinned or it is no entry: https address that contains revision and file name, exact size, SHA-256.
 * - Only licences approved by the OSI; the claim in the file and Hearth's own list must agree.
 * - Of several catalogues the later one wins, entry by entry, so that a vendor or an administrator can replace one.
 * - A file with `only` limits the list to the entries of such files. Where it can be told that a file wants this, it
 *   holds even if nothing else in the file can be used: a mistake must not open what was closed on purpose.
 *
 * Fields that are not known are ignored and new ones have a default, so that format 1 can grow. A format 2 would come
 * with a function from 1 to 2 here; there has been none to migrate from.
 */

/** What is wrong in a catalogue file; `entry` and `field` are null where it is the file as a whole. */
export interface CatalogueProblem {
  readonly file: string;
  readonly entry: string | null;
  readonly field: string | null;
  readonly problem: string;
}

export interface ParsedCatalogue {
  readonly file: string;
  readonly catalogue: Catalogue;
  readonly problems: readonly CatalogueProblem[];
}

/** Larger catalogues are refused unread. */
export const maxCatalogueBytes = 4 * 1024 * 1024;
const maxProblemsPerEntry = 3;

const text = (max: number) => v.pipe(v.string(), v.nonEmpty('must not be empty'), v.maxLength(max));
const whole = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger('must be a whole number'), v.minValue(min), v.maxValue(max));
const https = v.pipe(
  text(1000),
  v.regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?\/[^\s"'<>\\]*$/i, 'must be https'),
);
const billions = v.pipe(v.number(), v.finite(), v.minValue(0.0001), v.maxValue(100_000));
const sourced = <const T extends readonly [string, ...string[]]>(levels: T) =>
  v.object({ level: v.picklist(levels), source: text(500) });

const file = v.pipe(
  v.object({
    url: https,
    // Becomes a path: nothing that could leave its folder or hide in it.
    name: v.pipe(
      text(200),
      v.regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*\.gguf$/, 'must be a plain name ending in .gguf'),
    ),
    size: whole(1, 2 ** 50),
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')),
    revision: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/, 'must be 40 hexadecimal digits')),
  }),
  v.forward(
    v.check(
      (f) => f.url.includes(`/${f.revision}/`) && f.url.endsWith(`/${f.name}`),
      'must name revision and file',
    ),
    ['url'],
  ),
);

const attention = v.pipe(
  v.object({
    layers: whole(1, 1000),
    kvLayers: whole(0, 1000),
    kvHeads: whole(1, 1024),
    headSize: whole(1, 4096),
    slidingWindow: v.nullable(whole(1, 2 ** 24)),
  }),
  v.forward(
    v.check((a) => a.kvLayers <= a.layers, 'must not be more than layers'),
    ['kvLayers'],
  ),
);

const entrySchema = v.object({
  // Becomes a folder name.
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, . _ -')),
  name: text(100),
  publisher: text(100),
  summary: text(300),
  homepage: https,
  file,
  licence: v.pipe(
    v.object({ spdx: text(100), osiApproved: v.boolean(), note: v.nullable(text(500)) }),
    v.check((l) => l.osiApproved && isOsiApproved(l.spdx), 'must be a licence approved by the OSI'),
  ),
  trainingData: sourced(['published', 'described', 'not-disclosed']),
  consent: sourced(['opt-outs-honoured', 'public-licence', 'unknown']),
  toolCalling: sourced(['yes', 'weak', 'no', 'unknown']),
  languages: v.optional(
    v.nullable(
      v.object({
        codes: v.pipe(
          v.array(v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag'))),
          v.minLength(1, 'must not be empty'),
          v.maxLength(300),
        ),
        source: text(500),
      }),
    ),
    null,
  ),
  released: v.pipe(
    v.string(),
    v.regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'must be a date, YYYY, YYYY-MM or YYYY-MM-DD'),
  ),
  architecture: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'must be a GGUF architecture')),
  parameters: v.pipe(
    v.object({ total: billions, active: billions }),
    v.forward(
      v.check((p) => p.active <= p.total, 'must not be more than total'),
      ['active'],
    ),
  ),
  contextTrained: whole(512, 2 ** 24),
  attention: v.nullable(attention),
  practice: v.boolean(),
});

const fileSchema = v.object({
  version: v.number(),
  generated: v.string(),
  only: v.optional(v.boolean(), false),
  organisation: v.optional(v.nullable(text(100)), null),
  entries: v.array(v.unknown()),
});

/** A catalogue that offers nothing and limits nothing. */
export const emptyCatalogue: Catalogue = {
  version: 1,
  generated: '',
  only: false,
  organisation: null,
  entries: [],
};

/** The parts of a catalogue that make sense, and a problem for each part that does not. Never throws. */
export function parseCatalogue(source: string, name: string): ParsedCatalogue {
  const whole = (problem: string, only = false): ParsedCatalogue => ({
    file: name,
    catalogue: { ...emptyCatalogue, only },
    problems: [{ file: name, entry: null, field: null, problem }],
  });
  if (source.length > maxCatalogueBytes) return whole('is too large for a catalogue');
  let data: unknown;
  try {
    data = JSON.parse(source);
  } catch (error) {
    return whole(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const only = wantsOnly(data);
  const outer = v.safeParse(fileSchema, data);
  // The format is asked first: in another one the fields may mean anything.
  const version = v.safeParse(v.object({ version: v.number() }), data);
  if (version.success && version.output.version !== 1) {
    return whole(`has format ${version.output.version}; this Hearth reads format 1`, only);
  }
  if (!outer.success) return whole(outer.issues.map(issueText).join('; '), only);
  const { generated, organisation } = outer.output;
  const { entries, problems } = parseEntries(outer.output.entries, name);
  return { file: name, catalogue: { version: 1, generated, only, organisation, entries }, problems };
}

function parseEntries(
  raw: readonly unknown[],
  name: string,
): { readonly entries: readonly CatalogueEntry[]; readonly problems: readonly CatalogueProblem[] } {
  const entries: CatalogueEntry[] = [];
  const problems: CatalogueProblem[] = [];
  const seen = new Set<string>();
  for (const [index, value] of raw.entries()) {
    const parsed = v.safeParse(entrySchema, value);
    const label = entryLabel(value, index);
    if (!parsed.success) {
      for (const issue of parsed.issues.slice(0, maxProblemsPerEntry)) {
        problems.push({
          file: name,
          entry: label,
          field: v.getDotPath(issue),
          problem: sentence(issue.message),
        });
      }
    } else if (seen.has(parsed.output.id)) {
      problems.push({ file: name, entry: label, field: 'id', problem: 'is there twice; the first is used' });
    } else {
      seen.add(parsed.output.id);
      entries.push(parsed.output);
    }
  }
  return { entries, problems };
}

/** What several catalogues offer together, and who limits it; see `Shelf.managedBy`. */
export function offeredBy(catalogues: readonly Catalogue[]): {
  readonly entries: readonly CatalogueEntry[];
  readonly managedBy: string | null;
} {
  const only = catalogues.filter((catalogue) => catalogue.only);
  if (only.length === 0) return { entries: mergeCatalogues(catalogues), managedBy: null };
  const organisation = only.findLast((catalogue) => catalogue.organisation !== null)?.organisation ?? '';
  return { entries: mergeCatalogues(only), managedBy: organisation };
}

/** One list out of several catalogues; of entries with the same id the later one is used, in the earlier place. */
export function mergeCatalogues(catalogues: readonly Catalogue[]): readonly CatalogueEntry[] {
  const byId = new Map<string, CatalogueEntry>();
  for (const catalogue of catalogues) {
    for (const entry of catalogue.entries) byId.set(entry.id, entry);
  }
  return [...byId.values()];
}

/** A problem as one line: `entry "x", file.sha256: must be …`. */
export function problemText(problem: CatalogueProblem): string {
  const where = [
    ...(problem.entry === null ? [] : [`entry "${problem.entry}"`]),
    ...(problem.field === null ? [] : [problem.field]),
  ];
  return where.length === 0 ? problem.problem : `${where.join(', ')}: ${problem.problem}`;
}

function wantsOnly(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'only' in data && data.only === true;
}

function entryLabel(value: unknown, index: number): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' && id.length > 0 ? id.slice(0, 64) : `#${index + 1}`;
}

function issueText(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? sentence(issue.message) : `${path}: ${sentence(issue.message)}`;
}

/** Keeps a quoted value from making a problem pages long. */
function sentence(message: string): string {
  return message.length > 200 ? `${message.slice(0, 200)}…` : message;
}
