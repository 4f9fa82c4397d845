// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { sampleHealth } from '../../tests/support/fixture-parts.ts';
import { healthLine, memoryInUse } from './health.ts';

describe('how a server does', () => {
  it('is one line, with the memory against the estimate', () => {
    expect(healthLine(sampleHealth(), 22.8e9)).toBe(
      'Writes 23 tokens a second · reads 412 tokens a second · 21.7 GB of memory in use, 22.8 GB estimated',
    );
    expect(healthLine({ ...sampleHealth(), contextUsed: 8192 }, 1)).toContain('25 % of the context used');
  });

  it('leaves out what is not known and says what is unusual', () => {
    const memory = { resident: null, group: null, card: null, loaded: null };
    const bare = { ...sampleHealth(), answerRate: null, promptRate: null, contextUsed: 0, memory };
    expect(healthLine(bare, 1)).toBe('');
    expect(healthLine({ ...bare, busy: 1, waiting: 1, restarts: 2 }, null)).toBe(
      '2 requests now · started again 2 times',
    );
    expect(memoryInUse(bare)).toBeNull();
  });
});
