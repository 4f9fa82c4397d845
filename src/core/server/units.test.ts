// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { HearthError } from '../errors.ts';
import { chooseWay, missingFor, packagesFor, parseMissing, portsFrom } from './choose.ts';
import { layoutFlags, serverCommand } from './command.ts';
import { sandboxCommand } from './sandbox.ts';
import type { ProgramFacts, ServeRequest } from './types.ts';
import { mount, parseUnitState, portOfSocketUnit, quote, unitFiles, unitNames } from './units.ts';

const request: ServeRequest = {
  modelId: 'm',
  alias: 'm',
  modelPath: '/home/u/models/a b$c%d.gguf',
  contextTokens: 16384,
  kvType: 'q8_0',
  layout: null,
  port: 4327,
  threads: 4,
  maxAnswerTokens: null,
};
const files = {
  program: '/usr/bin/llama-server',
  socket: '/run/user/1/h/server/m.sock',
  keyFile: '/home/u/key',
};
const program = (path: string) => ({ path, version: null });
const all: ProgramFacts = {
  llamaServer: program('/usr/bin/llama-server'),
  bwrap: program('/usr/bin/bwrap'),
  socketActivate: program('/usr/bin/systemd-socket-activate'),
  socketProxy: program('/usr/lib/systemd/systemd-socket-proxyd'),
  userManager: true,
  curl: null,
  goose: null,
};

describe('the command', () => {
  const command = serverCommand(request, files);
  it('closes what llama-server leaves open', () => {
    for (const flag of ['--offline', '--no-ui', '--no-slots', '--no-cors-credentials'])
      expect(command).toContain(flag);
    const value = (flag: string) => command[command.indexOf(flag) + 1];
    expect(value('--api-key-file')).toBe('/home/u/key');
    expect(value('--cache-ram')).toBe('0');
    expect(value('--host')).toMatch(/\.sock$/);
    expect(value('--cors-origins')).toMatch(/\.invalid$/);
    expect(command).not.toContain('--predict');
    expect(serverCommand({ ...request, maxAnswerTokens: 48 }, files).slice(-2)).toEqual(['--predict', '48']);
  });

  it('goes behind a wall without network, with the model to read only', () => {
    const wall = { bwrap: '/usr/bin/bwrap', files, modelPath: request.modelPath, gpuNodes: [] };
    const argv = sandboxCommand(wall, command);
    expect(argv.slice(argv.indexOf('--') + 1)).toEqual(command);
    const flags = argv.slice(0, argv.indexOf('--'));
    for (const flag of ['--unshare-net', '--unshare-pid', '--die-with-parent', '--new-session', '--clearenv'])
      expect(flags).toContain(flag);
    const model = flags.indexOf(request.modelPath);
    expect(flags[model - 1]).toBe('--ro-bind');
    expect(flags).not.toContain('/proc');
    expect(flags.filter((flag) => flag === '--bind')).toHaveLength(1);
    expect(sandboxCommand({ ...wall, gpuNodes: ['/dev/dri'] }, command)).toContain('/dev/dri');
    const elsewhere = { ...wall, files: { ...files, program: '/home/u/llama/llama-server' } };
    expect(sandboxCommand(elsewhere, command).join(' ')).toContain('--ro-bind /home/u/llama /home/u/llama');
  });
});

describe('the units', () => {
  const input = { command: serverCommand(request, files), files, modelPath: request.modelPath, port: 4327 };
  const texts = unitFiles({
    ...input,
    proxy: '/usr/lib/systemd/systemd-socket-proxyd',
    curl: null,
    gpu: false,
  });

  it('listen on loopback only and keep both services without a network', () => {
    expect(portOfSocketUnit(texts[unitNames.socket])).toBe(4327);
    expect(portOfSocketUnit('ListenStream=0.0.0.0:80\n')).toBeNull();
    for (const name of [unitNames.model, unitNames.proxy]) {
      expect(texts[name]).toContain('\nPrivateNetwork=yes\n');
      expect(texts[name]).toContain('\nRestrictAddressFamilies=AF_UNIX\n');
    }
    // In a user manager a second walled process would go without its wall: helpers run outside.
    expect(texts[unitNames.model]).not.toMatch(/^Exec(StartPre|StartPost|StopPost)=[^+]/m);
  });

  it('quote odd names and refuse line breaks', () => {
    expect(texts[unitNames.model]).toContain('"/home/u/models/a b$$c%%d.gguf"');
    expect(quote('/usr/bin/x')).toBe('/usr/bin/x');
    expect(quote('')).toBe('""');
    expect(quote('say "hi"\\')).toBe('"say \\"hi\\"\\\\"');
    expect(mount('/a b')).toBe('"/a b"');
    expect(() => quote('a\nExecStart=/bin/sh')).toThrow(HearthError);
    expect(() => mount('a\nBindPaths=/')).toThrow(HearthError);
  });

  it('tell how they ended', () => {
    const text = 'Result=exit-code\nExecMainCode=1\nExecMainStatus=3\nActiveState=failed\n';
    expect(parseUnitState(text)).toEqual({ failed: true, exit: 3, oomKilled: false, restarts: 0 });
    const oom = 'Result=oom-kill\nExecMainCode=2\nExecMainStatus=9\nActiveState=failed\nNRestarts=2\n';
    expect(parseUnitState(oom)).toEqual({ failed: true, exit: 137, oomKilled: true, restarts: 2 });
    expect(parseUnitState('')).toEqual({ failed: false, exit: 0, oomKilled: false, restarts: 0 });
  });
});

describe('the way of serving', () => {
  const error = (programs: ProgramFacts, practice = false): HearthError | null => {
    try {
      chooseWay(programs, practice);
    } catch (thrown) {
      return thrown as HearthError;
    }
    return null;
  };

  it('is units where a user manager answers, children elsewhere and in practice', () => {
    expect(chooseWay(all, false)).toBe('user-units');
    expect(chooseWay(all, true)).toBe('children');
    expect(chooseWay({ ...all, userManager: false }, false)).toBe('children');
    expect(chooseWay({ ...all, bwrap: null }, false)).toBe('user-units');
  });

  it('is refused with what is missing and what to install', () => {
    expect(error({ ...all, llamaServer: null })?.code).toBe('no-engine');
    expect(error({ ...all, bwrap: null }, true)?.code).toBe('no-isolation');
    const missing = missingFor('children', { ...all, llamaServer: null, bwrap: null, socketProxy: null });
    expect(packagesFor(missing, 'fedora')).toEqual(['llama-cpp', 'systemd', 'bubblewrap']);
    expect(packagesFor(missing, 'debian')[0]).toBe('llama.cpp-tools');
    expect(parseMissing('llama-server, bwrap, nonsense')).toEqual(['llama-server', 'bwrap']);
    expect(portsFrom(65530)).toEqual([65530, 65531, 65532, 65533, 65534, 65535]);
  });
});

const unitInput = {
  command: serverCommand(request, files),
  files,
  modelPath: request.modelPath,
  port: 4327,
  proxy: '/usr/lib/systemd/systemd-socket-proxyd',
  curl: null,
  gpu: false,
};

it('what was found wrong since does not start, however the request comes', () => {
  const stamp = '/home/ann/100 %/m/verified.json';
  const unit = unitFiles({ ...unitInput, stamp })['hearth-model.service'];
  expect(unit).toContain('\nAssertPathExists=/home/ann/100 %%/m/verified.json\n');
  expect(unitFiles(unitInput)['hearth-model.service']).not.toContain('Assert');
  expect(() => unitFiles({ ...unitInput, stamp: '/a\nExecStart=/bin/false' })).toThrow();
});

it.each([
  [null, []],
  [{ gpuLayers: 0, expertLayers: 0, layers: 32 }, ['--device', 'none']],
  [{ gpuLayers: 'all', expertLayers: 0, layers: null }, ['--fit', 'off', '--n-gpu-layers', 'all']],
  [{ gpuLayers: 17, expertLayers: 0, layers: 32 }, ['--fit', 'off', '--n-gpu-layers', '17']],
  [
    { gpuLayers: 41, expertLayers: 26, layers: 40 },
    ['--fit', 'off', '--n-gpu-layers', '41', '--n-cpu-moe', '26'],
  ],
] as const)('what was promised is what is started: %j', (layout, flags) => {
  expect(layoutFlags(layout).flat()).toEqual(flags);
  expect(serverCommand({ ...request, layout }, files).join(' ')).toContain(flags.join(' '));
});
