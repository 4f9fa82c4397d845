// SPDX-License-Identifier: GPL-3.0-or-later

import type { Obstacle } from '../core/driver/types.ts';
import { isObstacle } from '../core/driver/wire.ts';
import type { ErrorValue } from '../core/errors.ts';
import { _ } from './translate.ts';

export interface ObstacleWords {
  /** What stands in the way. */
  readonly sentence: string;
  /** What to do about it. */
  readonly next: string;
}

/** What speaks against asking the firmware about a key now, each with its cure. */
const tellings: Readonly<Record<Obstacle, () => ObstacleWords>> = {
  'no-efi': () => ({
    sentence: _('This computer was started without UEFI, so there is no firmware that could keep a key.'),
    next: _('Nothing has to be done: without Secure Boot the driver loads as it is.'),
  }),
  'secure-boot-off': () => ({
    sentence: _('Secure Boot is off, so no key is needed.'),
    next: _('The driver loads as it is. If you switch Secure Boot on later, come back before that.'),
  }),
  'setup-mode': () => ({
    sentence: _('The firmware is in setup mode: it has no keys of its own and checks nothing.'),
    next: _('Restore the factory keys in the firmware’s settings, then look again.'),
  }),
  'validation-off': () => ({
    sentence: _('Secure Boot is on, but the boot loader was told not to check anything.'),
    next: _('Switch the checks on again with “mokutil --enable-validation” and a restart, then look again.'),
  }),
  'no-shim': () => ({
    sentence: _('This computer starts without shim, so nothing would show the firmware screens for a key.'),
    next: _('Start it through the boot loader of your distribution, which comes with shim, then look again.'),
  }),
  'no-key-manager': () => ({
    sentence: _(
      'MokManager is missing beside the boot loader. With a request waiting, the computer would restart again and again.',
    ),
    next: _('Let Hearth put it there, or choose the entry of your distribution in the firmware’s boot menu.'),
  }),
  'boot-path-unknown': () => ({
    sentence: _('It cannot be told which boot loader the firmware started.'),
    next: _('Restart with the entry of your distribution in the firmware’s boot menu, then look again.'),
  }),
  'nvram-full': () => ({
    sentence: _('The firmware’s memory for variables is nearly full. Writing to it now could do harm.'),
    next: _('Update the firmware, or load its default settings; both make room. Then look again.'),
  }),
  'key-missing': () => ({
    sentence: _('There is no such key on this computer.'),
    next: _('Let Hearth make a key first.'),
  }),
  'key-expired': () => ({
    sentence: _('The key is not valid today: it has expired, or the clock is wrong.'),
    next: _('Check the date of this computer. If it is right, the key has to be made anew.'),
  }),
  'key-revoked': () => ({
    sentence: _('The firmware blocks this key: it is on the list of revoked ones.'),
    next: _('The key has to be made anew, and the driver built again with it.'),
  }),
  'already-enrolled': () => ({
    sentence: _('The firmware trusts this key already.'),
    next: _('Nothing has to be done about it.'),
  }),
  'foreign-request': () => ({
    sentence: _('Something else has asked the firmware to change its keys at the next start.'),
    next: _('Restart and finish that first, or withdraw it with “mokutil --revoke-import”.'),
  }),
  'module-missing': () => ({
    sentence: _('There is no driver module yet for the kernel that starts next.'),
    next: _('Let the driver be built first. A key without it would be for nothing.'),
  }),
  'module-unsigned': () => ({
    sentence: _('The driver module is not signed, so no key would make it load.'),
    next: _('Let the driver be built again, with the key.'),
  }),
  'module-other-key': () => ({
    sentence: _('The driver module is signed with another key than this one.'),
    next: _('Let the driver be built again, with this key.'),
  }),
};

export function obstacleWords(obstacle: Obstacle): ObstacleWords {
  return tellings[obstacle]();
}

/** Errors of the root service that say more than their code; null for all others. */
export function mechanismErrorWords(error: ErrorValue): ObstacleWords | null {
  const { obstacle, of } = error.args;
  if (error.code === 'key-refused' && typeof obstacle === 'string' && isObstacle(obstacle))
    return obstacleWords(obstacle);
  if (error.code === 'changed-since' && of === 'system')
    return {
      sentence: _('The computer is not as Hearth saw it any more, so nothing was done.'),
      next: _('Look again, and then at the plan.'),
    };
  return null;
}
