// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { MemoryLook } from '../../../tests/support/memory-look.ts';
import { hasIdRanges, observeContainers, parseCdi } from './containers.ts';

// As `nvidia-ctk cdi generate` writes it, shortened to one card.
const nvidia = `---
cdiVersion: 0.7.0
containerEdits:
    deviceNodes:
        - path: /dev/nvidiactl
    hooks:
        - args:
            - nvidia-cdi-hook
            - update-ldcache
          hookName: createContainer
          path: /usr/bin/nvidia-cdi-hook
devices:
    - containerEdits:
        deviceNodes:
            - path: /dev/nvidia0
      name: "0"
    - containerEdits:
        deviceNodes:
            - path: /dev/nvidia0
      name: all
kind: nvidia.com/gpu
`;

describe('descriptions of devices', () => {
  it('reads kind and devices, in YAML and JSON', () => {
    expect(parseCdi(nvidia)).toEqual({ kind: 'nvidia.com/gpu', devices: ['0', 'all'] });
    const json = '{"cdiVersion":"0.5.0","kind":"amd.com/gpu","devices":[{"name":0},{"name":"all"}]}';
    expect(parseCdi(json)).toEqual({ kind: 'amd.com/gpu', devices: ['0', 'all'] });
  });

  it('takes nothing else for one', () => {
    for (const text of ['', 'kind: 3', 'kind: a\ndevices: b', '{', 'a: &a [*a, *a]', '- 1\n- 2'])
      expect(parseCdi(text), text).toBeNull();
  });
});

it('wants ranges of users and of groups', () => {
  const both = '/etc/subuid:user:524288:65536\n/etc/subgid:user:524288:65536\n';
  expect(hasIdRanges(both)).toBe(true);
  expect(hasIdRanges('/etc/subuid:user:524288:65536\n')).toBe(false);
  expect(hasIdRanges(both.replace(/65536\n$/, '1\n'))).toBe(false);
  expect(hasIdRanges('')).toBe(false);
});

const grep = 'grep -E ^(ada|1000): /etc/subuid /etc/subgid';
const ada = {
  'id -un': { stdout: 'ada\n' },
  'id -u': { stdout: '1000\n' },
  [grep]: { stdout: '/etc/subuid:ada:524288:65536\n/etc/subgid:ada:524288:65536\n' },
};

describe('a computer', () => {
  it('has all that containers need', async () => {
    const facts = await observeContainers(
      new MemoryLook(
        {
          '/usr/lib/systemd/user-generators/podman-user-generator': '',
          '/usr/bin/newuidmap': '',
          '/sys/fs/selinux/enforce': '1',
          '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-2.scope\n',
          '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers':
            'cpu memory pids\n',
          '/run/cdi/nvidia.yaml': nvidia,
          '/run/cdi/broken.yaml': 'kind: [',
          '/dev/dri': '',
        },
        ada,
      ),
    );
    expect(facts).toMatchObject({
      quadlet: { value: true },
      idMapper: { value: true },
      idRanges: { value: true },
      selinux: { value: 'enforcing' },
      controllers: { value: ['cpu', 'memory', 'pids'] },
      cdi: [{ path: '/run/cdi/nvidia.yaml', kind: 'nvidia.com/gpu', devices: ['0', 'all'] }],
      nodes: ['/dev/dri'],
    });
  });

  it('has none of it, which is known too', async () => {
    const facts = await observeContainers(new MemoryLook({}, { ...ada, [grep]: { stdout: '', exit: 1 } }));
    expect(facts).toMatchObject({
      quadlet: { value: false },
      idMapper: { value: false },
      idRanges: { value: false },
      selinux: { value: 'off' },
      controllers: { known: false },
      cdi: [],
      nodes: [],
    });
  });

  it('does not know ranges that a directory service has', async () => {
    const facts = await observeContainers(
      new MemoryLook({ '/etc/nsswitch.conf': 'subid: sss\n' }, { ...ada, [grep]: { stdout: '', exit: 1 } }),
    );
    expect(facts.idRanges).toMatchObject({ known: false, reason: 'not-told' });
  });
});
