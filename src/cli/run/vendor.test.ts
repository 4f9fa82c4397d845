// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { exitOf, terminal } from '../../../tests/support/terminal.ts';
import { lockIds, noVendor, type Vendor } from '../../core/vendor/types.ts';
import { lockLines, vendorWords } from '../../words/vendor.ts';
import { status } from './status.ts';
import { vendor } from './vendor.ts';

const decided: Vendor = {
  ...noVendor,
  organisation: 'Example University',
  welcome: 'Welcome to the lab',
  help: 'https://help.example.org/',
  order: ['model', 'try', 'computer', 'driver', 'tools'],
  hidden: ['driver'],
  locked: lockIds,
  files: ['/etc/hearth/vendor.d/10-lab.yaml'],
};

test.each(lockIds)('status says why %s is locked', async (lock) => {
  const { context, text } = terminal(
    ['status'],
    { vendor: { ...decided, locked: [lock] } },
    { columns: 200 },
  );
  await status(context);
  expect(text()).toContain('Managed by Example University');
  for (const line of lockLines({ locked: [lock] })) expect(text()).toContain(line);
});

test('status has the vendor’s order, leaves out what is hidden, and says welcome and where help is', async () => {
  const { context, text } = terminal(['status'], { vendor: decided }, { columns: 200 });
  await status(context);
  const shown = text();
  expect(shown).not.toContain('Graphics Driver');
  expect(shown.indexOf('Model')).toBeLessThan(shown.indexOf('This Computer'));
  expect(shown).toContain('Welcome to the lab');
  expect(shown).toContain('https://help.example.org/');
});

test('status says what cannot be used, with its line', async () => {
  const problems = [{ file: '/etc/a.yaml', line: 4, key: 'lockd', problem: 'is not a key that is known' }];
  const { context, text } = terminal(['status'], { vendor: { ...noVendor, problems } }, { columns: 200 });
  await status(context);
  expect(text()).toContain('/etc/a.yaml, line 4, lockd: is not a key that is known');
});

test('status --json has the same, with the sentences', async () => {
  const { context, text } = terminal(['status', '--json'], { vendor: decided });
  await status(context);
  const { tasks, vendor: said } = JSON.parse(text());
  expect(tasks.map((task: { id: string }) => task.id)).toEqual(['model', 'try', 'computer', 'tools']);
  expect(said.locked).toHaveLength(lockIds.length);
  expect(said.locked[0].sentence).toContain('Example University');
});

test('check: a right file is said to be right', async () => {
  const files = { '/a.yaml': 'version: 1\nlocked: { engine: true }\n' };
  const { context, text } = terminal(['vendor', 'check', '/a.yaml'], {}, { files });
  expect(await exitOf(vendor(context))).toBe(0);
  expect(text()).toContain('/a.yaml can be used.');
});

test('check: a wrong one is told with its line, and ends with 1', async () => {
  const files = { '/a.yaml': 'version: 1\n', '/b.yaml': 'version: 1\n\nlockd: {}\n' };
  const { context, text } = terminal(['vendor', 'check', '/a.yaml', '/b.yaml'], {}, { files, columns: 200 });
  expect(await exitOf(vendor(context))).toBe(1);
  expect(text()).toContain('/b.yaml, line 3, lockd: is not a key that is known');
});

test('without a word after it: what holds here', async () => {
  const { context, text } = terminal(['vendor'], { vendor: decided }, { columns: 200 });
  await vendor(context);
  expect(text()).toContain('/etc/hearth/vendor.d/10-lab.yaml');
  expect(text()).toMatch(/Hidden pages\s+Graphics Driver/);
  const nobody = terminal(['vendor']);
  await vendor(nobody.context);
  expect(nobody.text()).toContain('No distributor or administrator decided anything');
});

test('vendor says that the desktop’s search is without Hearth, and only then', async () => {
  const said = async (search: boolean): Promise<string> => {
    const { context, text } = terminal(['vendor'], { vendor: { ...decided, search } });
    await vendor(context);
    return text();
  };
  expect(await said(false)).toContain(vendorWords.notFound());
  expect(await said(true)).not.toContain(vendorWords.notFound());
});
