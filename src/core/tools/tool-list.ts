// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';

/**
 * Programs that Hearth can install for a person, without root: which version, from where, and how it is known to be the
 * right one. Format 1; a newer one is refused as a whole. An artefact without the hash of its program is no artefact: it
 * is not offered. Of several lists the later one wins, tool by tool, so that a vendor can replace one.
 */

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const https = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?\/[^\s"'<>\\]*$/i),
);
const text = (max: number) => v.pipe(v.string(), v.nonEmpty(), v.maxLength(max));
/** Becomes part of a path. */
const plain = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/));

const artefactSchema = v.object({
  architecture: plain,
  url: https,
  /** Of the archive; null where only the program in it is known. */
  sha256: v.nullable(hex),
  program: v.object({
    name: plain,
    size: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 31)),
    sha256: hex,
  }),
  /** Where the hash is from, for people. */
  pinnedFrom: text(500),
});

const toolSchema = v.object({
  id: v.picklist(['goose']),
  name: text(100),
  publisher: text(100),
  homepage: https,
  licence: text(100),
  version: plain,
  /** Repository whose build is attested, as the `gh` program names it; null for none. */
  attestedBy: v.nullable(v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/))),
  /** Address that leads to the newest release; null where its makers have none. */
  newest: v.optional(v.nullable(https), null),
  artefacts: v.array(v.unknown()),
});

const listSchema = v.object({ version: v.literal(1), tools: v.array(v.unknown()) });

/** A program as it is offered for one architecture. */
export interface ToolOffer {
  readonly id: 'goose';
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly homepage: string;
  readonly attestedBy: string | null;
  readonly url: string;
  readonly archiveSha256: string | null;
  readonly program: { readonly name: string; readonly size: number; readonly sha256: string };
  readonly pinnedFrom: string;
  readonly newest: string | null;
}

export const maxToolListBytes = 256 * 1024;

/**
 * What the lists, in their order, offer for an architecture. A list or an entry without sense costs itself: what it would
 * have replaced stays.
 */
export function toolOffer(id: 'goose', architecture: string, lists: readonly string[]): ToolOffer | null {
  let offer: ToolOffer | null = null;
  for (const list of lists) {
    const parsed = v.safeParse(listSchema, tryJson(list));
    if (!parsed.success) continue;
    for (const candidate of parsed.output.tools) {
      const tool = v.safeParse(toolSchema, candidate);
      if (!tool.success || tool.output.id !== id) continue;
      const { artefacts, name, version, licence, homepage, attestedBy, newest } = tool.output;
      const pinned = artefacts
        .map((artefact) => v.safeParse(artefactSchema, artefact))
        .flatMap((result) => (result.success ? [result.output] : []))
        .find((artefact) => artefact.architecture === architecture);
      offer =
        pinned === undefined
          ? null
          : {
              ...{ id, name, version, licence, homepage, attestedBy },
              url: pinned.url,
              archiveSha256: pinned.sha256,
              program: pinned.program,
              pinnedFrom: pinned.pinnedFrom,
              newest,
            };
    }
  }
  return offer;
}

export interface ToolPlaces {
  /** Folder of this version; goes with it. */
  readonly folder: string;
  readonly program: string;
  readonly note: string;
  /** Where a shell finds it. */
  readonly link: string;
}

/** @param data Hearth's own folder, e.g. ~/.local/share/hearth */
export function toolPlaces(
  offer: Pick<ToolOffer, 'id' | 'version' | 'program'>,
  data: string,
  home: string,
): ToolPlaces {
  const folder = `${data}/tools/${offer.id}/${offer.version}`;
  return {
    folder,
    program: `${folder}/${offer.program.name}`,
    note: `${folder}/installed.json`,
    link: `${home}/.local/bin/${offer.program.name}`,
  };
}

const noteSchema = v.object({
  version: v.string(),
  sha256: hex,
  attestation: v.picklist(['verified', 'not-checked']),
  why: v.string(),
});

/** What Hearth notes beside a program that it installed. */
export type InstallNote = v.InferOutput<typeof noteSchema>;

export function readNote(text: string): InstallNote | null {
  const parsed = v.safeParse(noteSchema, tryJson(text));
  return parsed.success ? parsed.output : null;
}

/** Whether `a` is an earlier version than `b`, both of numbers and dots. */
export function isEarlier(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
