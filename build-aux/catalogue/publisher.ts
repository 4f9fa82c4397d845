// SPDX-License-Identifier: GPL-3.0-or-later

import { ask } from './ask.ts';
import type { Answer } from './ask.ts';

/**
 * What the publisher's interface tells about files.
 * Source: huggingface.co/docs/hub/api and huggingface.co/docs/huggingface.js/hub/interfaces/ListFileEntry
 */

/** A place in a repository, from the address of a file: `…/OWNER/NAME/resolve/REVISION/PATH`. */
export interface FilePlace {
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

export interface ListedFile {
  readonly size: number;
  /** Null where the interface names none: small files are kept without one. */
  readonly sha256: string | null;
}

export type Lookup =
  | { readonly tag: 'file'; readonly file: ListedFile; readonly notes: readonly string[] }
  | Exclude<Answer, { tag: 'text' }>;

export interface Publisher {
  /** The host whose files it knows. */
  readonly host: string;
  /** Where it is asked; another address in tests. */
  readonly api: URL;
  /** Milliseconds for one answer. */
  readonly timeout: number;
}

export const huggingFace: Publisher = {
  host: 'huggingface.co',
  api: new URL('https://huggingface.co'),
  timeout: 30_000,
};

const maxPages = 20;

/** Null when the address is not one of this publisher's files. */
export function placeOf(publisher: Publisher, address: string): FilePlace | null {
  const url = URL.parse(address);
  if (url === null || url.host !== publisher.host) return null;
  const [, repository, revision, path] =
    /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
  if (repository === undefined || revision === undefined || path === undefined) return null;
  return { repository, revision, path: decodeURIComponent(path) };
}

/** Looks for a file in the list of a revision, page by page. */
export async function findFile(publisher: Publisher, place: FilePlace): Promise<Lookup> {
  const start = `/api/models/${place.repository}/tree/${place.revision}?recursive=true`;
  let page: URL | null = new URL(start, publisher.api);
  const notes: string[] = [];
  for (let count = 0; page !== null && count < maxPages; count++) {
    const answer: Answer = await ask(page, publisher.timeout);
    if (answer.tag !== 'text') return answer;
    notes.push(...answer.notes);
    const found = searchList(answer.text, place.path);
    if (typeof found === 'string') return { tag: 'unclear', why: found };
    if (found !== null) return { tag: 'file', file: found, notes };
    page = answer.next;
  }
  if (page !== null) return { tag: 'unclear', why: `lists its files in more than ${maxPages} pages` };
  return { tag: 'gone', why: `the revision is there, ${place.path} is not in it` };
}

/** The newest revision of a repository and the licence that its page claims. */
export async function newest(
  publisher: Publisher,
  repository: string,
): Promise<{ readonly tag: 'newest'; readonly revision: string; readonly licence: string | null } | Lookup> {
  const answer = await ask(new URL(`/api/models/${repository}`, publisher.api), publisher.timeout);
  if (answer.tag !== 'text') return answer;
  const data = parse(answer.text);
  const revision = field(data, 'sha');
  if (typeof revision !== 'string' || !/^[0-9a-f]{40}$/.test(revision)) {
    return { tag: 'unclear', why: 'names no revision' };
  }
  const licence = field(field(data, 'cardData'), 'license');
  return { tag: 'newest', revision, licence: typeof licence === 'string' ? licence : null };
}

/** The file, null when it is not in this list, or what is wrong with the list. */
function searchList(text: string, path: string): ListedFile | string | null {
  const data = parse(text);
  if (data === undefined) return 'answers something that is not JSON';
  if (!Array.isArray(data)) return 'answers something that is not a list of files';
  const entry: unknown = data.find((each) => field(each, 'path') === path && field(each, 'type') === 'file');
  if (entry === undefined) return null;
  const lfs = field(entry, 'lfs');
  // The pointer's own size stands beside the file's in some answers; the file's is in `lfs`.
  const size = field(lfs, 'size') ?? field(entry, 'size');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return 'names no size';
  const oid = field(lfs, 'oid');
  const sha256 = typeof oid === 'string' ? /^(?:sha256:)?([0-9a-f]{64})$/.exec(oid)?.[1] : undefined;
  return { size, sha256: sha256 ?? null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value as unknown;
}
