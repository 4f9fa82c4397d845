// SPDX-License-Identifier: GPL-3.0-or-later

// The checks behind "nothing leaves this computer", against the real llama-server: they hold as Hearth sets it up, and
// whatever is taken away turns its own line, and no other. All of it in a network namespace with an address on a network
// that leads nowhere, so that there is something to knock at.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../src/core/cancel.ts';
import type { Child } from '../../src/core/ports.ts';
import { checkIds, type Check, type CheckId } from '../../src/core/proof/types.ts';
import { serverCommand } from '../../src/core/server/command.ts';
import { parent, sandboxCommand } from '../../src/core/server/sandbox.ts';
import { Goose } from '../../src/engine/goose.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import { observePrograms } from '../../src/engine/programs.ts';
import { ProofRun } from '../../src/engine/proof.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { probe } from '../../src/platform/probe.ts';
import { processes } from '../../src/platform/processes.ts';
import { bench, http, makeModel, until, type Bench } from '../support/serving.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

if (ARGV[0] !== 'inside') {
  const script = GLib.filename_from_uri(import.meta.url)[0];
  const network = [
    'ip link set lo up',
    'ip link add lan0 type veth peer name lan1',
    'ip addr add 192.0.2.7/24 dev lan0',
    'ip addr add fd00::7/64 dev lan0 nodad',
    'ip link set lan1 up',
    'ip link set lan0 up',
    'exec "$@"',
  ].join(' && ');
  const argv = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c', network, 'sh'];
  const inside = await processes.start([...argv, 'gjs', '-m', script, 'inside'], {
    onLine: (line) => print(line),
  });
  const { exit, stderrTail } = await inside.exited;
  if (stderrTail !== '') printerr(stderrTail);
  system.exit(exit);
}

const model = await makeModel(temporaryFolder());

interface Scene {
  readonly at: Bench;
  readonly port: number;
  look(): Promise<ReadonlyMap<CheckId, Check>>;
}

async function scene(variables: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const at = await bench(model);
  const { paths, serving } = at;
  const { port } = at.request();
  const programs = () => observePrograms({ processes, files, home: paths.home, goose: null });
  const proof = new ProofRun({
    look: new LocalLook(),
    probe,
    files,
    clock,
    paths,
    api: serving.api,
    goose: new Goose({
      files,
      processes,
      clock,
      paths,
      sha256,
      api: serving.api,
      environment: () => null,
      programs,
    }),
    ledger: new Ledger(`${paths.state}/ledger.jsonl`, files, clock),
    firewall: { look: () => Promise.resolve(null) },
    report: (thrown, context) => logError(thrown as Error, context),
    other: () => null,
    port: () => port,
    variable: (name) => variables[name] ?? null,
    containerStorage: '/nonexistent',
    desktopInstalled: [],
  });
  return {
    at,
    port,
    look: async () => {
      const seen = new Map<CheckId, Check>();
      await proof.run((check) => seen.set(check.id, check), never);
      return seen;
    },
  };
}

const tags = (seen: ReadonlyMap<CheckId, Check>): Readonly<Record<string, string>> =>
  Object.fromEntries(checkIds.map((id) => [id, seen.get(id)?.verdict.tag ?? 'missing']));
const whole = {
  wall: 'holds',
  listeners: 'holds',
  lan: 'holds',
  key: 'holds',
  origin: 'holds',
  others: 'holds',
  'desktop-telemetry': 'not-applicable',
  'goose-telemetry': 'not-applicable',
  cloud: 'not-applicable',
};
const cureOf = (seen: ReadonlyMap<CheckId, Check>, id: CheckId): string => seen.get(id)?.cure?.cure ?? 'none';

/** A server that somebody set up otherwise: the same chain as Hearth's, with something changed. */
async function standIn(
  { at, port }: Scene,
  change: {
    readonly walled?: boolean;
    readonly listen?: string;
    readonly flags?: (argv: string[]) => string[];
  },
): Promise<() => Promise<void>> {
  const { paths } = at;
  const server = { program: '/usr/bin/llama-server', socket: paths.socket, keyFile: paths.keyFile };
  await files.makeFolder(parent(paths.socket), 0o700);
  const argv = (change.flags ?? ((same) => same))([...serverCommand(at.request(), server)]);
  const sandbox = { bwrap: '/usr/bin/bwrap', files: server, modelPath: model, gpuNodes: [] };
  const listen = `--listen=${change.listen ?? '127.0.0.1'}:${port}`;
  const children: Child[] = [
    await processes.start(change.walled === false ? argv : sandboxCommand(sandbox, argv), {}),
    await processes.start(
      ['systemd-socket-activate', '--now', listen, '/usr/lib/systemd/systemd-socket-proxyd', paths.socket],
      {},
    ),
  ];
  const healthy = async (): Promise<boolean> => {
    const answer = await http
      .request({ method: 'GET', url: `http://127.0.0.1:${port}/health` }, never)
      .catch(() => null);
    return answer?.status === 200;
  };
  await until('the stand-in answers', healthy, 20_000);
  return async () => {
    for (const child of children) child.signal('KILL');
    await Promise.all(children.map((child) => child.exited));
  };
}

/** A program under another name that listens. */
async function listener(name: string, bind: string, port: number): Promise<() => Promise<void>> {
  const command = `exec -a ${name} python3 -m http.server --bind ${bind} ${port}`;
  const child = await processes.start(['bash', '-c', command], {});
  const url = `http://127.0.0.1:${port}/`;
  await until(
    `${name} listens`,
    async () => (await http.request({ method: 'GET', url }, never).catch(() => null)) !== null,
  );
  return async () => {
    child.signal('KILL');
    await child.exited;
  };
}

test('as Hearth sets it up, every check holds, and each says what was read', async () => {
  const here = await scene();
  const endpoint = await here.at.serving.start(here.at.request(), never);
  const started = clock.monotonic();
  const seen = await here.look();
  print(`# ${checkIds.length} checks in ${Math.round(clock.monotonic() - started)} ms`);
  equal(tags(seen), whole);
  const raw = (id: CheckId): string =>
    seen
      .get(id)
      ?.evidence.map((each) => each.raw)
      .join('\n') ?? '';
  match(raw('wall'), new RegExp(`/proc/${endpoint.isolation.serverPid}/ns/net: net:\\[\\d+\\]`));
  match(raw('wall'), /net\/dev: lo$/m);
  match(raw('listeners'), new RegExp(`127\\.0\\.0\\.1:${here.port} LISTEN`));
  match(raw('lan'), new RegExp(`connect 192\\.0\\.2\\.7:${here.port}: .*refused`, 'i'));
  match(raw('lan'), new RegExp(`connect \\[fd00::7\\]:${here.port}: .*refused`, 'i'));
  match(raw('lan'), /connect \[fe80::/);
  for (const path of ['/v1/models', '/health', '/props', '/metrics', '/slots', '/completion'])
    for (const key of ['no key', 'wrong key']) match(raw('key'), new RegExp(`${path}, ${key}: \\d`));
  match(raw('origin'), /Access-Control-Allow-Origin: http:\/\/hearth\.invalid/);
  const all = JSON.stringify([...seen.values()]);
  assert(!all.includes((await files.readText(here.at.paths.keyFile)).trim()), 'the key is nowhere in it');
  const { lines } = await new Ledger(`${here.at.paths.state}/ledger.jsonl`, files, clock).read();
  assert(
    lines.some(({ host, why }) => host === `192.0.2.7:${here.port}` && why === 'proof'),
    'the knocking is in the ledger',
  );
  await here.at.serving.stop();
});

test('with the model off, nothing is started and nothing is claimed', async () => {
  const here = await scene();
  const seen = await here.look();
  for (const id of ['wall', 'lan', 'key', 'origin'] as const)
    equal(seen.get(id)?.verdict, { tag: 'unknown', because: 'server-off' });
  equal(await here.at.serving.check(never), null);
});

test('without its wall', async () => {
  const here = await scene();
  const end = await standIn(here, { walled: false });
  const seen = await here.look();
  equal(tags(seen), { ...whole, wall: 'fails' });
  equal(cureOf(seen, 'wall'), 'restart-server');
  await end();
});

test('with its address open to the network', async () => {
  const here = await scene();
  const end = await standIn(here, { listen: '0.0.0.0' });
  const seen = await here.look();
  equal(tags(seen), { ...whole, listeners: 'fails', lan: 'fails' });
  equal(cureOf(seen, 'lan'), 'restart-server');
  await end();
});

test('dual-stack is open too', async () => {
  const here = await scene();
  const end = await standIn(here, { listen: '[::]' });
  const seen = await here.look();
  equal(tags(seen), { ...whole, listeners: 'fails', lan: 'fails' });
  match(JSON.stringify(seen.get('lan')?.evidence), /connect 192\.0\.2\.7:\d+: connected/);
  await end();
});

test('without a key', async () => {
  const here = await scene();
  const end = await standIn(here, {
    flags: (argv) =>
      argv.filter((word, at) => word !== '--api-key-file' && argv[at - 1] !== '--api-key-file'),
  });
  const seen = await here.look();
  equal(tags(seen), { ...whole, key: 'fails' });
  equal(cureOf(seen, 'key'), 'restart-server');
  await end();
});

test('open to pages of the web', async () => {
  const here = await scene();
  const end = await standIn(here, {
    flags: (argv) => argv.map((word, at) => (argv[at - 1] === '--cors-origins' ? '*' : word)),
  });
  const seen = await here.look();
  equal(tags(seen), { ...whole, origin: 'fails' });
  equal(cureOf(seen, 'origin'), 'restart-server');
  await end();
});

test('a frozen server keeps nobody waiting, and nothing is claimed of it', async () => {
  const here = await scene();
  const { isolation } = await here.at.serving.start(here.at.request(), never);
  const send = (signal: string) =>
    processes.run(['kill', `-${signal}`, String(isolation.serverPid)], {}, never);
  await send('STOP');
  const started = clock.monotonic();
  const seen = await here.look();
  const took = clock.monotonic() - started;
  await send('CONT');
  equal(tags(seen), { ...whole, key: 'unknown', origin: 'unknown' });
  assert(took < 22_000, `${Math.round(took)} ms`);
  equal(tags(await here.look()), whole);
  await here.at.serving.stop();
});

test('stand-ins for Ollama and AI Lab that listen for everybody are named, with how to close them', async () => {
  const here = await scene();
  await here.at.serving.start(here.at.request(), never);
  const ends = [await listener('ollama', '::', 11434), await listener('podman-desktop', '0.0.0.0', 10434)];
  const seen = await here.look();
  equal(tags(seen), { ...whole, others: 'fails' });
  const cure = seen.get('others')?.cure;
  assert(cure?.cure === 'close', 'closing is the cure');
  const said = cure.open.map(({ owner, port, close }) => `${owner} ${port} ${close.by}`);
  equal(
    said.toSorted((a, b) => a.localeCompare(b)),
    ['ai-lab 10434 command', 'ollama 11434 command'],
  );
  for (const end of ends) await end();
  const closed = await listener('ollama', '127.0.0.1', 11434);
  const after = await here.look();
  equal(tags(after), whole);
  match(JSON.stringify(after.get('others')?.evidence), /closed-program/);
  await closed();
  await here.at.serving.stop();
});

test('usage reports, services elsewhere and keys are found by name, and no key is read out', async () => {
  const here = await scene();
  const { config, home } = here.at.paths;
  await files.makeFolder(`${config}/goose/custom_providers`, 0o700);
  const goose = 'providers:\n  openai:\n    enabled: true\nGOOSE_TELEMETRY_ENABLED: true\n';
  await files.writeAtomic(`${config}/goose/config.yaml`, goose, 0o600);
  await files.writeAtomic(`${config}/goose/secrets.yaml`, 'OPENAI_API_KEY: sk-very-secret\n', 0o600);
  const custom = { name: 'far-away', base_url: 'https://models.example/v1' };
  await files.writeAtomic(`${config}/goose/custom_providers/far.json`, JSON.stringify(custom), 0o600);
  const flatpak = `${home}/.var/app/io.podman_desktop.PodmanDesktop/config/containers/podman-desktop`;
  await files.makeFolder(flatpak, 0o700);
  await files.writeAtomic(`${flatpak}/settings.json`, '{"telemetry.enabled": true}', 0o600);
  const seen = await here.look();
  equal(
    (['desktop-telemetry', 'goose-telemetry', 'cloud'] as const).map((id) => [
      tags(seen)[id],
      cureOf(seen, id),
    ]),
    [
      ['fails', 'desktop-telemetry'],
      ['fails', 'goose-telemetry'],
      ['fails', 'cloud'],
    ],
  );
  const cure = seen.get('cloud')?.cure;
  equal(cure?.cure === 'cloud' ? cure.names : [], ['far-away', 'openai', 'OPENAI_API_KEY']);
  assert(!JSON.stringify([...seen.values()]).includes('sk-very-secret'), 'no key is read out');
});

await run();
