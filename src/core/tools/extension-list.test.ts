// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { extensionOffer, pluginFolder } from './extension-list.ts';

const image = `ghcr.io/containers/podman-desktop-extension-ai-lab@sha256:${'a'.repeat(64)}`;
const list = (...extensions: readonly unknown[]): string => JSON.stringify({ version: 1, extensions });
const lab = { id: 'redhat.ai-lab', version: '1.9.3', image };

test('a list pins the image, and a later one replaces it or takes it away', () => {
  expect(extensionOffer([list(lab)])).toEqual({ version: '1.9.3', image, size: null });
  const newer = { ...lab, version: '1.10.0', size: 5000 };
  expect(extensionOffer([list(lab), list(newer)])).toEqual({ version: '1.10.0', image, size: 5000 });
  expect(extensionOffer([list(lab), list({ ...lab, image: null })])).toBeNull();
});

test.each([
  ['no list', []],
  ['a tag instead of a digest', [list({ ...lab, image: 'ghcr.io/containers/x:latest' })]],
  ['an option of a command line', [list({ ...lab, image: `--root=/@sha256:${'a'.repeat(64)}` })]],
  ['another extension', [list({ ...lab, id: 'somebody.else' })]],
  ['a version that is a path', [list({ ...lab, version: '../../x' })]],
  ['no JSON', ['{']],
  ['another format', [JSON.stringify({ version: 2, extensions: [lab] })]],
])('%s offers nothing', (_name, lists) => {
  expect(extensionOffer(lists)).toBeNull();
});

test('what makes no sense leaves what was pinned before', () => {
  expect(extensionOffer([list(lab), list({ ...lab, image: 7 }), 'x'])?.image).toBe(image);
});

test('Podman Desktop’s name for the folder', () => {
  const folder = 'ghcriocontainerspodmandesktopextensionailab';
  expect(pluginFolder(image)).toBe(folder);
  expect(pluginFolder('ghcr.io/containers/podman-desktop-extension-ai-lab:1.9.3')).toBe(folder);
  expect(pluginFolder('localhost:5000/a/b')).toBe('localhost5000ab');
});
