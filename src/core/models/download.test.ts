// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downloadPolicy, nextDownload, startDownload } from './download.ts';
import type { DownloadCommand, DownloadState } from './download.ts';
import { isUsable, judge } from './judge.ts';
import { RateMeter } from './rate.ts';
import { noHead, parseContentRange, parseHead, retryAfter, strongEtag } from './transfer.ts';
import type { TransferReport, TransferRequest, Verdict } from './transfer.ts';

const size = 1000;
const right = 'a'.repeat(64);
const wrong = 'b'.repeat(64);

const request = (offset: number, etag: string | null = '"v1"'): TransferRequest => ({
  url: 'https://host/file',
  to: '/part',
  offset,
  size,
  etag,
  caFile: null,
});

function report(
  exit: number,
  bytes: number,
  status = 0,
  headers: Record<string, string> = {},
): TransferReport {
  const head = status === 0 ? noHead : { status, headers: new Map(Object.entries(headers)), movedTo: null };
  return { exit, head, host: 'host', address: null, sent: null, detail: '', bytes };
}

describe('what an answer means', () => {
  const part = (start: number, end = size - 1, total: number | string = size) => ({
    'content-range': `bytes ${start}-${end}/${total}`,
  });
  const cases: readonly (readonly [string, TransferReport, number, Partial<Verdict>])[] = [
    ['all of it', report(0, size, 200, { 'content-length': '1000' }), 0, { tag: 'complete' }],
    ['the rest of it', report(0, size, 206, part(400)), 400, { tag: 'complete' }],
    ['a lost connection', report(18, 500, 200), 0, { tag: 'again', code: 'connection-lost' }],
    ['an early end without a length', report(0, 500, 200), 0, { tag: 'again', code: 'connection-lost' }],
    ['no range', report(33, 400, 200), 400, { tag: 'restart', changed: true }],
    [
      'no range, same version',
      report(33, 400, 200, { etag: '"v1"' }),
      400,
      { tag: 'restart', changed: false },
    ],
    ['a range from elsewhere', report(0, 900, 206, part(300)), 400, { tag: 'restart' }],
    ['a range that ends early', report(0, 900, 206, part(400, 800)), 400, { tag: 'restart' }],
    ['206 without a range', report(0, 900, 206), 400, { tag: 'restart' }],
    [
      'a range of a larger file',
      report(0, size, 206, part(400, 999, 2000)),
      400,
      { code: 'publisher-changed', keep: 'before' },
    ],
    ['a larger file', report(63, 0, 200, { 'content-length': '1064' }), 0, { code: 'publisher-changed' }],
    ['a smaller file', report(0, 900, 200, { 'content-length': '900' }), 0, { code: 'publisher-changed' }],
    ['more than promised', report(137, 1200, 200), 0, { code: 'size-mismatch', keep: 'nothing' }],
    [
      '416 of a smaller file',
      report(22, 400, 416, { 'content-range': 'bytes */300' }),
      400,
      { code: 'publisher-changed' },
    ],
    ['416 all the same', report(22, 400, 416, { 'content-range': 'bytes */1000' }), 400, { tag: 'restart' }],
    [
      'a page',
      report(0, 80, 200, { 'content-type': 'text/html; charset=x' }),
      0,
      { code: 'captive-portal', keep: 'before' },
    ],
    ['packed', report(0, 80, 200, { 'content-encoding': 'gzip' }), 0, { code: 'bad-answer' }],
    ['429', report(22, 0, 429, { 'retry-after': '7' }), 0, { tag: 'again-without', after: 7 }],
    ['503', report(22, 0, 503), 0, { tag: 'again-without', code: 'http-status', after: null }],
    ['404', report(22, 0, 404), 0, { tag: 'failed', code: 'http-status' }],
    ['a redirect to http', report(1, 0, 302), 0, { tag: 'failed', code: 'insecure-redirect' }],
    ['a redirect in circles', report(47, 0, 302), 0, { tag: 'failed', code: 'redirect-loop' }],
    ['nobody', report(7, 0), 0, { tag: 'again', code: 'connection-refused' }],
    ['no such host', report(6, 0), 0, { tag: 'again', code: 'host-not-found' }],
    ['a false certificate', report(60, 0), 0, { tag: 'failed', code: 'tls' }],
    ['a full disk', report(23, 300, 200), 0, { tag: 'failed', code: 'no-space', keep: 'all' }],
    ['killed by somebody', report(137, 300, 200), 0, { tag: 'again', code: 'connection-lost' }],
    [
      'a status of curl that nobody knows',
      report(99, 300, 200),
      0,
      { tag: 'failed', code: 'command-failed' },
    ],
  ];
  test.each(cases)('%s', (_name, given, offset, expected) => {
    expect(judge(given, request(offset))).toMatchObject(expected);
  });

  test('curl says in words whether it was slow or the network gone', () => {
    expect(judge({ ...report(28, 0), detail: 'Operation too slow.' }, request(0))).toMatchObject({
      code: 'too-slow',
    });
    expect(judge({ ...report(28, 0), detail: 'Connection timed out' }, request(0))).toMatchObject({
      code: 'timeout',
    });
    expect(judge({ ...report(7, 0), detail: 'Network is unreachable' }, request(0))).toMatchObject({
      code: 'offline',
    });
  });

  test('bytes of a wrong answer are stopped while they come', () => {
    const head = (status: number, headers: Record<string, string> = {}) => report(0, 0, status, headers).head;
    expect(isUsable(head(200, { 'content-length': '1000' }), request(0))).toBe(true);
    expect(isUsable(head(302), request(0))).toBe(true);
    expect(isUsable(head(200, { 'content-type': 'text/html' }), request(0))).toBe(false);
    expect(isUsable(head(206, part(0)), request(400))).toBe(false);
  });
});

test('a dump of header lines: the last answer counts, and where it led is kept', () => {
  const head = parseHead(
    'HTTP/1.1 302 Found\r\nLocation: https://cdn/x\r\nETag: "a"\r\n\r\nHTTP/2 206 \r\netag: "b"\r\nX: 1: 2\r\n\r\n',
  );
  expect(head).toMatchObject({ status: 206, movedTo: 'https://cdn/x' });
  expect([head.headers.get('etag'), head.headers.get('x'), head.headers.has('location')]).toEqual([
    '"b"',
    '1: 2',
    false,
  ]);
  expect(parseHead('')).toEqual(noHead);
});

test('small headers', () => {
  expect(parseContentRange('bytes 1-2/3')).toEqual({ start: 1, end: 2, total: 3 });
  expect(parseContentRange('bytes */3')).toEqual({ start: null, end: null, total: 3 });
  expect(parseContentRange('bytes 1-2/*')).toEqual({ start: 1, end: 2, total: null });
  for (const text of [undefined, '', 'bytes', 'bytes a-b/c', 'bytes 1-2/99999999999999999']) {
    expect(parseContentRange(text)).toBeNull();
  }
  const of = (name: string, value: string) => ({
    status: 200,
    headers: new Map([[name, value]]),
    movedTo: null,
  });
  expect(retryAfter(of('retry-after', 'Wed, 21 Oct 2026 07:28:00 GMT'))).toBeNull();
  expect(strongEtag(of('etag', '"abc"'))).toBe('"abc"');
  expect(strongEtag(of('etag', 'W/"abc"'))).toBeNull();
  expect(strongEtag(of('etag', '"a"\r\nX: y'))).toBeNull();
});

/** Plays a script of transfer ends (exit, bytes, verdict from `judge`) and gives the commands in order. */
function play(
  script: readonly TransferReport[],
  hashes: readonly string[],
  onDisk = 0,
  problem: string | null = null,
): { readonly commands: readonly DownloadCommand[]; readonly state: DownloadState } {
  let [state, queue] = nextDownload(startDownload(size, right, 'host'), {
    type: 'looked',
    bytes: onDisk,
    etag: '"v1"',
  });
  const commands: DownloadCommand[] = [];
  const [reports, sums] = [[...script], [...hashes]];
  for (;;) {
    commands.push(...queue);
    const last = queue.at(-1);
    if (last === undefined || last.do === 'fail' || last.do === 'finish') return { commands, state };
    if (last.do === 'fetch') {
      const next = reports.shift();
      if (next === undefined) return { commands, state };
      const verdict = judge(next, request(last.offset, last.etag));
      [state, queue] = nextDownload(state, { type: 'fetched', verdict, report: next, etag: null });
    } else if (last.do === 'wait') [state, queue] = nextDownload(state, { type: 'waited' });
    else if (last.do === 'hash') {
      [state, queue] = nextDownload(state, { type: 'hashed', sha256: sums.shift() ?? right });
    } else if (last.do === 'read-header')
      [state, queue] = nextDownload(state, { type: 'header-read', problem });
    else [state, queue] = nextDownload(state, { type: 'placed' });
  }
}

const names = (commands: readonly DownloadCommand[]): string =>
  commands.map((command) => command.do).join(' ');
const all = report(0, size, 200, { 'content-length': '1000' });

describe('a download', () => {
  test('goes through', () => {
    expect(names(play([all], [right]).commands)).toBe('fetch hash read-header place finish');
  });
  test('of which all is there only hashes', () => {
    expect(names(play([], [right], size).commands)).toBe('hash read-header place finish');
  });
  test('with more on the disk than there should be starts from zero', () => {
    expect(names(play([all], [right], size + 1).commands)).toBe('cut fetch hash read-header place finish');
  });
  test('waits longer each time while the publisher is busy', () => {
    const { commands } = play(
      Array.from({ length: 9 }, () => report(22, 0, 503)),
      [],
    );
    expect(commands.flatMap((c) => (c.do === 'wait' ? [c.seconds] : []))).toEqual([1, 2, 4, 8, 16]);
  });
  test('to which nobody answers is given up within seconds', () => {
    const lost = report(7, 0);
    const { commands } = play(
      Array.from({ length: 9 }, () => lost),
      [],
    );
    expect(commands.flatMap((c) => (c.do === 'wait' ? [c.seconds] : []))).toEqual([1, 2]);
    expect(commands.at(-1)).toMatchObject({
      do: 'fail',
      error: { code: 'connection-refused', args: { host: 'host' } },
    });
  });
  test('that had begun waits out a network that is gone, half an hour long', () => {
    const gone = Array.from({ length: 99 }, () => report(6, 400));
    const { commands } = play([report(18, 400, 200), ...gone], []);
    const waits = commands.flatMap((c) => (c.do === 'wait' ? [c.seconds] : []));
    expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    expect(Math.max(...waits)).toBe(downloadPolicy.longestPause);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(downloadPolicy.patience);
    expect(commands.at(-1)).toMatchObject({ do: 'fail', error: { code: 'host-not-found' } });
    const rest = report(0, size, 206, { 'content-range': 'bytes 400-999/1000' });
    expect(names(play([report(18, 400, 200), ...gone.slice(0, 20), rest], [right]).commands)).toMatch(
      /wait fetch hash read-header place finish$/,
    );
  });
  test('waits as long as the server asks, but not a day', () => {
    const asks = (seconds: string) => report(22, 0, 429, { 'retry-after': seconds });
    expect(play([asks('60')], []).commands).toContainEqual({ do: 'wait', seconds: 60, code: 'http-status' });
    expect(play([asks('86400')], []).commands.at(-1)).toMatchObject({ error: { args: { status: 429 } } });
  });
  test('with a wrong hash is fetched once more, then the file is gone and that is said', () => {
    const { commands } = play([all, all], [wrong, wrong]);
    expect(names(commands)).toBe('fetch hash cut fetch hash cut fail');
    expect(commands.at(-1)).toMatchObject({ error: { code: 'hash-mismatch' } });
  });
  test('with a wrong hash after another version was named is not fetched again', () => {
    const { commands } = play([report(33, 400, 200, { etag: '"v2"' }), all], [wrong], 400);
    expect(names(commands)).toBe('fetch cut fetch hash cut fail');
    expect(commands.at(-1)).toMatchObject({ error: { code: 'publisher-changed' } });
  });
  test('from a server without ranges starts from zero once', () => {
    const ignored = report(33, 400, 200, { etag: '"v1"' });
    const { commands } = play([ignored, report(18, 400, 200), ignored], [], 400);
    expect(names(commands)).toBe('fetch cut fetch wait fetch fail');
    expect(commands.at(-1)).toMatchObject({ error: { code: 'range-ignored' } });
  });
  test('with a header that does not fit gets no name, and the bytes stay', () => {
    const { commands } = play([all], [right], 0, 'its architecture is x, not y');
    expect(names(commands)).toBe('fetch hash read-header fail');
  });
});

test('whatever happens: it ends, a name is given only after the right hash, and what is kept is said', () => {
  const anyReport = fc.record({
    exit: fc.constantFrom(0, 1, 6, 7, 18, 22, 23, 28, 33, 47, 56, 60, 63, 92, 137),
    bytes: fc.nat(size + 10),
    status: fc.constantFrom(0, 200, 206, 302, 404, 416, 429, 500, 503),
    range: fc.constantFrom(
      '',
      `bytes 0-999/${size}`,
      `bytes 400-999/${size}`,
      'bytes 0-1999/2000',
      'bytes */1000',
    ),
    length: fc.constantFrom('', '1000', '600', '1064'),
  });
  fc.assert(
    fc.property(
      fc.array(anyReport, { maxLength: 40 }),
      fc.array(fc.constantFrom(right, wrong), { maxLength: 5 }),
      fc.nat(size + 5),
      (raw, hashes, onDisk) => {
        const script = raw.map(({ exit, bytes, status, range, length }) =>
          report(exit, bytes, status, {
            'content-range': range,
            ...(length === '' ? {} : { 'content-length': length }),
          }),
        );
        const { commands, state } = play(script, hashes, onDisk);
        const order = names(commands);
        if (order.includes('place')) expect(order).toMatch(/hash read-header place finish$/);
        expect(
          commands.filter((command) => command.do === 'cut' && command.bytes === 0).length,
        ).toBeLessThanOrEqual(4 + script.length);
        expect(commands.filter((command) => command.do === 'hash').length).toBeLessThanOrEqual(2);
        expect(state.bytes).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 2000 },
  );
});

test('attempts that bring next to nothing come to an end', () => {
  const drip = Array.from({ length: 50 }, (_, index) =>
    index === 0
      ? report(28, 1, 200, { 'content-length': '1000' })
      : report(28, index + 1, 206, { 'content-range': `bytes ${index}-999/1000` }),
  );
  const { commands } = play(drip, []);
  expect(commands.filter((command) => command.do === 'fetch').length).toBe(downloadPolicy.tries);
});

test('a rate over the last seconds', () => {
  const meter = new RateMeter();
  expect(meter.add(0, 0)).toBeNull();
  expect(meter.add(100, 1000)).toBeNull();
  expect(meter.add(1000, 10_000)).toBe(10_000);
  for (let time = 2000; time <= 20_000; time += 1000) meter.add(time, 10_000);
  expect(meter.add(21_000, 10_000)).toBe(0);
  expect(meter.add(22_000, 500)).toBeNull();
});
