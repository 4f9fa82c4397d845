// SPDX-License-Identifier: GPL-3.0-or-later

// The three user units under a real user manager.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../../src/core/cancel.ts';
import { HearthError } from '../../../src/core/errors.ts';
import type { Action } from '../../../src/core/setup/plan.ts';
import { unitNames } from '../../../src/core/server/units.ts';
import { files } from '../../../src/platform/files.ts';
import { LocalLook } from '../../../src/platform/look.ts';
import { processes } from '../../../src/platform/processes.ts';
import { bench, http, makeModel, until, type Bench } from '../../support/serving.ts';
import { assert, equal, match, rejection, run, test } from '../../support/tap.ts';

const here = await bench('', { real: true });
await files.makeFolder(here.paths.models, 0o755);
const model = await makeModel(here.paths.models);
const look = new LocalLook();

async function perform(bench: Bench, actions: readonly Action[]): Promise<void> {
  for (const action of actions) {
    if (action.do === 'units') await bench.serving.units(action.verb, action.units);
    if (action.do !== 'write-file') continue;
    await files.makeFolder(GLib.path_get_dirname(action.path), 0o755);
    await files.writeAtomic(action.path, action.content, action.mode);
  }
}

const state = async (unit: string): Promise<string> =>
  (await processes.run(['systemctl', '--user', 'is-active', unit], {}, never)).stdout.trim();

test('the units are written, pass systemd’s own check, and start nothing by themselves', async () => {
  const request = here.request({ modelPath: model });
  const actions = await here.serving.prepare(request);
  equal(
    actions.map((action) => action.do),
    ['write-file', 'write-file', 'write-file', 'units', 'units', 'units'],
  );
  await perform(here, actions);
  const paths = Object.values(unitNames).map((name) => `${here.paths.config}/systemd/user/${name}`);
  const verify = await processes.run(['systemd-analyze', 'verify', '--user', ...paths], {}, never);
  equal([verify.exit, verify.stderr.trim()], [0, '']);
  equal(await here.serving.prepare(request), [], 'nothing is left to do');
  equal([await state(unitNames.socket), await state(unitNames.model)], ['active', 'inactive']);
  equal(await here.serving.check(never), null, 'a look starts nothing');
  equal(await state(unitNames.model), 'inactive');
});

test('the first request starts the model behind the wall', async () => {
  const request = here.request({ modelPath: model });
  const endpoint = await here.serving.start(request, never);
  equal([endpoint.way, endpoint.alias, endpoint.contextTokens], ['user-units', 'practice', 16384]);
  const { isolation, port } = endpoint;
  equal([isolation.isolated, isolation.interfaces], [true, ['lo']]);
  equal((await here.serving.check(never))?.isolation.serverPid, isolation.serverPid);
  const answer = await here.chat.ask(endpoint, [{ role: 'user', content: 'Hello' }], () => {}, never);
  assert(answer.answerTokens > 0, 'it answers');
  const stranger = { method: 'GET' as const, url: `http://127.0.0.1:${port}/v1/models` };
  equal((await http.request(stranger, never)).status, 401);

  const property = ['systemctl', '--user', 'show', '--value', '--property=MainPID', unitNames.proxy];
  const proxy = (await processes.run(property, {}, never)).stdout.trim();
  assert(
    (await look.readLink(`/proc/${proxy}/ns/net`)) !== isolation.ownNamespace,
    'the proxy has no network either',
  );
  const status = await look.readText(`/proc/${isolation.serverPid}/status`);
  match(status, /^NoNewPrivs:\s+1$/m);
  match(status, /^Seccomp:\s+2$/m);
  match(status, /^CapBnd:\s+0+$/m);
});

test('a killed model comes back with the next request', async () => {
  const first = await here.serving.check(never);
  await processes.run(['kill', '-9', String(first?.isolation.serverPid)], {}, never);
  await until('systemd saw it', async () => (await state(unitNames.model)) !== 'active');
  const second = await here.serving.start(here.request({ modelPath: model }), never);
  assert(second.isolation.serverPid !== first?.isolation.serverPid, 'a new server');
});

test('a file that is no model is said with the words of the server', async () => {
  const broken = `${here.paths.models}/broken model 100%.gguf`;
  await files.writeAtomic(broken, 'GGUF but not really', 0o600);
  const request = here.request({ modelPath: broken });
  await perform(here, await here.serving.prepare(request));
  const thrown = await rejection(here.serving.start(request, never));
  equal(thrown instanceof HearthError && thrown.code, 'server-died');
  match(thrown instanceof HearthError ? (thrown.detail ?? '') : '', /failed to load model|invalid/);
  assert(
    thrown instanceof HearthError && (thrown.detail ?? '').includes('broken model 100%.gguf'),
    'the odd name arrived',
  );
});

test('a taken port is stepped over, and stopping leaves nothing running', async () => {
  await here.serving.stop();
  const { port } = here.request();
  const other = await processes.start(
    ['python3', '-m', 'http.server', '--bind', '127.0.0.1', String(port)],
    {},
  );
  const url = `http://127.0.0.1:${port}/`;
  await until(
    'the other listens',
    async () => (await http.request({ method: 'GET', url }, never).catch(() => null)) !== null,
  );
  const request = here.request({ modelPath: model });
  await perform(here, await here.serving.prepare(request));
  const endpoint = await here.serving.start(request, never);
  equal(endpoint.port, port + 1);
  equal(await here.serving.prepare(request), [], 'the port that stands in is kept');
  await here.serving.stop();
  for (const unit of Object.values(unitNames)) assert((await state(unit)) !== 'active', `${unit} is stopped`);
  equal(await files.stat(`/proc/${endpoint.isolation.serverPid}`), null);
  other.signal('KILL');
  await other.exited;
});

await run();
