// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { claimOf, downloadsFolder, importWay, matchFiles, placesFor } from './elsewhere.ts';
import type { CatalogueEntry } from './types.ts';

const sha = 'a'.repeat(64);
const other = 'b'.repeat(64);
const entry = { id: 'one', file: { size: 5e9, sha256: sha } } as CatalogueEntry;

test('the folder for downloads is where the person put it', () => {
  expect(downloadsFolder('# c\nXDG_DOWNLOAD_DIR="$HOME/Lataukset"\n', '/home/a')).toBe('/home/a/Lataukset');
  expect(downloadsFolder('XDG_DOWNLOAD_DIR="/big/in"', '/home/a')).toBe('/big/in');
  for (const text of ['', 'XDG_DOWNLOAD_DIR="$HOME/"', 'XDG_DOWNLOAD_DIR="$HOME"', 'XDG_DOWNLOAD_DIR="x"'])
    expect(downloadsFolder(text, '/home/a')).toBe('/home/a/Downloads');
});

test('names: a model, a hash, or nothing of interest', () => {
  expect(claimOf('Qwen.GGUF')).toEqual({ sha256: null });
  expect(claimOf(`sha256-${sha}`)).toEqual({ sha256: sha });
  expect(claimOf(sha)).toEqual({ sha256: sha });
  for (const name of ['a.gguf.part', '.a.gguf', 'a'.repeat(40), `sha256-${sha}-partial`, 'gguf'])
    expect(claimOf(name)).toBeNull();
});

test('a file is of a model by its size, unless its name tells another hash; a name with the hash goes first', () => {
  const at = (path: string, size = 5e9) => ({ path, size, source: 'downloads' as const });
  expect(matchFiles([entry], [at('/d/x.gguf', 5e9 - 1), at(`/o/sha256-${other}`)]).size).toBe(0);
  expect(matchFiles([entry], [at('/d/x.gguf')]).get('one')?.path).toBe('/d/x.gguf');
  const both = [at('/d/x.gguf'), { ...at(`/o/sha256-${sha}`), source: 'ollama' as const }];
  expect(matchFiles([entry], both).get('one')).toEqual({ path: `/o/sha256-${sha}`, source: 'ollama' });
});

test('blocks are shared where they can be, a second name only where nobody else writes', () => {
  const facts = { sameDisk: true, sameVolume: true, fileSystem: 'ext2/ext3', ownFile: true, mode: 0o644 };
  expect(importWay({ ...facts, fileSystem: 'btrfs' })).toBe('reflink');
  expect(importWay(facts)).toBe('link');
  expect(importWay({ ...facts, mode: 0o666 })).toBe('copy');
  expect(importWay({ ...facts, ownFile: false })).toBe('copy');
  const apart = { ...facts, sameDisk: false, sameVolume: false };
  expect(importWay({ ...apart, fileSystem: 'btrfs' })).toBe('copy');
  expect(importWay({ ...apart, sameVolume: true, fileSystem: 'btrfs' }), 'another subvolume').toBe('reflink');
  expect(importWay({ ...apart, sameVolume: true })).toBe('copy');
});

test('every program has its place, and none is looked through without an end', () => {
  const places = placesFor('/home/a', '/home/a/Downloads');
  expect(new Set(places.map(({ source }) => source)).size).toBe(6);
  expect(Math.max(...places.map(({ depth }) => depth))).toBeLessThan(6);
});
