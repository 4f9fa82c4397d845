// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { known, missing } from '../known.ts';
import type { GooseFacts } from '../tools/types.ts';
import { unseen } from '../setup/assess.ts';
import {
  desktopSettingsPaths,
  judgeCloud,
  judgeDesktopTelemetry,
  judgeGooseTelemetry,
  keyNames,
  withoutDesktopTelemetry,
  type GooseReading,
} from './agents.ts';
import { parseListeners } from './listeners.ts';
import { proofMap } from './map.ts';
import { closingFor, judgeOthers, ownerOf, programName, unitOf, type Holder } from './others.ts';
import { allHold, checkIds, holds, type Check } from './types.ts';
import { judgeLan, judgeWall } from './wall.ts';

const table = (hex: string, port: number) =>
  parseListeners(
    `h\n 0: ${hex}:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 0:0 0:0 0 1000 0 77 1`,
  );
const open = (port: number) => table('00000000', port)[0] as ReturnType<typeof table>[number];
const holder = (cgroup: string, ...argv: readonly string[]): Holder => ({ pid: 42, argv, cgroup });

describe('the wall', () => {
  const reading = {
    pid: 7,
    server: known('net:[2]', '/proc/7/ns/net'),
    own: known('net:[1]', '/proc/self/ns/net'),
    host: missing('denied', '/proc/1/ns/net'),
    interfaces: known(['lo'], '/proc/7/net/dev'),
    socketInside: known(true, '/proc/7/net/unix'),
    socket: '/s',
  };

  it('holds with a namespace of its own and nothing but lo', () => {
    expect(judgeWall(reading).verdict.tag).toBe('holds');
    expect(judgeWall({ ...reading, interfaces: known([], 'x') }).verdict.tag).toBe('holds');
  });

  it('fails by each thing alone', () => {
    expect(judgeWall({ ...reading, server: known('net:[1]', 'x') }).verdict.tag).toBe('fails');
    expect(judgeWall({ ...reading, host: known('net:[2]', 'x') }).verdict.tag).toBe('fails');
    expect(judgeWall({ ...reading, interfaces: known(['lo', 'eth0'], 'x') }).verdict.tag).toBe('fails');
    expect(judgeWall({ ...reading, socketInside: known(false, 'x') }).verdict.tag).toBe('fails');
  });

  it('claims nothing of what it could not read', () => {
    const blind = judgeWall({ ...reading, server: missing('denied', '/proc/7/ns/net', 'denied') });
    expect(blind.verdict).toEqual({ tag: 'unknown', because: 'unreadable' });
    expect(blind.evidence[0]?.raw).toBe('/proc/7/ns/net: denied');
  });

  it('without an address there is nothing to knock at', () => {
    expect(judgeLan([]).verdict).toEqual({ tag: 'not-applicable', because: 'no-address' });
  });
});

describe('other programs', () => {
  it('are known by program, container and port', () => {
    const containers = [{ name: 'inf', owner: 'ai-lab' as const, ports: [42011] }];
    const owner = (port: number, by: Holder | null) =>
      ownerOf({ listener: open(port), holder: by }, containers);
    expect(owner(42011, holder('', '/usr/bin/rootlessport'))).toBe('ai-lab');
    expect(owner(42011, holder('', '/usr/bin/pasta.avx2', '--config-net'))).toBe('ai-lab');
    expect(owner(42011, holder('', '/usr/bin/sshd'))).toBe('other');
    expect(owner(5000, holder('', '/usr/local/bin/ollama', 'serve'))).toBe('ollama');
    expect(owner(11434, null)).toBe('ollama');
    expect(owner(11434, holder('', '/usr/bin/nginx'))).toBe('other');
    expect(owner(10434, holder('', '/opt/podman-desktop/podman-desktop'))).toBe('ai-lab');
    expect(owner(1234, holder('', '/opt/LM-Studio/lm-studio'))).toBe('lm-studio');
    expect(owner(8080, holder('', 'python3', '-u', '/usr/bin/ramalama', 'serve'))).toBe('ramalama');
    expect(owner(3284, holder('', '/usr/bin/goosed'))).toBe('goose');
    expect(owner(22, null)).toBe('other');
    expect(programName([])).toBe('');
  });

  it('are closed where and how it is possible', () => {
    const user = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/ollama.service';
    expect(unitOf(user)).toEqual({ name: 'ollama.service', user: true });
    expect(unitOf('0::/system.slice/ollama.service')).toEqual({ name: 'ollama.service', user: false });
    expect(unitOf('0::/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope')).toBeNull();
    expect(closingFor('ollama', 11434, holder(user, 'ollama'))).toEqual({
      by: 'unit',
      unit: 'ollama.service',
    });
    const commands = (close: ReturnType<typeof closingFor>) =>
      close.by === 'command' ? close.commands.join('\n') : '';
    expect(commands(closingFor('ollama', 11434, null))).toContain('sudo systemctl daemon-reload');
    expect(commands(closingFor('ai-lab', 10434, null))).toContain('port port="10434"');
    expect(closingFor('lm-studio', 1234, null)).toEqual({ by: 'setting' });
  });

  it('a program in both tables is one, and loopback is no fault', () => {
    const six = { ...open(11434), address: '::' };
    const both = judgeOthers(
      [
        { listener: open(11434), holder: null },
        { listener: six, holder: null },
      ],
      [],
    );
    expect(both.cure?.cure === 'close' && both.cure.open.length).toBe(1);
    const inside = { ...open(11434), loopback: true, address: '127.0.0.1' };
    expect(judgeOthers([{ listener: inside, holder: null }], null).verdict.tag).toBe('holds');
  });
});

describe('usage reports of Podman Desktop', () => {
  const file = (text: string | null) => judgeDesktopTelemetry([{ path: '/s.json', text }]).verdict;

  it('are on unless they are turned off', () => {
    expect(file('{"telemetry.enabled": false}').tag).toBe('holds');
    expect(file('{"telemetry.enabled": true}').tag).toBe('fails');
    expect(file('{}').tag).toBe('fails');
    expect(file(null).tag).toBe('fails');
    expect(file('[1]')).toEqual({ tag: 'unknown', because: 'unreadable' });
    expect(judgeDesktopTelemetry([]).verdict.tag).toBe('not-applicable');
  });

  it('are turned off without losing a setting', () => {
    const text = '{\n  "welcome.version": "1",\n  "telemetry.enabled": true\n}\n';
    expect(JSON.parse(withoutDesktopTelemetry(text, '/s'))).toEqual({
      'welcome.version': '1',
      'telemetry.enabled': false,
      'telemetry.check': true,
    });
    expect(() => withoutDesktopTelemetry('{', '/s')).toThrow(/bad-config/);
  });

  it('are looked for in each of its three places', () => {
    expect(desktopSettingsPaths('/h', '/h/.config', '/own')).toEqual([
      '/own/configuration/settings.json',
      '/h/.local/share/containers/podman-desktop/configuration/settings.json',
      '/h/.config/containers/podman-desktop/settings.json',
      '/h/.var/app/io.podman_desktop.PodmanDesktop/config/containers/podman-desktop/settings.json',
    ]);
  });
});

describe('Goose', () => {
  const facts: GooseFacts = {
    program: { path: '/usr/bin/goose', version: '1.52.0' },
    provider: 'right',
    activeProvider: 'hearth',
    activeModel: 'm',
    telemetry: 'off',
    cloudProviders: [],
    stillCloud: [],
    install: { offered: null, ours: null },
    problem: null,
  };
  const reading = (change: Partial<GooseReading> = {}): GooseReading => ({
    facts,
    configPath: '/c.yaml',
    secretsPath: '/s.yaml',
    providersPath: '/p',
    keys: [],
    garbled: null,
    environment: { GOOSE_PROVIDER: null, GOOSE_TELEMETRY_ENABLED: null },
    ...change,
  });
  const session = (provider: string | null, telemetry: string | null) =>
    reading({ environment: { GOOSE_PROVIDER: provider, GOOSE_TELEMETRY_ENABLED: telemetry } });

  it('reports nothing unless somebody turned it on, in its settings or in the session', () => {
    expect(judgeGooseTelemetry(reading()).verdict.tag).toBe('holds');
    expect(judgeGooseTelemetry(reading({ facts: { ...facts, telemetry: 'unset' } })).verdict.tag).toBe(
      'holds',
    );
    expect(judgeGooseTelemetry(reading({ facts: { ...facts, telemetry: 'on' } })).verdict.tag).toBe('fails');
    const overridden = judgeGooseTelemetry(session(null, 'true'));
    expect([overridden.verdict.tag, overridden.cure?.cure]).toEqual(['fails', 'environment']);
    expect(judgeGooseTelemetry(session(null, 'false')).verdict.tag).toBe('holds');
  });

  it('knows services elsewhere by provider, by key and by the session', () => {
    expect(judgeCloud(reading()).verdict.tag).toBe('holds');
    expect(judgeCloud(reading({ facts: { ...facts, cloudProviders: ['openai'] } })).verdict.tag).toBe(
      'fails',
    );
    expect(judgeCloud(reading({ keys: [{ name: 'OPENAI_API_KEY', path: '/s.yaml' }] })).verdict.tag).toBe(
      'fails',
    );
    expect(judgeCloud(session('anthropic', null)).verdict.tag).toBe('fails');
    expect(judgeCloud(session('ollama', null)).verdict.tag).toBe('holds');
    expect(judgeCloud(reading({ garbled: '/s.yaml' })).verdict.tag).toBe('unknown');
    expect(keyNames({ OPENAI_API_KEY: 'x', GOOSE_MODE: 'auto', EMPTY_KEY: null })).toEqual([
      'OPENAI_API_KEY',
    ]);
  });

  it('that is not there has nothing to be looked at', () => {
    const none = { ...facts, program: null, activeProvider: null };
    expect(judgeCloud(reading({ facts: none })).verdict.tag).toBe('not-applicable');
    expect(judgeGooseTelemetry(reading({ facts: none })).verdict.tag).toBe('not-applicable');
  });
});

describe('a whole run', () => {
  const all = checkIds.map((id): Check => ({ id, verdict: holds, evidence: [], cure: null }));
  const proof = { running: false, startedAt: 0, checks: all };

  it('holds only when it is over and every check does', () => {
    expect(allHold(proof)).toBe(true);
    expect(allHold({ ...proof, running: true })).toBeNull();
    expect(allHold({ ...proof, checks: all.slice(1) })).toBeNull();
    const failed = all.map((check, at) =>
      at === 3 ? { ...check, verdict: { tag: 'fails' } as const } : check,
    );
    expect(allHold({ ...proof, checks: failed })).toBe(false);
  });

  it('is drawn as it was seen', () => {
    const state = unseen(
      { tag: 'real' },
      { modelId: null, contextTokens: null, port: 1, firstRunDone: true, modelsFolder: null, engine: 'auto' },
    );
    expect(proofMap(state).wall).toBe('unknown');
    expect(proofMap({ ...state, proof }).wall).toBe('closed');
    const lan = all.map((check) =>
      check.id === 'lan' ? { ...check, verdict: { tag: 'fails' } as const } : check,
    );
    expect(proofMap({ ...state, proof: { ...proof, checks: lan } }).wall).toBe('open');
  });
});
