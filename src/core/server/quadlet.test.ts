// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { serverCommand } from './command.ts';
import type { ContainerRun } from './engine-facts.ts';
import { quadletText, type QuadletInput } from './quadlet.ts';

const files = {
  program: '/usr/bin/llama-server',
  socket: '/run/user/1000/hearth/server/model.sock',
  keyFile: '/home/user/.local/share/hearth/api-key',
};
const modelPath = '/home/user/.local/share/hearth/models/m.gguf';
const run: ContainerRun = {
  image: `quay.io/a/b@sha256:${'0'.repeat(64)}`,
  size: null,
  device: 'cpu',
  devices: [],
  relabel: false,
  unlabelled: false,
  limitProcesses: true,
  memoryMax: 8_000_000_000,
};
const request = {
  modelId: 'small',
  alias: 'small',
  modelPath,
  contextTokens: 16384,
  kvType: 'f16' as const,
  layout: null,
  port: 4327,
  threads: 4,
  maxAnswerTokens: null,
};

function text(change: Partial<QuadletInput> = {}, how: Partial<ContainerRun> = {}): string {
  return quadletText({
    run: { ...run, ...how },
    command: serverCommand(request, files),
    files,
    modelPath,
    modelId: 'small',
    port: 4327,
    curl: '/usr/bin/curl',
    ...change,
  });
}

const values = (content: string, key: string): readonly string[] =>
  content
    .split('\n')
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));

describe('the container', () => {
  it('is walled in', () => {
    const lines = text().split('\n');
    for (const wall of [
      'Network=none',
      'ReadOnly=true',
      'ReadOnlyTmpfs=false',
      'DropCapability=all',
      'NoNewPrivileges=true',
      'Pull=never',
      'PidsLimit=512',
      'MemoryMax=8000000000',
      'DefaultDependencies=false',
    ])
      expect(lines).toContain(wall);
    expect(text()).not.toMatch(/PublishPort|AddCapability|Privileged=true|SecurityLabelDisable/);
  });

  it('gets the model and the key to read, the folder of the socket to write, and nothing else', () => {
    const same = (path: string): string => `${path}:${path}`;
    expect(values(text(), 'Volume')).toEqual([
      `${same(modelPath)}:ro`,
      `${same(files.keyFile)}:ro`,
      `${same('/run/user/1000/hearth/server')}:rw`,
    ]);
    expect(values(text(), 'AddDevice')).toEqual([]);
  });

  it('never has the key itself in it, nor in what it is started with', () => {
    expect(values(text(), 'Environment')).toEqual(['LC_ALL=C.UTF-8 HOME=/tmp']);
    expect(values(text(), 'Exec')[0]).toContain(`--api-key-file ${files.keyFile}`);
    expect(text()).not.toMatch(/--api-key /);
  });

  it('has a label of SELinux, or goes without one where its devices need that', () => {
    expect(values(text({}, { relabel: true }), 'Volume').every((one) => one.endsWith(',z'))).toBe(true);
    const nvidia = text({}, { unlabelled: true, device: 'cuda', devices: ['nvidia.com/gpu=all'] });
    expect(values(nvidia, 'AddDevice')).toEqual(['nvidia.com/gpu=all']);
    expect(nvidia).toContain('\nSecurityLabelDisable=true\n');
    expect(values(nvidia, 'Volume').some((one) => one.includes('z'))).toBe(false);
  });

  it('is known to Podman AI Lab', () => {
    expect(values(text({}, { devices: ['/dev/dri'], device: 'vulkan' }), 'Label')).toEqual([
      String.raw`"ai-lab-inference-server=[\"small\"]"`,
      'api=http://localhost:4327/v1',
      'docs=http://localhost:10434/api-docs/4327',
      'gpu=vulkan',
    ]);
  });

  it('sets no limit that the system does not let it set', () => {
    const content = text({}, { limitProcesses: false, memoryMax: null });
    expect(values(content, 'PidsLimit')).toEqual(['0']);
    expect(content).not.toContain('MemoryMax');
  });
});

it('refuses an image by its tag, and paths that podman cannot mount', () => {
  for (const image of ['quay.io/a/b', 'quay.io/a/b:latest'])
    expect(() => text({}, { image })).toThrow(/usage/);
  for (const path of ['/m/a:b.gguf', '/m/a,b.gguf', '/m/a\nNetwork=host.gguf'])
    expect(() => text({ modelPath: path }), path).toThrow(/usage/);
});

it('escapes what systemd would expand', () => {
  const odd = '/m/100% $HOME "x".gguf';
  const content = text({ modelPath: odd, command: ['llama-server', '--model', odd] });
  expect(values(content, 'Volume')[0]).toBe('/m/100%% $$HOME "x".gguf:/m/100%% $$HOME "x".gguf:ro');
  expect(values(content, 'Exec')).toEqual([String.raw`--model "/m/100%% $$HOME \"x\".gguf"`]);
});
