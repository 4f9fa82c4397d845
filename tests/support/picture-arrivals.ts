// SPDX-License-Identifier: GPL-3.0-or-later

import { driverSights } from './driver-sights.ts';
import type { FixtureHearth } from './fixture-hearth.ts';

/** What brought Hearth, and what a restart did or will do: made up for pictures. */
export function arrivals(name: 'back' | 'restart-ahead' | 'news', hearth: FixtureHearth): void {
  switch (name) {
    case 'back':
      return hearth.set({ arrival: 'resume', driver: driverSights.missed() });
    case 'restart-ahead':
      return hearth.set({ driver: driverSights.pending() });
    case 'news': {
      const { choices } = hearth.state.value;
      return hearth.set({ choices: { ...choices, pagesSeen: { computer: 1, driver: 0, model: 1, try: 1 } } });
    }
  }
}
