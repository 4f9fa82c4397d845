// SPDX-License-Identifier: GPL-3.0-or-later

// The built terminal program beside a simulated Ollama, at Ollama's own port. Where that port is taken nothing is tried.

import { hearth } from '../support/built.ts';
import { simulate, type Simulated } from '../support/other-server.ts';
import { assert, equal, match, run, test } from '../support/tap.ts';

const env = { LC_ALL: 'C.UTF-8', COLUMNS: '100' };
const ollama: Simulated = simulate('0.33.0', 11434);

interface Status {
  readonly server: {
    readonly state: string;
    readonly endpoint: { readonly alias: string; readonly isolated: boolean } | null;
  };
}

async function serverNow(): Promise<Status['server']> {
  return (JSON.parse((await hearth(['status', '--json'], { env })).out) as Status).server;
}

test('is not used before it was said what it is, and a no changes nothing', async () => {
  equal((await serverNow()).endpoint, null, 'it runs, and is not chosen by itself');
  const { exit, out } = await hearth(['try', '--engine=ollama', 'Hello'], { env, stdin: 'n\n' });
  equal(exit, 4);
  match(out, /Hearth does not shut it off from the network and sends it no key/);
  match(out, /listens on this computer only/);
  match(out, /answers every program on this computer, without a key/);
  match(out, /could not be read/);
  match(out, /model asked there is qwen3:8b/);
  equal((await serverNow()).endpoint, null);
  assert(!ollama.asked.some(({ path }) => path === '/v1/chat/completions'), 'it was asked nothing');
});

test('answers once it was agreed to, and is called what it is everywhere', async () => {
  const { exit, out, err } = await hearth(
    ['try', '--engine=ollama', '--model=llama3.2:3b', '--yes', 'Hello'],
    { env },
  );
  equal(exit, 0, `${err}\n${out}`);
  match(out, /Hello there/);
  const asked = ollama.asked.filter(({ path }) => path === '/v1/chat/completions');
  equal(asked.length, 1);
  equal((JSON.parse(asked[0]?.body ?? '') as { model: string }).model, 'llama3.2:3b');
  assert(
    ollama.asked.every(({ key }) => key === null),
    'no key was sent',
  );
  const { endpoint } = await serverNow();
  equal([endpoint?.alias, endpoint?.isolated], ['llama3.2:3b', false]);
  match((await hearth(['status'], { env })).out, /Not shut off from the network: served by Ollama/);
  const proof = JSON.parse((await hearth(['proof', '--json'], { env })).out) as {
    readonly holds: boolean | null;
    readonly checks: readonly { readonly id: string; readonly verdict: { readonly tag: string } }[];
  };
  equal(proof.holds, false);
  const tags = Object.fromEntries(proof.checks.map(({ id, verdict }) => [id, verdict.tag]));
  equal([tags['wall'], tags['key'], tags['origin']], ['fails', 'fails', 'fails']);
  match((await hearth(['proof'], { env })).out, /Ollama serves, which Hearth does not shut off/);
});

test('Goose is not pointed at it', async () => {
  const { exit, err } = await hearth(['goose', 'Hello'], { env });
  assert(exit !== 0, 'refused');
  match(err, /Goose is kept to Hearth’s own server/);
});

test('one that is gone is said, with the way back', async () => {
  ollama.stop();
  const gone = await hearth(['try', 'Hello'], { env });
  assert(gone.exit !== 0, 'there is nobody to ask');
  match(gone.err, /Ollama was chosen to serve, and does not answer.*\n?.*--engine=auto/s);
  const back = await hearth(['plan', 'try', '--engine=auto'], { env });
  assert(!/Ollama/.test(back.err), back.err);
  match((await hearth(['try', 'Hello'], { env, stdin: 'n\n' })).err, /^(?!.*Ollama)/s);
});

await run();
