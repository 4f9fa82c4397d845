// SPDX-License-Identifier: GPL-3.0-or-later

import type { Obstacle } from '../core/driver/types.ts';
import { _ } from './translate.ts';

/** Why no request is made now, and what a person can do about it. */
export interface ObstacleWords {
  readonly sentence: string;
  readonly next: string;
}

export function obstacleWords(obstacle: Obstacle): ObstacleWords {
  switch (obstacle) {
    case 'no-efi':
      return {
        sentence: _('This computer starts without UEFI'),
        next: _('There is no Secure Boot then and nothing to enrol: the driver is loaded as it is.'),
      };
    case 'secure-boot-off':
      return {
        sentence: _('Secure Boot is off'),
        next: _('The driver is loaded as it is, without a key. Come back here if you turn Secure Boot on.'),
      };
    case 'setup-mode':
      return {
        sentence: _('The firmware is in setup mode'),
        next: _(
          'Secure Boot checks nothing like this. Restore the factory keys in the settings of the firmware, then come back.',
        ),
      };
    case 'validation-off':
      return {
        sentence: _('The boot loader shim was told to check nothing'),
        next: _(
          'Turn its checks on again with “sudo mokutil --enable-validation” and a restart, then come back.',
        ),
      };
    case 'no-shim':
      return {
        sentence: _('This computer was started without shim, the loader that shows the key screens'),
        next: _(
          'A request would never be shown. Choose the entry of this system in the boot menu of the firmware. Where the system is started with keys of your own, sign the driver with one that the firmware trusts.',
        ),
      };
    case 'no-key-manager':
      return {
        sentence: _('The program behind the key screens is missing beside the boot loader'),
        next: _(
          'With a request waiting, the computer would restart every ten seconds. The program, mmx64.efi, can be copied to where it belongs.',
        ),
      };
    case 'boot-path-unknown':
      return {
        sentence: _('It cannot be told which boot loader started this computer'),
        next: _(
          'So nobody can promise that the key screens come. Choose the entry of this system in the boot menu of the firmware, start, and look again.',
        ),
      };
    case 'nvram-full':
      return {
        sentence: _('The memory of the firmware is nearly full'),
        next: _(
          'Another key could keep the computer from starting. Update the firmware, or have it restore its factory keys, then look again.',
        ),
      };
    case 'key-missing':
      return {
        sentence: _('There is no key yet'),
        next: _('It is made when the driver is installed.'),
      };
    case 'key-expired':
      return {
        sentence: _('The key is not valid at this time'),
        next: _(
          'Check the clock of the computer. If it is right, the key is too old, and a new one has to be made.',
        ),
      };
    case 'key-revoked':
      return {
        sentence: _('The firmware blocks this key'),
        next: _('It is on the list of what must never be trusted. A new key has to be made.'),
      };
    case 'already-enrolled':
      return {
        sentence: _('The key is enrolled already'),
        next: _('There is nothing left to do here.'),
      };
    case 'foreign-request':
      return {
        sentence: _('Another request waits in the firmware'),
        next: _('It is not from Hearth, or from an earlier try. Withdraw it first, if nobody needs it.'),
      };
    case 'module-missing':
      return {
        sentence: _('The driver is not built yet'),
        next: _('A key would help nothing before there is something signed with it.'),
      };
    case 'module-unsigned':
      return {
        sentence: _('The driver was built before there was a key, and is not signed'),
        next: _('It has to be built again first.'),
      };
    case 'module-other-key':
      return {
        sentence: _('The driver is signed with another key'),
        next: _('Enrolling this one would not let it be loaded. It has to be built again first.'),
      };
  }
}
