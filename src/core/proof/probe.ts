// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../cancel.ts';
import type { OwnAddress } from './addresses.ts';
import type { Reply } from './strangers.ts';
import type { Knock } from './wall.ts';

export interface ProbeRequest {
  /** Loopback port. */
  readonly port: number;
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Connections of this computer to itself, made as a stranger would. Nothing of it can leave the computer. */
export interface Probe {
  /** Tries to connect to one of this computer's own addresses. Rejects only with `cancelled`. */
  knock(to: OwnAddress, port: number, cancel: Cancel): Promise<Pick<Knock, 'result' | 'said'>>;
  /** One request and its answer; null when none came. Rejects only with `cancelled`. */
  exchange(request: ProbeRequest, cancel: Cancel): Promise<Reply | null>;
}

/** Status, headers and text of a raw HTTP/1.1 answer; null when it is none. */
export function parseReply(raw: string): Reply | null {
  const end = raw.indexOf('\r\n\r\n');
  const [start = '', ...lines] = (end < 0 ? raw : raw.slice(0, end)).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(start)?.[1];
  if (status === undefined) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers, text: end < 0 ? '' : raw.slice(end + 4) };
}
