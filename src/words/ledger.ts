// SPDX-License-Identifier: GPL-3.0-or-later

import type { LedgerLine, LedgerReading } from '../core/setup/ledger.ts';
import { dotted } from './joined.ts';
import { bytes } from './units.ts';
import { _, fill, ngettext } from './translate.ts';

export const ledgerWords = {
  title: (): string => _('Whom Hearth Contacted'),
  empty: (): string => _('Nobody yet'),
  scope: (): string =>
    _(
      'Every connection that Hearth itself makes beyond this computer, noted before it is made. Names are looked up by the system, whose name server is asked for them; what stays inside the computer is not listed.',
    ),
  clear: (): string => _('Forget All'),
  clearQuestion: (): string => _('Forget Whom Hearth Contacted?'),
  clearBody: (): string => _('The list is emptied for good. What was downloaded stays.'),
  cancel: (): string => _('Cancel'),
  export: (): string => _('Export'),
  fileName: (): string => 'hearth-ledger.csv',
  exported: (): string => _('Exported'),
  cleared: (): string => _('Forgotten'),
  who: (): string => _('you'),
};

/** `models.example`, what for and what came of it. */
export function contactSentence(line: LedgerLine): string {
  const { why, subject, received, sent, status } = line;
  if (why === 'proof')
    return _('To see that this address of this computer answers nobody; it never left the computer');
  const parts = [fill(purposeOf(why), { subject })];
  const service = why === 'packages' || why === 'package-list';
  if (service && status !== 0 && received === 0) parts.push(_('the service does not tell how much came'));
  else if (status === 0 && received === 0)
    parts.push(why === 'version' ? _('no answer came from there') : _('no file came from there'));
  else parts.push(fill(_('{size} received'), { size: bytes(received) }));
  parts.push(sent === null ? _('bytes sent not known') : fill(_('{size} sent'), { size: bytes(sent) }));
  return dotted(parts);
}

function purposeOf(why: Exclude<LedgerLine['why'], 'proof'>): string {
  switch (why) {
    case 'version':
      return _('To ask for the newest version of {subject}');
    case 'image':
      return _('For Podman to fetch the container image {subject}');
    case 'packages':
      return _('For the system’s package service to fetch {subject}, on Hearth’s behalf');
    case 'package-list':
      return _('For the system’s package service to fetch the package list of {subject}, on Hearth’s behalf');
    case 'download':
      return _('To download {subject}');
  }
}

export function contactHost({ host, address }: LedgerLine): string {
  if (host === '') return _('Package sources of this computer');
  return address === null || host.includes(address) ? host : fill(_('{host} ({address})'), { host, address });
}

export function askedBySentence(line: LedgerLine): string {
  const { task } = line;
  if (task === null) return _('Asked by you');
  if (line.why === 'version') return _('Asked by you');
  return task === 'proof' ? _('Asked by you, on the proof page') : _('Asked by you, by agreeing to a plan');
}

/** How much there is, for the row that leads to it. */
export function ledgerSummary(reading: LedgerReading | null): string {
  const count = reading?.lines.length ?? 0;
  return count === 0
    ? ledgerWords.empty()
    : fill(ngettext('{count} contact', '{count} contacts', count), { count });
}

/** Lines that made no sense; empty when all did. */
export function skippedSentence({ skipped }: LedgerReading): string {
  if (skipped.length === 0) return '';
  const text = ngettext(
    '{count} line of the list could not be read and is left out',
    '{count} lines of the list could not be read and are left out',
    skipped.length,
  );
  return fill(text, { count: skipped.length });
}
