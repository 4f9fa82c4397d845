// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { never } from '../../src/core/cancel.ts';
import type { PackageProgress, SystemPackages } from '../../src/core/driver/packages.ts';
import { HearthError } from '../../src/core/errors.ts';
import type { Contact } from '../../src/core/setup/ledger.ts';
import { NotedPackages } from '../../src/engine/noted-packages.ts';

const steps: readonly PackageProgress[] = [
  { phase: 'checking', done: null, total: null, part: null },
  { phase: 'downloading', done: 1000, total: 4000, part: null },
  { phase: 'downloading', done: 4000, total: 4000, part: null },
  { phase: 'working', done: null, total: null, part: 0.5 },
];

function stage(progress: readonly PackageProgress[], end: () => Promise<void> = () => Promise.resolve()) {
  const lines: (Contact & { readonly when: string })[] = [];
  const inner = {
    install: async (_names: unknown, tell: (progress: PackageProgress) => void) => {
      expect(lines.at(-1)?.when).toBe('before');
      progress.forEach(tell);
      await end();
    },
    setRepository: end,
    resolve: () => Promise.resolve({ installs: [], removes: [], downloadBytes: 777, diskBytes: null }),
  } as unknown as SystemPackages;
  const ledger = {
    begin: (contact: Contact) => Promise.resolve(String(lines.push({ ...contact, when: 'before' }))),
    write: (contact: Contact, id: string | null = null) => {
      expect(id).toBe(String(lines.length));
      lines.push({ ...contact, when: 'after' });
      return Promise.resolve();
    },
  };
  const hosts = () =>
    Promise.resolve({ byId: { cuda: ['c.example'] }, enabled: ['a.example', 'b.example', 'a.example'] });
  return { lines, packages: new NotedPackages(inner, { ledger, hosts }) };
}

const ended = (lines: readonly Contact[]) => {
  const { why, host, subject, received, status } = lines.at(-1) ?? ({} as Contact);
  return [why, host, subject, received, status];
};

test('bytes as the service tells them while they come', async () => {
  const { packages, lines } = stage(steps);
  await packages.install(['akmod-nvidia', 'x'], () => {}, never);
  expect(ended(lines)).toEqual(['packages', 'a.example, b.example', 'akmod-nvidia, x', 4000, 200]);
  expect(lines[0]?.status).toBe(0);
});

test('else as it told them before, for the same packages', async () => {
  const { packages, lines } = stage([]);
  await packages.resolve('install', ['akmod-nvidia'], never);
  await packages.install(['akmod-nvidia'], () => {}, never);
  expect(ended(lines)[3]).toBe(777);
  await packages.install(['something-else'], () => {}, never);
  expect(ended(lines)[3]).toBe(0);
});

test('what came before it failed is counted, and what was expected is not', async () => {
  const { packages, lines } = stage(steps.slice(0, 2), () => Promise.reject(new HearthError('offline')));
  await packages.resolve('install', ['a'], never);
  await expect(packages.install(['a'], () => {}, never)).rejects.toThrow();
  expect(ended(lines)).toEqual(['packages', 'a.example, b.example', 'a', 1000, 0]);
});

test('a source that is turned on is asked for its list, one that is turned off is not', async () => {
  const { packages, lines } = stage([]);
  await packages.setRepository('cuda', false, never);
  expect(lines).toEqual([]);
  await packages.setRepository('cuda', true, never);
  expect(ended(lines)).toEqual(['package-list', 'c.example', 'cuda', 0, 200]);
  await packages.setRepository('sources.list:deb x', true, never);
  expect(ended(lines)[1]).toBe('');
});
