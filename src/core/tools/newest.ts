// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import { exitError } from '../models/judge.ts';

/** What was found out about the newest version of a program. */
export interface Newest {
  /** As its makers publish it. */
  readonly version: string;
  /** The one that is here; null where there is none, or it does not say. */
  readonly installed: string | null;
  /** The one that a list pins by its hash, and that Hearth can so install. */
  readonly pinned: string | null;
}

/** What curl writes out at the end: status, where it was sent on to, the address that answered, bytes of the question and of the answer. */
export const newestFormat = '%{http_code} %{redirect_url} %{remote_ip} %{size_request} %{size_header}\n';

export interface NewestAnswer {
  readonly status: number;
  readonly address: string | null;
  readonly sent: number | null;
  readonly received: number;
  /** Null where it names none. */
  readonly version: string | null;
}

/**
 * An address that stands for the newest release is answered by being sent on to it; the tag is the end of that address.
 * The page itself is not fetched.
 */
export function readNewest(line: string): NewestAnswer {
  const [status = '', to = '', address = '', sent = '', received = ''] = line.trim().split(' ');
  return {
    status: number(status) ?? 0,
    address: address === '' ? null : address,
    sent: number(sent),
    received: number(received) ?? 0,
    version: /^https:\/\/[^/]+\/[^?#]*\/tag\/v?(\d{1,5}(?:\.\d{1,5}){1,3})$/.exec(to)?.[1] ?? null,
  };
}

/** @throws what stood in the way: offline, host-not-found, tls, timeout …, http-status, bad-answer */
export function versionOf(answer: NewestAnswer, exit: number, detail: string, host: string): string {
  if (exit !== 0) throw exitError(exit, detail, host);
  if (answer.version !== null) return answer.version;
  if (answer.status >= 400) throw new HearthError('http-status', { host, status: answer.status });
  throw new HearthError('bad-answer', { host });
}

function number(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
