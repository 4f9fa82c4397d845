// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { imageFor, imageReference, isPinned, joinImages, parseImages, registryOf } from './images.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const image = { devices: ['cuda'], repository: 'quay.io/a/b', digest, architectures: ['x86_64'] };
const list = (...images: unknown[]): string => JSON.stringify({ version: 1, images });

describe('a list', () => {
  it('gives its images', () => {
    const { images, problems } = parseImages(list(image, { ...image, digest: null, size: 5 }), 'f');
    expect(problems).toEqual([]);
    expect(images).toEqual([
      { ...image, size: null },
      { ...image, digest: null, size: 5 },
    ]);
  });

  it('loses only the images that are wrong, and names what is', () => {
    const wrong: readonly (readonly [change: object, said: string])[] = [
      [{ repository: 'quay.io/a/b:latest' }, 'without a tag'],
      [{ repository: `quay.io/a/b@${digest}` }, 'without a tag'],
      [{ repository: '--privileged' }, 'without a tag'],
      [{ repository: 'b' }, 'without a tag'],
      [{ digest: 'sha256:short' }, '64 hexadecimal'],
      [{ digest: 'latest' }, '64 hexadecimal'],
      [{ devices: ['quantum'] }, 'devices'],
      [{ devices: [] }, 'devices'],
      [{ size: 0.5 }, 'size'],
      [{ architectures: [] }, 'architectures'],
    ];
    for (const [change, said] of wrong) {
      const { images, problems } = parseImages(list({ ...image, ...change }, image), 'f');
      expect(images, said).toHaveLength(1);
      expect(problems[0]?.problem, said).toContain(said);
    }
  });

  it('is refused as a whole when it is none', () => {
    for (const text of ['', '[]', '{"version":2,"images":[]}', '{"version":1}', 'null'])
      expect(parseImages(text, 'f'), text).toMatchObject({ images: [], problems: [{ file: 'f' }] });
  });
});

it('is what comes with Hearth: every device, nothing by a tag', () => {
  const path = new URL('../../../data/engines/images.json', import.meta.url);
  const { images, problems } = parseImages(readFileSync(path, 'utf8'), 'images.json');
  expect(problems).toEqual([]);
  expect(new Set(images.flatMap((one) => one.devices))).toEqual(
    new Set(['cpu', 'vulkan', 'cuda', 'rocm', 'intel']),
  );
});

it('takes the last list first, and a pinned image before another', () => {
  const own = parseImages(list({ ...image, digest: null }), 'own');
  const vendor = parseImages(list({ ...image, repository: 'registry.example/c' }), 'vendor');
  const { images } = joinImages([own, vendor]);
  expect(images.map((one) => one.repository)).toEqual(['registry.example/c', 'quay.io/a/b']);
  expect(imageFor(joinImages([vendor, own]).images, ['cuda'], 'x86_64')?.image.digest).toBe(digest);
  expect(imageFor(images, ['cuda'], 'aarch64')).toBeNull();
  expect(imageFor(images, ['vulkan', 'cuda'], 'x86_64')?.device).toBe('cuda');
});

it('knows a digest from anything else', () => {
  expect(isPinned(`quay.io/a/b@${digest}`)).toBe(true);
  for (const text of ['quay.io/a/b', 'quay.io/a/b:1', `@${digest}`, `--x@${digest}`, `a b@${digest}`])
    expect(isPinned(text), text).toBe(false);
  expect(imageReference({ ...parseImages(list(image), '').images[0]!, digest: null })).toBeNull();
  expect([registryOf('quay.io/a@x'), registryOf('localhost/a@x')]).toEqual(['quay.io', null]);
});
