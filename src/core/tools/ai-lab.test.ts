// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recognised } from '../../../tests/support/ai-lab-oracle.ts';
import { practiceEntry } from '../../../tests/support/fixture-parts.ts';
import { HearthError } from '../errors.ts';
import { withoutDesktopTelemetry } from '../proof/agents.ts';
import {
  isDesktop,
  isInCatalogue,
  labLayouts,
  labModel,
  labVersion,
  layoutInUse,
  mergeLabCatalogue,
  parseTags,
  readLabSettings,
} from './ai-lab.ts';

type Values = Record<string, unknown>;
const entry = practiceEntry();
const path = '/home/u/user-catalog.json';
const merge = (text: string | null): string => mergeLabCatalogue(text, path, entry);
const read = (text: string): Values => JSON.parse(text) as Values;
const modelsOf = (text: string): readonly Values[] => read(text)['models'] as Values[];

describe('where Podman Desktop keeps its things', () => {
  const home = '/home/u';
  const around = { home, config: `${home}/.config`, data: `${home}/.local/share`, desktopHome: null };

  it('in three layouts', () => {
    const { legacy, native, flatpak } = labLayouts(around);
    expect(legacy.settings).toBe(
      '/home/u/.local/share/containers/podman-desktop/configuration/settings.json',
    );
    expect(legacy.plugins).toBe('/home/u/.local/share/containers/podman-desktop/plugins');
    expect(native.settings).toBe('/home/u/.config/containers/podman-desktop/settings.json');
    expect(native.models).toBe(
      '/home/u/.local/share/containers/podman-desktop/extensions-storage/redhat.ai-lab/models',
    );
    const own = '/home/u/.var/app/io.podman_desktop.PodmanDesktop';
    expect(flatpak.settings).toBe(`${own}/config/containers/podman-desktop/settings.json`);
    expect(flatpak.catalogue).toBe(
      `${own}/data/containers/podman-desktop/extensions-storage/redhat.ai-lab/user-catalog.json`,
    );
  });

  it('with a folder of its own that a variable names', () => {
    const { legacy } = labLayouts({ ...around, desktopHome: '/srv/pd' });
    expect(legacy.settings).toBe('/srv/pd/configuration/settings.json');
    expect(legacy.plugins).toBe('/srv/pd/plugins');
  });

  it('the old one goes before the others as soon as it is there', () => {
    expect(layoutInUse('flatpak', false, null)).toBe('flatpak');
    expect(layoutInUse('native', false, null)).toBe('native');
    expect(layoutInUse('flatpak', true, null)).toBe('legacy');
    expect(layoutInUse('native', false, '/srv/pd')).toBe('legacy');
  });
});

describe('the catalogue of a person', () => {
  it('is written where there was none, with an address and a hash and never with a file', () => {
    const text = merge(null);
    expect(read(text)['version']).toBe('1.0');
    const [ours] = modelsOf(text);
    expect(ours).toMatchObject({
      id: 'hearth.practice',
      url: entry.file.url,
      sha256: entry.file.sha256,
      backend: 'llama-cpp',
      properties: { jinja: 'true' },
    });
    expect(ours).not.toHaveProperty('file');
    expect(isInCatalogue(text, path, entry)).toBe(true);
    expect(isInCatalogue(null, path, entry)).toBe(false);
  });

  it('a second merge changes nothing, to the byte', () => {
    const once = merge('{"models":[{"id":"a","x":1}],"own":true}');
    expect(merge(once)).toBe(once);
    const spaced = once.replaceAll('\n', '\n\n');
    expect(merge(spaced)).toBe(spaced);
  });

  it('an entry of ours that somebody turned into a file of this computer has an address again', () => {
    const spoiled = read(merge(null));
    (spoiled['models'] as Values[])[0]!['file'] = { path: '/home/u/hearth', file: 'model.gguf' };
    (spoiled['models'] as Values[])[0]!['note'] = 'mine';
    const [ours] = modelsOf(merge(JSON.stringify(spoiled)));
    expect(ours).not.toHaveProperty('file');
    expect(ours).toMatchObject({ note: 'mine', url: entry.file.url });
  });

  it('keeps every entry and every key that was there', () => {
    const key = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('id', 'url', 'file', 'properties', '__proto__', 'constructor'),
    );
    const other = fc
      .dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5, noNullPrototype: true })
      .filter((value) => value['id'] !== 'hearth.practice');
    const whole = fc.record({
      rest: fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4, noNullPrototype: true }),
      models: fc.array(fc.oneof(other, fc.jsonValue({ maxDepth: 1 })), { maxLength: 5 }),
      indent: fc.constantFrom(0, 2, '\t'),
    });
    fc.assert(
      fc.property(whole, ({ rest, models, indent }) => {
        const text = JSON.stringify({ ...rest, version: '1.0', models }, null, indent);
        const before = read(text);
        const after = read(merge(text));
        const now = after['models'] as Values[];
        expect(now.slice(0, models.length)).toEqual(before['models']);
        expect(now).toHaveLength(models.length + 1);
        const without = ({ models: _models, ...others }: Values): Values => others;
        expect(without(after)).toEqual(without(before));
        expect(Object.keys(after)).toEqual(Object.keys(before));
      }),
    );
  });

  it.each([
    ['a file that is cut off', '{"version": "1.0", "models": ['],
    ['one with a comment', '{} // mine'],
    ['a list', '[]'],
    ['another version', '{"version":"2.0","models":[]}'],
    ['models that are no list', '{"version":"1.0","models":{}}'],
  ])('%s is left alone', (_name, text) => {
    expect(() => merge(text)).toThrow(HearthError);
    try {
      merge(text);
    } catch (thrown) {
      expect((thrown as HearthError).code).toBe('bad-config');
      expect((thrown as HearthError).args['path']).toBe(path);
    }
  });
});

describe('settings of Podman Desktop', () => {
  it('are merged with reports off and the question answered, and keep the rest', () => {
    const values = fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(values, fc.constantFrom({}, { 'telemetry.enabled': true }), (rest, more) => {
        const text = withoutDesktopTelemetry(JSON.stringify({ ...rest, ...more }), path);
        const { 'telemetry.enabled': off, 'telemetry.check': asked, ...kept } = read(text);
        const {
          'telemetry.enabled': _off,
          'telemetry.check': _asked,
          ...before
        } = read(JSON.stringify(rest));
        expect([off, asked, kept]).toEqual([false, true, before]);
        expect(readLabSettings(text, path)).toMatchObject({ telemetry: 'off', asked: true });
      }),
    );
  });

  it('name the folder of the models and the port', () => {
    const text = '{"ai-lab.models.path":"/srv/models/","ai-lab.apiPort":10500,"telemetry.enabled":true}';
    expect(readLabSettings(text, path)).toEqual({
      telemetry: 'on',
      asked: false,
      models: '/srv/models',
      apiPort: 10500,
    });
    const hostile = readLabSettings('{"ai-lab.models.path":"../x","ai-lab.apiPort":"1"}', path);
    expect(hostile).toEqual({ telemetry: 'unset', asked: false, models: null, apiPort: 10434 });
    expect(() => readLabSettings('{"a"', path)).toThrow(HearthError);
  });
});

describe('what AI Lab recognises (oracle, simulated)', () => {
  const { id, file } = labModel({ ...entry, file: { ...entry.file, url: 'https://h/r/m.gguf?x=1#y' } });
  const seen = (change: Partial<Parameters<typeof recognised>[1][number]>) =>
    recognised(merge(null), [{ name: id, kind: 'directory', holds: [file], ...change }]);

  it('is a real folder with the name of the id and one file', () => {
    expect(file).toBe('m.gguf');
    expect(seen({})).toEqual([['hearth.practice', 'm.gguf']]);
  });

  it('is not a link, a second entry, a download under way, or another name', () => {
    expect(seen({ kind: 'link' })).toEqual([]);
    expect(seen({ holds: [file, 'README'] })).toEqual([]);
    expect(seen({ holds: [`${file}.tmp`] })).toEqual([]);
    expect(seen({ name: 'practice' })).toEqual([]);
  });
});

describe('what is told about AI Lab', () => {
  it('by the list of its models', () => {
    expect(parseTags('{"models":[{"name":"One","model":"one"},{"name":2},null]}')).toEqual(['One', 'one']);
    expect(parseTags('<html>')).toBeNull();
    expect(parseTags('{"models":{}}')).toBeNull();
  });

  it('by the manifest of the plugin', () => {
    expect(labVersion('{"name":"ai-lab","publisher":"redhat","version":"1.9.3"}')).toBe('1.9.3');
    expect(labVersion('{"name":"kind","publisher":"podman-desktop","version":"1"}')).toBeNull();
    expect(labVersion('{')).toBeNull();
  });

  it('by its command line', () => {
    expect(isDesktop(['/opt/podman-desktop/podman-desktop', '--type=zygote'])).toBe(true);
    expect(isDesktop(['/app/bin/podman-desktop'])).toBe(true);
    expect(isDesktop(['/usr/bin/podman', 'system', 'service'])).toBe(false);
    expect(isDesktop([])).toBe(false);
  });
});
