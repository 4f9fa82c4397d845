// SPDX-License-Identifier: GPL-3.0-or-later

import { textOf } from '../../support/built.ts';

const calls = 'connect,sendto,sendmsg,sendmmsg,execve';

/** The command that writes down, for a program and all that it starts, whom they send to. */
export function tracing(path: string): readonly string[] {
  return [
    'strace',
    '--follow-forks',
    '--seccomp-bpf',
    '-qq',
    '-s',
    '160',
    '-e',
    `trace=${calls}`,
    '-o',
    path,
  ];
}

export interface Contacts {
  /** Names of the programs that were started. */
  readonly programs: ReadonlySet<string>;
  /** Lines that send to this computer's loopback address. */
  readonly loopback: number;
  /** Lines that go anywhere else, or ask a name server: a question for a name is a sign of somebody wanted outside. */
  readonly foreign: readonly string[];
}

/** Addresses that do not leave the computer: sockets in files, the kernel, loopback; UNSPEC takes an address back. */
const local =
  /sa_family=AF_(UNIX|NETLINK|UNSPEC)|sin_addr=inet_addr\("127\.[0-9.]+"\)|inet_pton\(AF_INET6, "::1"/;
const nameServer = /sin6?_port=htons\((53|853|5353|5355)\)/;

export function contacts(path: string): Contacts {
  const programs = new Set<string>();
  const foreign: string[] = [];
  let loopback = 0;
  for (const line of textOf(path).split('\n')) {
    // A call may be cut in two lines where programs run side by side: the first has what is asked for here.
    const started = /execve\("([^"]+)"/.exec(line)?.[1];
    if (started !== undefined && !/ = -1 /.test(line))
      programs.add(started.slice(started.lastIndexOf('/') + 1));
    if (!line.includes('sa_family=')) continue;
    if (!local.test(line) || nameServer.test(line)) foreign.push(line);
    else if (/AF_INET6?\b/.test(line)) loopback += 1;
  }
  return { programs, loopback, foreign };
}
