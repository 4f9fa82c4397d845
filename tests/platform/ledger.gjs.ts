// SPDX-License-Identifier: GPL-3.0-or-later

// Whom a download contacted, as it is kept: every attempt, redirects, failures and stopped ones included.

import { CancelSource } from '../../src/core/cancel.ts';
import type { Contact } from '../../src/core/setup/ledger.ts';
import { download } from '../../src/engine/download.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import {
  actionFor,
  asked,
  depsFor,
  entryFor,
  fetchModel,
  startPublisher,
  urlFor,
} from '../support/publisher.ts';
import { assert, equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const publisher = await startPublisher(`${folder}/publisher`);
const { size } = publisher;
const here = `localhost:${publisher.port}`;

/** The lines of a download, without their times. */
async function contacts(models: string): Promise<readonly Contact[]> {
  const { lines, skipped } = await new Ledger(`${models}.ledger.jsonl`, files, clock).read();
  equal(skipped, []);
  return lines.map(({ v: _v, at, id: _id, ...contact }) => {
    assert(Math.abs(clock.now() - at) < 120_000, 'the time is now');
    return contact;
  });
}

const line = { why: 'download', subject: 'test-model', askedBy: 'person', task: 'model' } as const;

async function after(mode: string, url = urlFor(publisher, mode, mode)): Promise<readonly Contact[]> {
  const models = `${folder}/models-${mode}`;
  await fetchModel(publisher, models, url).catch(() => {});
  return contacts(models);
}

test('a whole file: one line, with the address and every byte', async () => {
  const [only, ...rest] = await after('ok');
  assert(only?.address === '127.0.0.1' || only?.address === '::1', only?.address ?? 'no address');
  assert((only?.sent ?? 0) > 50 && (only?.sent ?? 0) < 1000, `${only?.sent} bytes of a request`);
  equal(
    { ...only, address: null, sent: 0 },
    { ...line, host: here, address: null, received: size, sent: 0, status: 200 },
  );
  equal(rest, []);
});

test('a broken connection: one line for each, and the bytes add up to what the publisher sent', async () => {
  const lines = await after('drop');
  equal(
    lines.map(({ status }) => status),
    [200, 206],
  );
  const sent = (await asked(publisher, 'drop')).reduce((sum, request) => sum + request.sent, 0);
  equal([lines.reduce((sum, { received }) => sum + received, 0), sent], [size, size]);
});

test('a redirect: both hosts', async () => {
  equal(
    (await after('other-host')).map(({ host, received }) => [host, received]),
    [
      [here, 0],
      [`127.0.0.1:${publisher.otherPort}`, size],
    ],
  );
});

test('nobody there, no trust: the attempt is a line, without an address to have come from or a byte', async () => {
  const refused = await after('nobody', 'https://localhost:9/ok/x/model.gguf');
  assert(refused.length > 1, 'every attempt');
  for (const { host, received, status } of refused) equal([host, received, status], ['localhost:9', 0, 0]);
  const [untrusted] = await after('tls', urlFor(publisher, 'ok', 'tls', publisher.wrongPort));
  equal([untrusted?.host, untrusted?.received], [`localhost:${publisher.wrongPort}`, 0]);
});

test('stopped by the person: there was a contact all the same', async () => {
  const models = `${folder}/models-stopped`;
  const source = new CancelSource();
  const action = actionFor(publisher, models, urlFor(publisher, 'slow', 'stopped'));
  const tell = ({ done }: { readonly done: number | null }): void => {
    if ((done ?? 0) > size / 4) source.cancel();
  };
  await rejection(download(action, entryFor(publisher), depsFor(publisher, models), tell, source));
  const [only] = await contacts(models);
  assert(only !== undefined && only.host === here && only.received > size / 4, JSON.stringify(only));
});

test('it does not grow without an end, and what is new is never lost', async () => {
  const path = `${folder}/bounded.jsonl`;
  const ledger = new Ledger(path, files, clock, 1000);
  const contact: Contact = { ...line, host: 'h', address: null, received: 0, sent: 0, status: 200 };
  for (let status = 1; status <= 30; status += 1) await ledger.write({ ...contact, status });
  const { lines } = await ledger.read();
  equal(lines.at(-1)?.status, 30);
  equal(
    lines.map(({ status }) => status),
    Array.from({ length: lines.length }, (_, index) => 31 - lines.length + index),
  );
  for (const name of [path, `${path}.1`]) assert(((await files.stat(name))?.size ?? 0) < 1300, name);
  equal((await files.stat(path))?.mode, 0o600);
});

await run();
