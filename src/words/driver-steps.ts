// SPDX-License-Identifier: GPL-3.0-or-later

import type { ChangePackages, DriverAction, DriverUndo, DriverPreset } from '../core/driver/actions.ts';
import { listed } from './joined.ts';
import { bytes } from './units.ts';
import { _, fill, ngettext } from './translate.ts';

/** What a step about the graphics driver does, in the imperative. */
export function driverActionSentence(action: DriverAction): string {
  switch (action.do) {
    case 'repository':
      return action.enabled
        ? fill(_('Turn on the package source {name}'), { name: action.name })
        : fill(_('Turn off the package source {name}'), { name: action.name });
    case 'packages':
      return packagesSentence(action);
    case 'build-module':
      return fill(_('Build and sign the driver’s module for the kernel {kernel}, which takes some minutes'), {
        kernel: action.kernel,
      });
    case 'prepare-key':
      return _('Make a security key on this computer that signs the driver’s module (machine owner key)');
    case 'driver-arguments':
      return action.preset === 'nvidia'
        ? _('Let the next start use NVIDIA’s driver, by the kernel arguments that keep nouveau away')
        : _('Let the next start use nouveau, without the kernel arguments that keep it away');
    case 'default-kernel':
      return fill(_('Start the kernel {kernel} from now on'), { kernel: action.kernel });
    case 'rebase': {
      const values = { name: action.name, size: bytes(action.downloadBytes ?? 0) };
      return action.downloadBytes === null
        ? fill(_('Replace the system’s image with {name}; the one that runs now stays to go back to'), values)
        : fill(
            _('Replace the system’s image with {name}, {size}; the one that runs now stays to go back to'),
            values,
          );
    }
    case 'drop-update':
      return _(
        'Discard the update that waits for the next start, so that the system that runs now starts again; the next update brings it back',
      );
    case 'describe-cards':
      return fill(_('Describe the graphics card to containers in {path}'), { path: action.path });
    case 'place-key-manager':
      return _(
        'Put the program for security keys (mmx64.efi) beside the boot loader that the firmware starts',
      );
    case 'withdraw-request':
      return _('Take back what the firmware would be asked at the next start');
  }
}

function packagesSentence({ verb, names, along, layered }: ChangePackages): string {
  const values = { names: listed(names), count: along.length };
  if (verb === 'remove')
    return along.length === 0
      ? fill(_('Remove the packages {names}'), values)
      : fill(
          ngettext(
            'Remove the packages {names}, and {count} that needs them',
            'Remove the packages {names}, and {count} that need them',
            along.length,
          ),
          values,
        );
  if (layered)
    return fill(
      _(
        'Lay the packages {names} over the image. Nothing signs their module there: with Secure Boot on, the kernel does not load it',
      ),
      values,
    );
  return along.length === 0
    ? fill(_('Install the packages {names}'), values)
    : fill(
        ngettext(
          'Install the packages {names}, and {count} that they need',
          'Install the packages {names}, and {count} that they need',
          along.length,
        ),
        values,
      );
}

export function driverUndoSentence(undo: DriverUndo): string {
  switch (undo.undo) {
    case 'repository':
      return undo.enabled
        ? fill(_('Turn the package source {name} on again'), { name: undo.repository })
        : fill(_('Turn the package source {name} off again'), { name: undo.repository });
    case 'packages':
      return undo.verb === 'remove'
        ? fill(_('Remove the packages {names}'), { names: listed(undo.names) })
        : fill(_('Install the packages {names} again'), { names: listed(undo.names) });
    case 'driver-arguments':
      return presetAgain(undo.preset);
    case 'default-kernel':
      return fill(_('Start the kernel {kernel} again'), { kernel: undo.kernel });
    case 'rebase':
      return _('Go back to the image from before');
  }
}

function presetAgain(preset: DriverPreset): string {
  return preset === 'none'
    ? _('Let the computer use nouveau again')
    : _('Let the computer use NVIDIA’s driver again');
}

export function keyStays(): string {
  return _('The security key stays; the page Security Key and "hearth driver forget-key" take it away');
}
