// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { enabledHosts, repositoryHosts } from './repositories.ts';

const yum = `[fedora]
name=Fedora $releasever
metalink=https://mirrors.fedoraproject.org/metalink?repo=fedora-$releasever&arch=$basearch
enabled=1

[nvidia-container-toolkit]
baseurl=https://nvidia.github.io/libnvidia-container/stable/rpm/$basearch
enabled=1
gpgkey=https://keys.example.org/gpgkey
[rpmfusion-nonfree]
mirrorlist=http://mirrors.rpmfusion.org/mirrorlist
enabled=0
[local]
baseurl=file:///srv/repo
`;

test('hosts by the id of their source, of yum’s files', () => {
  expect(repositoryHosts(yum)).toEqual({
    fedora: ['mirrors.fedoraproject.org'],
    'nvidia-container-toolkit': ['nvidia.github.io'],
    'rpmfusion-nonfree': ['mirrors.rpmfusion.org'],
  });
});

test('hosts of sources that are on, of yum’s files and of both forms of apt’s', () => {
  expect(enabledHosts(yum)).toEqual(['mirrors.fedoraproject.org', 'nvidia.github.io']);
  const lines = `# deb http://old.example.org/ x main
deb [signed-by=/usr/share/keyrings/a.gpg] https://deb.example.org/debian forky main
deb-src http://src.example.org/debian forky main
`;
  expect(enabledHosts(lines)).toEqual(['deb.example.org', 'src.example.org']);
  const blocks = `Types: deb
URIs: http://archive.example.org/ubuntu/ http://mirror.example.org:8080/ubuntu/
Suites: resolute

Enabled: no
Types: deb
URIs: https://off.example.org/
`;
  expect(enabledHosts(blocks)).toEqual(['archive.example.org', 'mirror.example.org:8080']);
  expect(enabledHosts('deb file:/srv/repo ./\n')).toEqual([]);
});
