// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, type ErrorCode } from '../errors.ts';
import { parseContentRange, retryAfter } from './transfer.ts';
import type { AnswerHead, TransferReport, TransferRequest, Verdict } from './transfer.ts';

/**
 * What the end of a transfer means. The answer's head is asked first, because curl is content with much that a
 * download must not take: a page instead of a file, a length other than the promised one, a part of another file.
 *
 * - 200 with the promised length to a first request, 206 with exactly the part that was asked for: good.
 * - 200 to a request for the rest: the server ignores ranges, or the file has another version now. Start from zero.
 * - Another length: the publisher changed the file.
 * - A page of text: somebody between, or the server itself, tells something else than the file.
 * - 408, 429 and 5xx pass; other errors do not. Broken connections, stalls and silence pass.
 */
export function judge(report: TransferReport, request: TransferRequest): Verdict {
  const { head, exit } = report;
  if (head.status !== 0 && !isRedirect(head)) {
    const wrong = judgeHead(head, request);
    if (wrong !== null) return wrong;
  }
  if (exit === 0 && report.bytes === request.size) return { tag: 'complete' };
  if (report.bytes > request.size || exit === 63) {
    return { tag: 'failed', code: 'size-mismatch', keep: 'nothing' };
  }
  // A body without a length that ends early looks like success.
  if (exit === 0) return { tag: 'again', code: 'connection-lost', after: null };
  return judgeExit(exit, report.detail);
}

/** Whether bytes that are arriving may be kept: asked while they come, so that a wrong body is cut short. */
export function isUsable(head: AnswerHead, request: TransferRequest): boolean {
  return head.status === 0 || isRedirect(head) || judgeHead(head, request) === null;
}

function isRedirect(head: AnswerHead): boolean {
  return head.status >= 300 && head.status < 400;
}

function judgeHead(head: AnswerHead, request: TransferRequest): Verdict | null {
  const { status, headers } = head;
  if (status === 408 || status === 429 || status >= 500) {
    return { tag: 'again-without', code: 'http-status', after: retryAfter(head) };
  }
  const range = parseContentRange(headers.get('content-range'));
  if (status === 416) {
    return range?.total === request.size
      ? { tag: 'restart', changed: false }
      : { tag: 'failed', code: 'publisher-changed', keep: 'before' };
  }
  if (status !== 200 && status !== 206) return { tag: 'failed', code: 'http-status', keep: 'before' };
  if (/^text\/html\b/i.test(headers.get('content-type') ?? '')) {
    return { tag: 'failed', code: 'captive-portal', keep: 'before' };
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') return { tag: 'failed', code: 'bad-answer', keep: 'before' };
  const length = lengthOf(head);
  if (status === 200) {
    if (length !== null && length !== request.size) {
      return { tag: 'failed', code: 'publisher-changed', keep: 'before' };
    }
    return request.offset === 0 ? null : { tag: 'restart', changed: versionChanged(head, request) };
  }
  return judgePart(range, length, request);
}

function judgePart(
  range: ReturnType<typeof parseContentRange>,
  length: number | null,
  { offset, size }: TransferRequest,
): Verdict | null {
  if (range === null) return { tag: 'restart', changed: false };
  if (range.total !== null && range.total !== size) {
    return { tag: 'failed', code: 'publisher-changed', keep: 'before' };
  }
  if (range.start !== offset || range.end !== size - 1) return { tag: 'restart', changed: false };
  return length === null || length === size - offset ? null : { tag: 'restart', changed: false };
}

function versionChanged(head: AnswerHead, request: TransferRequest): boolean {
  return request.etag !== null && head.headers.get('etag') !== request.etag;
}

function lengthOf(head: AnswerHead): number | null {
  const value = head.headers.get('content-length') ?? '';
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
}

const again = (code: ErrorCode): Verdict => ({ tag: 'again', code, after: null });
const failed = (code: ErrorCode): Verdict => ({ tag: 'failed', code, keep: 'all' });

/** What a run of curl that fetched no file came to. */
export function exitError(exit: number, detail: string, host: string): HearthError {
  const verdict = judgeExit(exit, detail);
  const code = verdict.tag === 'again' || verdict.tag === 'failed' ? verdict.code : 'command-failed';
  return new HearthError(code, { host, command: 'curl', exit }, { detail });
}

/** curl's exit statuses, from its manual; where one has several causes its words decide. */
function judgeExit(exit: number, detail: string): Verdict {
  switch (exit) {
    case 1:
      return failed('insecure-redirect');
    case 5:
    case 6:
      return again('host-not-found');
    case 7:
      return again(/unreachable/i.test(detail) ? 'offline' : 'connection-refused');
    case 23:
      return failed('no-space');
    case 28:
      return again(/too slow/i.test(detail) ? 'too-slow' : 'timeout');
    case 33:
      return { tag: 'restart', changed: false };
    case 47:
      return failed('redirect-loop');
    case 16:
    case 18:
    case 35:
    case 52:
    case 55:
    case 56:
    case 92:
    case 95:
      return again('connection-lost');
    case 51:
    case 53:
    case 54:
    case 58:
    case 59:
    case 60:
    case 66:
    case 77:
    case 80:
    case 82:
    case 83:
    case 90:
    case 91:
      return failed('tls');
    default:
      // Killed by somebody: the bytes are as good as after a lost connection.
      return exit > 128 ? again('connection-lost') : failed('command-failed');
  }
}
