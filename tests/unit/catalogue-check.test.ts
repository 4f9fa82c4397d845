// SPDX-License-Identifier: GPL-3.0-or-later

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { maxAnswerBytes } from '../../build-aux/catalogue/ask.ts';
import { check } from '../../build-aux/catalogue/main.ts';
import { parseCatalogue } from '../../src/core/models/catalogue.ts';
import { json, listed, notThere, publisherApi, redirect } from '../support/publisher-api.node.ts';
import { treeOf, treePath } from '../support/publisher-api.node.ts';
import type { Handler, PublisherApi } from '../support/publisher-api.node.ts';

const { entries } = parseCatalogue(readFileSync('data/catalogue/hearth.json', 'utf8'), 'x').catalogue;
const entry = entries[0]!;
const tree = treePath(entry);
const honest = Object.fromEntries(entries.map((each) => [treePath(each), json(treeOf(each))]));

let api: PublisherApi | null = null;
afterEach(async () => {
  await api?.close();
  api = null;
});

interface Ran {
  readonly status: number;
  readonly text: string;
}

async function run(handlers: Readonly<Record<string, Handler>>, ...argv: string[]): Promise<Ran> {
  api = await publisherApi(handlers);
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const status = await check(['--api', api.address, ...argv], say, say);
  return { status, text: lines.join('\n') };
}

/** The first entry alone, with its list answered by this. */
const runOne = (handler: Handler, ...argv: string[]): Promise<Ran> =>
  run({ [tree]: handler }, entry.id, ...argv);

describe('pins', () => {
  test('every pin of the catalogue that the publisher confirms is the same', async () => {
    const { status, text } = await run(honest, ...entries.map(({ id }) => id));
    expect(text).toContain(
      `${entries.length} pins: ${entries.length} same, 0 changed, 0 gone, 0 cannot tell`,
    );
    expect(status).toBe(0);
    expect(api!.asked).toHaveLength(entries.length);
  });

  test('without names the models that are not listed yet are looked up too', async () => {
    const { status, text } = await run(honest);
    expect(text).toContain('Not listed yet');
    expect(status).toBe(0);
  });

  test('another size and another hash are shown as old and new', async () => {
    const other = 'f'.repeat(64);
    const { status, text } = await runOne(json([listed(entry.file.name, entry.file.size + 1, other)]));
    expect(status).toBe(1);
    expect(text).toContain(`changed     ${entry.id}`);
    expect(text).toContain(`  size     - ${entry.file.size}\n           + ${entry.file.size + 1}`);
    expect(text).toContain(`  sha256   - ${entry.file.sha256}\n           + ${other}`);
  });

  test('only what differs is shown', async () => {
    const { text } = await runOne(json([listed(entry.file.name, entry.file.size, 'f'.repeat(64))]));
    expect(text).toContain('  sha256   -');
    expect(text).not.toContain('  size     -');
  });

  test.each<readonly [string, Handler, RegExp]>([
    ['a revision that was removed', notThere('RevisionNotFound'), /HTTP 404, RevisionNotFound/],
    [
      'a file that was removed',
      json([listed('README.md', 10, null)]),
      /the revision is there, .* is not in it/,
    ],
  ])('%s is gone', async (_name, handler, words) => {
    const { status, text } = await runOne(handler);
    expect(status).toBe(1);
    expect(text).toMatch(/^gone {8}/);
    expect(text).toMatch(words);
  });

  const huge: Handler = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const piece = Buffer.alloc(1024 * 1024, '[');
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
      response.once('drain', more);
    };
    more();
  };
  const status =
    (code: number, headers: Record<string, string> = {}): Handler =>
    (_request, response) => {
      response.writeHead(code, headers);
      response.end('no');
    };
  test.each<readonly [string, Handler, RegExp]>([
    ['a page instead of a list', (_q, r) => r.end('<html>Sign in to this Wi-Fi</html>'), /not JSON/],
    ['an object instead of a list', json({ error: 'x' }), /not a list of files/],
    ['an endless answer', huge, new RegExp(`more than ${maxAnswerBytes / 1024 / 1024} MiB`)],
    ['a list without the hash', json([listed(entry.file.name, entry.file.size, null)]), /without a SHA-256/],
    ['a size that is none', json([{ type: 'file', path: entry.file.name, size: '5' }]), /names no size/],
    ['another host', redirect('http://localhost:9/'), /sent on to localhost:9, which is not asked/],
    ['a loop', redirect(tree), /sent on again and again/],
    ['a private repository', status(401), /needs a sign-in: private, gated or removed/],
    ['too many questions', status(429, { 'retry-after': '60' }), /HTTP 429, may be asked again after 60 s/],
    ['a fault of the server', status(500), /HTTP 500/],
    ['a cut connection', (_q, r) => void r.destroy(), /cannot be reached/],
    ['silence', () => {}, /did not answer in time/],
  ])('%s: cannot tell, and that is no success', async (_name, handler, words) => {
    const ran = await runOne(handler, '--timeout', '1');
    expect(ran.status).toBe(3);
    expect(ran.text).toMatch(/^cannot tell /);
    expect(ran.text).toMatch(words);
  });

  test('a repository that moved is followed on the same host, and that is said', async () => {
    const moved = '/api/models/ibm/new-name/tree/x';
    const { status: code, text } = await run(
      { [tree]: redirect(moved), [moved]: json(treeOf(entry)) },
      entry.id,
    );
    expect(code).toBe(0);
    expect(text).toContain(`moved to ${moved}`);
  });

  test('a long list is read page by page', async () => {
    let page = 0;
    const { status: code } = await runOne((request, response) => {
      page += 1;
      const next = { link: `<http://${request.headers.host}${tree}?cursor=2>; rel="next"` };
      if (page === 1) json([listed('a.gguf', 1, null)], next)(request, response);
      else json(treeOf(entry))(request, response);
    });
    expect([code, page]).toEqual([0, 2]);
  });

  test('nobody there', async () => {
    const closed = await publisherApi({});
    await closed.close();
    const lines: string[] = [];
    const code = await check(
      ['--api', closed.address, entry.id],
      (line) => void lines.push(line),
      () => {},
    );
    expect(code).toBe(3);
    expect(lines[0]).toContain('cannot be reached');
  });
});

describe('models that are not listed', () => {
  const head = 'b'.repeat(40);
  const base = '/api/models/ibm-granite/granite-4.1-3b-GGUF';
  const file = listed('granite-4.1-3b-Q4_K_M.gguf', 2099502400, 'd'.repeat(64));

  test('get pins from one answer, and what is still missing is named', async () => {
    const about = json({ id: 'x', sha: head, cardData: { license: 'apache-2.0' } });
    const ran = await run({ [base]: about, [`${base}/tree/${head}`]: json([file]) }, 'granite-4.1-3b');
    expect(ran.text).toContain(`+ revision   ${head}`);
    expect(ran.text).toContain('+ exact size 2099502400');
    expect(ran.text).toContain(`+ sha256     ${'d'.repeat(64)}`);
    expect(ran.text).toContain('claims the licence apache-2.0');
    expect(ran.text).not.toContain('- missing');
  });

  test('a licence is never taken over from the page', async () => {
    const unclear = '/api/models/unsloth/Devstral-Small-2-24B-Instruct-2512-GGUF';
    const name = 'Devstral-Small-2-24B-Instruct-2512-Q4_K_M.gguf';
    const list = json([listed(name, 1, 'd'.repeat(64))]);
    const about = json({ sha: head, cardData: { license: 'apache-2.0' } });
    const ran = await run({ [unclear]: about, [`${unclear}/tree/${head}`]: list }, 'devstral-small-2');
    expect(ran.text).toContain('- missing: the licence, read at the publisher');
  });

  test('without a revision there is no pin', async () => {
    const ran = await run({ [base]: json({ sha: 'main' }) }, 'granite-4.1-3b');
    expect(ran.text).toContain('cannot be pinned, names no revision');
  });
});

test('--json has the same findings', async () => {
  const { status, text } = await runOne(json(treeOf(entry)), '--json');
  expect(status).toBe(0);
  expect(JSON.parse(text)).toMatchObject({
    kind: 'catalogue-check',
    findings: [{ id: entry.id, standing: 'same', differences: [] }],
  });
});

test.each([
  [['--nonsense'], /Unknown option/],
  [['--api', 'nonsense'], /is no address/],
  [['--timeout', '0'], /1 to 600/],
  [['--catalogue', '/does/not/exist'], /ENOENT/],
  [['--catalogue', 'package.json'], /package\.json:/],
  [['no-such-model'], /There is no entry no-such-model/],
])('wrong use: %j', async (argv, words) => {
  const lines: string[] = [];
  expect(
    await check(
      argv,
      () => {},
      (line) => void lines.push(line),
    ),
  ).toBe(2);
  expect(lines.join('\n')).toMatch(words);
});

test('the command itself runs and passes its status on', () => {
  const help = execFileSync('build-aux/catalogue-check', ['--help'], { encoding: 'utf8' });
  expect(help).toContain('usage: build-aux/catalogue-check');
  expect(() => execFileSync('build-aux/catalogue-check', ['--nonsense'], { stdio: 'pipe' })).toThrow(
    /Unknown/,
  );
});
