// SPDX-License-Identifier: GPL-3.0-or-later

import type { Finding } from '../core/driver/types.ts';
import type { FindingTexts } from './diagnosis.ts';
import { _, fill } from './translate.ts';

const kernelOf = ({ args }: Finding): { kernel: string } => ({ kernel: String(args['kernel'] ?? '') });

/** Building the module, and what comes of it. */
export const buildDiagnosis: FindingTexts = {
  'module-unsigned': (finding) => ({
    title: _('The driver is not signed'),
    explanation: fill(
      _(
        'The module for kernel {kernel} was built before there was a key. With Secure Boot on, the kernel refuses it. Built again, it is signed.',
      ),
      kernelOf(finding),
    ),
  }),
  'restarted-too-early': (finding) => ({
    title: _('The computer was restarted before the driver was built'),
    explanation: fill(
      _(
        'Kernel {kernel} came with an update, and its module takes some minutes to build. Until it is there, nouveau shows the picture. It can be built now.',
      ),
      kernelOf(finding),
    ),
  }),
  'first-start-builds': (finding) => ({
    title: _('The driver is being built for the new kernel'),
    explanation: fill(
      _(
        'An update that was installed during the restart leaves the building to the first start of kernel {kernel}. It takes five to ten minutes; nouveau shows the picture until the start after that.',
      ),
      kernelOf(finding),
    ),
  }),
  'driver-too-old': (finding) => {
    const kept = finding.args['keep'] !== undefined;
    if (finding.args['cause'] === 'other') {
      return {
        title: _('Building the driver failed'),
        explanation: kept
          ? fill(
              _(
                'The log for kernel {kernel} names no cause that Hearth knows. With the older kernel the driver works, until an update of the driver mends it.',
              ),
              kernelOf(finding),
            )
          : fill(
              _(
                'The log for kernel {kernel} names no cause that Hearth knows, and no other kernel has the driver.',
              ),
              kernelOf(finding),
            ),
      };
    }
    return {
      title: _('This driver is too old for the new kernel'),
      explanation: kept
        ? fill(
            _(
              'It cannot be built for kernel {kernel}. With the older kernel it works; an update of the driver usually follows within days.',
            ),
            kernelOf(finding),
          )
        : fill(
            _(
              'It cannot be built for kernel {kernel}, and no other kernel has the driver. An update of the driver usually follows within days; until then nouveau shows the picture.',
            ),
            kernelOf(finding),
          ),
    };
  },
  'build-tools-missing': (finding) => ({
    title: _('Programs that build the driver are missing'),
    explanation: fill(
      _('The log for kernel {kernel} says which. They can be installed, and the driver built after that.'),
      kernelOf(finding),
    ),
  }),
  'headers-missing': (finding) => ({
    title: _('What a driver is built against is missing'),
    explanation: fill(
      _(
        'The headers of kernel {kernel} are not installed, so no module can be built for it. They can be installed, and the driver built after that.',
      ),
      kernelOf(finding),
    ),
  }),
  'image-module-unsigned': (finding) => ({
    title: _('The driver that was layered on the image is not signed'),
    explanation: fill(
      _(
        'Where layers are put together, the key of this computer cannot be seen, so the module for kernel {kernel} is never signed and Secure Boot refuses it. An image that carries a signed driver is the way that lasts.',
      ),
      kernelOf(finding),
    ),
  }),
  'image-upgrade-refused': () => ({
    title: _('The update of the image was refused, because its layers do not fit'),
    explanation: _(
      'The driver is built against exactly the kernel of the image, and the package sources are some hours ahead or behind. Trying again later often helps. An image that carries the driver does not have this problem.',
    ),
  }),
  'image-build-refused': () => ({
    title: _('The driver cannot be built while the image is put together'),
    explanation: _(
      'The program that builds it refuses to run as root there, a known fault of its packages. Whoever builds the image has to work around it; on this computer nothing helps but waiting for the corrected package.',
    ),
  }),
  'prebuilt-missing': (finding) => ({
    title: _('The ready-made driver for the new kernel has not come yet'),
    explanation:
      finding.args['keep'] === undefined
        ? fill(
            _(
              'Kernel {kernel} is there before its signed module, and no other kernel has one either. It comes with an update, usually within days; nouveau shows the picture until then.',
            ),
            kernelOf(finding),
          )
        : fill(
            _(
              'Kernel {kernel} is there before its signed module, which comes with an update, usually within days. With the older kernel the driver works.',
            ),
            kernelOf(finding),
          ),
  }),
};
