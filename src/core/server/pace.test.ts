// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { paceDescription } from '../../words/health.ts';
import { Pace } from './pace.ts';

describe('speed over time', () => {
  it('is a point for each stretch of work', () => {
    const pace = new Pace();
    expect(pace.add({ tokens: 1, ms: 10 })).toBe(false);
    expect(pace.add({ tokens: 10, ms: 500 })).toBe(true);
    expect(pace.add({ tokens: 30, ms: 1000 })).toBe(true);
    expect(pace.add({ tokens: 30, ms: 3000 })).toBe(false);
    expect(pace.add({ tokens: 20, ms: 900 })).toBe(false);
    expect(pace.points).toEqual([
      { at: 0.5, rate: 20 },
      { at: 1, rate: 40 },
    ]);
    expect(paceDescription(pace.points)).toBe('Speed while answering: 20 to 40 tokens a second');
    expect(paceDescription(pace.points.slice(0, 1))).toBe('Speed while answering: 20 tokens a second');
  });

  it('stays small, however long the answer', () => {
    const pace = new Pace();
    for (let ms = 0; ms < 4_000_000; ms += 100) pace.add({ tokens: ms / 50, ms });
    expect(pace.points.length).toBeLessThanOrEqual(120);
    expect(pace.points.every(({ rate }) => Math.abs(rate - 20) < 0.01)).toBe(true);
  });
});
