// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';

import { deploymentFolder, parseDnfOfflineState, parseDnfTransaction } from './package-output.ts';
import { parseOstreeStatus, parsePackages, parsePreparedUpdate } from './package-output.ts';
import { parseRepositories, upstreamVersion } from './package-output.ts';

test('packages of rpm 6.1 and dpkg 1.23', () => {
  expect(parsePackages('xorg-x11-drv-nvidia 610.43.03-1.fc44\nakmod-nvidia 610.43.03-1.fc44\n')).toEqual([
    { name: 'akmod-nvidia', version: '610.43.03-1.fc44' },
    { name: 'xorg-x11-drv-nvidia', version: '610.43.03-1.fc44' },
  ]);
  expect(
    parsePackages(
      'libgldispatch0-nvidia  not-installed\nnvidia-driver 550.163.01-2 installed\nx 1 config-files\n',
    ),
  ).toEqual([{ name: 'nvidia-driver', version: '550.163.01-2' }]);
});

test.each([
  ['610.43.03-1.fc44', '610.43.03'],
  ['3:610.43.03-1.fc44', '610.43.03'],
  ['550.163.01-2', '550.163.01'],
  ['595.71.05-0ubuntu1', '595.71.05'],
])('%s is version %s', (version, upstream) => {
  expect(upstreamVersion(version)).toBe(upstream);
});

test('repositories that are on', () => {
  const text =
    '# comment\n[rpmfusion-nonfree-nvidia-driver]\nname=x\nenabled=1\nenabled_metadata=1\n\n' +
    '[rpmfusion-nonfree-nvidia-driver-debuginfo]\nenabled = 0\n[local]\nbaseurl=file:///x\n';
  expect(parseRepositories(text)).toEqual(['rpmfusion-nonfree-nvidia-driver', 'local']);
});

// Fields as rpm-ostree 2026 writes them.
test('rpm-ostree status --json', () => {
  const status = parseOstreeStatus(
    JSON.stringify({
      deployments: [
        {
          osname: 'fedora',
          checksum: 'a'.repeat(64),
          serial: 1,
          staged: true,
          booted: false,
          version: '44.20261122.0',
          origin: 'fedora:fedora/44/x86_64/silverblue',
          'requested-packages': ['akmod-nvidia', 'htop'],
          packages: ['akmod-nvidia', 'htop'],
        },
        { osname: '../../etc', checksum: 'b'.repeat(64), serial: 0, booted: true },
      ],
      transaction: null,
    }),
  );
  expect(status?.booted).toBeNull();
  expect(status?.staged).toEqual({
    os: 'fedora',
    checksum: 'a'.repeat(64),
    serial: 1,
    version: '44.20261122.0',
    origin: 'fedora:fedora/44/x86_64/silverblue',
    layered: ['akmod-nvidia', 'htop'],
  });
  expect(deploymentFolder(status!.staged!)).toBe(`/ostree/deploy/fedora/deploy/${'a'.repeat(64)}.1`);
  for (const text of ['', 'null', '[]', '{"deployments":5}', 'error: exists'])
    expect(parseOstreeStatus(text)).toBeNull();
});

test('an update that PackageKit prepared', () => {
  const ids =
    'kernel-core;7.2.13-200.fc44;x86_64;updates\nkernel-modules;7.2.13-200.fc44;x86_64;updates\nbash;5.3;x86_64;updates';
  expect(parsePreparedUpdate(ids)).toEqual({ kernel: '7.2.13-200.fc44.x86_64', driver: false });
  expect(parsePreparedUpdate(`[update]\nprepared_ids=${ids.replaceAll('\n', ',')}`)).toEqual({
    kernel: '7.2.13-200.fc44.x86_64',
    driver: false,
  });
  expect(parsePreparedUpdate('akmod-nvidia;3:610.43.03-1.fc44;x86_64;x\n')).toEqual({
    kernel: null,
    driver: true,
  });
});

// Both files as dnf5 5.4.6 wrote them for `dnf5 install --offline`.
test('an update that dnf5 prepared', () => {
  const state = (status: string): string =>
    `[offline-transaction-state]\nrpmdb_cookie = ""\npoweroff_after = false\nverb = ""\nstatus = "${status}"\ncmd_line = ""\nstate_version = 2\n`;
  expect(parseDnfOfflineState(state('download-incomplete'))).toBeNull();
  expect(parseDnfOfflineState(state('download-complete'))).toEqual({ armed: false });
  expect(parseDnfOfflineState(state('ready'))).toEqual({ armed: true });
  expect(parseDnfOfflineState('')).toBeNull();
  const transaction = `{
  "rpms":[
    {
      "nevra":"akmod-nvidia-3:610.43.03-1.fc44.x86_64",
      "action":"Install",
      "reason":"User",
      "repo_id":"local",
      "package_path":"\\/var\\/lib\\/dnf\\/offline\\/packages\\/akmod-nvidia-610.43.03-1.fc44.x86_64.rpm"
    },
    {
      "nevra":"kernel-core-7.2.13-200.fc44.x86_64",
      "action":"Install",
      "reason":"User",
      "repo_id":"local",
      "package_path":"\\/var\\/lib\\/dnf\\/offline\\/packages\\/kernel-core-7.2.13-200.fc44.x86_64.rpm"
    }
  ],
  "version":"1.0"
}`;
  expect(parseDnfTransaction(transaction)).toEqual({ kernel: '7.2.13-200.fc44.x86_64', driver: true });
  const nothing = { kernel: null, driver: false };
  expect(parseDnfTransaction(transaction.replaceAll('"Install"', '"Remove"'))).toEqual(nothing);
  for (const text of ['', '{}', '{"rpms":5}']) expect(parseDnfTransaction(text)).toEqual(nothing);
});
