// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import type { Look } from '../core/ports.ts';
import {
  isMeantForServer,
  isProxyOf,
  isServerOf,
  listensOn,
  parseCommandLine,
  parseGroup,
  parseInterfaces,
  parseOomKills,
  parseResident,
  parseTcpListeners,
  parseUid,
} from '../core/server/proc.ts';
import type { ServerMemory } from '../core/server/health.ts';
import type { IsolationEvidence } from '../core/server/types.ts';

/**
 * /proc of the computer that does the work. In practice mode too: the machine is a recording there, the server is not.
 */
export type ProcLook = Pick<Look, 'readText' | 'readLink' | 'list'>;

/** What the kernel tells about servers, ports and namespaces. */
export class ServingLook {
  readonly #proc: ProcLook;
  readonly #socket: string;

  constructor(proc: ProcLook, socket: string) {
    this.#proc = proc;
    this.#socket = socket;
  }

  /** Who listens on a loopback port: nobody, a program of this person, or somebody else's. */
  async holder(port: number): Promise<'nobody' | 'self' | 'other'> {
    const [uid, ...tables] = await Promise.all([
      this.#uid(),
      this.#optional('/proc/self/net/tcp'),
      this.#optional('/proc/self/net/tcp6'),
    ]);
    const listeners = tables.flatMap((table) => parseTcpListeners(table));
    const found = listeners.filter((listener) => listener.port === port);
    if (found.length === 0) return 'nobody';
    return found.every((listener) => listener.uid === uid) ? 'self' : 'other';
  }

  /** Process id of the model server that listens on Hearth's UNIX socket; null when none runs. */
  async server(): Promise<number | null> {
    return this.#process((argv) => isServerOf(argv, this.#socket));
  }

  /** Process id of the server or of what is about to become it. */
  async meantForServer(): Promise<number | null> {
    return this.#process((argv) => isMeantForServer(argv, this.#socket));
  }

  /** Process id of the proxy that leads to Hearth's UNIX socket. */
  async proxy(): Promise<number | null> {
    return this.#process((argv) => isProxyOf(argv, this.#socket));
  }

  /** What says that the server has no network, looked at now. @throws no-isolation when it cannot be told */
  async evidence(pid: number): Promise<IsolationEvidence> {
    try {
      const [serverNamespace, ownNamespace, devices, sockets] = await Promise.all([
        this.#proc.readLink(`/proc/${pid}/ns/net`),
        this.#proc.readLink('/proc/self/ns/net'),
        this.#proc.readText(`/proc/${pid}/net/dev`),
        this.#proc.readText(`/proc/${pid}/net/unix`, 16 * 1024 * 1024),
      ]);
      const interfaces = parseInterfaces(devices);
      const apart = serverNamespace !== ownNamespace && serverNamespace.startsWith('net:[');
      const bare = interfaces.every((name) => name === 'lo');
      // The socket that answers must be one that is listened on in that very namespace, or the rest proves nothing.
      const isolated = apart && bare && listensOn(sockets, this.#socket);
      return { serverPid: pid, serverNamespace, ownNamespace, interfaces, isolated };
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      throw new HearthError('no-isolation', { pid }, { detail, cause: thrown });
    }
  }

  /** What a server takes of main memory; nulls where the kernel does not tell. */
  async memory(pid: number, ownGroup: boolean): Promise<Pick<ServerMemory, 'resident' | 'group'>> {
    const [status, cgroup] = await Promise.all([
      this.#optional(`/proc/${pid}/status`),
      this.#optional(`/proc/${pid}/cgroup`),
    ]);
    const path = ownGroup ? parseGroup(cgroup) : null;
    const group = path === null ? '' : await this.#optional(`/sys/fs/cgroup${path}/memory.current`);
    return {
      resident: parseResident(status),
      group: /^\d+$/.test(group.trim()) ? Number(group) : null,
    };
  }

  /** The kernel's count of processes ended for want of memory; null where it does not tell. */
  async oomKills(): Promise<number | null> {
    return parseOomKills(await this.#optional('/proc/vmstat'));
  }

  async #uid(): Promise<number | null> {
    return parseUid(await this.#optional('/proc/self/status'));
  }

  async #process(wanted: (argv: readonly string[]) => boolean): Promise<number | null> {
    const pids = (await this.#proc.list('/proc')).filter((name) => /^\d+$/.test(name));
    const found = await Promise.all(
      pids.map(async (pid) => wanted(parseCommandLine(await this.#optional(`/proc/${pid}/cmdline`)))),
    );
    const index = found.indexOf(true);
    return index < 0 ? null : Number(pids[index]);
  }

  /** Processes end while they are looked at; what is gone says nothing. */
  async #optional(path: string): Promise<string> {
    try {
      return await this.#proc.readText(path, 16 * 1024 * 1024);
    } catch {
      return '';
    }
  }
}
