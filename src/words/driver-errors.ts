// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverErrorCode } from '../core/driver/errors.ts';
import type { Telling } from './engine-errors.ts';
import { _ } from './translate.ts';

const again = (): string => _('Try again.');
const nothing = (): string => '';

/** Of the graphics driver, its key, and packages. */
export const driverTellings: Readonly<Record<DriverErrorCode, Telling>> = {
  'no-mechanism': {
    sentences: () => [_('Hearth’s system service does not answer, so nothing that needs it can be done.')],
    next: () =>
      _(
        'Install Hearth with your package manager: the service is part of it. Then look at the computer again.',
      ),
  },
  'mechanism-failed': {
    sentences: () => [_('Hearth’s system service could not do it.')],
    next: () => _('The details show what it said. Nothing was left half done.'),
  },
  'permission-denied': {
    sentences: () => [_('This account is not allowed to do that.')],
    next: () => _('Ask whoever manages this computer, or use an administrator’s account.'),
  },
  'permission-dismissed': {
    sentences: () => [_('The password was not given, so nothing was done.')],
    next: again,
  },
  'no-agent': {
    sentences: () => [_('Nobody could be asked for the administrator password here.')],
    next: () => _('Do it in a graphical session, where a window can ask for the password.'),
  },
  'key-refused': {
    sentences: () => [_('The key cannot be enrolled now. Nothing was changed.')],
    next: () => _('The page Graphics Driver and "hearth driver" say what has to come first.'),
  },
  'bad-key-data': {
    sentences: () => [_('A key, a signature or a variable of the firmware could not be understood.')],
    next: () => _('Look again. If it stays, copy the details and report them.'),
  },
  'no-package-service': {
    sentences: () => [
      _('No service that installs packages answers on this computer: {service} is missing.'),
      _('No service that installs packages answers on this computer.'),
    ],
    next: () => _('Install PackageKit, or on Fedora dnf5daemon-server; then look at the computer again.'),
  },
  'packages-busy': {
    sentences: () => [_('Another program is installing or updating packages.')],
    next: () => _('Wait until it is done, then try again.'),
  },
  'package-missing': {
    sentences: () => [
      _('The package {package} is not in any package source of this computer.'),
      _('A package is not in any package source of this computer.'),
    ],
    next: () => _('Look for updates of the package lists with your software manager, then try again.'),
  },
  'package-conflict': {
    sentences: () => [
      _('{package} cannot be installed beside what is installed already.'),
      _('The packages cannot be installed beside what is installed already.'),
    ],
    next: () => _('The details name what stands in the way. Another driver may have to be removed first.'),
  },
  'package-untrusted': {
    sentences: () => [
      _('A package is not signed with a key that this computer trusts, so nothing was installed.'),
    ],
    next: () => _('Look at the details, and tell whoever publishes the package source.'),
  },
  'packages-failed': {
    sentences: () => [_('The packages could not be installed or removed.')],
    next: () => _('The details show what the package service said.'),
  },
  'packages-changed': {
    sentences: () => [
      _('More would be installed or removed than the plan said: {packages}.'),
      _('More would be installed or removed than the plan said.'),
    ],
    next: () => _('Nothing was done. Look at the plan again.'),
  },
  'driver-trouble': {
    sentences: () => [_('The graphics driver is not at work.')],
    next: () => _('The page Graphics Driver and "hearth driver" say why, and what can be done.'),
  },
  'next-start': {
    sentences: () => [_('The next start would lose the graphics driver.')],
    next: () => _('The page Graphics Driver and "hearth driver" say why, and what can be done.'),
  },
  'driver-silent': {
    sentences: () => [_('NVIDIA’s driver is loaded, but CUDA does not answer.')],
    next: () => _('Restart the computer. If it stays like this, install the driver again.'),
  },
  'driver-impossible': {
    sentences: () => [_('This driver cannot be used on this computer.')],
    next: () => _('The page Graphics Driver and "hearth driver" say why.'),
  },
  'keep-one-driver': {
    sentences: () => [
      _('This would leave the computer without a graphics driver that works, so it was not done.'),
    ],
    next: () => _('Let the kernel arguments be restored first, then try again.'),
  },
  'module-failed': {
    sentences: () => [
      _('The driver’s module for the kernel {kernel} was not built.'),
      _('The driver’s module was not built.'),
    ],
    next: () => _('The page Graphics Driver and "hearth driver" say why, and what can be done.'),
  },
  'not-built-here': {
    sentences: () => [
      _('On this system Hearth builds no modules: the driver comes ready-made, or not at all.'),
    ],
    next: () => _('Update the system; a driver that fits its kernel comes with the update.'),
  },
  'kernel-not-chosen': {
    sentences: () => [_('On this system Hearth cannot choose the kernel that starts.')],
    next: () => _('Choose the older entry in the boot menu when the computer starts.'),
  },
  'nothing-to-do': {
    sentences: () => [_('There is nothing that Hearth could do about this.')],
    next: nothing,
  },
  'restart-inhibited': {
    sentences: () => [
      _('The computer was not restarted: {program} holds the restart back (“{reason}”).'),
      _('The computer was not restarted: a program holds the restart back.'),
    ],
    next: () => _('Wait until it is done, then restart.'),
  },
  'restart-refused': {
    sentences: () => [
      _('The computer was not restarted: a program holds the restart back, or it is not allowed.'),
    ],
    next: () => _('Save what is open and restart from the system menu. Hearth goes on afterwards.'),
  },
};
