// SPDX-License-Identifier: GPL-3.0-or-later

// Nothing that is not in the ledger: a whole practice run (download, server, question, the checks of the proof page) under
// strace, every process of it, and each connection that was asked of the kernel held against the lines of the ledger. And
// the same comparison finds what goes past the ledger.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../src/core/cancel.ts';
import type { LedgerLine } from '../../src/core/setup/ledger.ts';
import { composePractice } from '../../src/compose/compose.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

const script = GLib.filename_from_uri(import.meta.url)[0];

if (ARGV[0] === 'practise' || ARGV[0] === 'bypass') {
  const config = {
    appId: 'io.github.hearthdesktop.Hearth.Devel',
    version: '0',
    profile: 'development' as const,
    pkgDataDir: `${GLib.get_current_dir()}/data`,
    localeDir: '',
    libexecDir: '',
    resourceBase: '',
  };
  const { hearth } = await composePractice(config, { machine: null });
  await hearth.refresh();
  await hearth.apply(await hearth.plan('model'));
  const answer = await hearth.ask([{ role: 'user', content: 'Hello' }], () => {}, never);
  const proof = await hearth.prove({ start: true }, never);
  if (ARGV[0] === 'bypass')
    for (const url of ['https://localhost:9/past-the-ledger', 'http://192.0.2.9/past-the-ledger'])
      await processes.run(['curl', '--silent', '--max-time', '1', url], {}, never);
  const { server, ledger } = hearth.state.value;
  print(
    JSON.stringify({
      answered: answer.answerTokens,
      lan: proof.checks.find(({ id }) => id === 'lan')?.verdict.tag,
      port: server.tag === 'ready' ? server.endpoint.port : 0,
      lines: ledger?.lines,
    } satisfies Told),
  );
  await hearth.close();
  system.exit(0);
}

interface Told {
  readonly answered: number;
  readonly lan: string | undefined;
  readonly port: number;
  readonly lines: readonly LedgerLine[] | undefined;
}

/** `address port` of every connection over the internet protocols that the kernel was asked for. */
function connections(trace: string): readonly string[] {
  const found = new Set<string>();
  for (const line of trace.split('\n')) {
    if (!/\b(connect|sendto|sendmsg|sendmmsg)\(/.test(line)) continue;
    const four = /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/.exec(line);
    const six = /sin6_port=htons\((\d+)\),.*?inet_pton\(AF_INET6, "([^"]+)"/.exec(line);
    const match = four ?? six;
    // A datagram socket that is connected to port 0 or 1 asks the kernel for a route and sends nothing.
    if (match !== null && Number(match[1]) > 1) found.add(`${match[2]} ${match[1]}`);
  }
  return [...found];
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** Connections that neither stay on loopback with the model nor stand in the ledger. */
function notNoted(seen: readonly string[], { port, lines = [] }: Told): readonly string[] {
  return seen.filter((connection) => {
    const [address = '', at = ''] = connection.split(' ');
    if (isLoopback(address) && Number(at) === port) return false;
    return !lines.some(({ host, address: noted }) => {
      const sameHost = noted === address || (host.startsWith('localhost:') && isLoopback(address));
      return sameHost && host.endsWith(`:${at}`);
    });
  });
}

/** Inside a network with an address that others could reach, so that the knocking at it is seen too. */
async function traced(mode: string): Promise<{ readonly seen: readonly string[]; readonly told: Told }> {
  const file = `${temporaryFolder()}/trace`;
  const network = [
    'ip link set lo up',
    'ip link add lan0 type veth peer name lan1',
    'ip addr add 192.0.2.7/24 dev lan0',
    'ip link set lan1 up',
    'ip link set lan0 up',
    'exec "$@"',
  ].join(' && ');
  const calls = ['-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-e', 'signal=none'];
  const argv = [
    ...['unshare', '--user', '--map-root-user', '--net', 'sh', '-c', network, 'sh'],
    ...['strace', '-f', '-qq', '--seccomp-bpf', '-s', '16', '-o', file, ...calls],
    ...['gjs', '-m', script, mode],
  ];
  const { stdout, stderr } = await processes.run(argv, { timeout: 110_000 }, never);
  const trace = new TextDecoder().decode(await files.readBytes(file));
  assert(trace !== '', stderr);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  assert(last.startsWith('{'), `${stdout}\n${stderr}`);
  return { seen: connections(trace), told: JSON.parse(last) as Told };
}

test('every connection of a whole practice run is in the ledger', async () => {
  const { seen, told } = await traced('practise');
  assert(told.answered > 0, 'the model answered');
  equal(told.lan, 'holds');
  assert(
    seen.some((each) => each === `192.0.2.7 ${told.port}`),
    `the knocking was traced: ${seen.join(', ')}`,
  );
  const download = told.lines?.find(({ why }) => why === 'download');
  assert(
    download !== undefined && download.received > 1e6 && (download.sent ?? 0) > 50,
    JSON.stringify(download),
  );
  equal(notNoted(seen, told), []);
});

test('what goes past the ledger is found', async () => {
  const { seen, told } = await traced('bypass');
  const found = notNoted(seen, told);
  assert(
    found.some((each) => each === '192.0.2.9 80'),
    `the network: ${found.join(', ')}`,
  );
  assert(
    found.some((each) => each.endsWith(' 9')),
    `another publisher on this computer: ${found.join(', ')}`,
  );
});

await run(120_000);
