// SPDX-License-Identifier: GPL-3.0-or-later

import type { HearthState } from '../core/setup/state.ts';
import { _ } from './translate.ts';

/** What a restart will look like, said before it: the first part of it happens where Hearth cannot speak. */

export interface RestartStep {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}

/** Null where nothing waits for a restart. In the order in which it will be on the screen. */
export function restartAhead(state: HearthState): readonly RestartStep[] | null {
  const key = pendingKey(state);
  const standing = state.standings.driver;
  if (key === null && !(standing.tag === 'waiting' && standing.on === 'restart')) return null;
  return [
    {
      id: 'goes-dark',
      title: _('The Screen Goes Dark'),
      detail: _('Save what is open in other programs first'),
    },
    ...(key === null ? [] : [screens(key)]),
    {
      id: 'comes-back',
      title: _('Hearth Comes Back'),
      detail: _('After the next login it opens by itself, once, and says how it went'),
    },
  ];
}

/** What was asked of the firmware and waits for its screens. */
function pendingKey({ driver }: HearthState): 'enrol' | 'delete' | null {
  if (driver?.ending !== 'pending') return null;
  return driver.mechanism?.request?.kind ?? 'enrol';
}

function screens(key: 'enrol' | 'delete'): RestartStep {
  return {
    id: 'blue-screen',
    title: _('A Blue Screen Comes Before the System'),
    detail:
      key === 'enrol'
        ? _(
            'It is in English and is worked with the keyboard: any key, “Enroll MOK”, “Continue”, “Yes”, then the code of eight digits, and “Reboot”',
          )
        : _(
            'It is in English and is worked with the keyboard: any key, “Delete MOK”, “Continue”, “Yes”, then the code of eight digits, and “Reboot”',
          ),
  };
}
