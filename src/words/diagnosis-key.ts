// SPDX-License-Identifier: GPL-3.0-or-later

import type { FindingTexts } from './diagnosis.ts';
import { _, fill } from './translate.ts';
import { bytes } from './units.ts';

/** The firmware, its screens, and the key. */
export const keyDiagnosis: FindingTexts = {
  'screen-missed': () => ({
    title: _('The security key was not enrolled during the restart'),
    explanation: _(
      'The blue screen waits ten seconds unless it is told otherwise, and it forgets the request as it starts. Passing it by, “Continue boot”, “No” and three wrong codes look the same afterwards. Nothing is broken: make a new request, and restart with its code at hand.',
    ),
  }),
  'keyboard-layout': ({ args }) => ({
    title: _('The firmware has a keyboard of its own'),
    explanation: fill(
      _(
        'The firmware takes every keyboard for a US one, and yours is “{layout}”. Codes of Hearth have digits only: type them on the row above the letters, without Shift, and not on the keypad. Nothing appears while you type.',
      ),
      { layout: String(args['layout'] ?? '') },
    ),
  }),
  'older-request': () => ({
    title: _('A request from before waits in the firmware, with another code'),
    explanation: _(
      'The firmware would ask for the code of that one, and refuse a newer code. Withdraw it, then make a new request.',
    ),
  }),
  'no-key-manager': () => ({
    title: _('The program for security keys is not where the firmware looks for it'),
    explanation: _(
      'With a request waiting, the computer would start over every ten seconds and never finish. So nothing is asked of the firmware before the program, mmx64.efi, lies beside the boot loader.',
    ),
  }),
  'screen-not-shown': ({ args }) =>
    args['cause'] === 'no-shim'
      ? {
          title: _('This computer did not start through shim, which shows the key screens'),
          explanation: _(
            'A request would wait for ever, so Hearth makes none. Choose the entry of this system in the firmware’s boot menu. Where you sign your own boot loader, sign the driver with a key that your firmware already trusts; that is beyond what Hearth does.',
          ),
        }
      : {
          title: _('The key screen did not come: the computer was started another way'),
          explanation: _(
            'The request still waits. It is asked when the computer starts from the entry of this system in the firmware’s boot menu. Choose it there, or withdraw the request.',
          ),
        },
  'firmware-drops-key': () => ({
    title: _('The firmware does not keep the key'),
    explanation: _(
      'It was asked twice, every screen went well, and the key is still not there. Hearth cannot change the firmware: an update from the maker of the computer often helps.',
    ),
  }),
  'firmware-full': ({ args }) => ({
    title: _('The firmware’s memory is full'),
    explanation:
      args['free'] === undefined
        ? _(
            'The boot loader found no room for its list of keys. Writing more could keep the computer from starting, so Hearth writes nothing. Update the firmware, or let it restore its factory keys.',
          )
        : fill(
            _(
              'There are {size} left. Writing more could keep the computer from starting, so Hearth writes nothing. Update the firmware, or let it restore its factory keys.',
            ),
            { size: bytes(Number(args['free'])) },
          ),
  }),
  'key-wiped': () => ({
    title: _('The firmware forgot the security key'),
    explanation: _(
      'It was enrolled and the driver worked. An update of the firmware, a reset of its settings or another system removes such keys. The key itself is still on this computer and can be enrolled again.',
    ),
  }),
  'key-unknown': ({ args }) => {
    const kernel = String(args['kernel'] ?? '');
    switch (args['cause']) {
      case 'other-key':
        return {
          title: _('The driver is signed with another key than the one of now'),
          explanation: fill(
            _(
              'The module for kernel {kernel} was built before the key was made anew, so enrolling the key would not help. Built again, it is signed with the right one.',
            ),
            { kernel },
          ),
        };
      case 'not-enrolled':
        return {
          title: _('The key that signs the driver is not enrolled'),
          explanation: fill(
            _(
              'The module for kernel {kernel} is built and signed. With Secure Boot on, the kernel loads it once the firmware knows the key.',
            ),
            { kernel },
          ),
        };
      default:
        return {
          title: _('The firmware does not know the key that signed the driver'),
          explanation: fill(
            _(
              'With Secure Boot on, kernel {kernel} does not load the module. Which key it was signed with, only Hearth’s system service can see, and that does not answer.',
            ),
            { kernel },
          ),
        };
    }
  },
  'image-key-missing': ({ cure }) =>
    cure === null
      ? {
          title: _('The key of this image is not enrolled'),
          explanation: _(
            'Secure Boot is off, so nothing asks for it. Turned on, it may refuse not only the driver but the image’s kernel. Hearth asks the firmware for keys only while Secure Boot is on; follow the guide of the image before you turn it on.',
          ),
        }
      : {
          title: _('The key of this image is not enrolled'),
          explanation: _(
            'Whoever makes the image signed the driver with a key that this computer does not know yet. Nothing has to be built: the key only has to be enrolled.',
          ),
        },
  'enabling-offered': () => ({
    title: _('Other programs may offer to enable a driver that already works'),
    explanation: _(
      'The driver is signed with a key that is enrolled. Software may ask for one more, the key that this computer would sign modules with itself; nothing uses it. Nothing has to be done.',
    ),
  }),
  'started-by-bios': () => ({
    title: _('This computer starts without UEFI'),
    explanation: _(
      'So there is no Secure Boot and no key to enrol: the driver is loaded as it is. Nothing has to be done.',
    ),
  }),
  'reset-offered': () => ({
    title: _('At the next start the firmware would offer to erase every stored key'),
    explanation: _(
      'An enrolment was cut off, by a power cut or the reset button. If the blue screen says “Reset MOK” in its second line, choose “Continue boot”: the same code would erase all keys. Withdrawing what is left of the request makes the screen go away.',
    ),
  }),
};
