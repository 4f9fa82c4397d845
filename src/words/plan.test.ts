// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import {
  planTouches,
  step,
  touchesOf,
  type Action,
  type Download,
  type Plan,
  type Undo,
} from '../core/setup/plan.ts';
import { actionSentence, namesFrom, outcomeWords, planSummary, touchesLines, undoSentence } from './plan.ts';

const write = { do: 'write-file', path: '/home/a/f', content: 'x', mode: 0o600, owner: 'person' } as const;
const download: Download = {
  do: 'download',
  modelId: 'm',
  url: 'https://models.example/m.gguf',
  to: '/home/a/m.gguf',
  size: 2.5e9,
  sha256: '0',
};
const actions: readonly Action[] = [
  { do: 'make-folder', path: '/home/a', mode: 0o700 },
  { do: 'make-key', path: '/home/a/key' },
  { ...write, before: null, purpose: 'goose-config' },
  { ...write, before: 'abc', purpose: 'goose-config' },
  { ...write, before: null, purpose: 'goose-provider' },
  { ...write, before: null, purpose: 'server-unit' },
  { ...write, before: null, purpose: 'practice' },
  download,
  { do: 'remove-model', modelId: 'm', path: '/home/a/m.gguf', size: 2.5e9 },
  { do: 'choose', change: { modelId: 'm' }, before: { modelId: null } },
  { do: 'choose', change: { modelId: null }, before: { modelId: 'm' } },
  { do: 'choose', change: { contextTokens: 16384 }, before: { contextTokens: null } },
  { do: 'choose', change: { port: 4096 }, before: { port: 4097 } },
  { do: 'choose', change: { firstRunDone: true }, before: {} },
  { do: 'serve', modelId: 'm', contextTokens: 16384 },
  ...(['reload', 'enable', 'start', 'stop'] as const).map((verb) => ({
    do: 'units' as const,
    verb,
    units: ['hearth-model.service'],
  })),
];
const undos: readonly Undo[] = [
  { undo: 'remove-file', path: '/home/a/f', ifSha256: null },
  { undo: 'restore-file', path: '/home/a/f', backup: '/b', mode: 0o600, ifSha256: '0' },
  { undo: 'remove-folder', path: '/home/a/d' },
  { undo: 'choose', change: { modelId: 'm' } },
  { undo: 'choose', change: { modelId: null } },
  { undo: 'stop-server' },
  ...(['disable', 'stop', 'reload'] as const).map((verb) => ({ undo: 'units' as const, verb, units: ['u'] })),
  ...(['no-effect', 'already-there', 'removed-for-good'] as const).map((why) => ({
    undo: 'nothing' as const,
    why,
  })),
];
const names = namesFrom([{ entry: { id: 'm', name: 'Model M' } }], '/home/a');

test.each(actions.map((action) => [JSON.stringify(action), action] as const))(
  '%s has a sentence',
  (_, action) => {
    expect(actionSentence(action, names)).toMatch(/^[A-Z][^{}]*[^.]$/);
  },
);

test('sentences of different actions differ', () => {
  expect(new Set(actions.map((action) => actionSentence(action, names))).size).toBe(actions.length);
});

test.each(undos.map((undo) => [JSON.stringify(undo), undo] as const))('%s has a sentence', (_, undo) => {
  expect(undoSentence(undo, names)).toMatch(/^[A-Z][^{}]*[^.]$/);
});

test('a download says what, how much and from where', () => {
  expect(actionSentence(download, names)).toBe('Download Model M, 2.5 GB, from models.example, and check it');
});

test('home is a tilde, other folders that start alike are not', () => {
  expect(names.path('/home/a/x')).toBe('~/x');
  expect(names.path('/home/ab/x')).toBe('/home/ab/x');
});

const plan = (...steps: readonly Action[]): Plan => ({
  id: 'p',
  task: 'model',
  steps: steps.map((action, index) => step(`s${index}`, action)),
});

test('a plan in one line', () => {
  expect(planSummary(plan(download))).toBe('1 step, 2.5 GB to download from models.example');
  expect(planSummary(plan(actions[0]!, actions[1]!))).toBe('2 steps, nothing is contacted');
  expect(planSummary(plan(actions[8]!))).toBe('1 step, frees 2.5 GB');
});

test('what a plan touches leaves out what it does not', () => {
  expect(touchesLines(step('s', download).touches, names)).toEqual([
    { label: 'Download', value: '2.5 GB' },
    { label: 'Contacts', value: 'models.example' },
    { label: 'Disk space', value: '2.5 GB' },
    { label: 'Files', value: '~/m.gguf' },
    { label: 'Permission', value: 'None asked' },
  ]);
});

test('outcomes are told apart', () => {
  const all = (['done', 'failed', 'interrupted', 'undone', 'kept'] as const).map(outcomeWords);
  expect(new Set(all).size).toBe(5);
});

test('what speaks against a download is said before it is agreed to, once', () => {
  const action: Action = { ...download, cautions: ['metered', 'battery'] };
  const plan: Plan = { id: 'p', task: 'model', steps: [step('a', action), step('b', action)] };
  const minds = touchesLines(planTouches(plan)).filter(({ label }) => label === 'Mind');
  expect(minds.map(({ value }) => value)).toEqual([
    'This network is metered, so the download may cost money.',
    'This computer runs on battery.',
  ]);
});

test('taking over a file says whose it is and what it costs', () => {
  const taken = { ...download, do: 'import', from: '/b', source: 'lm-studio' } as const;
  expect(actionSentence({ ...taken, how: 'link' })).toMatch(/from LM Studio without taking more of the disk/);
  expect(touchesOf({ ...taken, how: 'reflink' }).diskBytes).toBe(0);
  expect(touchesOf({ ...taken, how: 'copy' })).toMatchObject({ diskBytes: download.size, downloadBytes: 0 });
});
