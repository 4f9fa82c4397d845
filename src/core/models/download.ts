// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorArgs, ErrorCode, ErrorValue } from '../errors.ts';
import type { TransferReport, Verdict } from './transfer.ts';

/** Codes that a network has that is gone for a while: a dead link, a lid closed, a server that starts again. */
const away: ReadonlySet<ErrorCode> = new Set([
  'offline',
  'host-not-found',
  'connection-refused',
  'connection-lost',
  'timeout',
]);

/**
 * What to do next in a download, as a function of what happened. The engine carries the commands out and brings back
 * what came of each; all rules are here.
 *
 * - What is on the disk is kept and continued, unless the server cannot continue, which costs one start from zero.
 * - Trouble on the way is tried again, later each time; bytes that arrived (more than a drip) start the count anew.
 * - An address that nobody answers at is given up after seconds, with a sentence and Retry.
 * - A network that was there and is gone is waited for much longer: what began is to end by itself.
 * - When all bytes are there the hash decides. A wrong one removes the file, and it is fetched once more from zero,
 *   unless the publisher named another version meanwhile: then the file was changed, and that is said.
 * - Only a file whose hash and header are right gets its name.
 * - Whatever fails, the bytes that may still be good stay for next time.
 */

export interface DownloadState {
  readonly phase: 'looking' | 'fetching' | 'waiting' | 'hashing' | 'header' | 'placing' | 'done' | 'failed';
  readonly size: number;
  readonly sha256: string;
  /** Bytes on the disk that may be built on. */
  readonly bytes: number;
  readonly etag: string | null;
  readonly tries: number;
  /** Somebody answered since this download began, so the address is right and the network can be had. */
  readonly reached: boolean;
  /** Seconds spent waiting for a network that is gone. */
  readonly waited: number;
  /** Why from zero, already: once for a server that cannot continue, once for a wrong hash. */
  readonly restarted: boolean;
  readonly hashedAgain: boolean;
  /** The publisher named another version while this download was under way. */
  readonly changed: boolean;
  readonly host: string;
}

export type DownloadEvent =
  | { readonly type: 'looked'; readonly bytes: number; readonly etag: string | null }
  | {
      readonly type: 'fetched';
      readonly verdict: Verdict;
      readonly report: TransferReport;
      /** ETag of the answer, when it was one to keep. */
      readonly etag: string | null;
    }
  | { readonly type: 'waited' }
  | { readonly type: 'hashed'; readonly sha256: string }
  | { readonly type: 'header-read'; readonly problem: string | null }
  | { readonly type: 'placed' };

export type DownloadCommand =
  /** Removes or cuts what is there to `bytes`. */
  | { readonly do: 'cut'; readonly bytes: number }
  | { readonly do: 'fetch'; readonly offset: number; readonly etag: string | null }
  | { readonly do: 'wait'; readonly seconds: number; readonly code: ErrorCode }
  | { readonly do: 'hash' }
  | { readonly do: 'read-header' }
  | { readonly do: 'place' }
  | { readonly do: 'fail'; readonly error: ErrorValue }
  | { readonly do: 'finish' };

export interface DownloadPolicy {
  /** Attempts in a row that bring next to nothing. */
  readonly tries: number;
  /** The same while nobody has answered yet: a person waits for a sentence. */
  readonly triesUnanswered: number;
  /** Bytes that an attempt must bring to count as more than that: a drip is no download. */
  readonly worthwhile: number;
  /** Seconds before the second attempt; doubled each time. */
  readonly firstWait: number;
  /** Longest wait that a server may ask for, in seconds. */
  readonly longestWait: number;
  /** Seconds between attempts at most, and in sum, while the network is gone. */
  readonly longestPause: number;
  readonly patience: number;
}

export const downloadPolicy: DownloadPolicy = {
  tries: 6,
  triesUnanswered: 3,
  worthwhile: 256 * 1024,
  firstWait: 1,
  longestWait: 120,
  longestPause: 30,
  patience: 1800,
};

/** What a download that waits to try again waits for. */
export function waitsFor(code: ErrorCode): 'no-network' | 'no-answer' {
  return code === 'offline' || code === 'host-not-found' ? 'no-network' : 'no-answer';
}

type Next = readonly [DownloadState, readonly DownloadCommand[]];

export function startDownload(size: number, sha256: string, host: string): DownloadState {
  return {
    phase: 'looking',
    size,
    sha256,
    bytes: 0,
    etag: null,
    tries: 0,
    reached: false,
    waited: 0,
    restarted: false,
    hashedAgain: false,
    changed: false,
    host,
  };
}

export function nextDownload(
  state: DownloadState,
  event: DownloadEvent,
  policy: DownloadPolicy = downloadPolicy,
): Next {
  switch (event.type) {
    case 'looked':
      return looked(state, event.bytes, event.etag);
    case 'fetched':
      return fetched(state, event, policy);
    case 'waited':
      return fetchRest(state, []);
    case 'hashed':
      return hashed(state, event.sha256);
    case 'header-read':
      if (event.problem !== null) return fail(state, 'bad-gguf', { problem: event.problem }, null);
      return [{ ...state, phase: 'placing' }, [{ do: 'place' }]];
    case 'placed':
      return [{ ...state, phase: 'done' }, [{ do: 'finish' }]];
  }
}

function looked(state: DownloadState, bytes: number, etag: string | null): Next {
  if (bytes > state.size) return fromZero(state);
  return fetchRest({ ...state, bytes, etag }, []);
}

function fetchRest(state: DownloadState, before: readonly DownloadCommand[]): Next {
  if (state.bytes === state.size) return [{ ...state, phase: 'hashing' }, [...before, { do: 'hash' }]];
  const fetch: DownloadCommand = { do: 'fetch', offset: state.bytes, etag: state.etag };
  return [{ ...state, phase: 'fetching' }, [...before, fetch]];
}

function fromZero(state: DownloadState): Next {
  return fetchRest({ ...state, bytes: 0, etag: null }, [{ do: 'cut', bytes: 0 }]);
}

function fetched(
  earlier: DownloadState,
  { verdict, report, etag }: Extract<DownloadEvent, { type: 'fetched' }>,
  policy: DownloadPolicy,
): Next {
  const reached = earlier.reached || report.head.status !== 0;
  const state = { ...earlier, reached };
  const host = report.host === '' ? state.host : report.host;
  const gained = report.bytes > state.bytes;
  const here = { ...state, host, etag: etag ?? state.etag };
  switch (verdict.tag) {
    case 'complete':
      return [{ ...here, bytes: report.bytes, tries: 0, phase: 'hashing' }, [{ do: 'hash' }]];
    case 'again': {
      const worth = report.bytes - state.bytes >= policy.worthwhile;
      const count = worth ? { tries: 0, waited: 0 } : { tries: state.tries + 1 };
      return retry({ ...here, ...count, bytes: Math.max(report.bytes, 0) }, [], verdict, report, policy);
    }
    case 'again-without': {
      const cut: readonly DownloadCommand[] = gained ? [{ do: 'cut', bytes: state.bytes }] : [];
      return retry({ ...state, host, tries: state.tries + 1 }, cut, verdict, report, policy);
    }
    case 'restart':
      if (state.restarted) return fail({ ...state, host }, 'range-ignored', {}, report);
      return fromZero({ ...state, host, restarted: true, changed: state.changed || verdict.changed });
    case 'failed':
      return failed({ ...state, host }, verdict, report);
  }
}

function retry(
  state: DownloadState,
  before: readonly DownloadCommand[],
  { code, after }: { readonly code: ErrorCode; readonly after: number | null },
  report: TransferReport,
  policy: DownloadPolicy,
): Next {
  // Whoever answers, but with nothing, is there: only silence is waited out.
  const gone = state.reached && away.has(code) && report.head.status === 0;
  const tries = !state.reached && away.has(code) ? policy.triesUnanswered : policy.tries;
  const spent = gone ? state.waited >= policy.patience : state.tries >= tries;
  if (spent || (after ?? 0) > policy.longestWait) {
    const [next, commands] = fail(state, code, {}, report);
    return [next, [...before, ...commands]];
  }
  const pause = Math.min(policy.longestPause, policy.firstWait * 2 ** Math.max(0, state.tries - 1));
  const seconds = Math.max(after ?? 0, pause);
  const waited = gone ? state.waited + seconds : state.waited;
  return [{ ...state, waited, phase: 'waiting' }, [...before, { do: 'wait', seconds, code }]];
}

function failed(
  state: DownloadState,
  { code, keep }: Extract<Verdict, { tag: 'failed' }>,
  report: TransferReport,
): Next {
  const kept = keep === 'all' ? report.bytes : keep === 'before' ? state.bytes : 0;
  const cut: readonly DownloadCommand[] = kept < report.bytes ? [{ do: 'cut', bytes: kept }] : [];
  const [next, commands] = fail({ ...state, bytes: kept }, code, sizes(code, state, report), report);
  return [next, [...cut, ...commands]];
}

function sizes(code: ErrorCode, state: DownloadState, report: TransferReport): ErrorArgs {
  if (code === 'size-mismatch') return { expected: state.size };
  return code === 'no-space' ? { missing: state.size - report.bytes } : {};
}

function hashed(state: DownloadState, sha256: string): Next {
  if (sha256 === state.sha256) return [{ ...state, phase: 'header' }, [{ do: 'read-header' }]];
  if (!state.changed && !state.hashedAgain) return fromZero({ ...state, hashedAgain: true });
  const [next, commands] = fail(
    { ...state, bytes: 0 },
    state.changed ? 'publisher-changed' : 'hash-mismatch',
    {},
    null,
  );
  return [next, [{ do: 'cut', bytes: 0 }, ...commands]];
}

function fail(state: DownloadState, code: ErrorCode, more: ErrorArgs, report: TransferReport | null): Next {
  const status = report === null ? 0 : report.head.status;
  const args: ErrorArgs = {
    host: state.host,
    ...(code === 'http-status' && status > 0 ? { status } : {}),
    ...more,
  };
  const detail = report === null || report.detail === '' ? null : report.detail;
  return [{ ...state, phase: 'failed' }, [{ do: 'fail', error: { code, args, detail } }]];
}
