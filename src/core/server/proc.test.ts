// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { deathError } from './death.ts';
import * as proc from './proc.ts';
import { parseProgramVersion } from './programs.ts';

const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:46A0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 35563 1 00000000923834b6 100 0 0 10 0
   1: 0100007F:E1DE 0100007F:46A0 06 00000000:00000000 03:00001770 00000000     0        0 0 3 00000000522eda74
   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000   0        0 3 1 0 100 0 0 10 0
   garbage`;
const tcp6 = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     7        0 1 1 0
   1: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0`;

describe('/proc', () => {
  it('tells who listens, and where', () => {
    expect(proc.parseTcpListeners(tcp)).toEqual([
      { port: 18080, loopback: true, uid: 1000 },
      { port: 8080, loopback: false, uid: 0 },
    ]);
    expect(proc.parseTcpListeners(tcp6)).toEqual([
      { port: 631, loopback: true, uid: 7 },
      { port: 22, loopback: false, uid: 0 },
    ]);
    expect(proc.parseTcpListeners('')).toEqual([]);
  });

  it('lists interfaces', () => {
    const text = `Inter-|   Receive\n face |bytes\n    lo:       0       0\n  eth0: 5 6\n`;
    expect(proc.parseInterfaces(text)).toEqual(['lo', 'eth0']);
    expect(proc.parseInterfaces('')).toEqual([]);
  });

  it('knows Hearth’s own server and proxy by their socket', () => {
    const socket = '/run/user/1000/hearth/server/model.sock';
    const server = proc.parseCommandLine(`/usr/bin/llama-server\0--host\0${socket}\0`);
    expect(proc.isServerOf(server, socket)).toBe(true);
    expect(proc.isServerOf(server, '/other.sock')).toBe(false);
    expect(proc.isServerOf(['bwrap', ...server], socket)).toBe(false);
    expect(proc.isProxyOf(['/usr/lib/systemd/systemd-socket-proxyd', socket], socket)).toBe(true);
    // Not yet: it becomes the proxy once the port is open.
    expect(proc.isProxyOf(['systemd-socket-activate', 'systemd-socket-proxyd', socket], socket)).toBe(false);
    expect(proc.parseCommandLine('')).toEqual([]);
  });

  it('reads small things', () => {
    expect(proc.parseUid('Name:\tgjs\nUid:\t1000\t1000\t1000\t1000\n')).toBe(1000);
    expect(proc.parseUid('')).toBeNull();
    expect(proc.parseOomKills('pgfault 5\noom_kill 3\n')).toBe(3);
    expect(proc.parseOomKills('')).toBeNull();
    const unix = `Num       RefCount Protocol Flags    Type St Inode Path
0000000081a2ab64: 00000002 00000000 00010000 0001 01 35505 /tmp/s/x.sock
0000000081a2ab65: 00000003 00000000 00000000 0001 03 35506 /tmp/s/y.sock`;
    expect(proc.listensOn(unix, '/tmp/s/x.sock')).toBe(true);
    expect(proc.listensOn(unix, '/tmp/s/y.sock')).toBe(false);
    expect(parseProgramVersion('version: 0.7.0 (build 11669, commit Debian)')).toBe('0.7.0');
    expect(parseProgramVersion(' 1.52.0\n')).toBe('1.52.0');
    expect(parseProgramVersion('hello')).toBeNull();
  });
});

describe('a death', () => {
  const died = (exit: number, stderrTail: string, oomKilled = false) =>
    deathError({ exit, stderrTail, oomKilled });

  it('is told by its text, its status and the kernel’s count', () => {
    expect(died(1, 'bwrap: No permissions to create new namespace').code).toBe('no-isolation');
    expect(died(1, 'ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer').code).toBe(
      'out-of-memory',
    );
    expect(died(1, 'ErrorOutOfDeviceMemory').code).toBe('out-of-memory');
    expect(died(137, '', true).code).toBe('out-of-memory');
    expect(died(137, '').code).toBe('server-killed');
    expect(died(1, `${'line\n'.repeat(50)}failed to load model`).detail).toMatch(/failed to load model$/);
  });
});
