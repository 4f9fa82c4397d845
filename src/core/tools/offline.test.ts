// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { HearthError } from '../errors.ts';
import {
  foldersOf,
  gooseInside,
  offlineCommand,
  offlineConfig,
  offlineFiles,
  readProbe,
  refuseFolder,
  type OfflineInput,
} from './offline.ts';

const input: OfflineInput = {
  bwrap: '/usr/bin/bwrap',
  socketActivate: '/usr/bin/systemd-socket-activate',
  socketProxy: '/usr/lib/systemd/systemd-socket-proxyd',
  goose: '/home/u/.local/bin/goose',
  folder: '/home/u/Projects/a b',
  home: '/home/u',
  userId: 1000,
  port: 4327,
  keyFile: '/home/u/.local/share/hearth/api-key',
  prepared: '/run/user/1000/hearth/goose/ab',
  filtered: true,
  environment: { TERM: 'xterm', HOME: '/elsewhere' },
};

describe('the wall', () => {
  const argv = offlineCommand(input, ['/run/hearth/goose', 'session']);
  const flags = argv.slice(0, argv.indexOf('--'));

  it('has one folder to write to, and the model as the only way out', () => {
    for (const flag of [
      '--unshare-net',
      '--unshare-pid',
      '--disable-userns',
      '--die-with-parent',
      '--clearenv',
    ])
      expect(flags).toContain(flag);
    const writable = flags.flatMap((flag, at) => (flag === '--bind' ? [flags[at + 1]] : []));
    expect(writable).toEqual([input.folder]);
    // The home is hidden before the folder in it is shown.
    expect(flags.indexOf('--tmpfs', flags.indexOf('0700'))).toBeLessThan(flags.indexOf(input.folder));
    const home = flags.lastIndexOf('--setenv', flags.indexOf('--ro-bind'));
    expect(flags.slice(0, home + 3).join(' ')).toContain('--setenv HOME /home/u');
    expect(argv.slice(-2)).toEqual(['/run/hearth/goose', 'session']);
    expect(gooseInside(input)).toBe('/run/hearth/goose');
    expect(gooseInside({ goose: '/usr/bin/goose' })).toBe('/usr/bin/goose');
  });

  it('keeps the terminal from being typed into, with or without a filter', () => {
    expect(argv.slice(0, 6)).toEqual([
      'env',
      '--ignore-signal=INT',
      '/bin/sh',
      '-c',
      'exec "$@" 9<"$0"',
      '/run/user/1000/hearth/goose/ab/filter',
    ]);
    expect(flags).not.toContain('--new-session');
    const without = offlineCommand({ ...input, filtered: false }, ['true']);
    expect(without[2]).toBe('/usr/bin/bwrap');
    expect(without).toContain('--new-session');
    expect(without).not.toContain('--seccomp');
  });
});

describe('what is prepared', () => {
  const files = offlineFiles({
    ...input,
    groupId: 1000,
    userName: 'u',
    contextTokens: 32768,
    config: offlineConfig({}),
  });

  it('names one user, knows one name, and leads to the model', () => {
    expect(files['passwd']).toBe('u:x:1000:1000::/home/u:/bin/bash\n');
    expect(files['hosts']).toBe('127.0.0.1 localhost\n::1 localhost\n');
    expect(files['start.sh']).toContain(': 0100007F:10E7 00000000:0000 0A ');
    expect(files['config/custom_providers/hearth.json']).toContain('"/run/hearth/key"');
    expect(foldersOf(files)).toEqual(['config', 'config/custom_providers', 'link']);
  });

  it('takes no secret and no program of the person’s along', () => {
    const config = offlineConfig({
      GOOSE_MODE: 'approve',
      OPENAI_API_KEY: 'secret',
      active_provider: 'openai',
      GOOSE_TELEMETRY_ENABLED: true,
      GOOSE_MAX_TURNS: { odd: true },
      providers: { openai: { enabled: true } },
      extensions: {
        developer: { type: 'builtin', enabled: true },
        mine: { type: 'stdio', cmd: '/home/u/bin/mine' },
        odd: 5,
      },
    });
    expect(config).toEqual({
      GOOSE_MODE: 'approve',
      active_provider: 'hearth',
      providers: { hearth: { enabled: true, model: 'local', configured: true } },
      GOOSE_TELEMETRY_ENABLED: false,
      GOOSE_DISABLE_SESSION_NAMING: true,
      extensions: { developer: { type: 'builtin', enabled: true } },
    });
  });
});

describe('the look behind the wall', () => {
  const head = 'Inter-|   Receive\n face |bytes\n';

  it('holds it offline only with a network of its own that is empty', () => {
    expect(readProbe(`net:[2]\n${head}    lo: 0 0\n`, 'net:[1]')).toEqual({
      namespace: 'net:[2]',
      interfaces: ['lo'],
      offline: true,
    });
    expect(readProbe(`net:[1]\n${head}    lo: 0 0\n`, 'net:[1]').offline).toBe(false);
    expect(readProbe(`net:[2]\n${head}    lo: 0 0\n  eth0: 0 0\n`, 'net:[1]').offline).toBe(false);
    expect(readProbe(`net:[2]\n${head}    lo: 0 0\n`, '').offline).toBe(false);
    expect(readProbe('', 'net:[1]').offline).toBe(false);
  });
});

describe('the folder', () => {
  const fits = (folder: string): boolean => {
    try {
      refuseFolder(folder, ['/home/u', '/home/u/.config'], ['/home/u/.ssh', '/home/u/.config/goose']);
      return true;
    } catch (thrown) {
      expect(thrown instanceof HearthError && thrown.code).toBe('folder-unfit');
      return false;
    }
  };

  it('is one project', () => {
    for (const folder of ['/home/u/Projects/a', '/home/u/a', '/tmp/a', '/srv/a', '/home/u/.config/nvim'])
      expect(fits(folder)).toBe(true);
    expect(fits('/run/media/u/Stick/a')).toBe(true);
    for (const folder of [
      '/',
      '/tmp',
      '/home',
      '/home/u',
      '/home/u/.config',
      '/usr/lib',
      '/etc',
      '/run/user/1000',
    ])
      expect(fits(folder)).toBe(false);
    for (const folder of ['/home/u/.ssh', '/home/u/.ssh/keys', '/home/u/.config/goose', 'a', '/run/media/u'])
      expect(fits(folder)).toBe(false);
  });
});
