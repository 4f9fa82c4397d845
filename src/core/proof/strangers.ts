// SPDX-License-Identifier: GPL-3.0-or-later

import { fails, holds, noted, unknown, type Check, type ProofEvidence } from './types.ts';

/** An origin that no page has (RFC 2606): what a page of the web would send. */
export const strangeOrigin = 'http://stranger.example';
/** As long as Hearth's, and never it. */
export const wrongKey = 'wrong-key-of-somebody-who-guesses-it-all';

export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** What llama-server answers at, as of build 11669; bodies are empty objects, so that nothing is worked on. */
export const endpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/health' },
  { method: 'GET', path: '/v1/models' },
  { method: 'GET', path: '/models' },
  { method: 'GET', path: '/props' },
  { method: 'GET', path: '/metrics' },
  { method: 'GET', path: '/slots' },
  { method: 'GET', path: '/lora-adapters' },
  { method: 'POST', path: '/completion' },
  { method: 'POST', path: '/v1/completions' },
  { method: 'POST', path: '/v1/chat/completions' },
  { method: 'POST', path: '/v1/responses' },
  { method: 'POST', path: '/v1/messages' },
  { method: 'POST', path: '/v1/embeddings' },
  { method: 'POST', path: '/tokenize' },
  { method: 'POST', path: '/apply-template' },
  { method: 'GET', path: '/' },
];

export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** A request as a stranger made it, and the answer; null when none came. */
export interface Tried {
  readonly endpoint: Endpoint;
  readonly key: 'none' | 'wrong';
  readonly reply: Reply | null;
}

/** @param withKey status of a request with the right key: a refusal proves something only where that is let in. */
export function judgeKey(tries: readonly Tried[], withKey: number | null): Check {
  const evidence: ProofEvidence[] = [];
  const control = `GET /v1/models, right key: ${withKey ?? '-'}`;
  if (withKey !== 200) {
    const note = noted('unreadable', control, { source: '/v1/models' });
    return { id: 'key', verdict: unknown('no-answer'), evidence: [note], cure: null };
  }
  evidence.push(noted('key-works', control));
  let open = 0;
  let silent = 0;
  for (const tried of tries) {
    const { endpoint, key, reply } = tried;
    const raw = `${endpoint.method} ${endpoint.path}, ${key === 'none' ? 'no key' : 'wrong key'}: ${reply?.status ?? '-'}`;
    const args = { endpoint: endpoint.path };
    if (reply === null) silent += 1;
    else if (endpoint.path === '/health' && isBareHealth(reply)) {
      evidence.push(noted('health-bare', `${raw} ${reply.text.trim()}`, args));
    } else if (isRefusal(reply)) evidence.push(noted('key-refused', raw, args));
    else {
      open += 1;
      evidence.push(noted('key-not-asked', raw, args));
    }
  }
  const verdict = open > 0 ? fails : silent > 0 ? unknown('no-answer') : holds;
  return { id: 'key', verdict, evidence, cure: open > 0 ? { cure: 'restart-server' } : null };
}

/** 404: there is no such place. What is there but switched off (501) would be told only to who has the key. */
function isRefusal({ status }: Reply): boolean {
  return status === 401 || status === 403 || status === 404;
}

/** That something is there, and nothing about what: the proxy and tools ask it before they have a key. */
function isBareHealth({ status, text }: Reply): boolean {
  return (status === 200 || status === 503) && /^\{\s*"status"\s*:\s*"ok"\s*\}\s*$/.test(text);
}

export interface OriginTries {
  /** Answer to the preflight request of a page that would like to send a key. */
  readonly preflight: Reply | null;
  /** A request that needs no preflight: text, no key. */
  readonly post: Reply | null;
  /** A plain GET of /health, whose answer a page must not be able to read. */
  readonly read: Reply | null;
}

/** Pages of the web can neither ask the model nor read what it says. */
export function judgeOrigin({ preflight, post, read }: OriginTries): Check {
  if (preflight === null || post === null || read === null) {
    const note = noted('unreadable', `OPTIONS, POST, GET with Origin: ${strangeOrigin}`, {
      source: '/v1/chat/completions',
    });
    return { id: 'origin', verdict: unknown('no-answer'), evidence: [note], cure: null };
  }
  const closed = {
    preflight: !letsIn(preflight),
    post: !letsIn(post),
    read: !letsIn(read),
  };
  const evidence = [
    noted(
      closed.preflight ? 'preflight-refused' : 'preflight-allowed',
      said('OPTIONS /v1/chat/completions', preflight),
    ),
    noted(
      !closed.post ? 'post-answered' : isRefusal(post) ? 'post-refused' : 'post-blind',
      said('POST /v1/chat/completions, text/plain', post),
    ),
    noted(closed.read ? 'reading-closed' : 'reading-open', said('GET /health', read)),
  ];
  const right = closed.preflight && closed.post && closed.read;
  return {
    id: 'origin',
    verdict: right ? holds : fails,
    evidence,
    cure: right ? null : { cure: 'restart-server' },
  };
}

/** Whether a browser would hand the answer to a page of the strange origin. */
function letsIn({ headers }: Reply): boolean {
  const allowed = headers.get('access-control-allow-origin')?.trim().toLowerCase();
  return allowed === '*' || allowed === strangeOrigin || allowed === 'null';
}

function said(request: string, { status, headers }: Reply): string {
  const allowed = headers.get('access-control-allow-origin') ?? '-';
  return `${request}, Origin: ${strangeOrigin}: ${status}, Access-Control-Allow-Origin: ${allowed}`;
}
