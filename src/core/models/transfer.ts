// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../cancel.ts';
import type { ErrorCode } from '../errors.ts';

/** One attempt to get (the rest of) a file. Sizes in bytes. */
export interface TransferRequest {
  readonly url: string;
  /** Where the bytes go; written from `offset` on. */
  readonly to: string;
  /** Bytes that are there already; the file has exactly this size. */
  readonly offset: number;
  /** Promised size of the whole file. */
  readonly size: number;
  /** Of the bytes that are there: the rest is asked for only if the file is still the same. */
  readonly etag: string | null;
  /** Authorities to trust instead of the system's (practice mode, tests). */
  readonly caFile: string | null;
}

/** Header lines of the answer that was followed to the end, names in lower case; `status` 0 before there is one. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Where the last redirect led to, or null. */
  readonly movedTo: string | null;
}

/** How an attempt ended. */
export interface TransferReport {
  /** curl's exit status. */
  readonly exit: number;
  readonly head: AnswerHead;
  /** Host that the bytes came from, and its address, as far as it got. */
  readonly host: string;
  readonly address: string | null;
  /** Bytes of the requests, before encryption; null where that was not told. */
  readonly sent: number | null;
  /** curl's own words. */
  readonly detail: string;
  /** Size of the file now. */
  readonly bytes: number;
}

/** What an attempt means for the download. */
export type Verdict =
  | { readonly tag: 'complete' }
  /** Something on the way broke; the bytes that came are good to go on from. `after` seconds, if the server said. */
  | { readonly tag: 'again'; readonly code: ErrorCode; readonly after: number | null }
  /** What came since `offset` must not be used; go on from there. */
  | { readonly tag: 'again-without'; readonly code: ErrorCode; readonly after: number | null }
  /** The server will not continue (or has another version): only a start from zero can help. */
  | { readonly tag: 'restart'; readonly changed: boolean }
  | { readonly tag: 'failed'; readonly code: ErrorCode; readonly keep: 'all' | 'before' | 'nothing' };

export interface Transfers {
  /** Rejects only with `cancelled` and `command-missing`; everything else is in the report. */
  fetch(
    request: TransferRequest,
    onProgress: (now: { readonly bytes: number; readonly head: AnswerHead | null }) => void,
    cancel: Cancel,
  ): Promise<TransferReport>;
  /** A SHA-256 over a file that may still grow. `onPassed` hears, now and then, how many bytes are in. */
  hash(path: string, onPassed?: (bytes: number) => void): Promise<GrowingHash>;
  /** Cuts a file to `size`, or does nothing where there is none. */
  cut(path: string, size: number): Promise<void>;
}

export interface GrowingHash {
  /** Takes in what the file has up to `size`. Calls may overlap; they are done in order. */
  advance(size: number): void;
  /** The hash in hexadecimal once everything up to `size` is in. @throws io */
  finish(size: number): Promise<string>;
  /** Ends the work; nothing comes of it. */
  abandon(): void;
}

/** Held by one Hearth at a time, and free again when that one is gone, however it went. */
export interface Locks {
  /** @throws busy */
  acquire(path: string): Promise<{ release(): Promise<void> }>;
}

export const noHead: AnswerHead = { status: 0, headers: new Map(), movedTo: null };

/** The last answer in a dump of header lines (redirects come first). */
export function parseHead(dump: string): AnswerHead {
  let status = 0;
  let headers = new Map<string, string>();
  let movedTo: string | null = null;
  for (const line of dump.split(/\r?\n/)) {
    const start = /^HTTP\/[\d.]+ (\d{3})/.exec(line);
    if (start !== null) {
      status = Number(start[1]);
      headers = new Map();
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, value);
    if (name === 'location' && status >= 300 && status < 400 && /^https?:/i.test(value)) movedTo = value;
  }
  return { status, headers, movedTo };
}

export interface ContentRange {
  /** Null in the answer to a range that cannot be given (`bytes * /N`). */
  readonly start: number | null;
  readonly end: number | null;
  readonly total: number | null;
}

export function parseContentRange(value: string | undefined): ContentRange | null {
  const match = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/.exec(value ?? '');
  if (match === null) return null;
  const number = (text: string | undefined): number | null =>
    text === undefined || text === '*' ? null : Number(text);
  return { start: number(match[1]), end: number(match[2]), total: number(match[3]) };
}

/** Seconds that a server asks to wait; null for none. Dates are not understood: the usual delay is used. */
export function retryAfter(head: AnswerHead): number | null {
  const value = head.headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(value) ? Number(value) : null;
}

/** The version that the publisher names, when it is one that `If-Range` may carry. */
export function strongEtag(head: AnswerHead): string | null {
  const etag = head.headers.get('etag') ?? '';
  return /^"[\x21\x23-\x7e]{1,200}"$/.test(etag) ? etag : null;
}
