// SPDX-License-Identifier: GPL-3.0-or-later

import { choices, menuEntry, titleLines, type Rehearsal } from '../core/driver/rehearsal.ts';
import { ended, paragraph } from './joined.ts';
import { _, fill, ngettext } from './translate.ts';

/** What is said beside MokManager's screens while they are practised. Its own words stay English, as it knows no other. */

export interface RehearsalWords {
  /** What this screen is. */
  readonly title: string;
  /** What to press now. */
  readonly next: string;
  /** What came of the last key, where that needs saying; empty otherwise. */
  readonly remark: string;
}

export function rehearsalWords(state: Rehearsal): RehearsalWords {
  return { title: titleOf(state), next: nextOf(state), remark: remarkOf(state) };
}

function titleOf({ task, screen, ending }: Rehearsal): string {
  switch (screen) {
    case 'countdown':
      return _('The Firmware Waits for a Key');
    case 'menu':
      return _('The First Menu');
    case 'keys':
      return _('The List of Keys');
    case 'view':
      return _('The Key Itself');
    case 'question':
      return _('The Question');
    case 'password':
      return _('The Code');
    case 'mismatch':
    case 'no-length':
      return _('The Code Was Not Right');
    case 'failed':
      return _('Three Times Wrong');
    case 'done':
      if (task === 'reset') return _('Every Key Is Erased');
      return task === 'delete' ? _('The Key Is Deleted') : _('The Key Is Enrolled');
    case 'over':
      if (ending === 'done') return _('That Is the Whole Way');
      if (ending === 'kept') return _('That Was Right');
      return ending === 'erased' ? _('All Keys Would Be Gone') : _('The Request Would Be Lost');
  }
}

function nextOf(state: Rehearsal): string {
  const { task, screen, selected } = state;
  switch (screen) {
    case 'countdown':
      return _(
        'This comes only when something interrupted an earlier try. Press any key within 10 seconds; here it waits for as long as it takes.',
      );
    case 'menu':
      return menuWords(state);
    case 'keys':
      if (selected === 1) return _('“Continue” is selected. Press Enter.');
      return _('Press ↓ once, so that “Continue” is selected. Enter on the first line would show the key.');
    case 'view':
      return _(
        'The two rows under “[Fingerprint]” are the same as in Hearth. Press any key to go back to the list.',
      );
    case 'question':
      if (task === 'reset')
        return selected === 0
          ? _('“Yes” would erase every stored key, also those of other systems. Press Enter on “No”.')
          : _('Stop: this would erase every stored key. Press ↑, so that “No” is selected.');
      if (selected === 0) return _('“No” is selected. Press ↓ once, so that “Yes” is selected.');
      return _('“Yes” is selected. Press Enter.');
    case 'password':
      return passwordWords(state);
    case 'mismatch':
    case 'no-length':
      return _('Press Enter.');
    case 'failed':
      return fill(_('Nothing is lost: press Enter, and the menu is back with “{entry}” in it.'), {
        entry: menuEntry[task],
      });
    case 'done':
      if (selected > 0) return _('Press ↑ until “Reboot” is selected.');
      return _('“Reboot” is selected. Press Enter.');
    case 'over':
      return overWords(state);
  }
}

function menuWords({ task, selected }: Rehearsal): string {
  if (task === 'reset')
    return selected === 0
      ? _(
          'The second line says “Reset MOK”: the request is gone, and this line would erase every stored key. Press Enter on “Continue boot”.',
        )
      : _('Press ↑ until “Continue boot” is selected, and leave the other lines alone.');
  const entry = menuEntry[task];
  if (selected === 0)
    return fill(_('Press ↓ once, so that the second line is selected. Only continue if it says “{entry}”.'), {
      entry,
    });
  if (selected === 1) return fill(_('“{entry}” is selected. Press Enter.'), { entry });
  return fill(_('This line is not needed. Press ↑ until “{entry}” is selected.'), { entry });
}

function passwordWords({ task, typed }: Rehearsal): string {
  if (task === 'reset')
    return _(
      'From here there is one way back: press Enter again and again without typing anything, until the menu is there.',
    );
  if (typed === 0)
    return _(
      'Type the eight digits of the code with the number row above the letters. Nothing appears while you type, not even dots.',
    );
  return fill(
    ngettext(
      '{count} digit is typed, which the real screen does not tell. After the last one, press Enter.',
      '{count} digits are typed, which the real screen does not tell. After the last one, press Enter.',
      typed,
    ),
    { count: typed },
  );
}

function overWords({ task, ending }: Rehearsal): string {
  switch (ending) {
    case 'kept':
      return _('The computer goes on starting, and every key stays. Hearth can then make a new request.');
    case 'erased':
      return _(
        'Systems and drivers that need one of the erased keys would not start any more. Where the second line says “Reset MOK”, choose “Continue boot”.',
      );
    case 'lost':
      return _(
        'The computer goes on starting, and the firmware has forgotten the request without a trace. Nothing is harmed: Hearth can make a new one, with a new code.',
      );
    case 'done':
    case null:
      return task === 'delete'
        ? _('The computer restarts now, and the key is deleted. You are ready for the real screens.')
        : _('The computer restarts now, and the key is enrolled. You are ready for the real screens.');
  }
}

function remarkOf({ task, screen, remark, misses, miss }: Rehearsal): string {
  switch (remark) {
    case 'disk':
      return _(
        'This would open a list of disks, from which Esc leads back. It is not needed, and left out here.',
      );
    case 'said-no':
      return task === 'reset'
        ? _('That was right. Now “Continue boot”.')
        : fill(_('“No” leads back to the menu. The request is still there: choose “{entry}” again.'), {
            entry: menuEntry[task],
          });
    case 'try-again':
      return task === 'reset'
        ? _('Every key is still there. Now “Continue boot”.')
        : _('The request is still there, and so is the code. Start again from here.');
    case 'keypad':
      return _('That was the keypad, which types nothing on many computers at this point.');
    case 'shift':
      return _('That was with Shift, which makes a sign of the digit. Press Backspace, then the key alone.');
    case 'two-left':
    case 'one-left':
    case null:
      break;
  }
  if (screen !== 'mismatch' && screen !== 'no-length') return '';
  const what = miss === 'no-length' ? _('Nothing was typed.') : _('What was typed is not the code.');
  const left = 3 - misses;
  if (left === 0) return what;
  return paragraph(what, fill(ngettext('{count} more try.', '{count} more tries.', left), { count: left }));
}

/** What a screen reader says when a screen comes: what the firmware shows, then what to do. */
export function screenSpoken(state: Rehearsal): string {
  const { title, next, remark } = rehearsalWords(state);
  const shown = [...titleLines(state).filter((line) => line !== ''), selectionSpoken(state)];
  return paragraph(...[title, ...shown, remark, next].filter((part) => part !== '').map(ended));
}

/** What a screen reader says when another line is selected: which, and what to do now. */
export function choiceSpoken(state: Rehearsal): string {
  return paragraph(ended(selectionSpoken(state)), rehearsalWords(state).next);
}

/** The selected line and its place; empty where nothing is to be chosen. */
export function selectionSpoken(state: Rehearsal): string {
  const lines = choices(state);
  const line = lines[state.selected];
  if (line === undefined) return '';
  return fill(_('“{line}” selected, line {number} of {count}'), {
    line,
    number: state.selected + 1,
    count: lines.length,
  });
}

export const rehearsalTexts = {
  about: () => paragraph(rehearsalTexts.intro(), rehearsalTexts.aboutKeys()),
  heading: () => _('Rehearsal'),
  intro: () =>
    _(
      'These are the screens that come after the restart. Walk through them with the keyboard: nothing is changed by it, and the code can be practised too.',
    ),
  /** Accessible name of the drawing. */
  screen: () => _('Rehearsal of the firmware screens'),
  aboutKeys: () =>
    _('Arrow keys, Enter, Esc, Backspace and digits work as on the real screen; Tab leads out of it.'),
  startOver: () => _('Start Over'),
  powerCut: () => _('After a Power Cut'),
  usual: () => _('Without a Power Cut'),
};
