// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { sandboxCommand } from '../../src/core/server/sandbox.ts';
import { parseInterfaces } from '../../src/core/server/proc.ts';
import { ServingLook } from '../../src/engine/serving-look.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { processes } from '../../src/platform/processes.ts';
import { bench, http, makeModel, until } from '../support/serving.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const models = temporaryFolder();
const model = ARGV[1] ?? (await makeModel(models));

// Started by a test below: a Hearth that serves until it is killed.
if (ARGV[0] === 'hold') {
  const { serving, request } = await bench(model);
  const endpoint = await serving.start(request(), never);
  print(JSON.stringify([endpoint.port, endpoint.isolation.serverPid]));
  await new Promise(() => {});
}

const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));
// Started by a test below where no namespaces can be made: says how serving ends.
if (ARGV[0] === 'refuse') {
  const { serving, request } = await bench(model);
  const thrown = await rejection(serving.start(request(), never));
  print(
    JSON.stringify([
      code(thrown),
      thrown instanceof HearthError ? thrown.detail : '',
      await serving.check(never),
    ]),
  );
  system.exit(0);
}

const get = (url: string, headers: Record<string, string> = {}) =>
  http.request({ method: 'GET', url, headers, timeout: 5000 }, never);

test('a model is served behind the wall and looked at before it is used', async () => {
  const { serving, request, paths } = await bench(model);
  const endpoint = await serving.start(request(), never);
  equal(endpoint.way, 'children');
  equal(endpoint.contextTokens, 16384, 'read back from the server');
  equal(endpoint.alias, 'practice');
  const { isolation, port } = endpoint;
  assert(isolation.isolated, 'isolated');
  assert(isolation.serverNamespace !== isolation.ownNamespace, 'a namespace of its own');
  equal(isolation.interfaces, ['lo'], 'no interface but lo');
  equal(parseInterfaces(await files.readText(`/proc/${isolation.serverPid}/net/dev`)), ['lo']);

  equal((await get(`http://127.0.0.1:${port}/health`)).status, 200);
  for (const path of ['/v1/models', '/props', '/metrics', '/slots']) {
    equal((await get(`http://127.0.0.1:${port}${path}`)).status, 401, `${path} without the key`);
  }
  const wrong = { Authorization: 'Bearer wrong' };
  equal((await get(`http://127.0.0.1:${port}/v1/models`, wrong)).status, 401, 'a wrong key');
  const right = await serving.api.headers();
  equal((await get(`http://127.0.0.1:${port}/v1/models`, right)).status, 200, 'the right key');
  equal((await get(`http://127.0.0.1:${port}/slots`, right)).status, 501, 'slots are off');
  equal((await get(`http://127.0.0.1:${port}/`, right)).status, 404, 'no web page');

  const { servedBy } = endpoint;
  equal(servedBy?.kind, 'cpu', 'who does the work is read back');
  assert((servedBy?.processor ?? '') !== '', 'by name');
  equal([servedBy?.gpuLayers, servedBy?.layers, servedBy?.gpuBytes], [0, 3, 0]);
  assert((servedBy?.memoryBytes ?? 0) > 4_000_000, 'with what it takes');
  const said = await files.readText(`${GLib.path_get_dirname(paths.socket)}/llama-server.log`);
  const key = (await files.readText(paths.keyFile)).trim();
  assert(!said.includes(key), 'no key in the log of the server');

  const checked = await serving.check(never);
  equal(checked?.isolation.serverPid, isolation.serverPid);
  await serving.stop();
  equal(await serving.check(never), null);
  equal(await files.stat(paths.socket), null, 'no socket left behind');
  const gone = async (): Promise<boolean> => (await files.stat(`/proc/${isolation.serverPid}`)) === null;
  await until('no server is left behind', gone);
});

test('pages of the web are not let in', async () => {
  const { serving, request } = await bench(model);
  const { port } = await serving.start(request(), never);
  const origin = ['--header', 'Origin: http://evil.example'];
  const curl = ['curl', '--silent', '--include', ...origin, `http://127.0.0.1:${port}/health`];
  const answer = await processes.run(curl, {}, never);
  match(answer.stdout, /access-control-allow-origin: http:\/\/hearth\.invalid/i);
  await serving.stop();
});

test('from inside the wall, nothing outside can be reached and nothing but the socket folder written', async () => {
  const { serving, request, paths } = await bench(model);
  const { port } = await serving.start(request(), never);
  const files = { program: '/usr/bin/llama-server', socket: paths.socket, keyFile: paths.keyFile };
  const wall = { bwrap: '/usr/bin/bwrap', files, modelPath: model, gpuNodes: [] };
  const inside = (...argv: readonly string[]) =>
    processes.run(sandboxCommand(wall, argv), { timeout: 10_000 }, never);
  const names = 'import socket; print([name for _, name in socket.if_nameindex()])';
  equal((await inside('/usr/bin/python3', '-c', names)).stdout.trim(), "['lo']");
  // The address answers out here; in there even loopback is another one.
  equal((await get(`http://127.0.0.1:${port}/health`)).status, 200);
  for (const url of [`http://127.0.0.1:${port}/health`, 'http://192.0.2.1/', 'http://[2001:db8::1]/']) {
    const answer = await inside('/usr/bin/curl', '--silent', '--max-time', '3', url);
    equal(answer.exit, 7, `no way to ${url}`);
  }
  for (const path of [model, paths.keyFile, '/usr/x', '/etc/x', GLib.get_home_dir()]) {
    const answer = await inside('/usr/bin/touch', path);
    assert(answer.exit !== 0, `cannot write ${path}`);
  }
  equal((await inside('/usr/bin/ls', '/home')).exit, 2, 'no home in there');
  equal((await inside('/usr/bin/unshare', '--user', 'true')).exit, 1, 'no new namespaces');
  await serving.stop();
});

test('Hearth killed with kill -9 leaves nothing running', async () => {
  let tell: (line: string) => void = () => {};
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const script = GLib.filename_from_uri(import.meta.url)[0];
  const hearth = await processes.start(['gjs', '-m', script, 'hold', model], { onLine: tell });
  const [port, pid] = JSON.parse(await told) as [number, number];
  equal((await get(`http://127.0.0.1:${port}/health`)).status, 200);
  hearth.signal('KILL');
  await until('server and proxy are gone', async () => {
    const look = new ServingLook(new LocalLook(), '');
    return (await files.stat(`/proc/${pid}`)) === null && (await look.holder(port)) === 'nobody';
  });
});

test('where no wall can be built, nothing is served', async () => {
  const script = GLib.filename_from_uri(import.meta.url)[0];
  const walled = ['bwrap', '--dev-bind', '/', '/', '--unshare-user', '--disable-userns'];
  const output = await processes.run([...walled, 'gjs', '-m', script, 'refuse', model], {}, never);
  const [ended, detail, served] = JSON.parse(output.stdout) as [string, string, unknown];
  equal([ended, served], ['no-isolation', null]);
  match(detail, /^bwrap: .*namespace/i);
});

test('a place too deep for a UNIX socket is said before anything starts', async () => {
  const { serving, request } = await bench(model, { folder: `${models}/${'deep'.repeat(25)}` });
  const thrown = await rejection(serving.start(request(), never));
  equal(code(thrown), 'usage');
  equal(await serving.check(never), null);
});

test('a socket left behind by a power cut is no hindrance', async () => {
  const { serving, request, paths } = await bench(model);
  const folder = paths.socket.slice(0, paths.socket.lastIndexOf('/'));
  await files.makeFolder(folder, 0o700);
  const leave = `import socket; s = socket.socket(socket.AF_UNIX); s.bind('${paths.socket}')`;
  await processes.run(['python3', '-c', leave], {}, never);
  assert((await files.stat(paths.socket)) !== null, 'a stale socket is there');
  await serving.start(request(), never);
  await serving.stop();
});

test('a taken port leads to the next one', async () => {
  const { serving, request } = await bench(model);
  const { port } = request();
  const other = await processes.start(
    ['python3', '-m', 'http.server', '--bind', '127.0.0.1', String(port)],
    {},
  );
  await until(
    'the other program listens',
    async () => (await get(`http://127.0.0.1:${port}/`).catch(() => null)) !== null,
  );
  const endpoint = await serving.start(request(), never);
  equal(endpoint.port, port + 1);
  equal(endpoint.baseUrl, `http://127.0.0.1:${port + 1}/v1`);
  await serving.stop();
  other.signal('KILL');
  await other.exited;
});

test('two Hearths share one server, and the second leaves it alone', async () => {
  const one = await bench(model);
  const two = await bench(model, { folder: one.folder });
  const request = one.request();
  const [first, second] = await Promise.all([
    one.serving.start(request, never),
    two.serving.start(request, never),
  ]);
  equal(second.port, first.port);
  equal(second.isolation.serverPid, first.isolation.serverPid);
  const later = await bench(model, { folder: one.folder });
  const other = { ...request, alias: 'another', modelId: 'another' };
  equal(
    code(await rejection(later.serving.start(other, never))),
    'busy',
    'another model waits for the first to end',
  );
  const owner = (await one.serving.check(never)) === null ? two : one;
  await (owner === one ? two : one).serving.stop();
  await Promise.all([one.serving.stop(), two.serving.stop()]);
  await until(
    'the server is gone',
    async () => (await files.stat(`/proc/${first.isolation.serverPid}`)) === null,
  );
});

test('another model or context takes the place of the first', async () => {
  const { serving, request } = await bench(model);
  const first = await serving.start(request(), never);
  const again = await serving.start(request(), never);
  equal(again.isolation.serverPid, first.isolation.serverPid, 'the same request changes nothing');
  const larger = await serving.start(request({ contextTokens: 32768 }), never);
  equal(larger.contextTokens, 32768);
  assert(larger.isolation.serverPid !== first.isolation.serverPid, 'another server');
  await serving.stop();
});

test('less context than was asked for is refused', async () => {
  const { serving, request } = await bench(model);
  // The model is made for 65536 tokens; the server caps what is beyond.
  const thrown = await rejection(serving.start(request({ contextTokens: 131072 }), never));
  equal(code(thrown), 'context-too-small');
  equal(thrown instanceof HearthError && thrown.args, { actual: 65536, needed: 131072 });
  equal(await serving.check(never), null, 'nothing is left running');
});

test('a file that is no model ends in a sentence with what the server said', async () => {
  const { serving, request } = await bench(model);
  const broken = `${models}/broken.gguf`;
  await files.writeAtomic(broken, 'GGUF but not really', 0o600);
  const thrown = await rejection(serving.start(request({ modelPath: broken }), never));
  equal(code(thrown), 'server-died');
  match(thrown instanceof HearthError ? (thrown.detail ?? '') : '', /failed to load model|invalid/);
  const missing = await rejection(serving.start(request({ modelPath: `${models}/none.gguf` }), never));
  equal(code(missing), 'not-found');
});

test('a start can be cancelled and leaves nothing', async () => {
  const { serving, request, paths } = await bench(model);
  const look = new ServingLook(new LocalLook(), paths.socket);
  // Early and late: each moment of a start has something else to take back.
  for (const after of [0, 20, 40, 60, 80, 100, 120, 150, 200]) {
    const cancel = new CancelSource();
    const start = serving.start(request(), cancel).catch((thrown: unknown) => thrown);
    await clock.sleep(after, never);
    cancel.cancel();
    const ended = await start;
    if (ended instanceof Error) equal(code(ended), 'cancelled', `after ${after} ms`);
    else await serving.stop();
    equal([await look.meantForServer(), await look.proxy()], [null, null], `after ${after} ms`);
    equal(await serving.check(never), null);
  }
  await serving.start(request(), never);
  await serving.stop();
});

await run();
