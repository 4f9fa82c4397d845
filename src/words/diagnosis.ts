// SPDX-License-Identifier: GPL-3.0-or-later

import type { Finding, FindingCure } from '../core/driver/types.ts';
import { buildDiagnosis } from './diagnosis-build.ts';
import { keyDiagnosis } from './diagnosis-key.ts';
import { runDiagnosis } from './diagnosis-run.ts';
import { _, fill } from './translate.ts';

/** What was found about the driver, for people. */
export interface FindingWords {
  /** One sentence, without a full stop. */
  readonly title: string;
  /** What is behind it, and what to do; where Hearth can do nothing, why. */
  readonly explanation: string;
  /** What the one button does; null where there is none. */
  readonly button: string | null;
}

/** The text behind a row of the table of symptoms. */
export type FindingText = Pick<FindingWords, 'title' | 'explanation'>;
export type FindingTexts = Readonly<Record<string, (finding: Finding) => FindingText>>;

const texts: FindingTexts = { ...keyDiagnosis, ...buildDiagnosis, ...runDiagnosis };

/** Every row there are words for. */
export const describedFindings: readonly string[] = Object.keys(texts);

export function findingWords(finding: Finding): FindingWords {
  const text = texts[finding.id]?.(finding) ?? {
    title: _('Something about the graphics driver is not as it should be'),
    explanation: '',
  };
  return { ...text, button: finding.cure === null ? null : findingCureLabel(finding.cure, finding) };
}

/** What the button says that cures it. */
export function findingCureLabel(cure: FindingCure, { args }: Pick<Finding, 'args'>): string {
  switch (cure) {
    case 'request-again':
      return _('Request the Key Again…');
    case 'place-key-manager':
      return _('Put the Program There…');
    case 'cancel-request':
      return _('Withdraw the Request…');
    case 'rebuild':
      return _('Build It Now…');
    case 'wait':
      return _('Look Again');
    case 'install-headers':
    case 'install-build-tools':
      return _('Install What Is Missing…');
    case 'keep-kernel':
      return args['keep'] === undefined
        ? _('Keep the Old Kernel…')
        : fill(_('Keep Kernel {kernel}…'), { kernel: String(args['keep']) });
    case 'switch-branch':
      return _('Change to the 580 Driver…');
    case 'driver-arguments':
      return _('Let the Driver Have the Card…');
    case 'restart':
      return _('Restart…');
    case 'show-log':
      return _('Show the Log');
    case 'rebase-image':
      return _('Choose an Image with the Driver…');
  }
}
