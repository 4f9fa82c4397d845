// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorCode } from '../core/errors.ts';
import type { Telling } from './engine-errors.ts';
import { _ } from './translate.ts';

/** Of firewalld and its rules. */
export const firewallTellings: Readonly<
  Record<Extract<ErrorCode, 'no-firewall' | 'firewall-refused'>, Telling>
> = {
  'no-firewall': {
    sentences: () => [
      _('The firewall of this computer is not firewalld, so Hearth cannot add a rule to it.'),
    ],
    next: () => _('Close the port with the firewall that you use, or stop the program that listens.'),
  },
  'firewall-refused': {
    sentences: () => [_('The firewall did not take the rule.')],
    next: () => _('The details show what it said. Nothing else was changed.'),
  },
};
