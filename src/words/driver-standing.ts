// SPDX-License-Identifier: GPL-3.0-or-later

import type { BuildFailure, FallBack, FindingCure, GuardVerdict } from '../core/driver/types.ts';
import type { ErrorValue } from '../core/errors.ts';
import { describedFindings, findingWords } from './diagnosis.ts';
import { guardWords } from './guard.ts';
import { ended } from './joined.ts';

/**
 * What is wrong with the driver, in the words of the table of symptoms and of the guard; null where the error names
 * neither.
 */
export function driverStandingWords({ code, args }: ErrorValue): { sentence: string; next: string } | null {
  if (code === 'driver-trouble') {
    const id = String(args['finding'] ?? '');
    if (!describedFindings.includes(id)) return null;
    const cure = args['cure'] === '' || args['cure'] === undefined ? null : (args['cure'] as FindingCure);
    const { title, explanation } = findingWords({ id, severity: 'blocks', cure, args });
    return { sentence: ended(title), next: explanation };
  }
  if (code === 'next-start') {
    const verdict = verdictOf(args);
    return verdict === null ? null : { sentence: guardWords(verdict, 0).detail, next: '' };
  }
  return null;
}

function verdictOf(args: ErrorValue['args']): GuardVerdict | null {
  const kernel = String(args['kernel'] ?? '');
  const keep = String(args['keep'] ?? '') || null;
  if (args['verdict'] === 'falls-back')
    return { tag: 'falls-back', kernel, keep, because: args['because'] as FallBack };
  if (args['verdict'] === 'failed')
    return { tag: 'failed', kernel, keep, because: args['because'] as BuildFailure };
  return null;
}
