// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import { known, missing, type Known } from '../core/known.ts';
import type { Look } from '../core/ports.ts';
import { parseFibTrie, parseInterfaceAddresses, type OwnAddress } from '../core/proof/addresses.ts';
import { parseModelContainers, type ModelContainer } from '../core/proof/containers.ts';
import { parseListeners, socketInode, type Listener } from '../core/proof/listeners.ts';
import type { Held, Holder } from '../core/proof/others.ts';
import type { WallReading } from '../core/proof/wall.ts';
import { listensOn, parseCommandLine, parseInterfaces } from '../core/server/proc.ts';

const tableCap = 16 * 1024 * 1024;
/** Milliseconds that Podman may take to list its containers. */
const podmanPatience = 8000;

/** What the kernel and Podman tell, read live. */
export class ProofLook {
  readonly #look: Look;

  constructor(look: Look) {
    this.#look = look;
  }

  async wall(pid: number, socket: string): Promise<WallReading> {
    const link = (path: string): Promise<Known<string>> => this.#known(path, () => this.#look.readLink(path));
    const devices = `/proc/${pid}/net/dev`;
    const sockets = `/proc/${pid}/net/unix`;
    const [server, own, host, interfaces, socketInside] = await Promise.all([
      link(`/proc/${pid}/ns/net`),
      link('/proc/self/ns/net'),
      link('/proc/1/ns/net'),
      this.#known(devices, async () => parseInterfaces(await this.#look.readText(devices))),
      this.#known(sockets, async () => listensOn(await this.#look.readText(sockets, tableCap), socket)),
    ]);
    return { pid, server, own, host, interfaces, socketInside, socket };
  }

  /** Every TCP socket that listens in the namespace of this process. @throws what the files throw */
  async listeners(): Promise<readonly Listener[]> {
    const tables = await Promise.all([
      this.#look.readText('/proc/self/net/tcp', tableCap),
      // Not there where IPv6 is switched off.
      this.#look.readText('/proc/self/net/tcp6', tableCap).catch(() => ''),
    ]);
    return tables.flatMap((table) => parseListeners(table));
  }

  /** The processes behind listeners, as far as this person may look into them. */
  async held(listeners: readonly Listener[]): Promise<readonly Held[]> {
    const wanted = new Set(listeners.map(({ inode }) => inode));
    const holders = new Map<number, Holder>();
    const pids = (await this.#look.list('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of wanted.size === 0 ? [] : pids) {
      const inodes = await this.#sockets(pid);
      const found = inodes.filter((inode) => wanted.has(inode) && !holders.has(inode));
      if (found.length === 0) continue;
      const holder = await this.holder(Number(pid));
      for (const inode of found) holders.set(inode, holder);
    }
    // A program of somebody else keeps its sockets to itself, but not its name.
    return listeners.map((listener) => ({ listener, holder: holders.get(listener.inode) ?? null }));
  }

  async holder(pid: number): Promise<Holder> {
    const [argv, cgroup] = await Promise.all([
      this.#optional(`/proc/${pid}/cmdline`),
      this.#optional(`/proc/${pid}/cgroup`),
    ]);
    return { pid, argv: parseCommandLine(argv), cgroup };
  }

  /** Addresses of this computer that others may reach. */
  async addresses(): Promise<readonly OwnAddress[]> {
    const [four, six] = await Promise.all([
      this.#optional('/proc/self/net/fib_trie'),
      this.#optional('/proc/self/net/if_inet6'),
    ]);
    return [...parseFibTrie(four), ...parseInterfaceAddresses(six)];
  }

  /** Containers of other programs for models; null where there is Podman and it does not tell. */
  async containers(): Promise<readonly ModelContainer[] | null> {
    try {
      const { stdout, exit } = await this.#look.run(['podman', 'ps', '--format', 'json'], podmanPatience);
      return exit === 0 ? parseModelContainers(stdout) : null;
    } catch (thrown) {
      return thrown instanceof HearthError && thrown.code === 'command-missing' ? [] : null;
    }
  }

  async exists(path: string): Promise<boolean> {
    return (await this.#look.stat(path).catch(() => null)) !== null;
  }

  async #sockets(pid: string): Promise<readonly number[]> {
    const folder = `/proc/${pid}/fd`;
    const names = await this.#look.list(folder).catch(() => []);
    const links = await Promise.all(
      names.map((name) => this.#look.readLink(`${folder}/${name}`).catch(() => '')),
    );
    return links.map((link) => socketInode(link)).filter((inode) => inode !== null);
  }

  async #known<T>(source: string, read: () => Promise<T>): Promise<Known<T>> {
    try {
      return known(await read(), source);
    } catch (thrown) {
      const code = thrown instanceof HearthError ? thrown.code : 'io';
      return missing(code === 'not-found' ? 'absent' : 'denied', source, code);
    }
  }

  /** Processes end while they are looked at; what is gone says nothing. */
  async #optional(path: string): Promise<string> {
    return this.#look.readText(path, tableCap).catch(() => '');
  }
}
