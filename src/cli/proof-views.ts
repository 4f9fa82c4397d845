// SPDX-License-Identifier: GPL-3.0-or-later

import type { LedgerReading } from '../core/setup/ledger.ts';
import { allHold, checkIds, type Check, type Proof, type Verdict } from '../core/proof/types.ts';
import {
  askedBySentence,
  contactHost,
  contactSentence,
  ledgerWords,
  skippedSentence,
} from '../words/ledger.ts';
import {
  checkTitle,
  closeSentence,
  cureSentence,
  offlineLimit,
  proofHeadline,
  proofWords,
  verdictWords,
} from '../words/proof.ts';
import { evidenceLines } from '../words/proof-evidence.ts';
import { offlineCommandLine } from '../words/offline.ts';
import { honestLimits } from '../words/server.ts';
import { item, styled, wrap, type Style } from './text.ts';
import { when } from './views.ts';

const signs: Readonly<Record<Verdict['tag'], readonly [sign: string, style: Style]>> = {
  holds: ['✓', 'good'],
  fails: ['✗', 'bad'],
  unknown: ['○', 'warn'],
  'not-applicable': ['–', 'dim'],
};

/** A check with what was looked at, and what makes it hold. */
export function checkLines(check: Check, columns: number, quiet: boolean): readonly string[] {
  const [sign, style] = signs[check.verdict.tag];
  const head = `${checkTitle(check.id)} · ${verdictWords(check)}`;
  const lines = [...item(styled(style, sign), head, columns)];
  for (const evidence of quiet ? [] : evidenceLines(check)) {
    lines.push(...item('-', evidence.sentence, columns, '    '));
    for (const raw of evidence.raw.split('\n')) lines.push(`      ${styled('dim', raw)}`);
  }
  return [...lines, ...cureLines(check, columns)];
}

function cureLines({ cure }: Check, columns: number): readonly string[] {
  if (cure === null) return [];
  const lines = [...item(styled('warn', '→'), cureSentence(cure), columns, '    ')];
  for (const open of cure.cure === 'close' ? cure.open : []) {
    lines.push(...item('-', closeSentence(open), columns, '      '));
    // Left whole, to be copied.
    if (open.close.by === 'command')
      for (const command of open.close.commands) lines.push(`        ${command}`);
    if (open.close.by === 'unit' || open.close.by === 'firewall')
      lines.push(`        hearth proof --close=${open.port}`);
  }
  if (cure.cure === 'goose-telemetry') lines.push('      hearth apply tools');
  return lines;
}

export function proofLines(proof: Proof, columns: number, quiet: boolean): readonly string[] {
  const { title, sentence } = proofHeadline(proof, when(proof.startedAt));
  const offline = `${offlineLimit()} ${offlineCommandLine({ tag: 'real' })}`;
  const limits = quiet
    ? []
    : [...honestLimits(), offline].flatMap((limit) => item('-', limit, columns, '  '));
  return [
    ...proof.checks.flatMap((check) => checkLines(check, columns, quiet)),
    '',
    ...wrap(`${styled('bold', title)} · ${sentence}`, columns),
    ...(limits.length === 0 ? [] : ['', styled('bold', proofWords.limits()), ...limits]),
  ];
}

/** Whether the checks hold, as an exit code: 3 where something could not be told. */
export function proofExit(proof: Proof): 0 | 1 | 3 {
  const all = allHold(proof);
  if (proof.checks.length < checkIds.length) return 3;
  return all === true ? 0 : all === false ? 1 : 3;
}

export function ledgerLines(reading: LedgerReading, columns: number): readonly string[] {
  const skipped = skippedSentence(reading);
  return [
    ...wrap(styled('dim', ledgerWords.scope()), columns),
    ...reading.lines.flatMap((line) => [
      `${when(line.at)} · ${styled('bold', contactHost(line))}`,
      ...wrap(`${contactSentence(line)} · ${askedBySentence(line)}`, columns, '  '),
    ]),
    ...(reading.lines.length === 0 ? [ledgerWords.empty()] : []),
    ...(skipped === '' ? [] : [styled('warn', skipped)]),
  ];
}
