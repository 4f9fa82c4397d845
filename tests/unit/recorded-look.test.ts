// SPDX-License-Identifier: GPL-3.0-or-later

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openMachine } from '../support/node-look.node.ts';

const about = {
  format: 1,
  name: 'test',
  title: 'Test',
  kind: 'recorded',
  date: '2026-11-23',
  hearth: '0.1.0',
  home: '/home/user',
  modelsPath: '/home/user/models',
  redactions: {},
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-recording-'));
  put('secret', 'outside');
  put('m/machine.json', JSON.stringify(about));
  put('m/commands.json', '[]');
  mkdirSync(join(folder, 'm/root'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(target, join(folder, path));
}

const open = async () => (await openMachine(join(folder, 'm'))).look;
const refused = { code: 'bad-recording' };
const absent = { code: 'not-found' };

describe('a recorded machine', () => {
  test('follows links inside itself: relative, absolute, and of folders', async () => {
    put('m/root/usr/lib/os-release', 'ID=x\n');
    link('m/root/etc/os-release', '../usr/lib/os-release');
    link('m/root/proc/device-tree', '/usr/lib');
    const look = await open();
    expect(await look.readText('/etc/os-release')).toBe('ID=x\n');
    expect(await look.readText('/proc/device-tree/os-release')).toBe('ID=x\n');
    expect(await look.list('/proc/device-tree')).toEqual(['os-release']);
    expect(await look.readLink('/etc/os-release')).toBe('../usr/lib/os-release');
    expect(await look.stat('/etc/os-release')).toMatchObject({ kind: 'link' });
    expect(await look.stat('/nothing/here')).toBeNull();
  });

  test('an absolute link means the recording, never the disk around it', async () => {
    link('m/root/etc/passwd', '/etc/passwd');
    link('m/root/tmp/secret', join(folder, 'secret'));
    const look = await open();
    await expect(look.readText('/etc/passwd')).rejects.toMatchObject(refused);
    await expect(look.readText('/tmp/secret')).rejects.toMatchObject(absent);
  });

  test('no way leads out by ..', async () => {
    link('m/root/a/up', '../../../secret');
    link('m/root/b', '..');
    const look = await open();
    await expect(look.readText('/../secret')).rejects.toMatchObject(refused);
    await expect(look.readText('/a/up')).rejects.toMatchObject(refused);
    await expect(look.list('/b/b/b')).rejects.toMatchObject(refused);
    await expect(look.stat('/a/../../machine.json')).rejects.toMatchObject(refused);
  });

  test('links that go round in circles end', async () => {
    link('m/root/x', 'y');
    link('m/root/y', 'x');
    await expect((await open()).readText('/x')).rejects.toMatchObject(refused);
  });

  test('marks of empty folders are not listed, noted files have a size and no content', async () => {
    put('m/root/empty/.folder', '');
    put('m/root/big.gguf', '');
    put('m/root/locked', '');
    put('m/notes.json', JSON.stringify({ '/big.gguf': { size: 5e9 }, '/locked': { error: 'denied' } }));
    const look = await open();
    expect(await look.list('/empty')).toEqual([]);
    expect(await look.stat('/big.gguf')).toMatchObject({ kind: 'file', size: 5e9 });
    await expect(look.readBytes('/big.gguf')).rejects.toMatchObject(absent);
    await expect(look.readText('/locked')).rejects.toMatchObject({ code: 'denied' });
  });

  test('commands answer what they answered; others are not there', async () => {
    const command = { argv: ['podman', '--version'], stdout: 'x\n', stderr: '', exit: 3 };
    put('m/commands.json', JSON.stringify([command]));
    const look = await open();
    expect(await look.run(['podman', '--version'])).toEqual({ stdout: 'x\n', stderr: '', exit: 3 });
    await expect(look.run(['podman', 'info'])).rejects.toMatchObject({ code: 'command-missing' });
    await expect(look.run(['podman --version'])).rejects.toMatchObject({ code: 'command-missing' });
  });
});

describe('a folder that is no recording', () => {
  const broken: readonly (readonly [what: string, path: string, content: string | null])[] = [
    ['no machine.json', 'machine.json', null],
    ['no JSON', 'commands.json', '{'],
    ['commands that are no list', 'commands.json', '{}'],
    ['an exit that is no number', 'commands.json', '[{"argv":["x"],"stdout":"","stderr":"","exit":"0"}]'],
    ['another format', 'machine.json', JSON.stringify({ ...about, format: 2 })],
    ['a kind that is none', 'machine.json', JSON.stringify({ ...about, kind: 'invented' })],
    ['a home that is no path', 'machine.json', JSON.stringify({ ...about, home: 'home' })],
    ['a size that is none', 'notes.json', '{"/x":{"size":-1}}'],
  ];

  test.each(broken)('%s', async (_what, path, content) => {
    rmSync(join(folder, 'm', path), { force: true });
    if (content !== null) put(`m/${path}`, content);
    await expect(open()).rejects.toMatchObject(refused);
  });

  test('links in place of its own files and of root', async () => {
    rmSync(join(folder, 'm/commands.json'));
    link('m/commands.json', '../secret');
    await expect(open()).rejects.toMatchObject(refused);
    rmSync(join(folder, 'm/root'), { recursive: true });
    link('m/root', '/');
    await expect(open()).rejects.toMatchObject(refused);
    await expect(openMachine(join(folder, 'none'))).rejects.toMatchObject(refused);
  });
});
