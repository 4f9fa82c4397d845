// SPDX-License-Identifier: GPL-3.0-or-later

// What practice mode contacts, as the kernel is asked for it: the whole job under strace, every process of it.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../src/core/cancel.ts';
import { composePractice } from '../../src/compose/compose.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

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
  const { hearth } = await composePractice(config, { machine: null });
  await hearth.refresh();
  await hearth.apply(await hearth.plan('model'));
  const answer = await hearth.ask([{ role: 'user', content: 'Hello' }], () => {}, never);
  await hearth.apply(await hearth.plan('tools'));
  const byGoose = await hearth.askGoose('Hello', () => {}, never);
  print(JSON.stringify({ chat: answer.answerTokens, goose: byGoose.tokensSeen }));
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

async function traced(argv: readonly string[]): Promise<{ contacts: readonly Contact[]; stdout: string }> {
  const file = `${temporaryFolder()}/trace`;
  const strace = ['strace', '-f', '-qq', '--seccomp-bpf', '-s', '16', '-o', file];
  const calls = ['-e', 'trace=connect,bind,sendto,sendmsg,sendmmsg', '-e', 'signal=none'];
  const output = await processes.run([...strace, ...calls, ...argv], { timeout: 110_000 }, never);
  const trace = new TextDecoder().decode(await files.readBytes(file));
  assert(trace !== '', output.stderr);
  return { contacts: contacts(trace), stdout: `${output.stdout}${output.exit === 0 ? '' : output.stderr}` };
}

test('download, server, chat and Goose in practice mode contact nothing but this computer', async () => {
  const script = GLib.filename_from_uri(import.meta.url)[0];
  const { contacts: all, stdout } = await traced(['gjs', '-m', script, 'practise']);
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { chat: number; goose: number };
  assert(told.chat > 0, 'the model answered');
  assert(told.goose > 0, 'Goose asked the model');
  assert(all.length > 5, `what was seen: ${JSON.stringify(all)}`);
  equal(
    all.filter((contact) => !isLoopback(contact)),
    [],
    'addresses beyond this computer',
  );
  equal(
    all.filter((contact) => contact.port === 53),
    [],
    'names that were looked up',
  );
});

test('the same trace does see what goes out', async () => {
  const { contacts: all } = await traced(['curl', '--silent', '--max-time', '2', 'http://192.0.2.1/']);
  assert(
    all.some((contact) => contact.address === '192.0.2.1' && !isLoopback(contact)),
    JSON.stringify(all),
  );
});

await run(120_000);
