// SPDX-License-Identifier: GPL-3.0-or-later

import type { Finding, Suggestion } from './compare.ts';

/** Findings as lines. */

export function findingLines({ id, standing, why, differences, notes }: Finding): readonly string[] {
  return [
    `${standing.padEnd(11)} ${id}${why === null ? '' : `: ${why}`}`,
    ...differences.flatMap(({ field, pinned, published }) => [
      `  ${field.padEnd(8)} - ${pinned}`,
      `  ${' '.repeat(8)} + ${published}`,
    ]),
    ...notes.map((note) => `  ${note}`),
  ];
}

export function suggestionLines(suggestion: Suggestion, first: boolean): readonly string[] {
  const { id, why, pins, licence, stillMissing } = suggestion;
  return [
    ...(first ? ['', 'Not listed yet; what the publisher knows:'] : []),
    `  ${id}${why === null ? '' : `: cannot be pinned, ${why}`}`,
    ...Object.entries(pins).map(([name, value]) => `    + ${name.padEnd(10)} ${value}`),
    ...(licence === null ? [] : [`      its page claims the licence ${licence}`]),
    ...(Object.keys(pins).length === 0 ? [] : stillMissing.map((piece) => `    - missing: ${piece}`)),
  ];
}

export function summaryLine(findings: readonly Finding[]): string {
  const count = (standing: Finding['standing']): string =>
    `${findings.filter((finding) => finding.standing === standing).length} ${standing}`;
  return `\n${findings.length} pins: ${(['same', 'changed', 'gone', 'cannot tell'] as const).map(count).join(', ')}`;
}
