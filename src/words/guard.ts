// SPDX-License-Identifier: GPL-3.0-or-later

import type { BuildFailure, FallBack, GuardVerdict } from '../core/driver/types.ts';
import { _, fill } from './translate.ts';
import { duration } from './units.ts';

/** What the guard says of the next start. */
export interface GuardWords {
  /** A few words. */
  readonly title: string;
  /** What is behind it, in whole sentences. */
  readonly detail: string;
  /** How much it matters: fine, to be waited for, to be acted on, or not known. */
  readonly tone: 'good' | 'busy' | 'bad' | 'unsure' | 'none';
}

/** @param now ms since the epoch, for how long something has been going on */
export function guardWords(verdict: GuardVerdict, now: number): GuardWords {
  switch (verdict.tag) {
    case 'not-needed':
      return {
        title: _('Nothing to Guard'),
        detail: _('No driver is installed that a new kernel could leave behind.'),
        tone: 'none',
      };
    case 'safe':
      return {
        title: _('Safe to Restart'),
        detail: fill(
          _('The next start uses kernel {kernel}, and the driver for it is built, signed and trusted.'),
          {
            kernel: verdict.kernel,
          },
        ),
        tone: 'good',
      };
    case 'building':
      return {
        title: _('Still Building'),
        detail: buildingDetail(verdict.kernel, verdict.since, now),
        tone: 'busy',
      };
    case 'falls-back':
      return {
        title: _('Would Fall Back to Nouveau'),
        detail: fallBackDetail(verdict.because, verdict.kernel, verdict.keep),
        tone: 'bad',
      };
    case 'failed':
      return {
        title: _('Building Failed'),
        detail: failedDetail(verdict.because, verdict.kernel, verdict.keep),
        tone: 'bad',
      };
    case 'offline-update':
      return {
        title: _('An Update Waits for the Restart'),
        detail: offlineDetail(verdict.kernel),
        tone: 'unsure',
      };
    case 'unknown':
      return { title: _('Not Known'), detail: unknownDetail(verdict.because), tone: 'unsure' };
  }
}

function buildingDetail(kernel: string, since: number | null, now: number): string {
  if (since === null || since > now)
    return fill(
      _(
        'The driver for kernel {kernel} is being built, which takes five to ten minutes. Restart after that.',
      ),
      { kernel },
    );
  return fill(
    _(
      'The driver for kernel {kernel} has been building for {time}; five to ten minutes are usual. Restart after that.',
    ),
    { kernel, time: duration(Math.round((now - since) / 1000)) },
  );
}

/** One whole sentence a cause, with or without a kernel to stay with. */
function fallBackDetail(because: FallBack, kernel: string, keep: string | null): string {
  const values = { kernel, keep: keep ?? '' };
  switch (because) {
    case 'no-module':
      return keep === null
        ? fill(_('The driver is not built for kernel {kernel}, which starts next.'), values)
        : fill(
            _('The driver is not built for kernel {kernel}, which starts next. Kernel {keep} still has it.'),
            values,
          );
    case 'wrong-version':
      return keep === null
        ? fill(
            _('The driver for kernel {kernel} is of another version than what is installed with it.'),
            values,
          )
        : fill(
            _(
              'The driver for kernel {kernel} is of another version than what is installed with it. Kernel {keep} has the right one.',
            ),
            values,
          );
    case 'unsigned':
      return keep === null
        ? fill(_('The driver for kernel {kernel} is not signed, so Secure Boot refuses it.'), values)
        : fill(
            _(
              'The driver for kernel {kernel} is not signed, so Secure Boot refuses it. Kernel {keep} still works.',
            ),
            values,
          );
    case 'key-not-enrolled':
      return keep === null
        ? fill(
            _('The key that signed the driver for kernel {kernel} is not enrolled in the firmware.'),
            values,
          )
        : fill(
            _(
              'The key that signed the driver for kernel {kernel} is not enrolled in the firmware. Kernel {keep} still works.',
            ),
            values,
          );
    case 'key-blocked':
      return keep === null
        ? fill(_('The firmware blocks the key that signed the driver for kernel {kernel}.'), values)
        : fill(
            _(
              'The firmware blocks the key that signed the driver for kernel {kernel}. Kernel {keep} still works.',
            ),
            values,
          );
    case 'bad-compression':
      return keep === null
        ? fill(_('The driver for kernel {kernel} is packed in a way that the kernel cannot read.'), values)
        : fill(
            _(
              'The driver for kernel {kernel} is packed in a way that the kernel cannot read. Kernel {keep} still works.',
            ),
            values,
          );
  }
}

function failedDetail(because: BuildFailure, kernel: string, keep: string | null): string {
  const values = { kernel, keep: keep ?? '' };
  switch (because) {
    case 'no-headers':
      return keep === null
        ? fill(_('The headers of kernel {kernel} are missing, so the driver could not be built.'), values)
        : fill(
            _(
              'The headers of kernel {kernel} are missing, so the driver could not be built. Kernel {keep} still has it.',
            ),
            values,
          );
    case 'missing-packages':
      return keep === null
        ? fill(_('Programs that build the driver for kernel {kernel} are missing.'), values)
        : fill(
            _('Programs that build the driver for kernel {kernel} are missing. Kernel {keep} still has it.'),
            values,
          );
    case 'too-old':
      return keep === null
        ? fill(_('This driver is too old for kernel {kernel}.'), values)
        : fill(_('This driver is too old for kernel {kernel}. Kernel {keep} still has it.'), values);
    case 'other':
      return keep === null
        ? fill(_('Building the driver for kernel {kernel} failed; the log says why.'), values)
        : fill(
            _(
              'Building the driver for kernel {kernel} failed; the log says why. Kernel {keep} still has it.',
            ),
            values,
          );
  }
}

function offlineDetail(kernel: string | null): string {
  return kernel === null
    ? _(
        'It changes the driver during the restart, where nobody can look before. The first start after it builds the driver and takes some minutes longer; if that fails, nouveau shows the picture, and the old kernel can be chosen.',
      )
    : fill(
        _(
          'It installs kernel {kernel} during the restart, where nobody can look before. The first start after it builds the driver and takes some minutes longer; if that fails, nouveau shows the picture, and the old kernel can be chosen.',
        ),
        { kernel },
      );
}

function unknownDetail(because: string): string {
  switch (because) {
    case 'module':
      return _(
        'The file of the driver could not be read, so nobody can say what the next start makes of it.',
      );
    case 'keys':
      return _(
        'The firmware’s list of keys could not be read, so nobody can say whether it trusts the driver.',
      );
    case 'key-expired':
      return _('The key that signed the driver is past its date. Most kernels take it all the same.');
    case 'default-kernel':
      return _(
        'Not every kernel has the driver, and which one starts next only Hearth’s system service can see, which does not answer.',
      );
    default:
      return _('No kernel was found that could start next.');
  }
}
