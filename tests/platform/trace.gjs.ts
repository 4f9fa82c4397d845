// SPDX-License-Identifier: GPL-3.0-or-later

// What practice mode contacts, as the kernel is asked for it: the whole job under strace, every process of it.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { composePractice } from '../../src/compose/compose.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

const goose =
  GLib.getenv('HEARTH_GOOSE') ??
  `${GLib.get_current_dir()}/node_modules/@aaif/goose-binary-linux-x64/bin/goose`;

if (ARGV[0] === 'practise') {
  GLib.setenv('HEARTH_GOOSE', goose, true);
  const config = {
    appId: 'io.github.hearthdesktop.Hearth.Devel',
    version: '0',
    profile: 'development' as const,
    pkgDataDir: `${GLib.get_current_dir()}/data`,
    localeDir: '',
    libexecDir: '',
    resourceBase: '',
  };
  const { hearth, paths } = await composePractice(config, { machine: null });
  await hearth.refresh();
  await hearth.apply(await hearth.plan('model'));
  const answer = await hearth
    .ask([{ role: 'user', content: 'Hello' }], () => {}, never)
    .catch(async (thrown) => {
      print(`refused ${thrown instanceof HearthError ? thrown.code : String(thrown)}`);
      await hearth.close();
      system.exit(0);
    });
  if (ARGV[1] === 'chat') {
    print(JSON.stringify({ chat: answer.answerTokens }));
    await hearth.close();
    system.exit(0);
  }
  await hearth.apply(await hearth.plan('tools'));
  const byGoose = await hearth.askGoose('Hello', () => {}, never);
  const capability = await hearth.tools.checkAgent(never);
  // As a person starts it: what keeps it here is then in the settings that were written, and in nothing else.
  const settings = { HOME: paths.home, XDG_CONFIG_HOME: paths.config, GOOSE_MODE: 'auto' };
  const words = ['run', '--text', 'Hello', '--no-session', '--quiet', '--max-turns', '1'];
  const bare = await processes.run([goose, ...words], { env: settings, timeout: 90_000 }, never);
  print(
    JSON.stringify({
      chat: answer.answerTokens,
      goose: byGoose.tokensSeen,
      verdict: capability.verdict,
      bare: bare.exit,
    }),
  );
  await hearth.close();
  system.exit(0);
}

interface Contact {
  readonly call: string;
  readonly address: string;
  readonly port: number;
}

/** Internet addresses in what strace saw of calls that send, connect or listen. */
function contacts(trace: string): readonly Contact[] {
  const found: Contact[] = [];
  for (const line of trace.split('\n')) {
    const call = /\b(connect|bind|sendto|sendmsg|sendmmsg)\(/.exec(line)?.[1];
    if (call === undefined) continue;
    const four = /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/.exec(line);
    const six = /sin6_port=htons\((\d+)\),.*?inet_pton\(AF_INET6, "([^"]+)"/.exec(line);
    const match = four ?? six;
    if (match !== null) found.push({ call, port: Number(match[1]), address: match[2] ?? '' });
  }
  return found;
}

const isLoopback = ({ address }: Contact): boolean =>
  address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');

/** Services that look names up for others. (nscd is asked for users by every program, so it says nothing.) */
const nameServices =
  /sun_path="[^"]*(?:systemd\/resolve|systemd\.Resolve|avahi-daemon)|org\.freedesktop\.resolve1/;

interface Seen {
  readonly contacts: readonly Contact[];
  /** Lines that ask for a name, by whatever way. */
  readonly lookups: readonly string[];
  readonly stdout: string;
}

async function traced(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Seen> {
  const file = `${temporaryFolder()}/trace`;
  const strace = ['strace', '-f', '-qq', '--seccomp-bpf', '-s', '200', '-o', file];
  const calls = ['-e', 'trace=connect,bind,sendto,sendmsg,sendmmsg', '-e', 'signal=none'];
  const output = await processes.run([...strace, ...calls, ...argv], { env, timeout: 110_000 }, never);
  const trace = new TextDecoder().decode(await files.readBytes(file));
  assert(trace !== '', output.stderr);
  const all = contacts(trace);
  const ports = [53, 853, 5353, 5355];
  const lookups = [
    ...trace.split('\n').filter((line) => nameServices.test(line)),
    ...all.filter(({ port }) => ports.includes(port)).map((contact) => JSON.stringify(contact)),
  ];
  return {
    contacts: all,
    lookups,
    stdout: `${output.stdout}${output.exit === 0 ? '' : output.stderr}`,
  };
}

const script = GLib.filename_from_uri(import.meta.url)[0];

test('download, server, chat and Goose in practice mode contact nothing but this computer', async () => {
  const { contacts: all, lookups, stdout } = await traced(['gjs', '-m', script, 'practise']);
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    chat: number;
    goose: number;
    verdict: string;
    bare: number;
  };
  assert(told.chat > 0, 'the model answered');
  assert(told.goose > 0, 'Goose asked the model');
  equal(
    [told.verdict, told.bare],
    ['chat-only', 0],
    'the model was checked, and Goose ran by its settings alone',
  );
  assert(all.length > 5, `what was seen: ${JSON.stringify(all)}`);
  equal(
    all.filter((contact) => !isLoopback(contact)),
    [],
    'addresses beyond this computer',
  );
  equal(lookups, [], 'names that were looked up');
});

test('the same trace does see what goes out, and who asks for a name', async () => {
  const { contacts: all } = await traced(['curl', '--silent', '--max-time', '2', 'http://192.0.2.1/']);
  assert(
    all.some((contact) => contact.address === '192.0.2.1' && !isLoopback(contact)),
    JSON.stringify(all),
  );
  const ask = `import socket
for path in ('/run/systemd/resolve/io.systemd.Resolve', '/run/avahi-daemon/socket'):
    socket.socket(socket.AF_UNIX).connect_ex(path)
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect_ex(('127.0.0.53', 53))`;
  equal((await traced(['python3', '-c', ask])).lookups.length, 3);
});

/** Takes the place of llama-server: calls home first, then is the real one. */
const caller = `#!/bin/bash
[ "$*" = --version ] || exec 3<>/dev/tcp/192.0.2.1/18081
exec -a llama-server /usr/bin/llama-server "$@"
`;
/** Takes the place of bubblewrap: everything of the wall but the network. */
const leaky = `#!/bin/bash
args=(); for one; do [ "$one" = --unshare-net ] || args+=("$one"); done
exec /usr/bin/bwrap "\${args[@]}"
`;
/** Listens at an address that is not loopback, counts who comes, and runs what it is given. */
const listener = `import socket, subprocess, sys, threading
calls = []
home = socket.create_server(('192.0.2.1', 18081))
threading.Thread(target=lambda: [calls.append(home.accept()[1]) for _ in iter(int, 1)], daemon=True).start()
status = subprocess.run(sys.argv[1:]).returncode
print(f'calls {len(calls)} status {status}', flush=True)`;

/** Practice mode with a server that calls home, in a network with an address that is not loopback. */
async function withCaller(walled: boolean): Promise<Seen> {
  const folder = temporaryFolder();
  await files.writeAtomic(`${folder}/llama-server`, caller, 0o755);
  if (!walled) await files.writeAtomic(`${folder}/bwrap`, leaky, 0o755);
  const inner =
    'ip link set lo up && ip addr add 192.0.2.1/32 dev lo && exec setpriv --inh-caps=-all --ambient-caps=-all "$@"';
  const unshare = [
    'unshare',
    '--user',
    '--map-current-user',
    '--keep-caps',
    '--net',
    'sh',
    '-c',
    inner,
    'sh',
  ];
  const counted = ['python3', '-c', listener, 'gjs', '-m', script, 'practise', 'chat'];
  return traced([...unshare, ...counted], { PATH: `${folder}:${GLib.getenv('PATH') ?? ''}` });
}

test('a server that calls home does not get through its wall', async () => {
  const { stdout } = await withCaller(true);
  match(stdout, /"chat":\d+/);
  match(stdout, /calls 0 status 0/);
});

test('with the isolation switched off the call is seen, and Hearth does not use such a server', async () => {
  const { contacts: all, stdout } = await withCaller(false);
  match(stdout, /refused no-isolation/);
  match(stdout, /calls 1 status 0/);
  assert(
    all.some((contact) => contact.address === '192.0.2.1' && contact.port === 18081 && !isLoopback(contact)),
    JSON.stringify(all),
  );
});

await run(120_000);
