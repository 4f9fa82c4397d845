// SPDX-License-Identifier: GPL-3.0-or-later

// Which Goose is the newest: asked of a TLS server on loopback that stands for its makers'. One request, without anything
// of this computer in it, noted before it is made.

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import { ToolStore } from '../../src/engine/tools.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { fileLocks } from '../../src/platform/locks.ts';
import { processes } from '../../src/platform/processes.ts';
import { curlTransfers } from '../../src/platform/transfers.ts';
import { newestSentence } from '../../src/words/newest.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
let tell: (line: string) => void = () => {};
const line = new Promise<string>((resolve) => (tell = resolve));
await processes.start(['node', 'tests/support/release-server.mjs', folder], { onLine: (text) => tell(text) });
const { port, ca } = JSON.parse(await line) as { readonly port: number; readonly ca: string };
const list = JSON.parse(await files.readText('data/tools/hearth.json'));
const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));
let count = 0;

async function store(newest: string | null, caFile: string | null = ca) {
  count += 1;
  const home = `${folder}/home-${count}`;
  const own = `${folder}/list-${count}.json`;
  await files.makeFolder(home, 0o755);
  await files.writeAtomic(own, JSON.stringify({ ...list, tools: [{ ...list.tools[0], newest }] }), 0o644);
  const ledger = new Ledger(`${home}/ledger.jsonl`, files, clock);
  const tools = new ToolStore({
    ...{ files, clock, ledger, processes, own, caFile, home },
    transfers: curlTransfers({ files, processes, clock }),
    locks: fileLocks(processes),
    tools: `${home}/tools`,
    folders: [],
    data: `${home}/data`,
    searched: [],
  });
  return { tools, ledger };
}

const at = (path: string): string => `https://localhost:${port}/${path}`;
const program = (version: string) => ({ path: '/usr/bin/goose', version });

test('Hearth’s own list names the address of the makers', () => {
  equal(list.tools[0].newest, 'https://github.com/aaif-goose/goose/releases/latest');
});

test('a newer version is named with what can be done, and the contact is in the ledger', async () => {
  const { tools, ledger } = await store(at('newest'));
  equal(await tools.newestFrom(), `localhost:${port}`);
  equal((await ledger.read()).lines, [], 'naming the host asks nobody');
  const found = await tools.newest(program('1.0.0'), never);
  equal(found, { version: '9.8.7', installed: '1.0.0', pinned: list.tools[0].version });
  match(
    newestSentence(found),
    /^Goose 9\.8\.7 is the newest, and 1\.0\.0 is here\. Hearth installs only what/,
  );
  const { lines } = await ledger.read();
  equal(
    lines.map(({ why, host, status, subject, task }) => [why, host, status, subject, task]),
    [['version', `localhost:${port}`, 302, 'Goose', 'tools']],
  );
  assert((lines[0]?.received ?? 0) > 0 && (lines[0]?.sent ?? 0) > 0, JSON.stringify(lines[0]));
});

test('the question carries nothing of this computer, and the page is not fetched', async () => {
  const argv = ['curl', '--silent', '--cacert', ca, at('log')];
  const { stdout } = await processes.run(argv, {}, never);
  const asked = JSON.parse(stdout) as readonly { method: string; headers: Record<string, string> }[];
  equal(
    asked.map(({ method, headers }) => [method, Object.keys(headers).toSorted()]),
    [['HEAD', ['accept', 'host']]],
  );
});

test('what is here may be the newest, or newer', async () => {
  const { tools } = await store(at('older'));
  const found = await tools.newest(program('1.52.0'), never);
  equal(newestSentence(found), 'Goose 1.52.0 is here, and 0.1.0 is the newest.');
  equal(
    newestSentence({ version: '1.52.0', installed: '1.40.0', pinned: '1.52.0' }),
    'Goose 1.52.0 is the newest, and Hearth can install it.',
  );
});

for (const [what, path, expected] of [
  ['a page that is gone', 'gone', 'http-status'],
  ['a page instead of a way to one', 'page', 'bad-answer'],
  ['a way without a version', 'no-version', 'bad-answer'],
  ['a way without encryption', 'insecure', 'bad-answer'],
] as const) {
  test(`${what} ends in an error, and in the ledger`, async () => {
    const { tools, ledger } = await store(at(path));
    equal(code(await rejection(tools.newest(program('1.52.0'), never))), expected);
    equal((await ledger.read()).lines.length, 1);
  });
}

test('a certificate that nobody vouches for, a closed port, nobody asked, and no address', async () => {
  const stranger = await store(at('newest'), null);
  equal(code(await rejection(stranger.tools.newest(null, never))), 'tls');
  const closed = await store('https://localhost:9/newest');
  equal(code(await rejection(closed.tools.newest(null, never))), 'connection-refused');
  const stopped = new CancelSource();
  stopped.cancel();
  const { tools } = await store(at('newest'));
  equal(code(await rejection(tools.newest(null, stopped))), 'cancelled');
  const none = await store(null);
  equal(
    [await none.tools.newestFrom(), code(await rejection(none.tools.newest(null, never)))],
    [null, 'not-found'],
  );
});

await run();
