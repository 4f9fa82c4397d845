// SPDX-License-Identifier: GPL-3.0-or-later

// What runs when nobody asks, who wakes it, and what happens to the address when others want it too. Under a real user
// manager, with the real server.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../../src/core/cancel.ts';
import { HearthError } from '../../../src/core/errors.ts';
import { parseCommandLine } from '../../../src/core/server/proc.ts';
import { unitNames } from '../../../src/core/server/units.ts';
import type { Action } from '../../../src/core/setup/plan.ts';
import { clock, sha256 } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { LocalLook } from '../../../src/platform/look.ts';
import { processes } from '../../../src/platform/processes.ts';
import { bench, http, makeModel, modelName, until } from '../../support/serving.ts';
import { assert, equal, match, rejection, run, test } from '../../support/tap.ts';

const here = await bench('', { real: true });
const look = new LocalLook();
const port = 4327;
const address = `http://127.0.0.1:${port}`;
const request = here.request({ modelPath: `${here.paths.models}/${modelName}`, port });

// Started by a test below: a second Hearth, which uses the server, tells whose it is, and ends.
if (ARGV[0] === 'second') {
  const endpoint = await here.serving.start(request, never);
  const answer = await here.chat.ask(endpoint, [{ role: 'user', content: 'Hello' }], () => {}, never);
  await here.serving.close();
  print(JSON.stringify([endpoint.isolation.serverPid, answer.answerTokens > 0]));
  system.exit(0);
}

await files.makeFolder(here.paths.models, 0o755);
await makeModel(here.paths.models);

async function perform(actions: readonly Action[]): Promise<void> {
  for (const action of actions) {
    if (action.do === 'units') await here.serving.units(action.verb, action.units);
    if (action.do !== 'write-file') continue;
    await files.makeFolder(GLib.path_get_dirname(action.path), 0o755);
    await files.writeAtomic(action.path, action.content, action.mode);
  }
}

/** Programs of the chain that run now, whoever started them. */
async function running(): Promise<readonly string[]> {
  const pids = (await look.list('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => look.readText(`/proc/${pid}/cmdline`).catch(() => '')));
  const names = lines.map((line) => parseCommandLine(line)[0]?.split('/').at(-1) ?? '');
  return names.filter((name) => /^(llama-server|systemd-socket-proxyd|bwrap)$/.test(name)).sort();
}

const systemctl = async (...args: readonly string[]): Promise<string> =>
  (await processes.run(['systemctl', '--user', ...args], {}, never)).stdout.trim();

/** Somebody who knows the address and the key, and nothing of Hearth. */
async function stranger(path: string, headers: readonly string[] = []): Promise<string> {
  const key = await here.serving.api.key();
  const config = [
    `header = "Authorization: Bearer ${key}"`,
    ...headers.map((header) => `header = "${header}"`),
  ];
  const argv = ['curl', '--silent', '--show-error', '--include', '--config', '-', `${address}${path}`];
  return (await processes.run(argv, { stdin: `${config.join('\n')}\n`, timeout: 30_000 }, never)).stdout;
}

async function listenOn(at: number) {
  const other = await processes.start(
    ['python3', '-m', 'http.server', '--bind', '127.0.0.1', String(at)],
    {},
  );
  const get = { method: 'GET' as const, url: `http://127.0.0.1:${at}/` };
  await until('the other listens', async () => (await http.request(get, never).catch(() => null)) !== null);
  return other;
}

test('nothing of it runs while nobody asks', async () => {
  await perform(await here.serving.prepare(request));
  equal(await running(), []);
  equal(await systemctl('is-active', unitNames.socket), 'active');
  equal(await here.serving.check(never), null);
  equal(await running(), [], 'a look wakes nobody');
});

test('the first request of anybody wakes it, and it is let go when idle', async () => {
  // As long as nothing else was said, a quarter of an hour; here it is two seconds.
  const unit = `${here.paths.config}/systemd/user/${unitNames.proxy}`;
  const command = /^ExecStart=(.*--exit-idle-time=)15min (.*)$/m.exec(await files.readText(unit));
  assert(command !== null, 'the time is in the unit');
  const dropIn = `[Service]\nExecStart=\nExecStart=${command[1]}2s ${command[2]}\n`;
  await files.makeFolder(`${unit}.d`, 0o755);
  await files.writeAtomic(`${unit}.d/idle.conf`, dropIn, 0o644);
  await systemctl('daemon-reload');

  match(await stranger('/v1/models'), /"practice"/);
  equal(await running(), ['llama-server', 'systemd-socket-proxyd']);
  await until('nothing runs any more', async () => (await running()).length === 0, 20_000);
  equal(await systemctl('is-active', unitNames.socket), 'active');
  await until(
    'and it did not fail',
    async () => (await systemctl('is-active', unitNames.model)) === 'inactive',
  );

  match(await stranger('/v1/models'), /"practice"/);
  equal(await running(), ['llama-server', 'systemd-socket-proxyd'], 'it wakes again');
  await files.remove(`${unit}.d/idle.conf`);
  await files.remove(`${unit}.d`);
  await systemctl('daemon-reload');
  await here.serving.units('stop', [unitNames.proxy, unitNames.model]);
});

test('the real server keeps closed what it would leave open', async () => {
  const endpoint = await here.serving.start(request, never);
  equal(endpoint.port, port);
  match(await stranger('/slots'), /^HTTP\/1.1 501/);
  match(await stranger('/'), /^HTTP\/1.1 404/);
  const preflight = await stranger('/health', ['Origin: https://evil.example']);
  match(preflight, /access-control-allow-origin: http:\/\/hearth\.invalid/i);
  assert(!/access-control-allow-credentials: true/i.test(preflight), preflight);
  const said = await processes.run(
    ['journalctl', '--user', '--unit', unitNames.model, '--output=cat', '--no-pager'],
    {},
    never,
  );
  match(said.stdout, /prompt cache is disabled/);
});

test('two Hearths use one server, and the end of one is not the end of the server', async () => {
  const first = await here.serving.start(request, never);
  const script = GLib.filename_from_uri(import.meta.url)[0];
  const second = await processes.run(['gjs', '-m', script, 'second'], { timeout: 60_000 }, never);
  equal(JSON.parse(second.stdout), [first.isolation.serverPid, true], 'the same server answered both');
  equal((await here.serving.check(never))?.isolation.serverPid, first.isolation.serverPid);
  equal(await systemctl('is-active', unitNames.socket, unitNames.model), 'active\nactive');
});

test('a model that is changed often is no model that keeps on dying', async () => {
  for (let round = 0; round < 5; round += 1) {
    await here.serving.stop();
    await perform(await here.serving.prepare(request));
    equal((await here.serving.start(request, never)).port, port);
  }
});

test('a key that was changed under the server is read again', async () => {
  const first = await here.serving.start(request, never);
  const { keyFile } = here.paths;
  await files.writeAtomic(keyFile, `${sha256(`another ${clock.now()}`)}\n`, 0o600);
  equal(await here.serving.check(never), null, 'it is not taken for right');
  match(await stranger('/v1/models'), /^HTTP\/1.1 401/);
  const second = await here.serving.start(request, never);
  assert(second.isolation.serverPid !== first.isolation.serverPid, 'another server');
  match(await stranger('/v1/models'), /^HTTP\/1.1 200/);
});

test('a key that was deleted is said, and a new one is a way on', async () => {
  const { keyFile } = here.paths;
  await files.remove(keyFile);
  equal(await here.serving.check(never), null);
  const thrown = await rejection(here.serving.start(request, never));
  equal(thrown instanceof HearthError && [thrown.code, thrown.args['path']], ['not-found', keyFile]);
  await files.writeAtomic(keyFile, `${sha256(`a third ${clock.now()}`)}\n`, 0o600);
  equal((await here.serving.start(request, never)).port, port);
});

test('a port that is taken later is stepped over once, and the new one is kept', async () => {
  await here.serving.stop();
  const other = await listenOn(port);
  // As after a restart of the computer: the socket cannot be opened any more.
  equal(await systemctl('start', unitNames.socket), '');
  assert((await systemctl('is-active', unitNames.socket)) !== 'active', 'the address is gone');
  await perform(await here.serving.prepare(request));
  const endpoint = await here.serving.start(request, never);
  equal(endpoint.port, port + 1);
  equal(await here.serving.prepare({ ...request, port: endpoint.port }), [], 'as it is remembered');
  other.signal('KILL');
  await other.exited;
  equal(await here.serving.prepare({ ...request, port: endpoint.port }), [], 'and it does not move back');
  await here.serving.stop();
  equal(await running(), []);
});

await run();
