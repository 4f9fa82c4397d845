// SPDX-License-Identifier: GPL-3.0-or-later

import { _, fill } from './translate.ts';

/** What `hearth driver` and `hearth guard` say around the facts. */
export const driverTerminalWords = {
  inUse: () => _('Driver in use'),
  noDriver: () => _('none of NVIDIA’s'),
  loaded: (version: string, verified: boolean) =>
    verified
      ? fill(_('NVIDIA {version}, proven to work'), { version })
      : fill(_('NVIDIA {version}'), { version }),
  notKnown: () => _('not known'),
  cards: () => _('Cards'),
  flavours: () => _('What there is to choose'),
  chosen: () => _('in use'),
  recommended: () => _('recommended'),
  nextStart: () => _('Next start'),
  findings: () => _('What was found'),
  cureWith: (id: string) => fill(_('"hearth driver cure {id}" does something about it.'), { id }),
  cureByKey: () => _('"hearth driver key" does something about it.'),
  service: () => _('System service'),
  key: () => _('Security key'),
  keyName: (name: string, fingerprint: string) =>
    fill(_('{name}, fingerprint {fingerprint}'), { name, fingerprint }),
  installWith: (flavour: string) => fill(_('Next: hearth driver install {flavour}'), { flavour }),

  wayWithKey: () => _('The driver is there. The firmware has to trust the key that it is signed with.'),
  goOnToKey: () => _('Go on to the security key now?'),
  keyLater: () => _('Later: hearth driver key'),
  restartNeeded: () => _('A restart brings the driver into use.'),
  stage: (task: 'enrol' | 'delete') =>
    task === 'enrol'
      ? _('Ask the firmware to trust this key at the next start?')
      : _('Ask the firmware to delete this key at the next start?'),
  whyKey: () =>
    _(
      'Secure Boot is on: the kernel loads a module only when the firmware trusts the key that signed it. The driver’s module is built on this computer, so the key is one of this computer. The firmware asks a person at the screen before it trusts one.',
    ),
  whyDelete: () =>
    _(
      'Once the key is deleted, nothing that was signed with it is trusted any more, the driver’s module included. The firmware asks a person at the screen first.',
    ),
  code: (groups: string) => fill(_('One-time code: {code}'), { code: groups }),
  codeText: () =>
    _(
      'Write it down: the firmware asks for it, and Hearth keeps it nowhere. Afterwards it is worth nothing.',
    ),
  codeNeedsTerminal: () =>
    _(
      'The one-time code is shown on a terminal only, so nothing was asked of the firmware. --show-code prints it wherever the output goes.',
    ),
  steps: () => _('At the blue screens'),
  restartNow: () => _('Restart now?'),
  restartLater: () => _('The request waits for the next restart. "hearth driver cancel-key" withdraws it.'),
  restarting: () => _('The computer restarts. Hearth says afterwards how it went.'),
  practiceRestart: () =>
    _('PRACTICE: the recorded computer restarts, and somebody does at its screens what the guide says.'),
  withdrawn: () => _('The request was withdrawn.'),
  nothingAsked: () => _('The firmware was asked for nothing.'),
  alreadyTrusted: () => _('The firmware trusts the key of this computer already.'),
  keyStays: () =>
    _(
      'The security key stays in the firmware. "hearth driver forget-key" has it deleted, at the blue screens again.',
    ),
  noKey: () => _('There is no key of this computer that the firmware trusts.'),
  noFinding: (id: string) => fill(_('There is no finding "{id}" now. "hearth driver" lists them.'), { id }),
  needsName: (action: string, name: string) =>
    fill(_('"hearth driver {action}" needs a name: {name}.'), { action, name }),
};
