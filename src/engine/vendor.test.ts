// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { HearthError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';
import { lockIds, noVendor } from '../core/vendor/types.ts';
import { TerminalHearth } from '../../tests/support/terminal-hearth.ts';
import { withLocks } from './locked.ts';
import { readVendor, vendorFolders } from './vendor.ts';

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

test('Goose as the default, and AI Lab, are tools too; looking and serving stay', async () => {
  const hearth = withLocks(new TerminalHearth(), { ...noVendor, locked: lockIds });
  await expect(hearth.tools.planDefault()).rejects.toMatchObject({ code: 'locked' });
  await expect(hearth.tools.planAiLab()).rejects.toMatchObject({ code: 'locked' });
  await hearth.refresh();
  await hearth.plan('model');
  expect(hearth.tools.connection()).not.toBeNull();
  expect(await hearth.serve()).toMatchObject({ way: 'children' });
});
