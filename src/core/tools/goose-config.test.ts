// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { HearthError } from '../errors.ts';
import { diffLines } from '../text/diff.ts';
import { mergeGooseConfig, readGooseConfig } from './goose-config.ts';
import {
  customProviderIn,
  gooseFiles,
  isOwnProvider,
  isProviderFor,
  providerFile,
  readGooseOutput,
} from './goose.ts';

const path = '/home/u/.config/goose/config.yaml';
const options = { model: 'qwen', becomeDefault: false };
const merge = (text: string, change = {}): string => mergeGooseConfig(text, path, { ...options, ...change });
const failure = (work: () => unknown): HearthError => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof HearthError) return thrown;
  }
  throw new Error('should have failed');
};

const mine = `# my settings
active_provider: openai # from work
providers:
  openai: {enabled: true, model: gpt-5, configured: true}
  ollama:
    enabled: true
# the end
GOOSE_MODE: auto
GOOSE_TELEMETRY_ENABLED: true
`;

describe('merging', () => {
  it('makes Hearth the default where nothing is set', () => {
    for (const empty of ['', '# only a comment\n', '---\n', '{}\n', 'null\n']) {
      expect(parse(merge(empty)), empty).toEqual({
        active_provider: 'hearth',
        providers: { hearth: { enabled: true, model: 'qwen', configured: true } },
        GOOSE_MODE: 'smart_approve',
        GOOSE_TELEMETRY_ENABLED: false,
        GOOSE_DISABLE_SESSION_NAMING: true,
      });
    }
    expect(merge('# only a comment\n')).toContain('# only a comment');
  });

  it('adds itself beside a cloud provider and keeps everything else', () => {
    const merged = merge(mine);
    for (const kept of [
      '# my settings',
      '# from work',
      '# the end',
      '  openai: {enabled: true, model: gpt-5, configured: true}',
    ])
      expect(merged).toContain(kept);
    const values = parse(merged) as Record<string, unknown>;
    expect(values['active_provider']).toBe('openai');
    expect(values['GOOSE_MODE']).toBe('auto');
    expect(values['GOOSE_TELEMETRY_ENABLED']).toBe(false);
    expect(values['GOOSE_DISABLE_SESSION_NAMING']).toBeUndefined();
    expect(merge(mine, { becomeDefault: true })).toContain('active_provider: hearth # from work');
    expect(parse(merge('GOOSE_PROVIDER: openai\n'))).not.toHaveProperty('active_provider');
  });

  it('changes nothing the second time, and only the model for another model', () => {
    const once = merge(mine);
    expect(merge(once)).toBe(once);
    const diff = diffLines(once, merge(once, { model: 'granite' })).filter((line) => line.kind !== 'same');
    expect(diff).toEqual([
      { kind: 'removed', text: '    model: qwen' },
      { kind: 'added', text: '    model: granite' },
    ]);
  });

  it('keeps line ends of other systems', () => {
    const merged = merge(mine.replaceAll('\n', '\r\n'));
    expect(merged).not.toMatch(/[^\r]\n/);
  });

  it('leaves a file alone that it does not understand, with the line', () => {
    const bad: readonly (readonly [string, number | undefined])[] = [
      ['a: 1\n\tb: 2\n', 2],
      ['a: 1\na: 2\n', 2],
      ['providers: [unclosed\n', 2],
      ['- just\n- a list\n', 1],
      ['providers: text\n', undefined],
      ['base: &p {x: 1}\nproviders: *p\n', undefined],
      ['a: *nowhere\n', undefined],
    ];
    for (const [text, line] of bad) {
      const error = failure(() => merge(text));
      expect(error.code, text).toBe('bad-config');
      expect(error.args['path']).toBe(path);
      if (line !== undefined) expect(error.args['line'], text).toBe(line);
    }
    expect(failure(() => merge(`a: ${'x'.repeat(2_000_000)}`)).code).toBe('bad-config');
    const laughs = `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
      .join('\n')}\n`;
    expect(failure(() => merge(laughs)).code).toBe('bad-config');
  });

  it('keeps every key that was there, for any settings', () => {
    const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_ .-]{0,12}$/);
    const leaf = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null), fc.array(fc.string()));
    const values = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf)));
    fc.assert(
      fc.property(values, (before) => {
        const after = parse(merge(`# kept\n${stringify(before)}`)) as Record<string, unknown>;
        const { active_provider: _a, providers: _b, GOOSE_MODE: _c, ...rest } = after;
        for (const [name, value] of Object.entries(before)) {
          if (Object.hasOwn(rest, name)) expect(rest[name]).toEqual(value);
        }
        expect(Object.keys(after)).toEqual(expect.arrayContaining(Object.keys(before)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading', () => {
  it('sees the new and the old form', () => {
    expect(readGooseConfig(mine, path)).toEqual({
      activeProvider: 'openai',
      activeModel: 'gpt-5',
      telemetry: 'on',
      cloudProviders: ['openai'],
      hearthModel: null,
      stillCloud: [],
    });
    const old = readGooseConfig('GOOSE_PROVIDER: anthropic\nGOOSE_MODEL: opus\n', path);
    expect([old.activeProvider, old.activeModel, old.cloudProviders]).toEqual([
      'anthropic',
      'opus',
      ['anthropic'],
    ]);
    expect(readGooseConfig(merge(''), path)).toMatchObject({
      hearthModel: 'qwen',
      telemetry: 'off',
      cloudProviders: [],
    });
  });

  it('knows an address on this computer from one elsewhere', () => {
    const provider = (base_url: string) => JSON.stringify({ name: 'x', base_url });
    for (const local of ['http://127.0.0.1:1/v1', 'http://localhost/v1', 'http://[::1]:8/v1'])
      expect(customProviderIn(provider(local))?.local, local).toBe(true);
    for (const cloud of [
      'https://api.example.com/v1',
      'http://127.0.0.1.example.com',
      'http://user@example.com',
    ])
      expect(customProviderIn(provider(cloud)), cloud).toEqual({ name: 'x', local: false });
    expect(customProviderIn('not json')).toBeNull();
  });

  it('takes the answer out of what Goose prints', () => {
    const output = {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Hello ' },
            { type: 'toolRequest', id: '1' },
          ],
        },
      ],
      metadata: { status: 'completed' },
    };
    expect(readGooseOutput(`some notice\n${JSON.stringify(output)}\n`)).toBe('Hello');
    expect(readGooseOutput('{"messages":[]}')).toBe('');
    expect(failure(() => readGooseOutput('Network error')).code).toBe('bad-answer');
  });
});

describe('writing', () => {
  it('keeps the key in its file', () => {
    const text = providerFile({ port: 4327, contextTokens: 16384, keyFile: '/k' });
    expect(JSON.parse(text)).toMatchObject({
      name: 'hearth',
      base_url: 'http://127.0.0.1:4327/v1/chat/completions',
      models: [{ name: 'local', context_limit: 16384 }],
      auth: { command: '/bin/cat', args: ['/k'] },
    });
    const at = { port: 4327, contextTokens: 16384, keyFile: '/k' };
    expect(isProviderFor(text, at)).toBe(true);
    expect(isProviderFor(text, { ...at, contextTokens: 16384 + 255 })).toBe(true);
    for (const other of [{ contextTokens: 16383 }, { contextTokens: 32768 }, { port: 1 }, { keyFile: '/x' }])
      expect(isProviderFor(text, { ...at, ...other })).toBe(false);
    expect(isProviderFor(`${text} `, at)).toBe(false);
    expect([isOwnProvider(text), isOwnProvider('{"name":"mine"}'), isOwnProvider('{')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(isOwnProvider('{"name":"hearth","base_url":"https://example.org/v1"}')).toBe(false);
    expect(gooseFiles('/c').provider).toBe('/c/goose/custom_providers/hearth.json');
  });
});
