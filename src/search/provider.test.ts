// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixtureState } from '../../tests/support/fixture-states.ts';
import { SearchAnswers } from './provider.ts';

const catalogue = readFileSync(new URL('../../data/catalogue/hearth.json', import.meta.url), 'utf8');
const { standings } = fixtureState('all-done', catalogue);
const never = new Promise<never>(() => {});

test('what people type finds the task they mean', () => {
  const answers = new SearchAnswers({ look: () => never, after: () => never, now: () => 0 });
  expect(answers.find(['local', 'ai'])).toEqual(['computer', 'model', 'try', 'tools']);
  expect(answers.find(['goose'])).toEqual(['tools']);
  expect(answers.find(['nvidia'])).toEqual(['driver']);
  expect(answers.find(['secure', 'boot'])).toEqual(['driver']);
  expect(answers.find(['tool'])).toEqual(['tools']);
  expect(answers.find(['firefox'])).toEqual([]);
  expect(answers.narrow(['model', 'try'], ['private', 'ai'])).toEqual(['model', 'try']);
  expect(answers.narrow(['model'], ['private', 'ai', 'chat'])).toEqual([]);
});

test('a task is told with its standing, and one look serves all that is typed', async () => {
  let looks = 0;
  let now = 0;
  const look = async () => {
    looks += 1;
    return standings;
  };
  const answers = new SearchAnswers({ look, after: () => never, now: () => now });
  const [tools] = await answers.describe(['tools']);
  expect(tools).toMatchObject({ id: 'tools', name: 'Tools' });
  expect(tools?.description).toMatch(/^Done · /);
  await answers.describe(['model', 'nonsense']);
  expect(looks).toBe(1);
  now = 60_000;
  await answers.describe(['model']);
  expect(looks).toBe(2);
  expect(await answers.describe(['nonsense'])).toEqual([]);
});

test('a look that takes long or fails leaves what a task is for', async () => {
  const purpose = 'Choose and download the model that answers';
  const slow = new SearchAnswers({ look: () => never, after: async () => {}, now: () => 0 });
  expect(await slow.describe(['model'])).toEqual([{ id: 'model', name: 'Model', description: purpose }]);
  const broken = new SearchAnswers({
    look: () => Promise.reject(new Error('no')),
    after: () => never,
    now: () => 0,
  });
  expect(await broken.describe(['model'])).toEqual([{ id: 'model', name: 'Model', description: purpose }]);
});
