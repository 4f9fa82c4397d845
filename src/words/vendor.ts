// SPDX-License-Identifier: GPL-3.0-or-later

import type { LockId, Vendor, VendorProblem } from '../core/vendor/types.ts';
import type { Line } from './plan.ts';
import { reasonText } from './reasons.ts';
import { _, fill, ngettext } from './translate.ts';

/** What a distributor or an administrator decided, in words. */

/** Sentences for each lock: where it is known who decided, where it is not, and below a title that says so. */
const lockSentences: Readonly<Record<LockId, () => readonly [by: string, bare: string, below: string]>> = {
  'own-models': () => [
    _('Managed by {organisation}: models of your own cannot be added.'),
    _('Managed by your organisation: models of your own cannot be added.'),
    _('Models of your own cannot be added.'),
  ],
  'model-folder': () => [
    _('Managed by {organisation}: models stay in the folder where they are.'),
    _('Managed by your organisation: models stay in the folder where they are.'),
    _('Models stay in the folder where they are.'),
  ],
  engine: () => [
    _('Managed by {organisation}: how models are run cannot be changed.'),
    _('Managed by your organisation: how models are run cannot be changed.'),
    _('How models are run cannot be changed.'),
  ],
  tools: () => [
    _('Managed by {organisation}: Goose and other tools cannot be set up here.'),
    _('Managed by your organisation: Goose and other tools cannot be set up here.'),
    _('Goose and other tools cannot be set up here.'),
  ],
  driver: () => [
    _('Managed by {organisation}: the graphics driver cannot be changed here.'),
    _('Managed by your organisation: the graphics driver cannot be changed here.'),
    _('The graphics driver cannot be changed here.'),
  ],
};

export function lockSentence(lock: LockId, organisation: string | null): string {
  const [by, bare] = lockSentences[lock]();
  return organisation === null ? bare : fill(by, { organisation });
}

/** One sentence for each lock, below a title that says who decided: for Home and the terminal. */
export function lockLines({ locked }: Pick<Vendor, 'locked'>): readonly string[] {
  return locked.map((lock) => lockSentences[lock]()[2]);
}

export const vendorWords = {
  managed: ({ organisation }: Pick<Vendor, 'organisation'>): string =>
    organisation === null
      ? _('Managed by Your Organisation')
      : // TRANSLATORS: A title.
        fill(_('Managed by {organisation}'), { organisation }),
  help: (): string => _('Get Help'),
  helpFrom: (address: string): string => fill(_('Opens {address}'), { address }),
  /** Heading over problems. */
  unusable: (count: number): string =>
    fill(ngettext('A Settings File Cannot Be Used', '{count} Settings Files Cannot Be Used', count), {
      count,
    }),
  closed: (): string =>
    _(
      'Until it is mended, what it could have decided is hidden or locked. Whoever looks after this computer can mend it.',
    ),
  files: (): string => _('Files that were read'),
  noFiles: (): string => _('No distributor or administrator decided anything for this computer.'),
  order: (): string => _('Pages in order'),
  hidden: (): string => _('Hidden pages'),
  firstRun: (): string => _('First run'),
  firstRunMeans: (value: Vendor['firstRun']): string =>
    value === 'pages' ? _('Leads through the pages') : _('Begins at Home'),
  search: (): string => _('Search of the desktop'),
  notFound: (): string => _('No results from Hearth'),
  right: (file: string): string => fill(_('{file} can be used.'), { file }),
  noFile: (): string => _('Name a file after "check".'),
};

/** `/etc/hearth/vendor.d/10-lab.yaml, line 3, pages.hidden: …` */
export function vendorProblemText({ file, line, key, problem }: VendorProblem): string {
  const values = { file, problem: reasonText(problem), line: String(line ?? ''), key: key ?? '' };
  if (line === null && key === null) return fill(_('{file}: {problem}'), values);
  if (line === null) return fill(_('{file}, {key}: {problem}'), values);
  if (key === null) return fill(_('{file}, line {line}: {problem}'), values);
  return fill(_('{file}, line {line}, {key}: {problem}'), values);
}

/** What there is to say on Home and in `hearth status`: problems first. Empty where there is nothing. */
export function vendorNotices(vendor: Vendor): readonly (Line & { readonly tone: 'problem' | 'managed' })[] {
  const { problems, locked } = vendor;
  const files = new Set(problems.map(({ file }) => file)).size;
  const notices: (Line & { readonly tone: 'problem' | 'managed' })[] = [];
  if (files > 0) {
    const lines = [...problems.map(vendorProblemText), vendorWords.closed()];
    notices.push({ tone: 'problem', label: vendorWords.unusable(files), value: lines.join('\n') });
  }
  if (locked.length > 0)
    notices.push({
      tone: 'managed',
      label: vendorWords.managed(vendor),
      value: lockLines(vendor).join('\n'),
    });
  return notices;
}
