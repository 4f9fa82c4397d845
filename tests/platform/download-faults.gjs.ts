// SPDX-License-Identifier: GPL-3.0-or-later

// The fault table: what a download does when the publisher or the network misbehaves, what a person is told, and what
// is on the disk afterwards. Every line is a transfer over TLS from a server that fails in just this way.

import { HearthError } from '../../src/core/errors.ts';
import { listInstalled, listPartials } from '../../src/engine/installed.ts';
import { sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { errorWords } from '../../src/words/errors.ts';
import { asked, fetchModel, startPublisher, urlFor } from '../support/publisher.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const publisher = await startPublisher(`${folder}/publisher`);
const { size, wrongPort, plainPort } = publisher;
const middle = Math.floor(size / 2);

interface Row {
  readonly mode: string;
  /** 'done' or the code of the error; two where the system decides which. */
  readonly end: string | readonly string[];
  /** Bytes that stay for next time. */
  readonly kept?: number;
  /** How often the publisher is asked; left out where its patience decides. */
  readonly requests?: number;
  readonly url?: string;
  readonly what: string;
}

const rows: readonly Row[] = [
  { mode: 'ok', what: 'nothing', end: 'done', requests: 1 },
  { mode: 'ok-no-etag', what: 'no version named', end: 'done', requests: 1 },
  { mode: 'drop', what: 'connection breaks in the middle', end: 'done', requests: 2 },
  { mode: 'drop-always', what: 'connection breaks again and again', end: 'done', requests: 5 },
  { mode: 'drop-empty', what: 'connection breaks before a byte', end: 'connection-lost', requests: 4 },
  { mode: 'away', what: 'refused for two seconds, then back', end: 'done', requests: 2 },
  { mode: 'no-ranges', what: '200 for 206', end: 'done', requests: 3 },
  { mode: 'no-ranges-drops', what: '200 for 206, always', end: 'range-ignored', kept: middle, requests: 4 },
  { mode: 'wrong-range', what: 'wrong Content-Range', end: 'done' },
  { mode: 'wrong-total', what: 'other length named', end: 'publisher-changed', kept: middle, requests: 2 },
  { mode: 'etag-changed', what: 'new ETag, same bytes', end: 'done', requests: 3 },
  { mode: 'file-changed', what: 'new ETag, other bytes', end: 'publisher-changed', requests: 3 },
  { mode: 'size-changed', what: 'larger file', end: 'publisher-changed', requests: 1 },
  { mode: 'short', what: 'smaller file', end: 'publisher-changed', requests: 1 },
  { mode: 'short-chunked', what: 'body ends early, quietly', end: 'done', requests: 3 },
  { mode: 'long', what: 'body longer than announced', end: 'size-mismatch', requests: 1 },
  { mode: 'flip', what: 'one bit flipped', end: 'hash-mismatch', requests: 2 },
  { mode: 'flip-once', what: 'one bit flipped, once', end: 'done', requests: 2 },
  { mode: 'other-host', what: 'redirect to another host', end: 'done', requests: 2 },
  { mode: 'plain', what: 'redirect from https to http', end: 'insecure-redirect', requests: 1 },
  { mode: 'loop', what: 'redirects in circles', end: 'redirect-loop', requests: 6 },
  { mode: 'not-found', what: '404', end: 'http-status', requests: 1 },
  { mode: '416', what: '416', end: 'publisher-changed', kept: middle, requests: 2 },
  { mode: 'too-many', what: '429, Retry-After 1 s', end: 'done', requests: 2 },
  { mode: 'too-many-long', what: '429, Retry-After a day', end: 'http-status', requests: 1 },
  { mode: 'unavailable', what: '503 twice', end: 'done', requests: 3 },
  { mode: 'broken', what: '500 always', end: 'http-status', requests: 4 },
  { mode: 'stall', what: 'silence in the middle', end: 'done', requests: 2 },
  { mode: 'drip', what: 'three bytes a second', end: 'too-slow' },
  { mode: 'one-byte', what: 'one byte a second', end: 'too-slow' },
  { mode: 'portal', what: 'captive portal', end: 'captive-portal', requests: 1 },
  {
    mode: 'portal-later',
    what: 'captive portal in the middle',
    end: 'captive-portal',
    kept: middle,
    requests: 2,
  },
  { mode: 'gzip', what: 'gzip forced on', end: 'bad-answer', requests: 1 },
  {
    mode: 'tls',
    what: 'wrong certificate',
    end: 'tls',
    requests: 0,
    url: urlFor(publisher, 'ok', 'tls', wrongPort),
  },
  {
    mode: 'nobody',
    what: 'nobody listens',
    end: 'connection-refused',
    url: 'https://localhost:9/ok/x/model.gguf',
  },
  {
    mode: 'nameless',
    what: 'a name that nobody has',
    end: ['host-not-found', 'offline'],
    url: 'https://nobody.invalid/ok/x/model.gguf',
  },
  {
    mode: 'http',
    what: 'plain http',
    end: 'insecure-redirect',
    requests: 0,
    url: `http://localhost:${plainPort}/ok/http/model.gguf`,
  },
];

for (const row of rows) {
  const { mode, what, end, kept = 0, requests } = row;
  test(`${mode}, ${what}: ${[end].flat().join(' or ')}`, async () => {
    const models = `${folder}/models-${mode}`;
    const error = await ending(models, row.url ?? urlFor(publisher, mode, mode));
    const code = error?.code ?? 'done';
    assert([end].flat().includes(code), `${code}: ${error?.message ?? ''}`);
    const final = `${models}/test-model/model.gguf`;
    const there = (await files.stat(final)) !== null;
    equal(there, code === 'done', 'a file has its name exactly when the download succeeded');
    if (there) {
      equal(sha256(await files.readBytes(final)), publisher.sha256, 'wrong bytes');
      equal((await listInstalled(files, models))[0]?.verified, true);
      equal(await listPartials(files, models), []);
    }
    const left = (await files.stat(`${models}/.partial/${publisher.sha256}.part`))?.size ?? 0;
    equal(left, ['drip', 'one-byte'].includes(mode) ? left : kept, 'bytes kept');
    if (requests !== undefined) equal((await asked(publisher, mode)).length, requests, 'requests');
    const sentence = told(error);
    print(
      `# fault: ${what} → ${code}, “${sentence}”, ${there ? 'right file' : `no file, ${left} bytes kept`}`,
    );
  });
}

async function ending(models: string, url: string): Promise<HearthError | null> {
  try {
    await fetchModel(publisher, models, url);
    return null;
  } catch (thrown) {
    if (thrown instanceof HearthError) return thrown;
    throw thrown;
  }
}

/** What a person reads: it must name the host or the model. */
function told(error: HearthError | null): string {
  if (error === null) return '';
  const { sentence, next } = errorWords(error.toValue());
  const named = /localhost|127\.0\.0\.1|nobody\.invalid|Test/.test(sentence);
  assert(named && next !== '', `${sentence} ${next}`);
  return `${sentence} ${next}`;
}

test('after wrong-range the whole file was asked for', async () => {
  equal((await asked(publisher, 'wrong-range')).at(-1)?.range ?? null, null);
});

test('a network that came back: the rest was asked for, and no byte twice', async () => {
  const [first, second] = await asked(publisher, 'away');
  equal(second?.range, `bytes=${middle}-`);
  equal((first?.sent ?? 0) + (second?.sent ?? 0), size);
});

await run();
