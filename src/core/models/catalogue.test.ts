// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  emptyCatalogue,
  maxCatalogueBytes,
  mergeCatalogues,
  offeredBy,
  parseCatalogue,
  problemText,
} from './catalogue.ts';

const shipped = readFileSync('data/catalogue/hearth.json', 'utf8');

interface Raw {
  readonly version: number;
  readonly generated: string;
  readonly entries: Record<string, unknown>[];
}

function fresh(): Raw {
  return JSON.parse(shipped) as Raw;
}

/** Problems of the shipped catalogue with one field of its first entry set (or, with undefined, taken away). */
function problemsWith(path: string, value: unknown): readonly string[] {
  const data = fresh();
  const parts = path.split('.');
  const last = parts.pop()!;
  let at = data.entries[0]!;
  for (const part of parts) at = at[part] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  const parsed = parseCatalogue(JSON.stringify(data), 'x.json');
  expect(parsed.catalogue.entries).toHaveLength(data.entries.length - 1);
  return parsed.problems.map(problemText);
}

describe('the shipped catalogue', () => {
  const parsed = parseCatalogue(shipped, 'hearth.json');

  test('has at least ten entries and no problem', () => {
    expect(parsed.problems).toEqual([]);
    expect(parsed.catalogue.entries.length).toBeGreaterThanOrEqual(10);
  });

  test('lists nothing that the list of the unlisted names, and says what is missing there', () => {
    const list = JSON.parse(readFileSync('data/catalogue/not-listed.json', 'utf8')) as {
      readonly notListed: readonly { readonly id: string; readonly missing: readonly string[] }[];
      readonly toConfirm: readonly { readonly id: string }[];
    };
    const listed = new Set(parsed.catalogue.entries.map((entry) => entry.id));
    for (const entry of list.notListed) {
      expect(listed.has(entry.id)).toBe(false);
      expect(entry.missing.length).toBeGreaterThan(0);
    }
    // As many as were looked at: none is forgotten.
    expect(listed.size + list.notListed.length).toBe(35);
    for (const entry of list.toConfirm) expect(listed.has(entry.id)).toBe(true);
  });
});

describe('a wrong field', () => {
  const unpinned = 'https://huggingface.co/a/resolve/main/x.gguf';
  test.each([
    ['file.sha256', 'abc', /entry "granite-4.1-8b", file\.sha256: must be 64 hexadecimal/],
    ['file.size', '12', /file\.size/],
    ['file.size', 1.5, /file\.size: must be a whole number/],
    ['file.revision', 'main', /file\.revision: must be 40 hexadecimal/],
    ['file.url', unpinned.replace('https', 'http'), /file\.url: must be https/],
    ['file.url', unpinned, /file\.url: must name revision and file/],
    ['file.name', '../x.gguf', /file\.name: must be a plain name/],
    ['id', '..', /id: must be lower-case/],
    ['licence.spdx', 'LicenseRef-Gemma', /licence: must be a licence approved/],
    ['licence.osiApproved', false, /licence: must be a licence approved/],
    ['parameters.active', 99, /parameters\.active: must not be more than total/],
    ['consent', undefined, /consent/],
    ['languages', { codes: [], source: 'x' }, /languages\.codes: must not be empty/],
    ['languages', { codes: ['English'], source: 'x' }, /languages\.codes\.0: must be a language tag/],
    ['attention.kvLayers', 41, /attention\.kvLayers: must not be more than layers/],
  ])('%s = %s costs that entry alone and is named', (path, value, message) => {
    expect(problemsWith(path, value).join('\n')).toMatch(message);
  });
});

test('a second entry of the same name is said and left out', () => {
  const data = fresh();
  data.entries.push(data.entries[0]!);
  const parsed = parseCatalogue(JSON.stringify(data), 'x.json');
  expect(parsed.catalogue.entries).toHaveLength(data.entries.length - 1);
  expect(problemText(parsed.problems[0]!)).toContain('there twice');
});

test.each([
  ['not JSON', 'hello'],
  ['another shape', '[]'],
  ['a newer format', '{"version":2,"generated":"","entries":[]}'],
  ['too large', ' '.repeat(maxCatalogueBytes + 1)],
])('%s: one problem for the file, no entries', (_name, text) => {
  const parsed = parseCatalogue(text, 'x.json');
  expect(parsed.catalogue.entries).toEqual([]);
  expect(parsed.problems).toHaveLength(1);
  expect(parsed.problems[0]!.entry).toBeNull();
});

test('whatever the JSON is, a value comes back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (anything, entry) => {
      parseCatalogue(JSON.stringify(anything), 'x');
      const parsed = parseCatalogue(JSON.stringify({ version: 1, generated: '', entries: [entry] }), 'x');
      expect(parsed.catalogue.entries).toEqual([]);
      expect(parsed.problems.length).toBeGreaterThan(0);
    }),
  );
});

test('of several catalogues the later entry wins, in the earlier place', () => {
  const base = parseCatalogue(shipped, 'a').catalogue;
  const changed = { ...base.entries[1]!, name: 'Changed' };
  const merged = mergeCatalogues([base, { ...emptyCatalogue, entries: [changed] }]);
  expect(merged).toHaveLength(base.entries.length);
  expect(merged[1]!.name).toBe('Changed');
});

describe('only these', () => {
  const base = parseCatalogue(shipped, 'a').catalogue;
  const read = (change: object) =>
    parseCatalogue(JSON.stringify({ version: 1, generated: '', entries: [], ...change }), 'x');
  const first = { ...base.entries[0]! };
  const second = { ...base.entries[1]! };

  test('nothing else is offered, and who says so is known', () => {
    const only = read({ only: true, organisation: 'Example University', entries: [second] });
    expect(only.problems).toEqual([]);
    const offered = offeredBy([base, only.catalogue]);
    expect(offered.entries.map((entry) => entry.id)).toEqual([second.id]);
    expect(offered.managedBy).toBe('Example University');
  });

  test('several such files add up; the later entry and the later name win', () => {
    const vendor = read({ only: true, organisation: 'Vendor', entries: [first, second] }).catalogue;
    const changed = { ...second, name: 'Changed' };
    const admin = read({ only: true, organisation: 'Admin', entries: [changed] }).catalogue;
    const unnamed = read({ only: true }).catalogue;
    const offered = offeredBy([base, vendor, admin, unnamed]);
    expect(offered.entries.map((entry) => entry.name)).toEqual([first.name, 'Changed']);
    expect(offered.managedBy).toBe('Admin');
  });

  test('a later file without the key cannot add to it or replace one of its entries', () => {
    const only = read({ only: true, entries: [second] }).catalogue;
    const other = read({ entries: [first, { ...second, name: 'Changed' }] }).catalogue;
    expect(offeredBy([base, only, other])).toEqual({ entries: [second], managedBy: '' });
  });

  test.each([
    ['an entry is wrong', { entries: [{ id: 'x' }] }],
    ['the list is missing', { entries: null }],
    ['the format is newer', { version: 2 }],
    ['the name is wrong', { organisation: 7 }],
  ])('holds even where %s', (_name, change) => {
    const parsed = read({ only: true, ...change });
    expect(parsed.problems.length).toBeGreaterThan(0);
    expect(offeredBy([base, parsed.catalogue])).toEqual({ entries: [], managedBy: '' });
  });

  test('anything but true or false is a problem of the file, which is not used', () => {
    const parsed = read({ only: 'yes', entries: [second] });
    expect(problemText(parsed.problems[0]!)).toMatch(/^only: /);
    expect(parsed.catalogue.entries).toEqual([]);
    expect(offeredBy([base, parsed.catalogue]).managedBy).toBeNull();
  });
});

test('what a later Hearth may add to format 1 is no problem here', () => {
  const data = { ...fresh(), extra: 1, entries: fresh().entries.map((entry) => ({ ...entry, extra: 1 })) };
  expect(parseCatalogue(JSON.stringify(data), 'x').problems).toEqual([]);
});
