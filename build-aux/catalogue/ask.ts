// SPDX-License-Identifier: GPL-3.0-or-later

/** Asking the publisher's interface, with a bound for everything that it could send. */

export type Answer =
  | {
      readonly tag: 'text';
      readonly text: string;
      readonly next: URL | null;
      readonly notes: readonly string[];
    }
  /** The publisher says that there is no such thing. */
  | { readonly tag: 'gone'; readonly why: string }
  /** Nothing can be concluded. */
  | { readonly tag: 'unclear'; readonly why: string };

export const maxAnswerBytes = 8 * 1024 * 1024;
const maxRedirects = 3;

/** @param timeout milliseconds for the whole answer */
export async function ask(start: URL, timeout: number): Promise<Answer> {
  const notes: string[] = [];
  const signal = AbortSignal.timeout(timeout);
  let url = start;
  try {
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const response = await fetch(url, {
        redirect: 'manual',
        signal,
        headers: { accept: 'application/json' },
      });
      if (response.status < 300 || response.status >= 400) return await judge(response, url, notes);
      await response.body?.cancel();
      const to = URL.parse(response.headers.get('location') ?? '', url.href);
      if (to === null) return unclear(`HTTP ${response.status} without an address to go to`);
      // A pin is a statement about one publisher; nobody else is asked.
      if (to.origin !== start.origin) return unclear(`is sent on to ${to.host}, which is not asked`);
      notes.push(`moved to ${to.pathname}`);
      url = to;
    }
    return unclear('is sent on again and again');
  } catch (error) {
    return unclear(failure(error, start));
  }
}

async function judge(response: Response, url: URL, notes: readonly string[]): Promise<Answer> {
  const { status, headers } = response;
  if (status !== 200) {
    await response.body?.cancel();
    const code = headers.get('x-error-code');
    const said = `HTTP ${status}${code === null ? '' : `, ${code}`}`;
    if (status === 404 || status === 410) return { tag: 'gone', why: `is not there any more (${said})` };
    // The publisher hides private and removed repositories behind the same answer.
    if (status === 401 || status === 403)
      return unclear(`needs a sign-in: private, gated or removed (${said})`);
    const wait = headers.get('retry-after');
    return unclear(wait === null ? said : `${said}, may be asked again after ${wait} s`);
  }
  const text = await bounded(response);
  if (text === null) return unclear(`answers more than ${maxAnswerBytes / 1024 / 1024} MiB`);
  return { tag: 'text', text, next: nextPage(headers.get('link'), url), notes };
}

async function bounded(response: Response): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    // Leaving the loop ends the transfer.
    if (size > maxAnswerBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Long lists come in pages; RFC 8288 names the next one. */
function nextPage(link: string | null, url: URL): URL | null {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  const next = target === undefined ? null : URL.parse(target, url.href);
  return next?.origin === url.origin ? next : null;
}

function failure(error: unknown, url: URL): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `${url.host} did not answer in time`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return `${url.host} cannot be reached (${cause})`;
}

function unclear(why: string): Answer {
  return { tag: 'unclear', why };
}
