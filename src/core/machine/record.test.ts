// SPDX-License-Identifier: GPL-3.0-or-later

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { MemoryLook } from '../../../tests/support/memory-look.ts';
import { dfCommand } from './disk.ts';
import { recordMachine, type RecordedTree } from './record.ts';
import { Redactor, type Secrets } from './redact.ts';

const nobody: Secrets = { userName: '', realName: '', hostName: '', home: '', ids: [] };
const redact = (text: string, secrets: Partial<Secrets> = {}): string =>
  new Redactor({ ...nobody, ...secrets }).text(text);

describe('redaction', () => {
  test('names, by whole words and in paths', () => {
    const secrets = {
      userName: 'ana',
      hostName: 'tiffany.home.lan',
      home: '/home/ana',
      realName: 'Ana Lima',
    };
    const text = '/home/ana/banana ana@tiffany Ana Lima /dev/mapper/tiffany-root ANA_DIR /run/media/ana/x';
    expect(redact(text, secrets)).toBe(
      '/home/user/banana user@computer user /dev/mapper/computer-root user_DIR /run/media/user/x',
    );
  });

  test('a user called like the system is replaced in paths only', () => {
    const secrets = { userName: 'fedora', home: '/home/fedora' };
    expect(redact('ID=fedora /home/fedora/x', secrets)).toBe('ID=fedora /home/user/x');
  });

  test('a home elsewhere', () => {
    expect(redact('/data/people/7/x', { userName: 'ana', home: '/data/people/7' })).toBe('/home/user/x');
  });

  test('ids, addresses and serial numbers, the same one alike', () => {
    const id = '0f3c5a77-1111-4222-8333-444455556666';
    expect(redact(`${id} ${id.toUpperCase()} 99999999-1111-4222-8333-444455556666`)).toBe(
      '00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000002',
    );
    expect(redact('a4:bb:6d:01:02:03 A4-BB-6D-01-02-03')).toBe('00:00:00:00:00:00 00:00:00:00:00:00');
    expect(redact('10.0.0.7:/x fe80::1ff:fe23:4567:890a 2001:db8:0:0:0:0:0:9')).toBe(
      '192.0.2.1:/x 2001:db8::1 2001:db8::1',
    );
    expect(redact('Serial\t\t: 10000000a1b2c3d4\nSerial Number = X9Z')).toBe(
      'Serial\t\t: redacted\nSerial Number = redacted',
    );
  });

  test('what is the same on every computer stays', () => {
    const same = [
      '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c',
      '0000:01:00.0 0000:c1:00.0',
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.173.02',
      '5.15.167.4-microsoft-standard-WSL2',
      `sha256-${'0123456789abcdef'.repeat(4)}`,
      '127.0.0.1 [::1]',
    ];
    for (const text of same) expect(redact(text, { userName: 'ana', hostName: 'box' })).toBe(text);
  });

  test('df: volumes, shares and disks that are plugged in', () => {
    const redactor = new Redactor(nobody);
    const row = (source: string, target: string) => `H\n${source} ext4 10 5 ${target}\n`;
    expect(redactor.df(row('/dev/nvme0n1p3', '/'))).toBe(row('/dev/nvme0n1p3', '/'));
    expect(redactor.df(row('/dev/mapper/luks-abc', '/home'))).toBe(row('/dev/mapper/luks-volume', '/home'));
    expect(redactor.df(row('/dev/mapper/annas--pc-root', '/'))).toBe(row('/dev/mapper/volume', '/'));
    expect(redactor.df(row('nas.lan:/export', '/mnt/nas'))).toBe(row('share', '/mnt/disk'));
    expect(redactor.df(row('//nas/my files', '/mnt/x y'))).toBe(row('share', '/mnt/disk'));
    expect(redactor.df(row('/dev/sda1', '/run/media/user/HOLIDAY 2026'))).toBe(
      row('/dev/sda1', '/run/media/user/disk'),
    );
  });
});

/** Everything of a recording that ends on disk, as one text. */
function everything(tree: RecordedTree): string {
  const decoder = new TextDecoder();
  const entries = tree.entries.map(([path, entry]) => {
    const body = entry.kind === 'file' ? decoder.decode(entry.content ?? undefined) : '';
    return `${path} ${entry.kind === 'link' ? entry.target : body}`;
  });
  return [
    JSON.stringify(tree.about),
    JSON.stringify(tree.commands),
    JSON.stringify(tree.notes),
    ...entries,
  ].join('\n');
}

const label = { name: 'test', date: '2026-11-23', hearth: '0.1.0' };

/** Planted wherever a machine could show it. */
function machineOf(secrets: Secrets): { look: MemoryLook; home: string } {
  const { userName, hostName, home, ids, realName } = secrets;
  const [id = '', other = ''] = ids;
  const files = {
    '/etc/os-release': `ID=fedora\nPRETTY_NAME="Fedora of ${realName}"\nBUILD_ID=${id}\n`,
    '/proc/sys/kernel/osrelease': `7.2.1-${hostName}\n`,
    [`/usr/lib/modules/7.2.1-${hostName}/x`]: '',
    '/proc/cpuinfo': `processor: 0\nmodel name: CPU of ${userName}\nflags: lm\nSerial: ${other}\n`,
    '/proc/meminfo': 'MemTotal: 100 kB\nMemAvailable: 50 kB\n',
    '/proc/self/cgroup': `0::/user.slice/${userName}-${id}.scope\n`,
    [`/sys/fs/cgroup/user.slice/${userName}-${id}.scope/memory.max`]: 'max\n',
    [`${home}/.ollama/models/manifests/${hostName}.lan/${userName}/m/1`]: JSON.stringify({
      layers: [],
      note: other,
    }),
    [`${home}/.lmstudio/models/${userName}/r/m.gguf`]: { size: 5 },
    '/sys/firmware/efi/efivars/BootOrder-8be4df61-93ca-11d2-aa0d-00e098032b8c': { size: 6 },
  };
  const commands = {
    [[...dfCommand, home].join(' ')]: {
      stdout: `H\n/dev/mapper/${hostName}-home ext4 10 5 /run/media/${userName}/${id}\n`,
      stderr: `df: ${hostName}: ${other}\n`,
    },
    'podman --version': { stdout: `podman version 5.8.6\n`, stderr: `${realName} at 10.20.30.40\n` },
  };
  return { look: new MemoryLook(files, commands), home };
}

describe('recording', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{4,10}$/).map((text) => `q${text}z`);
  const plantedIds = fc.tuple(
    fc.stringMatching(/^[A-Z0-9]{8,16}$/),
    fc.uuid().map((id) => id.replaceAll('-', '')),
  );

  test('nothing that identifies a person or a computer gets into it', async () => {
    await fc.assert(
      fc.asyncProperty(name, name, name, plantedIds, async (userName, hostName, surname, ids) => {
        fc.pre(new Set([userName, hostName, surname]).size === 3);
        const realName = `Q${surname} ${surname.toUpperCase()}`;
        const secrets = { userName, hostName, realName, home: `/home/${userName}`, ids };
        const { look, home } = machineOf(secrets);
        const { tree } = await recordMachine(
          look,
          { home, modelsPath: `${home}/models`, recording: null },
          label,
          new Redactor(secrets),
        );
        const text = everything(tree).toLowerCase();
        for (const secret of [userName, hostName, realName, ...ids, '10.20.30.40']) {
          expect(text).not.toContain(secret.toLowerCase());
        }
        expect(tree.about).toMatchObject({
          home: '/home/user',
          modelsPath: '/home/user/models',
          kind: 'recorded',
        });
        expect(Object.keys(tree.about.redactions).length).toBeGreaterThan(2);
        // Still of use: the paths that were made anonymous are those that the recording speaks of.
        expect(tree.entries.map(([path]) => path)).toContain('/home/user/.lmstudio/models/user/r/m.gguf');
        expect(tree.notes['/home/user/.lmstudio/models/user/r/m.gguf']).toEqual({ size: 5 });
      }),
      { numRuns: 100 },
    );
  });

  test('links stay links, and nothing is written below one', async () => {
    const look = new MemoryLook({
      '/etc/os-release': { link: '../usr/lib/os-release' },
      '/usr/lib/os-release': 'ID=debian\n',
      '/proc/self': { link: '7' },
      '/proc/self/cgroup': '0::/\n',
      '/home': { link: 'var/home' },
      '/home/x/.lmstudio/models/a/b/c.gguf': { size: 1 },
    });
    const options = { home: '/home/x', modelsPath: '/home/x/m', recording: null };
    const { tree } = await recordMachine(look, options, label, new Redactor(nobody));
    const links = tree.entries.filter(([, entry]) => entry.kind === 'link').map(([path]) => path);
    expect(links).toEqual(expect.arrayContaining(['/etc/os-release', '/home', '/proc/self']));
    for (const [path] of tree.entries) {
      for (const link of links) expect(path.startsWith(`${link}/`)).toBe(false);
    }
  });

  test('a file that may not be read is noted as such, the rest by size', async () => {
    const look = new MemoryLook({ '/etc/os-release': { error: 'denied' }, '/run/ostree-booted': '' });
    const { tree } = await recordMachine(
      look,
      { home: '/home/user', modelsPath: '/home/user', recording: null },
      label,
      new Redactor(nobody),
    );
    expect(tree.notes).toEqual({ '/etc/os-release': { error: 'denied' }, '/run/ostree-booted': { size: 0 } });
  });
});
