// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  taskIds,
  type Cure,
  type EvidenceId,
  type Offering,
  type Progress,
  type WaitReason,
} from '../core/setup/tasks.ts';
import {
  cureLabel,
  evidenceSentence,
  offerLabel,
  progressFraction,
  progressWords,
  standingWords,
  taskDescription,
  taskTitle,
  waitSentence,
} from './tasks.ts';

const source = readFileSync(new URL('../core/setup/tasks.ts', import.meta.url), 'utf8');
function members<T extends string>(type: string): readonly T[] {
  const union = new RegExp(`export type ${type} =([^;]*);`).exec(source)?.[1] ?? '';
  const found = [...union.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] as T);
  expect(found.length).toBeGreaterThan(2);
  return found;
}
const sentence = /^[A-Z\d][^{}]*[^.]$/;

test('every task has a title and says what it is for', () => {
  for (const task of taskIds) {
    expect(taskTitle(task)).toMatch(sentence);
    expect(taskDescription(task)).toMatch(sentence);
  }
});

test('every piece of evidence has a sentence, with and without its values', () => {
  const args = {
    name: 'N',
    driver: 'd',
    version: '1',
    size: 2e9,
    count: 2,
    rate: 12.3,
    tokens: 40,
    address: 'a',
  };
  for (const id of members<EvidenceId>('EvidenceId')) {
    expect(evidenceSentence({ id, args })).toMatch(sentence);
    expect(evidenceSentence({ id, args: {} })).not.toMatch(/[{}]|undefined|NaN/);
  }
});

test('every reason, offer and cure has words', () => {
  for (const reason of members<WaitReason>('WaitReason')) expect(waitSentence(reason)).toMatch(sentence);
  for (const offer of members<Offering>('Offering')) {
    expect(offerLabel(offer)).toMatch(sentence);
    expect(standingWords({ tag: 'ready', offer }).sentence).toMatch(sentence);
  }
  for (const cure of members<Cure>('Cure')) expect(cureLabel(cure)).toMatch(sentence);
});

const progress: Progress = {
  step: 1,
  steps: 4,
  stepId: 'download',
  done: 1.2e9,
  total: 5.3e9,
  rate: 12e6,
  phase: 'downloading',
  host: 'models.example',
};

test('progress says bytes, rate, time left and host', () => {
  expect(progressWords(progress)).toBe(
    'Downloading · 1.2 GB of 5.3 GB · 12 MB per second · 6 minutes left · models.example',
  );
});

test('progress without bytes says only what is known', () => {
  const bare = { ...progress, done: null, total: null, rate: null, host: null, phase: 'starting' as const };
  expect(progressWords(bare)).toBe('Starting the model');
  expect(progressFraction(bare)).toBe(0.25);
  expect(progressFraction(progress)).toBeCloseTo(0.226, 3);
});

test('a standing is told in words, never by its tag alone', () => {
  expect(standingWords({ tag: 'waiting', on: 'restart', because: 'offline' }).label).toBe(
    'Waiting for a restart',
  );
  expect(standingWords({ tag: 'running', progress }).label).toBe('Working');
  const error = { code: 'no-engine', args: {}, detail: null } as const;
  expect(standingWords({ tag: 'broken', error, cure: 'install-engine' })).toEqual({
    label: 'Needs attention',
    sentence: 'The program that runs models, llama-server, is not installed',
  });
  const evidence = [{ id: 'isolated' as const, args: {} }];
  expect(standingWords({ tag: 'done', evidence }).sentence).toBe('Shut off from the network: checked');
});
