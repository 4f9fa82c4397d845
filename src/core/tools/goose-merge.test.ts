// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { HearthError } from '../errors.ts';
import { mergeGooseConfig } from './goose-config.ts';

const path = '/home/u/.config/goose/config.yaml';
const options = { model: 'qwen3-4b', becomeDefault: false };
const merge = (text: string, change = {}): string => mergeGooseConfig(text, path, { ...options, ...change });
type Values = Record<string, unknown>;
const read = (text: string): Values => (parseDocument(text).toJS() ?? {}) as Values;

/** Keys that a merge may set; everything else is somebody's and must come out as it went in. */
const ours =
  /^(active_provider|GOOSE_MODE|GOOSE_TELEMETRY_ENABLED|GOOSE_DISABLE_SESSION_NAMING|extensions)\b/;

const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,10}$/);
const comment = fc.stringMatching(/^# [a-z:{}"'&*é世-]{0,20}$/);
const value = fc.oneof(
  fc.constantFrom(
    'true',
    'no',
    '0x1f',
    '1e3',
    '~',
    'null',
    '2026-01-02',
    'plain words',
    'a:b',
    'http://x/#y',
  ),
  fc.constantFrom(
    `'it''s'`,
    '"tab\\t, quote \\" and é"',
    '!!str 12',
    '&mark text',
    '[a, "b, c", {d: 1}]',
    '{a: 1,}',
  ),
  fc.constantFrom(
    '',
    ' # nothing yet',
    '\tafter a tab',
    'x # why',
    `"two\n  lines"`,
    '|\n  block\n\n  text',
    '>-\n  folded\n  text',
  ),
);
const field = fc.tuple(key, value).map(([name, text]) => `${name}: ${text}`);
const nested = (name: string, lines: readonly string[], indent: string): string =>
  [
    `${name}:`,
    ...lines.map((line) =>
      line
        .split('\n')
        .map((part) => (part === '' ? '' : indent + part))
        .join('\n'),
    ),
  ].join('\n');
const indent = fc.constantFrom('  ', '    ', ' ');
const inner = fc.array(fc.oneof({ weight: 4, arbitrary: field }, comment, fc.constant('')), {
  minLength: 1,
  maxLength: 4,
});
const provider = fc.oneof(
  fc.constantFrom(
    'openai: {enabled: true, model: gpt-5, configured: true}',
    'ollama:',
    'x: &x {a: 1}',
    'y: ~',
  ),
  fc.constantFrom(
    'hearth: {enabled: false, model: "old", note: mine}',
    'hearth:\n  enabled: true # on',
    'hearth: {}',
    'hearth:',
  ),
  fc.tuple(key, inner, indent).map(([name, lines, by]) => nested(name, lines, by)),
);
const providers = fc.oneof(
  fc.constantFrom(
    'providers:',
    'providers: {}',
    'providers: ~ # none',
    'providers: {openai: {enabled: true}}',
  ),
  fc
    .tuple(fc.array(fc.oneof(provider, comment), { minLength: 1, maxLength: 4 }), indent)
    .map(([all, by]) => nested('providers', all, by)),
);
const top = fc.oneof(
  { weight: 3, arbitrary: field },
  comment,
  fc.constant(''),
  fc.tuple(key, inner, indent).map(([name, lines, by]) => nested(name, lines, by)),
  fc
    .tuple(
      key,
      fc.array(
        value.filter((v) => !v.includes('\n')),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([name, items]) => `${name}:\n${items.map((item) => `- ${item}`).join('\n')}`),
  fc.constantFrom(
    'active_provider: openai # work',
    'GOOSE_TELEMETRY_ENABLED: true',
    'GOOSE_MODE: auto',
    'GOOSE_PROVIDER: anthropic',
  ),
);
const file = fc
  .record({
    lines: fc.array(top, { maxLength: 7 }),
    providers: fc.option(providers),
    at: fc.nat(7),
    start: fc.constantFrom('', '', '---\n', '# head\n---\n', '\ufeff', '\n\n'),
    end: fc.constantFrom('\n', '', '\n\n', '\n# the end\n', '\n...\n', '\n   \n'),
    eol: fc.constantFrom('\n', '\n', '\r\n'),
  })
  .map(({ lines, providers: some, at, start, end, eol }) => {
    const all = some === null ? lines : lines.toSpliced(at, 0, some);
    return (start + all.join('\n') + end).replaceAll('\n', eol);
  });

function attempt(text: string): { merged: string } | { refused: HearthError } {
  try {
    return { merged: merge(text) };
  } catch (thrown) {
    if (thrown instanceof HearthError && thrown.code === 'bad-config') return { refused: thrown };
    throw thrown;
  }
}

/** Whether `lines` are all in `within`, in this order. */
function inOrder(lines: readonly string[], within: readonly string[]): string | null {
  let at = 0;
  for (const line of lines) {
    const found = within.indexOf(line, at);
    if (found < 0) return line;
    at = found + 1;
  }
  return null;
}

describe('merging into any settings file', () => {
  it('keeps every line, value, comment and line end, and changes nothing twice', () => {
    let merged = 0;
    let refused = 0;
    fc.assert(
      fc.property(file, (text) => {
        const result = attempt(text);
        const broken = parseDocument(text, { strict: true }).errors.length > 0;
        if ('refused' in result) {
          expect(result.refused.args['path']).toBe(path);
          expect(result.refused.args['problem']).toBeTruthy();
          if (!broken) refused += 1;
          return;
        }
        merged += 1;
        expect(broken).toBe(false);
        const before = read(text);
        const { providers: had, ...rest } = before;
        const { providers: has, ...now } = read(result.merged);
        for (const [name, was] of Object.entries(rest)) if (!ours.test(name)) expect(now[name]).toEqual(was);
        for (const [name, was] of Object.entries((had ?? {}) as Values))
          if (name !== 'hearth') expect((has as Values)[name]).toEqual(was);
        expect((has as Values)['hearth']).toMatchObject({
          enabled: true,
          model: 'qwen3-4b',
          configured: true,
        });
        expect(now['GOOSE_TELEMETRY_ENABLED']).toBe(false);
        if (before['GOOSE_MODE'] !== undefined) expect(now['GOOSE_MODE']).toEqual(before['GOOSE_MODE']);
        const others = text
          .split(/\r?\n/)
          .filter(
            (line) =>
              !/^(\ufeff)?(active_provider|GOOSE_|providers)|hearth|enabled|openai|^\{|^\ufeff\s*$/.test(
                line,
              ),
          );
        expect(inOrder(others, result.merged.split(/\r?\n/))).toBeNull();
        expect(result.merged.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'));
        if (text.includes('\r\n')) expect(result.merged).not.toMatch(/[^\r]\n/);
        else expect(result.merged).not.toContain('\r');
        expect(merge(result.merged)).toBe(result.merged);
      }),
      { numRuns: 1000 },
    );
    expect(merged).toBeGreaterThan(500);
    // What can be read but not changed safely is rare, and said.
    expect(refused / (merged + refused)).toBeLessThan(0.05);
  });

  it('never takes a shared value along', () => {
    const shared = 'GOOSE_TELEMETRY_ENABLED: &on true\nmine: *on\n';
    const result = attempt(shared);
    expect('refused' in result && result.refused.args['problem']).toBe('it cannot be changed without loss');
    const other = merge('mine: &on true\nGOOSE_TELEMETRY_ENABLED: *on\n');
    expect(other).toMatch(/^mine: &on true\nGOOSE_TELEMETRY_ENABLED: false\n/);
    expect(merge('a: &p\n  x: 1\nb:\n  <<: *p\n')).toMatch(/^a: &p\n {2}x: 1\nb:\n {2}<<: \*p\n/);
  });

  it('puts its entry after the last provider, before the comments that follow, in the style that is there', () => {
    expect(
      merge('providers:\n    # paid\n    openai: {enabled: true}\n# next\nother: 1\n', {
        becomeDefault: true,
      }),
    ).toBe(
      [
        ...['providers:', '    # paid', '    openai: {enabled: true}'],
        ...['    hearth:', '      enabled: true', '      model: qwen3-4b', '      configured: true'],
        ...['# next', 'other: 1', 'active_provider: hearth', 'GOOSE_MODE: smart_approve'],
        ...['GOOSE_TELEMETRY_ENABLED: false', 'GOOSE_DISABLE_SESSION_NAMING: true', ''],
      ].join('\n'),
    );
    expect(merge('{providers: {a: {enabled: true}}, GOOSE_MODE: auto}')).toContain(
      '{providers: {a: {enabled: true}, hearth: {enabled: true, model: qwen3-4b, configured: true}}, GOOSE_MODE: auto,',
    );
  });

  it('merges a file of a megabyte within seconds, and leaves a larger one alone', () => {
    const entry = (at: number): string => `key_${at}: "value number ${at} of many"  # note ${at}\n`;
    const large = Array.from({ length: 19_000 }, (_, at) => entry(at)).join('');
    expect(large.length).toBeGreaterThan(950_000);
    const started = performance.now();
    const merged = merge(large);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(merged.startsWith(large)).toBe(true);
    const larger = attempt(large + large);
    expect('refused' in larger && larger.refused.args['problem']).toBe('it is larger than 1 MiB');
  }, 60_000);

  it('turns off what a short context has no room for, only where nothing is said about extensions', () => {
    const few = { fewExtensions: true };
    const extensions = read(merge('', few))['extensions'] as Values;
    expect(Object.keys(extensions)).toEqual([
      'analyze',
      'apps',
      'extensionmanager',
      'scheduler',
      'summon',
      'tom',
    ]);
    expect(extensions['apps']).toEqual({ enabled: false, type: 'platform', name: 'apps', bundled: true });
    expect(merge('', few)).toContain('  apps: {enabled: false, type: platform, name: apps, bundled: true}\n');
    const mine = 'extensions:\n  apps: {enabled: true}\n';
    expect(read(merge(mine, few))['extensions']).toEqual({ apps: { enabled: true } });
    expect(read(merge('active_provider: openai\n', few))['extensions']).toBeUndefined();
  });
});
