// SPDX-License-Identifier: GPL-3.0-or-later

import type { Known } from '../known.ts';
import { socketText, type Listener } from './listeners.ts';
import { fails, holds, noted, unknown, type Check, type ProofEvidence } from './types.ts';

/** What /proc says about the server process, read live. Namespaces as the kernel names them: `net:[4026531840]`. */
export interface WallReading {
  readonly pid: number;
  readonly server: Known<string>;
  readonly own: Known<string>;
  /** Of process 1; ordinary people may not read it, and it is then left out. */
  readonly host: Known<string>;
  readonly interfaces: Known<readonly string[]>;
  /** Hearth's socket is listened on in the server's namespace. */
  readonly socketInside: Known<boolean>;
  readonly socket: string;
}

/** The server has a network namespace of its own, with nothing in it but lo. */
export function judgeWall(reading: WallReading): Check {
  const { pid, server, own, host, interfaces, socketInside } = reading;
  const readings = [server, own, interfaces, socketInside];
  const evidence = readings.flatMap((fact) => (fact.known ? [] : [unreadable(fact.source, fact.detail)]));
  if (!server.known || !own.known || !interfaces.known || !socketInside.known)
    return { id: 'wall', verdict: unknown('unreadable'), evidence, cure: null };
  const apart = server.value.startsWith('net:[') && server.value !== own.value;
  const notHosts = !host.known || host.value !== server.value;
  const bare = interfaces.value.every((name) => name === 'lo');
  const list = interfaces.value.join(' ');
  evidence.push(
    noted(apart ? 'namespace-apart' : 'namespace-shared', `${line(server)}\n${line(own)}`, { pid }),
    ...(host.known ? [noted(notHosts ? 'namespace-host' : 'namespace-shared', line(host), { pid })] : []),
    noted(bare ? 'interfaces-bare' : 'interfaces-more', `${interfaces.source}: ${list}`, { list }),
    noted(
      socketInside.value ? 'socket-inside' : 'socket-outside',
      `${socketInside.source}: ${reading.socket}`,
    ),
  );
  const right = apart && notHosts && bare && socketInside.value;
  return {
    id: 'wall',
    verdict: right ? holds : fails,
    evidence,
    cure: right ? null : { cure: 'restart-server' },
  };
}

/** Nothing of Hearth listens where others can reach it. `listeners` are those of Hearth, its server and its address. */
export function judgeListeners(listeners: readonly Listener[]): Check {
  const evidence = listeners.map((listener) => {
    const raw = `/proc/net/tcp${listener.address.includes(':') ? '6' : ''}: ${socketText(listener)} LISTEN uid ${listener.uid} inode ${listener.inode}`;
    return noted(listener.loopback ? 'listens-here' : 'listens-outside', raw, {
      address: socketText(listener),
    });
  });
  const open = listeners.some((listener) => !listener.loopback);
  if (listeners.length === 0)
    return {
      id: 'listeners',
      verdict: holds,
      evidence: [noted('none-open', '/proc/net/tcp, /proc/net/tcp6')],
      cure: null,
    };
  return {
    id: 'listeners',
    verdict: open ? fails : holds,
    evidence,
    cure: open ? { cure: 'restart-server' } : null,
  };
}

/** How a connection to one of this computer's own addresses went. */
export interface Knock {
  /** `address:port`. */
  readonly at: string;
  readonly result: 'connected' | 'refused' | 'silent';
  /** The system's own word for it. */
  readonly said: string;
}

export function judgeLan(knocks: readonly Knock[]): Check {
  if (knocks.length === 0)
    return { id: 'lan', verdict: { tag: 'not-applicable', because: 'no-address' }, evidence: [], cure: null };
  const ids = { connected: 'lan-answered', refused: 'lan-refused', silent: 'lan-silent' } as const;
  const evidence = knocks.map(({ at, result, said }) =>
    noted(ids[result], `connect ${at}: ${said}`, { address: at }),
  );
  const open = knocks.some(({ result }) => result === 'connected');
  return {
    id: 'lan',
    verdict: open ? fails : holds,
    evidence,
    cure: open ? { cure: 'restart-server' } : null,
  };
}

export function unreadable(source: string, detail?: string): ProofEvidence {
  return noted('unreadable', detail === undefined ? source : `${source}: ${detail}`, { source });
}

function line(fact: Extract<Known<string>, { known: true }>): string {
  return `${fact.source}: ${fact.value}`;
}
