// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { flathub, flatpakProblem, parsePermissions, parseRemoteInfo, parseRemotes } from './flatpak.ts';

// As flatpak 1.18 prints them.
const remotes =
  'flathub\thttps://dl.flathub.org/repo/\tsystem\nfedora\toci+https://registry.example\tsystem,oci\n' +
  'flathub\thttps://dl.flathub.org/repo/\tuser\nown\tfile:///srv/repo\tuser,no-gpg-verify\n';
const info = `            ID: io.podman_desktop.PodmanDesktop
           Ref: app/io.podman_desktop.PodmanDesktop/x86_64/stable
    Collection: 
 Download Size: 150.3\u00a0MB
Installed Size: 1.2\u00a0GB
       Runtime: org.example.Platform/x86_64/1
           Sdk: org.example.Sdk/x86_64/1
`;

test('remotes whose signatures are not checked are left out, and one for this person goes first', () => {
  expect(parseRemotes(remotes).map(({ name, scope }) => `${name} ${scope}`)).toEqual([
    'flathub system',
    'fedora system',
    'flathub user',
  ]);
  expect(flathub(parseRemotes(remotes))?.scope).toBe('user');
  expect(flathub(parseRemotes('flathub\thttps://x\tsystem\n'))?.scope).toBe('system');
  expect(flathub(parseRemotes('flathub\thttps://x\tuser,no-gpg-verify\n'))).toBeNull();
  expect(parseRemotes('')).toEqual([]);
});

test('sizes and the runtime', () => {
  expect(parseRemoteInfo(info)).toEqual({
    runtime: 'org.example.Platform/x86_64/1',
    download: 150_300_000,
    installed: 1_200_000_000,
  });
  expect(parseRemoteInfo('Download Size: ?\nInstalled Size: 1 MB\n')).toBeNull();
  expect(parseRemoteInfo('')).toBeNull();
});

test('what it may use', () => {
  const metadata =
    '[Application]\nname=x\n[Context]\nshared=network;ipc;\nsockets=x11;session-bus;\nfilesystems=home;!/media;\n[Session Bus Policy]\nshared=own\n';
  expect(parsePermissions(metadata)).toEqual(['network', 'ipc', 'x11', 'session-bus', 'home']);
  expect(parsePermissions('[Application]\nshared=network;\n')).toEqual([]);
});

test('what it said is told apart', () => {
  expect(flatpakProblem("Can't check signature: public key not found")).toBe('app-unsigned');
  expect(flatpakProblem('While fetching https://x: [6] Could not resolve hostname')).toBe('host-not-found');
  expect(flatpakProblem('While fetching http://x: [7] Could not connect to server')).toBe(
    'connection-refused',
  );
  expect(flatpakProblem('error: min-free-space-size 500MB would be exceeded')).toBe('no-space');
  expect(flatpakProblem('error: something else')).toBe('command-failed');
});
