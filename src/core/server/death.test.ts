// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { errorWords } from '../../words/errors.ts';
import { deathError, type Death } from './death.ts';

const death = (change: Partial<Death>): Death => ({
  exit: 1,
  stderrTail: '',
  oomKilled: false,
  times: 3,
  ...change,
});

describe('what a server died of', () => {
  it('is told apart, each with a sentence and a way on', () => {
    const told: readonly (readonly [Partial<Death>, string])[] = [
      [{ stderrTail: 'bwrap: No permissions to create a new namespace' }, 'no-isolation'],
      [
        { stderrTail: "terminate called after throwing an instance of 'std::bad_alloc'", exit: 134 },
        'out-of-memory',
      ],
      [{ stderrTail: 'ggml_backend_cpu_buffer: failed to allocate buffer of size 42' }, 'out-of-memory'],
      [{ exit: 137, oomKilled: true }, 'out-of-memory'],
      [{ exit: 137, stderrTail: "hearth-model.service: Failed with result 'oom-kill'." }, 'out-of-memory'],
      [{ exit: 137 }, 'server-killed'],
      [{ exit: 143 }, 'server-killed'],
      // Composed: texts of Vulkan and CUDA for a card that went away.
      [{ stderrTail: 'vk::Queue::submit: ErrorDeviceLost', exit: 134 }, 'gpu-lost'],
      [{ stderrTail: 'CUDA error: unspecified launch failure', exit: 134 }, 'gpu-lost'],
      [{ exit: 139 }, 'server-died'],
    ];
    for (const [change, code] of told) {
      const error = deathError(death(change)).toValue();
      expect(error.code, JSON.stringify(change)).toBe(code);
      const { sentence, next } = errorWords(error);
      expect(sentence).not.toMatch(/\{\w+\}/);
      expect(next).not.toBe('');
    }
  });

  it('says how often', () => {
    expect(errorWords(deathError(death({ exit: 137 })).toValue()).sentence).toContain('3 times');
    expect(errorWords(deathError(death({ exit: 139 })).toValue()).sentence).toContain('3 times');
    expect(errorWords(deathError(death({ exit: 139, times: 1 })).toValue()).sentence).not.toContain('times');
  });
});
