// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { fixtureState } from '../../tests/support/fixture-states.ts';
import { readFileSync } from 'node:fs';
import { planTouches, step } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { Parts } from './parts.ts';
import { actionsFor, stepIds } from './plans.ts';

const catalogue = readFileSync(new URL('../../data/catalogue/hearth.json', import.meta.url), 'utf8');
const ready = fixtureState('model-ready', catalogue);
const parts = {
  cores: 4,
  maxAnswerTokens: null,
  paths: { keyFile: '/k', models: '/m', usualModels: '/m' },
  files: { stat: () => Promise.resolve(null) },
  goose: { plan: () => Promise.resolve([]), follow: () => Promise.resolve([]) },
  tools: { plan: () => Promise.resolve([]) },
} as unknown as Parts;

const withGoose = (contextTokens: number): HearthState => ({
  ...ready,
  choices: { ...ready.choices, contextTokens },
  goose: {
    program: { path: '/usr/bin/goose', version: null },
    provider: 'missing',
    activeProvider: null,
    activeModel: null,
    telemetry: 'unset',
    cloudProviders: [],
    stillCloud: [],
    install: { offered: null, ours: null },
    problem: null,
  },
});

test('Goose is not pointed at a context that its instructions alone would fill', async () => {
  await expect(actionsFor('tools', withGoose(8192), parts)).rejects.toMatchObject({
    code: 'context-too-small',
    args: { actual: 8192, needed: 16384 },
  });
  expect(await actionsFor('tools', withGoose(16384), parts)).toEqual([{ do: 'make-key', path: '/k' }]);
});

test('a model that is on this disk is chosen: neither downloaded again nor is anybody asked for it', async () => {
  // Whoever has it and never chose one is given the first pick.
  for (const modelId of [ready.choices.modelId, null]) {
    const state = { ...ready, choices: { ...ready.choices, modelId } };
    const settings = { read: () => state.choices };
    const actions = await actionsFor('model', state, { ...parts, settings } as unknown as Parts);
    expect(actions.map((each) => each.do)).toEqual(['choose']);
    const plan = { id: 'p', task: 'model', steps: actions.map((each) => step(each.do, each)) } as const;
    expect(planTouches(plan)).toMatchObject({ downloadBytes: 0, hosts: [], permission: null });
  }
});

test('steps of one kind are told apart', () => {
  const make = { do: 'make-folder', path: '/a', mode: 0o700 } as const;
  expect(stepIds([make, { do: 'make-key', path: '/k' }, make])).toEqual([
    'make-folder',
    'make-key',
    'make-folder-2',
  ]);
});
