// SPDX-License-Identifier: GPL-3.0-or-later

import type { GuardVerdict } from '../core/driver/types.ts';
import { _, fill } from './translate.ts';

/** A notification about the next start: short, and only where somebody has to do something. */
export function noticeWords(verdict: Extract<GuardVerdict, { tag: 'falls-back' | 'failed' }>): {
  readonly title: string;
  readonly body: string;
} {
  const { kernel, keep } = verdict;
  const title = _('The Next Start Would Lack NVIDIA’s Driver');
  if (keep !== null)
    return {
      title,
      body: fill(
        _('The driver does not fit the kernel {kernel} yet. Build it, or stay with the kernel {keep}.'),
        {
          kernel,
          keep,
        },
      ),
    };
  return {
    title,
    body: fill(_('The driver does not fit the kernel {kernel} yet. Hearth shows why.'), { kernel }),
  };
}
