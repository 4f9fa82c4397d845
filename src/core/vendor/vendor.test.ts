// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { taskIds } from '../setup/tasks.ts';
import { mergeVendor } from './merge.ts';
import { inLanguage, parseVendor } from './parse.ts';
import { hideable, lockIds, noVendor, sections, shownTasks } from './types.ts';

const good = `# What the university decided
version: 1
organisation: Example University
texts:
  welcome:
    en: Welcome to the lab
    de: Willkommen im Labor
  help: https://help.example.org/hearth
pages:
  order: [model, try]
  hidden: [driver]
firstRun: home
search: false
lists:
  catalogue: [/usr/share/example/models.json]
  driver: [/usr/share/example/images.json]
locked:
  own-models: true
  engine: true
  tools: false
`;

const merged = (...texts: readonly string[]) =>
  mergeVendor(
    texts.map((text, at) => parseVendor(text, `/etc/hearth/vendor.d/${at}.yaml`)),
    ['de_AT', 'de', 'C'],
  );

test('a file is used as it says', () => {
  expect(parseVendor(good, 'a.yaml').problems).toEqual([]);
  expect(merged(good)).toMatchObject({
    organisation: 'Example University',
    welcome: 'Willkommen im Labor',
    help: 'https://help.example.org/hearth',
    order: ['model', 'try', 'computer', 'driver', 'tools'],
    hidden: ['driver'],
    firstRun: 'home',
    search: false,
    lists: {
      catalogue: ['/usr/share/example/models.json'],
      engines: [],
      tools: [],
      driver: ['/usr/share/example/images.json'],
    },
    locked: ['own-models', 'engine'],
    problems: [],
  });
  expect(shownTasks(merged(good))).toEqual(['model', 'try', 'computer', 'tools']);
});

test('JSON is YAML, and no file is no decision', () => {
  expect(merged('{"version": 1, "locked": {"driver": true}}').locked).toEqual(['driver']);
  expect(merged()).toEqual(noVendor);
  expect(merged('version: 1')).toMatchObject({ ...noVendor, files: ['/etc/hearth/vendor.d/0.yaml'] });
});

test('the later file wins, key by key', () => {
  const later =
    'version: 1\nlocked: { engine: false, driver: true }\ntexts: { welcome: Hello }\npages: { hidden: [] }\n';
  expect(merged(good, later)).toMatchObject({
    organisation: 'Example University',
    welcome: 'Hello',
    help: 'https://help.example.org/hearth',
    order: ['model', 'try', 'computer', 'driver', 'tools'],
    hidden: [],
    search: false,
    locked: ['own-models', 'driver'],
  });
  expect(merged(good, 'version: 1\nsearch: true').search).toBe(true);
  expect(merged(later, good).locked).toEqual(['own-models', 'engine', 'driver']);
  const more = 'version: 1\nlists: { catalogue: [/etc/example/more.json] }';
  expect(merged(good, more).lists.catalogue).toEqual([
    '/usr/share/example/models.json',
    '/etc/example/more.json',
  ]);
});

const closedAll = {
  locked: lockIds,
  hidden: hideable,
  firstRun: 'home',
  search: false,
  welcome: null,
  help: null,
};

test.each([
  ['not YAML', 'version: 1\nlocked: [\n', 3, closedAll],
  ['nothing in it', '', 1, closedAll],
  ['a list', '- version: 1', 1, closedAll],
  ['no version', 'locked:\n  engine: true\n', null, closedAll],
  ['another version', '# new\nversion: 2\nlocked: {}\n', 2, closedAll],
  ['a key twice', 'version: 1\nlocked: {}\nlocked: {}\n', 3, closedAll],
  ['a reference', 'version: 1\ntexts: &a {}\npages: *a\n', null, closedAll],
])('%s: nothing of it is used and everything is closed', (_name, text, line, then) => {
  const file = parseVendor(text, 'a.yaml');
  expect(file.closed).toEqual(sections);
  expect(file.problems[0]).toMatchObject({ file: 'a.yaml', line });
  expect(merged(text)).toMatchObject(then);
  // What another file says cannot open it again.
  expect(merged(text, 'version: 1\nlocked: { engine: false }\npages: { hidden: [] }').locked).toEqual(
    lockIds,
  );
});

test.each([
  ['organisation: ""', 2, 'organisation', { organisation: null }],
  ['texts: { welcome: 3 }', 2, 'texts.welcome', { welcome: null }],
  ['texts:\n  welcom: Hello', 3, 'texts.welcom', { welcome: null, help: null }],
  ['texts: { help: http://example.org }', 2, 'texts.help', { help: null }],
  ['texts: { welcome: { english: Hello } }', 2, 'texts.welcome.english', { welcome: null }],
  ['pages:\n  hidden: [try]', 3, 'pages.hidden.0', { hidden: hideable, order: taskIds }],
  ['pages:\n  order:\n    - model\n    - model', 3, 'pages.order', { hidden: hideable }],
  ['pages: { hiden: [driver] }', 2, 'pages.hiden', { hidden: hideable }],
  ['search: off', 2, 'search', { search: false }],
  ['firstRun: never', 2, 'firstRun', { firstRun: 'home' }],
  ['lists: { catalogue: [models.json] }', 2, 'lists.catalogue.0', { locked: ['own-models', 'driver'] }],
  ['lists: { catalogue: [/a/../b.json] }', 2, 'lists.catalogue.0', { locked: ['own-models', 'driver'] }],
  ['lists: { catalog: [] }', 2, 'lists.catalog', { locked: ['own-models', 'driver'] }],
  ['locked: { engine: yes }', 2, 'locked.engine', { locked: lockIds }],
  ['locked:\n  engine: true\n  engin: true', 4, 'locked.engin', { locked: lockIds }],
  ['lockd: { engine: true }', 2, 'lockd', closedAll],
])('%s: is refused in its line, and closes what it could have governed', (text, line, key, then) => {
  const source = `version: 1\n${text}\n`;
  const [problem] = parseVendor(source, 'a.yaml').problems;
  expect(problem).toMatchObject({ file: 'a.yaml', line, key });
  expect(problem?.problem).not.toBe('');
  expect(merged(source)).toMatchObject(then);
});

test('a wrong section costs the others nothing', () => {
  const half = merged(good.replace('hidden: [driver]', 'hidden: [model]'));
  expect(half).toMatchObject({
    organisation: 'Example University',
    locked: ['own-models', 'engine'],
    hidden: hideable,
  });
  expect(half.problems).toHaveLength(1);
});

test('a text is taken in the language of the person', () => {
  const texts = { en: 'Hello', de: 'Hallo', pt_BR: 'Olá' };
  expect(inLanguage(texts, ['de_AT.UTF-8', 'de', 'C'])).toBe('Hallo');
  expect(inLanguage(texts, ['pt_BR', 'pt', 'C'])).toBe('Olá');
  expect(inLanguage(texts, ['ja', 'C'])).toBe('Hello');
  expect(inLanguage({ cs: 'Ahoj' }, ['ja'])).toBe('Ahoj');
});
