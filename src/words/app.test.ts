// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nextTask } from '../core/setup/assess.ts';
import { step, type Plan } from '../core/setup/plan.ts';
import { fixtureState, stateNames } from '../../tests/support/fixture-states.ts';
import { troubleshooting } from './about.ts';
import { addressWords, applyLabel, entryTitle, headline } from './app.ts';
import { summaryWords } from './summary.ts';
import { memoryDescription, memoryPictures } from './memory.ts';
import { modelAction, modelDetails, paceLine, threeFacts } from './model-page.ts';
import { plainNames } from './plan.ts';
import { gooseRows, toolsWords } from './tools-page.ts';
import { withoutHomes } from './redact.ts';
import { canAsk, tryCure, tryEvidence, tryIntroduction } from './try-page.ts';

const catalogue = readFileSync(new URL('../../data/catalogue/hearth.json', import.meta.url), 'utf8');
const states = stateNames.map((name) => [name, fixtureState(name, catalogue)] as const);
const clean = /^[^{}]*$/;

test.each(states)('%s: everything the pages say has no holes', (_, state) => {
  const head = headline(state, nextTask(state.standings));
  const address = addressWords(state);
  const said = [
    ...Object.values(head),
    ...Object.values(summaryWords(state)),
    tryIntroduction(state),
    tryEvidence(state),
    toolsWords(state).note,
    ...(address === null ? [] : [address.title, address.subtitle]),
    ...(state.goose === null
      ? []
      : gooseRows(state.goose).flatMap((row) => [row.title, row.value, row.detail])),
    ...state.journal.map((entry) => entryTitle(entry, plainNames)),
    ...(state.shelf?.offers ?? []).flatMap((offer) => [
      ...threeFacts(offer.entry),
      paceLine(offer),
      memoryDescription(offer.fit),
      ...modelDetails(offer).flatMap((line) => [line.label, line.value]),
    ]),
  ];
  for (const text of said) {
    expect(text).toMatch(clean);
    expect(text).not.toMatch(/undefined|NaN|null/);
  }
  expect(head.title).not.toBe('');
  expect(head.button).not.toBe('');
});

const stateOf = (name: (typeof stateNames)[number]) => fixtureState(name, catalogue);

test('the headline leads to the next thing, and to asking when nothing is left', () => {
  const first = stateOf('first-run');
  expect(headline(first, nextTask(first.standings))).toMatchObject({
    opens: 'model',
    button: 'Choose a Model',
  });
  const done = stateOf('all-done');
  expect(headline(done, nextTask(done.standings))).toMatchObject({ opens: 'try', button: 'Ask the Model' });
  const broken = stateOf('broken');
  expect(headline(broken, nextTask(broken.standings)).title).toBe('Try It Needs Attention');
});

test('the address is there only while something answers', () => {
  expect(addressWords(stateOf('first-run'))).toBeNull();
  expect(addressWords(stateOf('model-ready'))?.address).toBeNull();
  expect(addressWords(stateOf('all-done'))?.address).toBe('http://127.0.0.1:4327/v1');
});

test('nothing can be asked before there is a model, or without an engine', () => {
  expect(canAsk(stateOf('first-run'))).toBe(false);
  expect(canAsk(stateOf('model-ready'))).toBe(true);
  expect(canAsk(stateOf('broken'))).toBe(false);
  expect(tryCure(stateOf('broken'))).toBe('install-engine');
});

test('the button of a model follows where the model stands', () => {
  const action = (name: (typeof stateNames)[number]): string => {
    const { shelf, choices } = stateOf(name);
    const id = shelf?.picks[0]?.modelId;
    const offer = shelf?.offers.find((candidate) => candidate.entry.id === id);
    return offer === undefined ? '' : modelAction(offer, choices.modelId === id);
  };
  expect(action('first-run')).toBe('download');
  expect(action('stopped')).toBe('continue');
  expect(action('all-done')).toBe('none');
});

test('a file that its publisher changed is neither fetched nor continued, one that is here is used', () => {
  const changed = { code: 'publisher-changed' as const, args: {}, detail: null };
  const lost = { code: 'connection-lost' as const, args: {}, detail: null };
  const { shelf, choices } = stateOf('stopped');
  const offer = shelf?.offers.find(({ entry }) => entry.id === choices.modelId);
  if (offer === undefined) throw new Error('nothing chosen');
  expect(modelAction(offer, true, lost)).toBe('continue');
  expect(modelAction(offer, true, changed)).toBe('none');
  expect(modelAction({ ...offer, partial: null }, false, changed)).toBe('none');
  const onDisk = { path: '/m.gguf', source: 'lm-studio' as const };
  expect(modelAction({ ...offer, onDisk }, false, changed)).toBe('use');
});

test('the parts of the memory picture add up to what is needed and left', () => {
  const { shelf } = stateOf('first-run');
  for (const { fit } of shelf?.offers ?? []) {
    for (const { id, parts } of memoryPictures(fit)) {
      const sum = (ids: readonly string[]): number =>
        parts.filter((part) => ids.includes(part.id)).reduce((total, part) => total + part.bytes, 0);
      const [need, free] = [fit.need[id]?.total ?? 0, fit.free[id]];
      expect(sum(['weights', 'context', 'working'])).toBeCloseTo(need, -1);
      expect(sum(['spare']) - sum(['missing'])).toBe(free === null ? 0 : free - need);
      expect(sum(['kept'])).toBe(free === null || free < need ? 0 : fit.kept[id]);
    }
  }
});

test('the button of a plan is named by what the plan is for', () => {
  const of = (task: Plan['task'], ...actions: readonly Parameters<typeof step>[1][]): string =>
    applyLabel({ id: 'p', task, steps: actions.map((action, index) => step(String(index), action)) });
  expect(of('model', { do: 'remove-model', modelId: 'm', path: '/m', size: 1 })).toBe('Remove');
  expect(of('tools', { do: 'make-folder', path: '/f', mode: 0o700 })).toBe('Set Up');
});

test('troubleshooting facts hold versions, the machine and failures, and no home folder', () => {
  const config = {
    appId: 'a',
    version: '1',
    profile: 'default',
    pkgDataDir: '',
    localeDir: '',
    libexecDir: '',
    resourceBase: '',
  } as const;
  const text = troubleshooting(stateOf('failed'), config, { gtk: '4.20' });
  expect(text).toContain('Hearth 1');
  expect(text).toContain('gtk 4.20');
  expect(text).toContain('connection-lost');
  expect(text).not.toContain('/home/ada');
});

test('home folders of every kind lose their names, other paths stay', () => {
  expect(withoutHomes('/home/ada/x, /var/home/bob: /root/y /usr/home')).toBe('~/x, ~: ~/y /usr/home');
});
