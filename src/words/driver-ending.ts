// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverSight, KeyEnding } from '../core/driver/types.ts';
import { _ } from './translate.ts';

/** What came of the firmware's screens, for the pages and for a greeting after the restart. */
export interface EndingWords {
  /** A few words for a heading. */
  readonly title: string;
  /** One sentence: what happened. */
  readonly sentence: string;
  /** What to do now; empty where nothing is. */
  readonly next: string;
  /** What the one button there does: opens the page of the key, or withdraws what is left of the request. */
  readonly button: { readonly does: 'open-key' | 'withdraw'; readonly label: string } | null;
  readonly good: boolean;
}

/** Null where nothing was asked of the firmware. */
export function driverEnding(sight: DriverSight | null): EndingWords | null {
  if (sight === null || sight.ending === null) return null;
  const deleting = sight.mechanism?.request?.kind === 'delete';
  return endingWords(sight.ending, deleting ? 'delete' : 'enrol', sight.verified);
}

/** @param verified the driver was seen to work */
export function endingWords(ending: KeyEnding, task: 'enrol' | 'delete', verified: boolean): EndingWords {
  switch (ending) {
    case 'enrolled':
      return {
        title: _('Key Enrolled'),
        sentence: verified
          ? _('The security key is enrolled, and the graphics driver works.')
          : _('The security key is enrolled, so the firmware lets the graphics driver load.'),
        next: '',
        button: null,
        good: true,
      };
    case 'deleted':
      return {
        title: _('Key Deleted'),
        sentence: _('The security key is deleted: nothing that was signed with it is trusted any more.'),
        next: '',
        button: null,
        good: true,
      };
    case 'pending':
      return {
        title: _('Restart to Go On'),
        sentence:
          task === 'enrol'
            ? _('The security key waits to be enrolled: the blue screens come with the next restart.')
            : _('The security key waits to be deleted: the blue screens come with the next restart.'),
        next: _('Restart with the code at hand. If it is gone, make a new request.'),
        button: openKey(),
        good: true,
      };
    case 'not-done':
      return {
        title: task === 'enrol' ? _('Key Not Enrolled') : _('Key Not Deleted'),
        sentence:
          task === 'enrol'
            ? _(
                'The security key was not enrolled: the blue screen was missed or left, or the code was wrong three times.',
              )
            : _(
                'The security key was not deleted: the blue screen was missed or left, or the code was wrong three times.',
              ),
        next: _(
          'The firmware does not tell which, and no harm was done. Rehearse the screens and try again with a new code.',
        ),
        button: openKey(),
        good: false,
      };
    case 'cut-off':
      return {
        title: _('Interrupted'),
        sentence: _(
          'The computer was switched off in the middle of the blue screens, and the request is gone.',
        ),
        next: _(
          'What is left of it has to be withdrawn. Should a blue screen come before that, choose “Continue boot”: every key stays. Then try again.',
        ),
        button: { does: 'withdraw', label: _('_Withdraw') },
        good: false,
      };
    case 'not-shown':
      return {
        title: _('Screens Not Shown'),
        sentence: _(
          'The blue screens never came: the computer was started past shim, the loader that shows them.',
        ),
        next: _(
          'The request is still there. Choose the entry of this system in the boot menu of the firmware with the next restart.',
        ),
        button: openKey(),
        good: false,
      };
    case 'dropped':
      return {
        title: _('Key Not Kept'),
        sentence: _('The firmware did not keep the security key, although it was asked more than once.'),
        next: _(
          'Look for an update of the firmware, then try again. Some computers keep a key only when it comes from a disk: “Enroll key from disk”.',
        ),
        button: openKey(),
        good: false,
      };
  }
}

function openKey(): EndingWords['button'] {
  return { does: 'open-key', label: _('_Security Key…') };
}
