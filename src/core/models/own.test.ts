// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, test } from 'vitest';
import { GgufWriter, namedModel } from '../../../tests/support/gguf-writer.ts';
import { machine } from '../../../tests/support/model-machines.ts';
import { threeFacts } from '../../words/model-page.ts';
import { wrongKindWords } from '../../words/own.ts';
import { filterChoices, filterOffers, noFilter } from './filter.ts';
import { readGguf, type GgufHeader } from './gguf.ts';
import { cleanText, ownEntry, ownFileName, ownHeader, ownId, parseRecord, wrongKind } from './own.ts';
import type { OwnRecord, WrongKind } from './own.ts';
import { buildShelf, findOffer } from './shelf.ts';

const headerOf = (bytes: Uint8Array): GgufHeader => {
  const result = readGguf(bytes, bytes.length);
  if (result.tag === 'malformed') throw new Error(result.problem);
  return result.header;
};

const record: OwnRecord = {
  version: 1,
  id: 'own-mine',
  file: 'mine.gguf',
  name: 'Mine',
  architecture: 'llama',
  size: 2_000_000_000,
  sha256: 'a'.repeat(64),
  contextTrained: 8192,
  parameters: { total: 3, active: 3 },
  attention: { layers: 28, kvLayers: 28, kvHeads: 8, headSize: 128, slidingWindow: null },
  source: 'downloads',
  from: '/home/ann/Downloads/mine.gguf',
  addedAt: 1,
};

describe('texts of a header', () => {
  test.each([
    ['Plain 7B', 'Plain 7B'],
    ['  two\n lines\t', 'two lines'],
    ['\u001b[31mred\u0007', '[31mred'],
    // Would show its ending first: "gguf.exe" as "exe.fugg".
    ['safe\u202egnp.exe\u202c', 'safegnp.exe'],
    ['\u2066left\u2069\u200bof\ufeff', 'leftof'],
    ['Mödell 模型 नमूना', 'Mödell 模型 नमूना'],
    ['x'.repeat(5000), `${'x'.repeat(79)}…`],
    ['😀'.repeat(90), `${'😀'.repeat(79)}…`],
    ['\u0000\u202e', ''],
  ])('%j', (given, clean) => expect(cleanText(given)).toBe(clean));

  test('a name that is nothing gives way to the file’s', () => {
    const kept = ownHeader(headerOf(namedModel('\u202e\u0007', 1)), 'My file.gguf');
    expect(kept).toMatchObject({ found: { name: 'My file', architecture: 'llama', contextTrained: 8192 } });
  });

  test('what works on each token is told from the tensors', () => {
    const kept = ownHeader(headerOf(namedModel('a', 1)), 'a.gguf');
    if ('problem' in kept) throw new Error(kept.problem);
    expect(kept.found.parameters.total).toBeCloseTo((64 * (8192 + 2 * 192)) / 1e9, 9);
    expect(kept.found.attention).toMatchObject({ layers: 2, kvLayers: 2, kvHeads: 2, headSize: 16 });
  });
});

describe('what cannot be asked anything', () => {
  const with_ = (...extra: readonly ((writer: GgufWriter) => unknown)[]) =>
    headerOf(namedModel('m', 1, extra));
  const of = (architecture: string) => headerOf(namedModel('m', 1, [], architecture));
  const cases: readonly (readonly [WrongKind, GgufHeader, string])[] = [
    ['split', with_(), 'model-00001-of-00003.gguf'],
    ['split', with_((w) => w.u32Key('split.count', 3)), 'model.gguf'],
    ['projector', of('clip'), 'model.gguf'],
    ['projector', with_((w) => w.textKey('general.type', 'mmproj')), 'model.gguf'],
    ['projector', with_(), 'mmproj-model-f16.gguf'],
    ['embedding', of('bert'), 'model.gguf'],
    ['embedding', of('nomic-bert'), 'model.gguf'],
    ['embedding', with_((w) => w.u32Key('llama.pooling_type', 1)), 'model.gguf'],
    ['speech', of('whisper'), 'model.gguf'],
    ['adapter', with_((w) => w.textKey('general.type', 'adapter')), 'lora.gguf'],
    ['adapter', with_((w) => w.textKey('adapter.type', 'lora')), 'lora.gguf'],
    ['measurements', with_((w) => w.textKey('general.type', 'imatrix')), 'imatrix.gguf'],
    ['pictures', of('flux'), 'flux.gguf'],
    ['vocabulary', headerOf(new GgufWriter().start(3, 0, 0).bytes()), 'vocab.gguf'],
  ];
  test.each(cases)('%s', (kind, header, name) => {
    expect(wrongKind(header, name)).toBe(kind);
    const { sentence, next } = wrongKindWords(kind, '/m.gguf');
    expect(sentence).toMatch(/^\/m\.gguf .+\.$/);
    expect(next).toMatch(/\.$/);
  });

  test('a model to talk to, also with pooling that is none', () => {
    expect(wrongKind(with_(), 'model.gguf')).toBeNull();
    expect(
      wrongKind(
        with_((w) => w.u32Key('llama.pooling_type', 0)),
        'model.gguf',
      ),
    ).toBeNull();
    expect(
      wrongKind(
        with_((w) => w.u32Key('split.count', 1)),
        'model.gguf',
      ),
    ).toBeNull();
  });

  test('each has a sentence of its own', () => {
    const sentences = new Set(cases.map(([kind]) => wrongKindWords(kind, '/m').sentence));
    expect(sentences.size).toBe(new Set(cases.map(([kind]) => kind)).size);
  });
});

describe('the record', () => {
  test('is read as it was written', () => {
    expect(parseRecord(JSON.stringify(record))).toEqual({ record });
  });

  test.each([
    ['not JSON', '{'],
    ['a newer format', JSON.stringify({ ...record, version: 2 })],
    ['an id that is a path', JSON.stringify({ ...record, id: 'own-../../x' })],
    ['a file that is a path', JSON.stringify({ ...record, file: '../x.gguf' })],
    ['a hidden file', JSON.stringify({ ...record, file: '.x.gguf' })],
    ['no hash', JSON.stringify({ ...record, sha256: 'abc' })],
    ['a size below nothing', JSON.stringify({ ...record, size: -1 })],
    ['a size that is none', JSON.stringify({ ...record, size: 1.5 })],
    ['a name without an end', JSON.stringify({ ...record, name: 'x'.repeat(10_000) })],
    ['something else', 'null'],
  ])('%s is refused and named', (_what, text) => {
    expect(parseRecord(text)).toEqual({ problem: expect.stringMatching(/./) });
  });
});

test('ids are plain, and none is given twice', () => {
  expect(ownId('Qwen3 Möbel/7B', () => false)).toBe('own-qwen3-mo-bel-7b');
  expect(ownId('../..', () => false)).toBe('own-model');
  expect(ownId('模型', () => false)).toBe('own-model');
  expect(ownId('a', (id) => ['own-a', 'own-a-2'].includes(id))).toBe('own-a-3');
});

test('file names stay in their folder', () => {
  expect(ownFileName('/x/My Model (1).GGUF')).toBe('My Model (1).gguf');
  expect(ownFileName('/x/.hidden.gguf')).toBe('hidden.gguf');
  expect(ownFileName('/x/a\u202e"$b`;\n.gguf')).toBe('a__b__.gguf');
  expect(ownFileName(`/blobs/sha256-${'a'.repeat(64)}`)).toBe(`sha256-${'a'.repeat(64)}.gguf`);
});

describe('on the shelf', () => {
  const installed = [
    { modelId: 'own-mine', path: '/m/own-mine/mine.gguf', size: 2e9, verified: true, verifiedAt: 1 },
  ];
  const shelf = buildShelf({
    entries: [],
    own: [ownEntry(record)],
    machine: machine({ memory: 32 }),
    installed,
    partials: [],
    problems: [],
    practice: false,
  });

  test('it can be found and used, and is never recommended', () => {
    expect(findOffer(shelf, 'own-mine')).toMatchObject({ refused: null, fit: { verdict: 'fits' } });
    expect(shelf.picks).toEqual([]);
    expect(shelf.offers).toEqual([]);
  });

  test('no filter lets it through as something that it is not', () => {
    expect(filterChoices(shelf.offers).licences).toEqual([]);
    expect(filterOffers(shelf.own, { ...noFilter, licence: 'Apache-2.0' })).toEqual([]);
    // Nor would it be one of the catalogue’s if it stood in a catalogue.
    const listed = buildShelf({
      ...{ entries: [ownEntry(record)], machine: machine({ memory: 32 }), installed, partials: [] },
      ...{ problems: [], practice: false },
    });
    expect([listed.offers, listed.picks]).toEqual([[], []]);
  });

  test('what is unknown is said to be unknown', () => {
    expect(threeFacts(ownEntry(record))).toEqual([
      'Not in the catalogue',
      'Licence: unknown',
      'Training data: unknown',
      'Consent: unknown',
    ]);
  });

  test('a record whose file is gone is no row', () => {
    const empty = buildShelf({
      ...{ entries: [], own: [ownEntry(record)], machine: machine({ memory: 32 }), installed: [] },
      ...{ partials: [], problems: [], practice: false },
    });
    expect(empty.own).toEqual([]);
  });
});
