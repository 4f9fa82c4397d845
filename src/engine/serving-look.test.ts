// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { HearthError } from '../core/errors.ts';
import { ServingLook, type ProcLook } from './serving-look.ts';

const socket = '/run/h/server/model.sock';
const lo = 'Inter-|\n face |\n    lo: 0 0\n';
const listening = `Num RefCount\n0: 00000002 00000000 00010000 0001 01 35505 ${socket}\n`;

function look(files: Readonly<Record<string, string>>): ServingLook {
  const read = (path: string): Promise<string> => {
    const text = files[path];
    return text === undefined
      ? Promise.reject(new HearthError('not-found', { path }))
      : Promise.resolve(text);
  };
  const list = () =>
    Promise.resolve(['self', ...new Set(Object.keys(files).flatMap((path) => path.split('/')[2] ?? []))]);
  const proc: ProcLook = { readText: read, readLink: read, list };
  return new ServingLook(proc, socket);
}

const walled = {
  '/proc/self/ns/net': 'net:[1]',
  '/proc/7/ns/net': 'net:[2]',
  '/proc/7/net/dev': lo,
  '/proc/7/net/unix': listening,
  '/proc/7/cmdline': `/usr/bin/llama-server\0--host\0${socket}\0`,
  '/proc/8/cmdline': `bwrap\0--\0/usr/bin/llama-server\0--host\0${socket}\0`,
  '/proc/9/cmdline': `/usr/lib/systemd/systemd-socket-proxyd\0${socket}\0`,
};

describe('evidence', () => {
  it('holds for a server in a namespace of its own with nothing but lo', async () => {
    expect(await look(walled).evidence(7)).toEqual({
      serverPid: 7,
      serverNamespace: 'net:[2]',
      ownNamespace: 'net:[1]',
      interfaces: ['lo'],
      isolated: true,
    });
  });

  it('does not hold in the same namespace, with an interface, or for another socket', async () => {
    for (const change of [
      { '/proc/7/ns/net': 'net:[1]' },
      { '/proc/7/ns/net': 'something' },
      { '/proc/7/net/dev': `${lo}  eth0: 0 0\n` },
      { '/proc/7/net/unix': listening.replace('model.sock', 'other.sock') },
    ]) {
      expect((await look({ ...walled, ...change }).evidence(7)).isolated, JSON.stringify(change)).toBe(false);
    }
  });

  it('is no evidence when it cannot be read', async () => {
    const { '/proc/7/ns/net': _gone, ...rest } = walled;
    await expect(look(rest).evidence(7)).rejects.toMatchObject({ code: 'no-isolation' });
  });
});

describe('looking for processes', () => {
  it('finds server and proxy by the socket, and not the wall around them', async () => {
    expect(await look(walled).server()).toBe(7);
    expect(await look(walled).proxy()).toBe(9);
    expect(await look({}).server()).toBeNull();
  });

  it('tells whose a port is', async () => {
    const line = (uid: number) =>
      `head\n 0: 0100007F:10E7 00000000:0000 0A 00000000:00000000 00:00000000 00000000 ${uid} 0 1 1\n`;
    const status = { '/proc/self/status': 'Uid:\t1000\t1000\n' };
    expect(await look({ ...status, '/proc/self/net/tcp': line(1000) }).holder(4327)).toBe('self');
    expect(await look({ ...status, '/proc/self/net/tcp': line(0) }).holder(4327)).toBe('other');
    expect(await look({ ...status, '/proc/self/net/tcp': line(0) }).holder(80)).toBe('nobody');
  });
});
