// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';

import { parseImageInfo, parseOsRelease, systemFacts } from './system.ts';

const none = { ostreeBooted: false, imageName: null };

describe('os-release', () => {
  test('values are unquoted as a shell would', () => {
    const text = 'A=plain\nB="two words"\nC=\'single $x\'\nD="a \\"b\\" \\$c"\n# E=no\nlower=no\nF=\n';
    expect([...parseOsRelease(text)]).toEqual([
      ['A', 'plain'],
      ['B', 'two words'],
      ['C', 'single $x'],
      ['D', 'a "b" $c'],
      ['F', ''],
    ]);
  });

  test.each([
    ['ID=fedora\nVARIANT_ID=workstation\nVERSION_ID=44\n', 'workstation', false],
    ['ID=fedora\nVARIANT_ID=silverblue\nVERSION_ID=44\n', 'atomic', true],
    ["ID=fedora\nOSTREE_VERSION='44.1'\n", 'atomic', true],
    ['ID=nobara\nID_LIKE="rhel centos fedora"\n', 'workstation', false],
    ['ID=ubuntu\nID_LIKE=debian\n', 'ubuntu', false],
    ['ID=zorin\nID_LIKE="ubuntu debian"\n', 'ubuntu', false],
    ['ID=debian\n', 'debian', false],
    ['ID=arch\n', 'other', false],
  ] as const)('%j is %s', (text, variant, image) => {
    expect(systemFacts(text, none)).toMatchObject({ variant, image });
  });

  test('a booted OSTree deployment or an image of Universal Blue is an image whatever os-release says', () => {
    const text = 'ID=fedora\nVARIANT_ID=workstation\n';
    expect(systemFacts(text, { ...none, ostreeBooted: true })).toMatchObject({
      variant: 'atomic',
      image: true,
    });
    expect(systemFacts(text, { ...none, imageName: 'bluefin' })).toMatchObject({
      variant: 'atomic',
      image: true,
    });
  });

  test('a text that names no system is garbled', () => {
    expect(systemFacts('', none)).toBeNull();
    expect(systemFacts('ID="../../etc"\n', none)).toBeNull();
  });

  test('image-info.json gives the name of the image, or nothing', () => {
    expect(parseImageInfo('{"image-name":"bazzite","image-tag":"stable"}')).toBe('bazzite');
    for (const text of ['', '[]', 'null', '{"image-name":7}', '{', '"image-name"']) {
      expect(parseImageInfo(text)).toBeNull();
    }
  });
});
