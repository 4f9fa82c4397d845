// SPDX-License-Identifier: GPL-3.0-or-later

import type { KeyStage, KeyTask, ObstacleCure } from '../core/driver/key-stage.ts';
import { fingerprintRows } from '../core/driver/rehearsal-screen.ts';
import type { Certificate } from '../core/driver/types.ts';
import { listed, stated } from './joined.ts';
import { _, fill } from './translate.ts';

/** Why there is a key, what agreeing to it means, and how it goes on. */

export function keyHead(
  stage: KeyStage,
  task: KeyTask,
): { readonly title: string; readonly sentence: string } {
  switch (stage.tag) {
    case 'unknown':
      return {
        title: _('Security Key'),
        sentence: _('What there is to know about the key was not seen yet.'),
      };
    case 'no-service':
      return {
        title: _('Security Key'),
        sentence: _(
          'Hearth’s system service does not answer. Without it, nothing can be asked of the firmware.',
        ),
      };
    case 'done':
      return task === 'enrol'
        ? {
            title: _('Key Enrolled'),
            sentence: _('The firmware trusts the key that the driver is signed with.'),
          }
        : {
            title: _('No Key to Delete'),
            sentence: _('The firmware does not have the key of this computer.'),
          };
    case 'refused':
      return {
        title: task === 'enrol' ? _('Not Possible Yet') : _('Not Possible Now'),
        sentence: _('Nothing was asked of the firmware: something has to be put right first.'),
      };
    case 'pending':
      return { title: _('Waiting for a Restart'), sentence: pendingSentence(task) };
    case 'ready':
      return task === 'enrol'
        ? {
            title: _('A Key for the Driver'),
            sentence: _(
              'Secure Boot lets this computer load only what the firmware trusts. The driver is built on this computer, so it is signed with a key of this computer, a machine owner key (MOK). Once, after a restart, you tell the firmware to trust it.',
            ),
          }
        : {
            title: _('Delete the Key'),
            sentence: _(
              'Once, after a restart, you tell the firmware to trust the key of this computer no more. What is signed with it is not loaded then; without the driver nothing needs it.',
            ),
          };
  }
}

function pendingSentence(task: KeyTask): string {
  return task === 'enrol'
    ? _('The firmware was asked to trust the key. The blue screens come with the next restart.')
    : _('The firmware was asked to delete the key. The blue screens come with the next restart.');
}

/** What agreeing means: rows of a title and a text. */
export function agreeRows(
  key: Certificate,
  task: KeyTask,
): readonly { readonly title: string; readonly text: string; readonly id: string }[] {
  const rows = [
    { id: 'fingerprint', title: _('Fingerprint'), text: fingerprintRows(key.fingerprint).join('\n') },
  ];
  if (task === 'delete') return rows;
  return [
    ...rows,
    {
      id: 'trust',
      title: _('What Will Be Trusted'),
      text: _(
        'Every kernel module that is signed with this key, whoever signs it. The private half lies on this computer, and only the administrator can read it.',
      ),
    },
    {
      id: 'reach',
      title: _('How Far It Reaches'),
      text: key.modulesOnly
        ? _('It can sign kernel modules only: no boot loader and no kernel.')
        : _(
            'It is not limited to modules: boot loaders and kernels signed with it would be trusted as well.',
          ),
    },
  ];
}

export function cureLabel(cure: NonNullable<ObstacleCure>): string {
  switch (cure) {
    case 'place-key-manager':
      return _('_Copy It There…');
    case 'withdraw':
      return _('_Withdraw');
    case 'build':
      return _('_Build Now…');
    case 'install':
      return _('_Graphics Driver…');
  }
}

/** How the code is told to somebody who cannot see it, and only when asked. */
export function digitSpoken(code: string, at: number): string {
  return fill(_('Digit {number} of {count}: {digit}'), {
    number: at + 1,
    count: code.length,
    digit: code[at] ?? '',
  });
}

/** All digits, one by one, with a rest between the two groups. */
export function codeSpoken(code: string): string {
  return stated(listed(Array.from(code.slice(0, 4))), listed(Array.from(code.slice(4))));
}

export const keyTexts = {
  title: (task: KeyTask): string => (task === 'enrol' ? _('Security Key') : _('Delete Security Key')),
  agreeHeading: (task: KeyTask): string => (task === 'enrol' ? _('What You Agree To') : _('The Key')),
  codeHeading: () => _('One-Time Code'),
  codeText: () =>
    _(
      'The firmware asks for these eight digits. Write them down: this page cannot be seen then. They are kept nowhere and are worth nothing afterwards.',
    ),
  codeLost: () =>
    _('The code was shown when the request was made, and is kept nowhere. If it is gone, make a new one.'),
  newCode: () => _('_New Code'),
  /** For whoever does not see the digits change. */
  newCodeMade: () => _('A new code is shown'),
  /** Accessible name of the digits: it does not tell them. */
  codeName: () => _('One-time code, eight digits'),
  codeHelp: () => _('Arrow keys say one digit after the other'),
  sayDigits: () => _('_Say the Digits'),
  takeHeading: () => _('To Take Along'),
  takeText: () =>
    _('The steps, for when this page cannot be seen. The code is left out, except where you want it.'),
  withCode: () => _('Print the Code Too'),
  withCodeText: () => _('Whoever finds the paper before the restart could use it'),
  pdfName: () => _('Security key steps.pdf'),
  saved: () => _('Saved'),
  qrTitle: () => _('Steps for Your Phone'),
  qrText: () =>
    _(
      'Scan this and read the steps on the phone. Plain text: no address is opened, and the code is not in it.',
    ),
  qrName: () => _('QR code with the steps, without the code'),
  qrTooLong: () => _('The steps are too long for a QR code in this language.'),
  stepsTitle: () => _('All Steps'),
  blindHeading: () => _('Without Seeing the Screens'),
  restart: () => _('_Restart…'),
  withdraw: () => _('_Withdraw the Request'),
  withdrawn: () => _('The request was withdrawn'),
  askTitle: () => _('Restart Now?'),
  askText: (task: KeyTask): string =>
    task === 'enrol'
      ? _(
          'You may be asked for your password first. Then the computer restarts, and a blue screen titled “Perform MOK management” waits for you: “Enroll MOK”, “Continue”, “Yes”, the code, “Reboot”. Save what is open.',
        )
      : _(
          'You may be asked for your password first. Then the computer restarts, and a blue screen titled “Perform MOK management” waits for you: “Delete MOK”, “Continue”, “Yes”, the code, “Reboot”. Save what is open.',
        ),
  haveCode: () => _('I have the code at hand'),
  cancel: () => _('_Cancel'),
  restartNow: () => _('_Restart'),
  open: () => _('_Graphics Driver…'),
};

/** What a blind person can do: the firmware has neither speech nor braille. */
export function blindRows(task: KeyTask): readonly { readonly title: string; readonly text: string }[] {
  const keys = _('↓ Enter ↓ Enter ↓ Enter, the eight digits, Enter, Enter');
  return [
    {
      title: _('The screens neither speak nor show braille'),
      text: _(
        'Hearth leaves out their time limit, so they wait for as long as it takes. After the restart, Hearth says what came of it.',
      ),
    },
    {
      title: _('By keys alone'),
      text: fill(
        _(
          'After a restart from this page, wait a minute, then press: {keys}. The rehearsal above says each screen, so that the keys can be learned. The computer restarts at the end.',
        ),
        { keys },
      ),
    },
    {
      title: _('Not by keys alone after a power cut'),
      text: _(
        'The second line may then mean the erasing of all keys. Press nothing: the computer goes on starting after ten seconds. If it does not, press Enter once, which is “Continue boot”.',
      ),
    },
    {
      title: _('With somebody’s eyes'),
      text:
        task === 'enrol'
          ? _('A person or a phone that reads text aloud can tell whether the second line says “Enroll MOK”.')
          : _(
              'A person or a phone that reads text aloud can tell whether the second line says “Delete MOK”.',
            ),
    },
  ];
}
