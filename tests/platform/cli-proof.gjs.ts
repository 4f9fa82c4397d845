// SPDX-License-Identifier: GPL-3.0-or-later

// `hearth proof` and `hearth ledger` as people run them: the built program, its objects, its files and its exit codes.

import { documented } from '../../src/cli/json.ts';
import type { Proof } from '../../src/core/proof/types.ts';
import type { LedgerLine } from '../../src/core/setup/ledger.ts';
import { files } from '../../src/platform/files.ts';
import { hearth, textOf } from '../support/built.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

const home = temporaryFolder();
const env = {
  LC_ALL: 'C.UTF-8',
  COLUMNS: '80',
  TMPDIR: temporaryFolder(),
  HOME: home,
  XDG_DATA_HOME: `${home}/d`,
  XDG_STATE_HOME: `${home}/s`,
  XDG_CONFIG_HOME: `${home}/c`,
};
const ledger = `${home}/s/hearth/ledger.jsonl`;
const names = (out: string): readonly string[] =>
  Object.keys(JSON.parse(out) as object).filter((name) => !['v', 'kind', 'practice'].includes(name));

test('with the model started, all holds in practice, and the exit code says so', async () => {
  const { exit, out, err } = await hearth(['--practice', '--yes', 'proof', '--start', '--json'], { env });
  equal(exit, 0, `${err}\n${out}`);
  equal(names(out), documented['proof']);
  const proof = JSON.parse(out) as Proof & { readonly holds: boolean };
  equal(proof.holds, true);
  assert(
    proof.checks.every(({ verdict }) => ['holds', 'not-applicable'].includes(verdict.tag)),
    out,
  );
});

test('with the model off it says what it could not tell, starts nothing, and ends with 3', async () => {
  const { exit, out } = await hearth(['proof'], { env });
  equal(exit, 3);
  match(out, /○ The model has no network · Not known · The model is off/);
  match(out, /hearth proof --start/);
  match(out, /What This Does Not Cover/);
  for (const line of out.split('\n'))
    assert(line.length <= 80 || /^ {6}/.test(line), `longer than the terminal: ${line}`);
});

test('a service elsewhere in Goose is a failure, with 1', async () => {
  await files.makeFolder(`${home}/c/goose`, 0o700);
  const path = `${home}/c/goose/config.yaml`;
  await files.writeAtomic(path, 'active_provider: openai\nproviders:\n  openai:\n    enabled: true\n', 0o600);
  const { exit, out } = await hearth(['proof', '--quiet'], { env });
  equal(exit, 1);
  match(out, /✗ Goose knows no service elsewhere · Does not hold · Set up in Goose: openai/);
  await files.remove(path);
});

test('the ledger is read, exported and emptied', async () => {
  const empty = await hearth(['ledger', '--json'], { env });
  equal([empty.exit, names(empty.out)], [0, documented['ledger']]);
  const line: LedgerLine = {
    v: 1,
    at: Date.UTC(2026, 10, 24, 9),
    host: 'models.example',
    address: '192.0.2.1',
    why: 'download',
    subject: 'one',
    received: 2_500_000_000,
    sent: 512,
    status: 200,
    askedBy: 'person',
    task: 'model',
    id: null,
  };
  await files.makeFolder(`${home}/s/hearth`, 0o700);
  await files.writeAtomic(ledger, `${JSON.stringify(line)}\n{"torn\n`, 0o600);
  const shown = await hearth(['ledger'], { env });
  equal(shown.exit, 0);
  match(shown.out, /models\.example \(192\.0\.2\.1\)/);
  match(shown.out, /To download one · 2\.5 GB received · 512 bytes sent/);
  match(shown.out, /1 line of the list could not be read/);
  const table = `${home}/ledger.csv`;
  equal((await hearth(['ledger', 'export', table], { env })).exit, 0);
  match(
    textOf(table),
    /^at,host,[^\n]*\r\n2026-11-24T09:00:00\.000Z,models\.example,192\.0\.2\.1,download,one,/,
  );
  const again = await hearth(['ledger', 'export', table], { env });
  assert(again.exit !== 0, 'a file of the person is not replaced');
  equal((await hearth(['ledger', 'clear'], { env, stdin: 'n\n' })).exit, 4);
  assert((await files.stat(ledger)) !== null, 'a no is a no');
  equal((await hearth(['ledger', 'clear', '--yes'], { env })).exit, 0);
  equal(await files.stat(ledger), null);
});

await run();
