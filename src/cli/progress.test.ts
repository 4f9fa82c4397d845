// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';

import type { Plan } from '../core/setup/plan.ts';
import { step } from '../core/setup/plan.ts';
import type { Progress } from '../core/setup/tasks.ts';
import { plainNames } from '../words/plan.ts';
import { noProgress, progressLines } from './progress.ts';
import { render, width } from './text.ts';

const plan: Plan = {
  id: 'p',
  task: 'model',
  steps: [
    step('make-key', { do: 'make-key', path: '/k' }),
    step('download', { do: 'download', modelId: 'm', url: 'https://h/f', to: '/f', size: 1e9, sha256: '' }),
  ],
};
const quiet: Progress = {
  step: 0,
  steps: 2,
  stepId: 'make-key',
  done: null,
  total: null,
  rate: null,
  phase: 'working',
  host: null,
};
const half: Progress = {
  ...quiet,
  step: 1,
  stepId: 'download',
  phase: 'downloading',
  done: 5e8,
  total: 1e9,
  rate: 1e7,
  host: 'h',
};

describe('progress', () => {
  it('names each step once', () => {
    const first = progressLines(noProgress, quiet, plan, plainNames, 0, 80);
    expect(first.line).toMatch(/^1 of 2: /);
    expect(progressLines(first.memory, quiet, plan, plainNames, 1, 80).line).toBeNull();
    expect(progressLines(first.memory, half, plan, plainNames, 2, 80).line).toMatch(/^2 of 2: /);
  });

  it('keeps a log short: tenths, five seconds apart, and nothing at the end', () => {
    let memory = progressLines(noProgress, half, plan, plainNames, 0, 80).memory;
    const lines: string[] = [];
    for (let at = 0; at <= 100; at += 1) {
      const said = progressLines(memory, { ...half, done: at * 1e7 }, plan, plainNames, at, 80);
      memory = said.memory;
      if (said.line !== null) lines.push(said.line);
    }
    expect(lines).toHaveLength(9);
    expect(lines[0]).toContain('100 MB of 1 GB');
  });

  it('says nothing in a log about what is over soon', () => {
    const { memory } = progressLines(noProgress, half, plan, plainNames, 0, 80);
    expect(progressLines(memory, half, plan, plainNames, 1, 80).line).toBeNull();
  });

  it('draws a bar that fits the terminal', () => {
    const { memory } = progressLines(noProgress, half, plan, plainNames, 0, 80);
    const { fleeting } = progressLines(memory, half, plan, plainNames, 1, 80);
    expect(render(fleeting ?? '', { color: false, utf8: false })).toContain('##########.......... 50 %');
    const narrow = progressLines(memory, half, plan, plainNames, 1, 40).fleeting ?? '';
    expect(width(narrow)).toBeLessThan(40);
  });
});
