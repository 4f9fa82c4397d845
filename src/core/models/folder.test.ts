// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { wrongFolderWords } from '../../words/folder.ts';
import { wrongFolder, type FolderFacts, type WrongFolder } from './folder.ts';

const GiB = 1024 ** 3;
const now = { home: '/home/ann', models: '/home/ann/.local/share/hearth/models', largestFile: 5 * GiB };
const good: FolderFacts = {
  path: '/media/disk/models',
  usual: false,
  kind: 'folder',
  strange: false,
  writable: true,
  owner: 1000,
  user: 1000,
  fileSystem: 'ext2/ext3',
};

test('an empty folder of one’s own, there or not yet, on a file system for large files', () => {
  expect(wrongFolder(good, now)).toBeNull();
  expect(wrongFolder({ ...good, kind: 'nothing', owner: null }, now)).toBeNull();
  expect(wrongFolder({ ...good, fileSystem: 'exfat' }, now)).toBeNull();
  expect(wrongFolder({ ...good, fileSystem: 'msdos' }, { ...now, largestFile: 4 * GiB - 1 })).toBeNull();
});

test('the usual folder is always Hearth’s own', () => {
  const flatpak = '/home/ann/.var/app/io.github.hearthdesktop.Hearth/data/hearth/models';
  expect(wrongFolder({ ...good, path: flatpak, usual: true, strange: true }, now)).toBeNull();
});

const cases: readonly (readonly [WrongFolder, Partial<FolderFacts>])[] = [
  ['odd-name', { path: '/media/a\nb' }],
  ['not-a-folder', { kind: 'other' }],
  ['inside-itself', { path: `${now.models}/inside` }],
  ['other-program', { path: '/home/ann/.ollama/models' }],
  ['other-program', { path: '/home/ann/.cache/huggingface/hub/x' }],
  ['other-program', { path: '/home/ann/.var/app/io.podman_desktop.PodmanDesktop/data/x' }],
  ['not-empty', { strange: true }],
  ['not-yours', { owner: 0 }],
  ['not-writable', { writable: false }],
  ['file-limit', { fileSystem: 'msdos' }],
];

test.each(cases)('%s', (reason, change) => {
  expect(wrongFolder({ ...good, ...change }, now)).toBe(reason);
  const { sentence, next } = wrongFolderWords(reason, '/media/disk');
  expect(sentence).toMatch(/^[/A-Z].+\.$/);
  expect(next).toMatch(/^[A-Z].+\.$/);
});

test('a name that only begins like a folder of another program', () => {
  expect(wrongFolder({ ...good, path: '/home/ann/.ollama-models' }, now)).toBeNull();
});
