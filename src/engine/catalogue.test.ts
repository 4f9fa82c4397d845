// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HearthError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';
import { catalogueFrom } from './catalogue.ts';

const shipped = JSON.parse(readFileSync('data/catalogue/hearth.json', 'utf8')) as {
  readonly entries: readonly Readonly<Record<string, unknown>>[];
};
const [first, second] = shipped.entries;
const file = (entries: readonly unknown[], more: object = {}): string =>
  JSON.stringify({ version: 1, generated: '2026-11-23', entries, ...more });
const own = file(shipped.entries);
const places = { own: '/own.json', folders: ['/usr/d', '/etc/d'] };

/** Of the port only what reading a catalogue needs; a path that is not there is refused as the real one does. */
function filesOf(texts: Readonly<Record<string, string>>): Files {
  const have = (path: string): string => {
    const text = texts[path];
    if (text === undefined) throw new HearthError('not-found', { path });
    return text;
  };
  const files: Pick<Files, 'list' | 'readText'> = {
    list: async (folder) => {
      const names = Object.keys(texts).filter((path) => path.startsWith(`${folder}/`));
      if (names.length === 0) throw new HearthError('not-found', { path: folder });
      return names.map((path) => path.slice(folder.length + 1)).sort();
    },
    readText: async (path) => have(path),
  };
  return files as Files;
}

const load = (texts: Readonly<Record<string, string>>, extra: Parameters<typeof catalogueFrom>[2] = []) =>
  catalogueFrom(filesOf({ '/own.json': own, ...texts }), places, extra).load();
const idOf = (entry: Readonly<Record<string, unknown>> | undefined): string => String(entry?.['id']);

describe('files beside the shipped catalogue', () => {
  test('none of them is no problem', async () => {
    const { entries, problems, managedBy } = await load({});
    expect([entries.length, problems, managedBy]).toEqual([shipped.entries.length, [], null]);
  });

  test('the later one wins: by name within a folder, /etc after /usr', async () => {
    const named = (name: string): string => file([{ ...first, name }]);
    const { entries } = await load({ '/usr/d/10.json': named('A'), '/usr/d/20.json': named('B') });
    expect(entries[0]!.name).toBe('B');
    const later = await load({ '/usr/d/20.json': named('B'), '/etc/d/10.json': named('C') });
    expect(later.entries[0]!.name).toBe('C');
    expect(later.entries).toHaveLength(shipped.entries.length);
  });

  test('a bad file is named and costs only itself; what is no .json is not looked at', async () => {
    const added = { ...first, id: 'ours', name: 'Ours' };
    const { entries, problems } = await load({
      '/etc/d/10-bad.json': '{',
      '/etc/d/20-newer.json': JSON.stringify({ version: 2, generated: '', entries: [] }),
      '/etc/d/30-half.json': file([{ ...first, id: 'half', licence: null }]),
      '/etc/d/40-good.json': file([added]),
      '/etc/d/README': 'not a catalogue',
    });
    expect(entries.map((entry) => entry.id).slice(-1)).toEqual(['ours']);
    expect(entries).toHaveLength(shipped.entries.length + 1);
    expect(problems.map(({ file: path, entry }) => [path, entry])).toEqual([
      ['/etc/d/10-bad.json', null],
      ['/etc/d/20-newer.json', null],
      ['/etc/d/30-half.json', 'half'],
    ]);
  });

  test('"only" leaves nothing but its own entries, and the practice model in practice mode', async () => {
    const only = file([second], { only: true, organisation: 'Example University' });
    const { entries, managedBy } = await load({ '/etc/d/90-only.json': only });
    expect(entries.map((entry) => entry.id)).toEqual([idOf(second)]);
    expect(managedBy).toBe('Example University');
    const practice = { ...entries[0]!, id: 'hearth-practice', practice: true };
    const played = await load({ '/etc/d/90-only.json': only }, [practice]);
    expect(played.entries.map((entry) => entry.id)).toEqual([idOf(second), 'hearth-practice']);
  });
});
