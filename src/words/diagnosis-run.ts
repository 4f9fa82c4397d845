// SPDX-License-Identifier: GPL-3.0-or-later

import type { Finding } from '../core/driver/types.ts';
import type { FindingTexts } from './diagnosis.ts';
import { _, fill } from './translate.ts';

const text = ({ args }: Finding, name: string): string => String(args[name] ?? '');

/** The driver that is there, and the card. */
export const runDiagnosis: FindingTexts = {
  'card-dropped': (finding) => ({
    title: _('This driver no longer knows the graphics card'),
    explanation: fill(
      _(
        '{card} is of a generation that NVIDIA’s drivers leave out from 590 on. The driver of branch 580 serves it; it is maintained beside the current one.',
      ),
      { card: text(finding, 'card') },
    ),
  }),
  'card-not-started': (finding) => {
    if (finding.args['cause'] === 'state') {
      return {
        title: _('The card did not start'),
        explanation: _(
          'The driver is loaded and the card does not answer it. Turn the computer off, take its power away for half a minute, and start again. If that does not help, look for an update of the firmware; Hearth cannot do either for you.',
        ),
      };
    }
    const card = text(finding, 'card');
    return {
      title: _('The wrong kind of the driver was built for this card'),
      explanation:
        finding.cure === null
          ? fill(
              _(
                '{card} works with NVIDIA’s open kernel modules only. The closed ones are chosen where an older card is in the computer, too, or where an image brings them. No driver serves both; one of the cards has to go without.',
              ),
              { card },
            )
          : fill(
              _(
                '{card} works with NVIDIA’s open kernel modules only, and closed ones are installed. Built again, the right ones are chosen for it.',
              ),
              { card },
            ),
    };
  },
  'other-driver-holds-card': (finding) => ({
    title: _('Another driver holds the graphics card'),
    explanation: fill(
      _(
        'NVIDIA’s driver is ready, but {driver} took the card first, because nothing keeps it away. Two kernel arguments do; the next start uses them. The driver was checked before: the screen does not depend on them.',
      ),
      { driver: text(finding, 'driver') },
    ),
  }),
  'version-mismatch': (finding) => {
    const values = { loaded: text(finding, 'loaded'), installed: text(finding, 'installed') };
    const title = _('The driver was updated while it was running');
    if (finding.cure === 'restart') {
      return {
        title,
        explanation: fill(
          _(
            'Version {loaded} runs, and the programs are of {installed} already. A restart brings them together.',
          ),
          values,
        ),
      };
    }
    return {
      title,
      explanation: fill(
        _(
          'Version {loaded} runs, and the programs are of {installed} already. A restart would bring them together, but the next start is not known to have the driver yet.',
        ),
        values,
      ),
    };
  },
  'bad-compression': (finding) => ({
    title: _('The driver is packed in a way that the kernel cannot read'),
    explanation: fill(
      _(
        'The file of the module for kernel {kernel} was compressed anew by something other than its package, with a check that the kernel does not know. Built again, it is packed right.',
      ),
      { kernel: text(finding, 'kernel') },
    ),
  }),
  'foreign-kernel': (finding) => ({
    title: _('This kernel refuses the driver, although its key is enrolled'),
    explanation:
      finding.args['keep'] === undefined
        ? fill(
            _(
              'Kernel {kernel} is not the distribution’s. Many such kernels lack what lets them trust an enrolled key for modules. Install a kernel of the distribution.',
            ),
            { kernel: text(finding, 'kernel') },
          )
        : fill(
            _(
              'Kernel {kernel} is not the distribution’s. Many such kernels lack what lets them trust an enrolled key for modules. The distribution’s own kernel {keep} takes it.',
            ),
            { kernel: text(finding, 'kernel'), keep: text(finding, 'keep') },
          ),
  }),
  'dark-passphrase': () => ({
    title: _('The question for the disk’s passphrase may stay dark'),
    explanation: _(
      'The screen hangs on the NVIDIA card, whose driver comes after the disk is unlocked. If you see nothing there, type the passphrase all the same, and add the kernel argument plymouth.use-simpledrm=1. Hearth changes only the arguments that the driver itself needs.',
    ),
  }),
};
