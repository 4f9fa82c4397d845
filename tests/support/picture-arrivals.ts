// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverSight, KeyEnding } from '../../src/core/driver/types.ts';
import type { FixtureHearth } from './fixture-hearth.ts';

/** What brought Hearth, and what a restart did or will do: made up for pictures, with no more of a driver than they need. */
export function arrivals(name: 'back' | 'restart-ahead' | 'news', hearth: FixtureHearth): void {
  switch (name) {
    case 'back':
      return hearth.set({ arrival: 'resume', driver: sight('not-done') });
    case 'restart-ahead':
      return hearth.set({ driver: sight('pending') });
    case 'news': {
      const { choices } = hearth.state.value;
      return hearth.set({ choices: { ...choices, pagesSeen: { computer: 1, driver: 0, model: 1, try: 1 } } });
    }
  }
}

function sight(ending: KeyEnding): DriverSight {
  const request = { kind: 'enrol', fingerprint: 'aa'.repeat(20), bootId: 'b', requestedAt: 1 };
  return {
    ending,
    verified: false,
    mechanism: { request },
    findings: [],
    kernels: [],
  } as unknown as DriverSight;
}
