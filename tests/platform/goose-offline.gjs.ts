// SPDX-License-Identifier: GPL-3.0-or-later

// Goose without a network, in a network namespace that has a loopback listener and an address that is not loopback,
// so that there is something to be kept from.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import type { Endpoint } from '../../src/core/server/types.ts';
import { OfflineGoose, type OfflineRequest } from '../../src/engine/goose-offline.ts';
import { observePrograms } from '../../src/engine/programs.ts';
import { clock, random } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { processes } from '../../src/platform/processes.ts';
import { bench, makeModel, until, type Bench } from '../support/serving.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const script = GLib.filename_from_uri(import.meta.url)[0];
const root = GLib.get_current_dir();
const outside = '192.0.2.1';

if (ARGV[0] === undefined) {
  const inner = `ip link set lo up && ip addr add ${outside}/32 dev lo && exec setpriv --inh-caps=-all --ambient-caps=-all gjs -m "$0" within`;
  const unshare = [
    'unshare',
    '--user',
    '--map-current-user',
    '--keep-caps',
    '--net',
    'sh',
    '-c',
    inner,
    script,
  ];
  system.exit((await processes.interact(unshare, never)) === 0 ? 0 : 1);
}

const goose = GLib.getenv('HEARTH_GOOSE') ?? `${root}/node_modules/@aaif/goose-binary-linux-x64/bin/goose`;
const checker = `${root}/tests/support/behind-wall.py`;

interface Options {
  readonly goose?: string;
  readonly bwrap?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

function offlineFor(here: Bench, options: Options = {}): OfflineGoose {
  return new OfflineGoose({
    processes,
    files,
    proc: new LocalLook(),
    clock,
    random,
    paths: here.paths,
    home: here.paths.home,
    userName: 'somebody',
    environment: { LANG: 'C.UTF-8', TERM: 'xterm', ...options.environment },
    programs: async () => {
      const found = await observePrograms({
        processes,
        files,
        home: here.paths.home,
        goose: options.goose ?? goose,
      });
      return options.bwrap === undefined
        ? found
        : { ...found, bwrap: { path: options.bwrap, version: null } };
    },
  });
}

interface Said {
  readonly lines: readonly string[];
  readonly interfaces: readonly string[];
  readonly exit: number;
}

async function ask(
  offline: OfflineGoose,
  request: Omit<OfflineRequest, 'onReady' | 'onLine'>,
): Promise<Said> {
  const lines: string[] = [];
  let interfaces: readonly string[] = ['not looked at'];
  const exit = await offline.run(
    {
      ...request,
      onReady: (_folder, evidence) => {
        interfaces = evidence.interfaces;
      },
      onLine: (line) => lines.push(line),
    },
    never,
  );
  return { lines, interfaces, exit };
}

const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));

/** A project in a home with things that must stay unseen. */
async function project(here: Bench): Promise<string> {
  const { home, config } = here.paths;
  for (const folder of ['.ssh', 'Projects/garden', 'Documents'])
    await files.makeFolder(`${home}/${folder}`, 0o700);
  await files.writeAtomic(`${home}/.ssh/id_ed25519`, 'secret\n', 0o600);
  await files.writeAtomic(`${home}/Documents/diary.txt`, 'dear diary\n', 0o600);
  await files.makeFolder(`${config}/goose`, 0o700);
  await files.writeAtomic(`${config}/goose/secrets.yaml`, 'OPENAI_API_KEY: secret\n', 0o600);
  const folder = `${home}/Projects/garden`;
  await processes.run(['ln', '-s', `${home}/Documents/diary.txt`, `${folder}/diary`], {}, never);
  await processes.run(['ln', '-s', `${home}/Documents`, `${folder}/documents`], {}, never);
  return folder;
}

if (ARGV[1] === 'ask' || ARGV[1] === 'open') {
  const [folder, endpoint, program, terminal] = JSON.parse(ARGV[2] ?? '') as [
    string,
    Endpoint,
    string,
    boolean,
  ];
  const here = await bench('', { folder });
  const said = await ask(offlineFor(here, { goose: program }), {
    endpoint,
    folder: `${here.paths.home}/Projects/garden`,
    prompt: terminal ? null : 'Hello',
  });
  for (const line of said.lines) print(line);
  print(`ended with ${said.exit}`);
  system.exit(0);
}

const here = await bench(await makeModel(temporaryFolder()));
const folder = await project(here);
const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);

/** A listener on every address, loopback and not, and one on an abstract UNIX socket. */
const port = 18080;
const abstract = 'hearth-test-session-bus';
const listen = `import socket, threading
a = socket.create_server(('0.0.0.0', ${port})); b = socket.socket(socket.AF_UNIX); b.bind('\\0${abstract}'); b.listen()
threading.Thread(target=lambda: [b.accept() for _ in iter(int, 1)], daemon=True).start()
print('listening', flush=True)
while True: a.accept()`;
let listening = false;
await processes.start(['python3', '-c', listen], { onLine: () => (listening = true) });
await until('the listener is there', () => listening);

interface Found extends Readonly<Record<string, unknown>> {
  readonly written: readonly string[];
}

async function lookFor(): Promise<void> {
  const { home, config, data, keyFile, runtime } = here.paths;
  const look = {
    port,
    outside,
    model: endpoint.port,
    abstract,
    paths: [
      `${folder}/made`,
      `${folder}/diary`,
      `${folder}/documents/new`,
      `${home}/Documents/diary.txt`,
      `${home}/.bashrc`,
      `${config}/goose/config.yaml`,
      `${data}/x`,
      `${runtime}/x`,
      '/run/hearth/key',
      '/run/hearth/session/start.sh',
      '/run/hearth/session/config/config.yaml',
      '/run/x',
      '/usr/x',
      '/etc/passwd',
      '/x',
    ],
    secrets: [
      `${home}/.ssh/id_ed25519`,
      `${home}/Documents`,
      `${folder}/diary`,
      `${config}/goose/secrets.yaml`,
      keyFile,
      here.paths.socket,
      '/run/dbus/system_bus_socket',
      '/run/systemd/resolve',
      '/sys/class',
      '/etc/shadow',
      '/etc/resolv.conf',
      '/etc/machine-id',
    ],
    names: ['SSH_AUTH_SOCK', 'DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY', 'OPENAI_API_KEY'],
  };
  await files.writeAtomic(`${folder}/look-for.json`, JSON.stringify(look), 0o600);
}

function readFound(lines: readonly string[]): Found {
  const line = lines.find((one) => one.startsWith('found '));
  if (line === undefined) throw new Error(lines.join('\n'));
  return JSON.parse(line.slice('found '.length)) as Found;
}

test('the real Goose answers from behind its wall, by the local model', async () => {
  const before = await here.serving.api.counters(endpoint.port);
  const { lines, interfaces, exit } = await ask(offlineFor(here), { endpoint, folder, prompt: 'Hello' });
  const after = await here.serving.api.counters(endpoint.port);
  assert(lines.join('').trim().length > 10, lines.join('\n'));
  equal([interfaces, exit], [['lo'], 0]);
  const prompted = after.promptTokens - before.promptTokens;
  assert(prompted > 2000, `its preamble reached the server: ${prompted} tokens`);
  equal(await files.list(`${here.paths.runtime}/goose`), [], 'nothing is left of the session');
});

test('nothing behind the wall gets out, and nothing but the folder can be written', async () => {
  await lookFor();
  GLib.setenv('OPENAI_API_KEY', 'secret', true);
  GLib.setenv('SSH_AUTH_SOCK', '/tmp/agent', true);
  const offline = offlineFor(here, { goose: checker });
  const found = readFound((await ask(offline, { endpoint, folder, prompt: 'x' })).lines);
  const { home } = here.paths;
  equal(found, {
    interfaces: ['lo'],
    loopback: false,
    outside: false,
    model: true,
    abstract: false,
    resolves: false,
    localhost: true,
    // Links out of the folder lead into the empty home behind the wall, where what is written is gone with it.
    written: [`${folder}/made`, `${home}/.bashrc`],
    read: [],
    home: ['.bashrc', '.config', 'Projects'],
    environment: [],
    processes: false,
    vsock: 'EAFNOSUPPORT',
    packet: 'EAFNOSUPPORT',
    keyring: 'ENOSYS',
    uring: 'ENOSYS',
    namespace: false,
    capabilities: '0000000000000000',
  });
  equal(await files.readText(`${folder}/made`), 'x', 'the folder itself');
  equal(await files.stat(`${home}/.bashrc`), null, 'the home out here is as it was');
  equal(await files.readText(`${home}/Documents/diary.txt`), 'dear diary\n');
  equal(await files.list(`${home}/Documents`), ['diary.txt']);
});

/** bubblewrap that leaves the network out of its wall, with `--unshare-net` kept where a word is in its arguments. */
async function leaky(keptFor: string): Promise<string> {
  const path = `${temporaryFolder()}/bwrap`;
  const text = `#!/usr/bin/env bash
[[ "$*" != *'${keptFor}'* ]] || exec bwrap "$@"
args=(); for one; do [ "$one" = --unshare-net ] || args+=("$one"); done
exec bwrap "\${args[@]}"
`;
  await files.writeAtomic(path, text, 0o755);
  return path;
}

test('with the wall’s network left open, Goose is not started', async () => {
  const offline = offlineFor(here, { bwrap: await leaky('no such word') });
  const thrown = await rejection(ask(offline, { endpoint, folder, prompt: 'Hello' }));
  equal(code(thrown), 'goose-exposed');
  match(thrown instanceof HearthError ? (thrown.detail ?? '') : '', /net:\[\d+\]/);
});

test('with the wall left open behind Hearth’s back, the checks of this file do notice', async () => {
  await lookFor();
  const offline = offlineFor(here, { goose: checker, bwrap: await leaky('readlink /proc/self/ns/net') });
  const found = readFound((await ask(offline, { endpoint, folder, prompt: 'x' })).lines);
  equal([found['loopback'], found['outside'], found['abstract']], [true, true, true]);
});

interface Contact {
  readonly address: string;
  readonly port: number;
}

async function traced(mode: 'ask' | 'open', program: string, terminal: boolean) {
  const file = `${temporaryFolder()}/trace`;
  const calls = 'trace=connect,bind,sendto,sendmsg,sendmmsg';
  const strace = [
    'strace',
    '-f',
    '-qq',
    '--seccomp-bpf',
    '-s',
    '160',
    '-o',
    file,
    '-e',
    calls,
    '-e',
    'signal=none',
  ];
  const value = JSON.stringify([here.folder, endpoint, program, terminal]);
  const output = await processes.run(
    [...strace, 'gjs', '-m', script, 'within', mode, value],
    { timeout: 100_000 },
    never,
  );
  const trace = new TextDecoder().decode(await files.readBytes(file));
  const contacts: Contact[] = [];
  for (const line of trace.split('\n')) {
    const four = /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/.exec(line);
    const six = /sin6_port=htons\((\d+)\),.*?inet_pton\(AF_INET6, "([^"]+)"/.exec(line);
    const [, at, address] = four ?? six ?? [];
    if (address !== undefined) contacts.push({ address, port: Number(at) });
  }
  return { contacts, trace, output };
}

const beyond = ({ address, port: at }: Contact): boolean => address !== '127.0.0.1' || at !== endpoint.port;

test('as the kernel sees it, a session contacts the model’s address alone, and asks for no name', async () => {
  const { contacts, trace, output } = await traced('ask', goose, false);
  match(output.stdout, /ended with 0/);
  assert(contacts.length >= 3, `what was seen: ${JSON.stringify(contacts)}`);
  equal(contacts.filter(beyond), []);
  assert(!/resolve1|systemd\/resolve|nscd/.test(trace), 'no service for names was asked');
});

test('the same trace does see a shell that tries', async () => {
  await lookFor();
  const { contacts } = await traced('ask', checker, false);
  assert(
    contacts.some(({ address, port: at }) => address === outside && at === port),
    JSON.stringify(contacts),
  );
});

test('in a terminal, nothing can be typed into it from behind the wall', async () => {
  await lookFor();
  const value = JSON.stringify([here.folder, endpoint, checker, true]);
  const command = ['gjs', '-m', script, 'within', 'open', value]
    .map((word) => GLib.shell_quote(word))
    .join(' ');
  const output = await processes.run(
    ['script', '--quiet', '--command', command, '/dev/null'],
    { timeout: 60_000 },
    never,
  );
  const lines = output.stdout.split(/\r?\n/);
  equal([readFound(lines)['typing'], readFound(lines)['outside']], ['EPERM', false]);
  match(output.stdout, /ended with 0/);
});

test('in a terminal, the real Goose opens, answers, and ends', async () => {
  const before = await here.serving.api.counters(endpoint.port);
  const value = JSON.stringify([here.folder, endpoint, goose, true]);
  const command = ['gjs', '-m', script, 'within', 'open', value]
    .map((word) => GLib.shell_quote(word))
    .join(' ');
  let seen = '';
  const terminal = await processes.start(
    ['script', '--quiet', '--flush', '--command', command, '/dev/null'],
    { onLine: (line) => (seen += `${line}\n`) },
  );
  const type = (text: string) => terminal.write(new TextEncoder().encode(text));
  await until('Goose is ready', () => seen.includes('goose is ready'), 30_000);
  // What is typed before its line editor is there is thrown away; it says by no line when that is.
  let typed = -Infinity;
  const answered = async (): Promise<boolean> => {
    if (clock.monotonic() - typed > 8000) {
      await type('Hello\r');
      typed = clock.monotonic();
    }
    return (await here.serving.api.counters(endpoint.port)).answerTokens > before.answerTokens;
  };
  await until('the model answered', answered, 60_000);
  // A line that comes while it still answers is thrown away just the same; Ctrl-C ends the answer.
  typed = -Infinity;
  let answering = false;
  const ended = terminal.exited.then(() => true);
  const left = async (): Promise<boolean> => {
    if (clock.monotonic() - typed > 4000) {
      if (answering) await type('\u0003').catch(() => {});
      if (answering) await clock.sleep(500, never);
      await type('/exit\r').catch(() => {});
      answering = true;
      typed = clock.monotonic();
    }
    return Promise.race([ended, clock.sleep(500, never).then(() => false)]);
  };
  await until('Goose ended', left, 60_000);
  match(seen, /ended with 0/);
});

test('a folder that holds more than a project, or what guards the wall, is refused', async () => {
  const offline = offlineFor(here);
  const { home, config, data } = here.paths;
  await processes.run(['ln', '-s', home, `${folder}/everything`], {}, never);
  for (const wide of [
    '/',
    '/tmp',
    '/usr/share',
    home,
    `${home}/.ssh`,
    `${config}/goose`,
    config,
    data,
    `${folder}/everything`,
  ])
    equal(code(await rejection(ask(offline, { endpoint, folder: wide, prompt: 'x' }))), 'folder-unfit', wide);
  equal(code(await rejection(ask(offline, { endpoint, folder: `${home}/none`, prompt: 'x' }))), 'not-found');
  const file = `${home}/Documents/diary.txt`;
  equal(code(await rejection(ask(offline, { endpoint, folder: file, prompt: 'x' }))), 'not-found');
});

test('where no namespaces can be made, Goose is not started and it is said why', async () => {
  const path = `${temporaryFolder()}/bwrap`;
  const text = '#!/bin/sh\nexec bwrap --dev-bind / / --unshare-user --disable-userns -- bwrap "$@"\n';
  await files.writeAtomic(path, text, 0o755);
  const thrown = await rejection(ask(offlineFor(here, { bwrap: path }), { endpoint, folder, prompt: 'x' }));
  equal(code(thrown), 'goose-exposed');
  match(thrown instanceof HearthError ? (thrown.detail ?? '') : '', /^bwrap: .*namespace/i);
  const none = offlineFor(here, { goose: '/nonexistent/goose' });
  equal(code(await rejection(ask(none, { endpoint, folder, prompt: 'x' }))), 'no-goose');
});

await run(120_000);
