// SPDX-License-Identifier: GPL-3.0-or-later

/** Readers of /proc, for the evidence that a server has no network and for finding who holds a port. */

export interface TcpListener {
  readonly port: number;
  /** Reachable from this computer only. */
  readonly loopback: boolean;
  readonly uid: number;
}

/** Listening sockets in /proc/net/tcp or tcp6; lines that make no sense are left out. */
export function parseTcpListeners(text: string): readonly TcpListener[] {
  const listeners: TcpListener[] = [];
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const local = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(fields[1] ?? '');
    const uid = Number(fields[7]);
    if (local === null || fields[3] !== '0A' || !Number.isInteger(uid)) continue;
    listeners.push({ port: parseInt(local[2] ?? '', 16), loopback: isLoopback(local[1] ?? ''), uid });
  }
  return listeners;
}

/** Addresses stand in the processor's byte order, four bytes at a time: 0100007F is 127.0.0.1 on x86 and ARM. */
function isLoopback(hex: string): boolean {
  if (hex.length === 8) return hex.endsWith('7F');
  return hex === '00000000000000000000000001000000' || /^0{16}FFFF0000.{6}7F$/.test(hex);
}

/** Names of the interfaces in /proc/PID/net/dev. */
export function parseInterfaces(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(2)
    .map((line) => /^\s*([^\s:]+):/.exec(line)?.[1])
    .filter((name) => name !== undefined);
}

/** Real user id in /proc/PID/status; null when it is not there. */
export function parseUid(status: string): number | null {
  const found = /^Uid:\s+(\d+)/m.exec(status);
  return found === null ? null : Number(found[1]);
}

/** Real group id in /proc/PID/status; null when it is not there. */
export function parseGroupId(status: string): number | null {
  const found = /^Gid:\s+(\d+)/m.exec(status);
  return found === null ? null : Number(found[1]);
}

/** Bytes of main memory that a process really has, from /proc/PID/status; null when it does not say. */
export function parseResident(status: string): number | null {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  return found === null ? null : Number(found[1]) * 1024;
}

/** Path of a process's own control group below /sys/fs/cgroup; null without the unified hierarchy. */
export function parseGroup(cgroup: string): string | null {
  const path = /^0::(\/.*)$/m.exec(cgroup)?.[1];
  return path === undefined || path === '/' || path.includes('..') ? null : path;
}

/** Arguments in /proc/PID/cmdline. */
export function parseCommandLine(text: string): readonly string[] {
  const parts = text.split('\0');
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

export function isServerOf(argv: readonly string[], socket: string): boolean {
  const host = argv.indexOf('--host');
  return baseName(argv[0]) === 'llama-server' && host > 0 && argv[host + 1] === socket;
}

/** The server, or bubblewrap on its way to become it. */
export function isMeantForServer(argv: readonly string[], socket: string): boolean {
  const host = argv.indexOf('--host');
  return ['llama-server', 'bwrap'].includes(baseName(argv[0])) && host > 0 && argv[host + 1] === socket;
}

export function isProxyOf(argv: readonly string[], socket: string): boolean {
  return baseName(argv[0]) === 'systemd-socket-proxyd' && argv.at(-1) === socket;
}

/** A UNIX socket of this path is listened on in the namespace that /proc/PID/net/unix was read from. */
export function listensOn(unixTable: string, path: string): boolean {
  return unixTable.split('\n').some((line) => {
    const fields = line.trim().split(/\s+/);
    // Flag __SO_ACCEPTCON: it listens.
    return fields[3] === '00010000' && line.endsWith(` ${path}`);
  });
}

/** How often the kernel has killed something for want of memory, from /proc/vmstat; null where it does not say. */
export function parseOomKills(vmstat: string): number | null {
  const found = /^oom_kill (\d+)$/m.exec(vmstat);
  return found === null ? null : Number(found[1]);
}

function baseName(path: string | undefined): string {
  return path?.split('/').at(-1) ?? '';
}
