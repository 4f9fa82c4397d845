// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { HearthError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';
import { taskIds } from '../core/setup/tasks.ts';
import { lockIds, noVendor, openTasks, vendorFolders, type LockId } from '../core/vendor/types.ts';
import { TerminalHearth } from '../../tests/support/terminal-hearth.ts';
import type { Hearth } from './api.ts';
import { intentLocks, withLocks } from './locked.ts';
import { readVendor } from './vendor.ts';

/** Files that are only here; null for one that may not be read. */
function disk(texts: Readonly<Record<string, string | null>>): Files {
  const list = (folder: string): Promise<readonly string[]> => {
    const names = Object.keys(texts).filter((path) => path.startsWith(`${folder}/`));
    return names.length === 0
      ? Promise.reject(new HearthError('not-found', { path: folder }))
      : Promise.resolve(names.map((path) => path.slice(folder.length + 1)));
  };
  const readText = (path: string): Promise<string> => {
    const text = texts[path];
    return typeof text === 'string'
      ? Promise.resolve(text)
      : Promise.reject(new HearthError('denied', { path }));
  };
  return { list, readText } as unknown as Files;
}

const read = (texts: Readonly<Record<string, string | null>>) =>
  readVendor(disk(texts), vendorFolders, ['C']);

test('the administrator’s files come after the distributor’s, each by name', async () => {
  const vendor = await read({
    '/etc/hearth/vendor.d/10.yaml': 'version: 1\ntexts: { welcome: from etc }',
    '/usr/share/hearth/vendor.d/90.yaml': 'version: 1\ntexts: { welcome: from usr 90 }\norganisation: Ninety',
    '/usr/share/hearth/vendor.d/20.json': '{"version": 1, "organisation": "Twenty"}',
    '/usr/share/hearth/vendor.d/README': 'not one of them',
    '/usr/share/hearth/vendor.d/.hidden.yaml': 'version: 2',
  });
  expect(vendor).toMatchObject({ welcome: 'from etc', organisation: 'Ninety', problems: [] });
  expect(vendor.files).toEqual([
    '/usr/share/hearth/vendor.d/20.json',
    '/usr/share/hearth/vendor.d/90.yaml',
    '/etc/hearth/vendor.d/10.yaml',
  ]);
});

test('no folder is no decision; a file that cannot be read closes everything', async () => {
  expect(await read({})).toEqual(noVendor);
  const vendor = await read({ '/etc/hearth/vendor.d/10.yaml': null });
  expect(vendor.locked).toEqual(lockIds);
  expect(vendor.problems).toMatchObject([{ file: '/etc/hearth/vendor.d/10.yaml', line: null }]);
});

const asked = {
  'own-models': (hearth: TerminalHearth) => hearth.planImport('/m.gguf'),
  'model-folder': (hearth: TerminalHearth) => hearth.planMove('/m'),
  engine: (hearth: TerminalHearth) => Promise.resolve().then(() => hearth.chooseEngine('container')),
  tools: (hearth: TerminalHearth) => hearth.plan('tools'),
  driver: (hearth: TerminalHearth) => hearth.plan('driver'),
} as const;

test.each(lockIds)('%s: is refused where it is locked, and only then', async (lock) => {
  const bare = new TerminalHearth();
  const locked = withLocks(bare, { ...noVendor, organisation: 'Example', locked: [lock] });
  await expect(asked[lock](locked)).rejects.toMatchObject({
    code: 'locked',
    args: { lock, organisation: 'Example' },
  });
  for (const other of lockIds) if (other !== lock) await asked[other](locked);
  await asked[lock](withLocks(bare, noVendor));
});

/** Every intent, as it is listed, with what each room of Hearth is. */
const intents: readonly (readonly [room: string, intent: string, rule: unknown])[] = Object.entries(
  intentLocks,
).flatMap(([name, rule]): (readonly [string, string, unknown])[] =>
  typeof rule === 'object' && rule !== null && !('atOnce' in rule)
    ? Object.entries(rule).map(([inner, each]) => [name, inner, each])
    : [['', name, rule]],
);
type Anything = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
/** Answers every intent with its own name. */
const listening = new Proxy({} as Record<string, unknown>, {
  get: (_target, name) =>
    ['tools', 'driver', 'firstBoot'].includes(String(name))
      ? new Proxy({}, { get: (_inner, inner) => () => Promise.resolve(inner) })
      : () => Promise.resolve(name),
}) as unknown as Hearth;
const ask = async (hearth: Hearth, room: string, intent: string, ...args: unknown[]): Promise<unknown> =>
  ((room === '' ? hearth : (hearth as unknown as Record<string, unknown>)[room]) as Anything)[intent]?.(
    ...args,
  );

test.each(intents)('%s %s: refused by its lock and by no other', async (room, intent, rule) => {
  const lock =
    rule !== null && typeof rule === 'object'
      ? (rule as { readonly atOnce: LockId }).atOnce
      : (rule as LockId | null);
  // What depends on what is asked for has tests of its own.
  if (typeof rule === 'function') return;
  for (const each of lockIds) {
    const asked = ask(withLocks(listening, { ...noVendor, locked: [each] }), room, intent);
    if (each === lock) await expect(asked).rejects.toMatchObject({ code: 'locked', args: { lock } });
    else expect(await asked).toBe(intent);
  }
});

test.each(taskIds)('a plan for %s is refused only where that task is locked', async (task) => {
  for (const lock of lockIds) {
    const asked = ask(withLocks(listening, { ...noVendor, locked: [lock] }), '', 'plan', task);
    if (task === lock) await expect(asked).rejects.toMatchObject({ code: 'locked', args: { lock } });
    else expect(await asked).toBe('plan');
  }
});

test('every lock refuses something, and nobody is sent to a task that is locked', () => {
  const refused = new Set(JSON.stringify(Object.values(intentLocks)).match(/"[a-z-]+"/g));
  for (const lock of lockIds) expect(refused).toContain(`"${lock}"`);
  expect(openTasks({ ...noVendor, locked: ['tools', 'engine'] })).toEqual([
    'computer',
    'driver',
    'model',
    'try',
  ]);
  expect(openTasks({ ...noVendor, hidden: ['computer'] })).toEqual(['driver', 'model', 'try', 'tools']);
});

test('Goose as the default, and AI Lab, are tools too; looking and serving stay', async () => {
  const hearth = withLocks(new TerminalHearth(), { ...noVendor, locked: lockIds });
  await expect(hearth.tools.planDefault()).rejects.toMatchObject({ code: 'locked' });
  await expect(hearth.tools.planAiLab()).rejects.toMatchObject({ code: 'locked' });
  await hearth.refresh();
  await hearth.plan('model');
  expect(hearth.tools.connection()).not.toBeNull();
  expect(await hearth.serve()).toMatchObject({ way: 'children' });
});
