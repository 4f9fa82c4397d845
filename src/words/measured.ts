// SPDX-License-Identifier: GPL-3.0-or-later

import type { Measured, Offer } from '../core/models/types.ts';
import { paragraph, stated } from './joined.ts';
import { agentWait, speedFigures, speedWords } from './models.ts';
import { dayText } from './moment.ts';
import { _, fill } from './translate.ts';
import { number } from './units.ts';

/** How fast an answer will come, and whether that was measured, for the end of a row. */
export function paceWords({ fit, installed }: Offer): string {
  const words = speedWords(fit.generation);
  return installed?.measured ? fill(_('{speed}, measured here'), { speed: words }) : words;
}

/** The speed with its figures, and where they come from. */
export function speedSentence({ fit, installed }: Offer): string {
  const values = { speed: speedWords(fit.generation), figures: speedFigures(fit.generation) };
  const measured = installed?.measured ?? null;
  return measured === null
    ? fill(_('{speed}, {figures}'), values)
    : fill(_('{speed}, {figures}: measured here on {date}'), {
        ...values,
        date: dayText(measured.measuredAt),
      });
}

/** How long an agent waits, and where that comes from. */
export function agentSentence({ fit, installed }: Offer): string {
  const wait = agentWait(fit.agentFirstWord);
  const measured = installed?.measured ?? null;
  return measured === null
    ? wait
    : paragraph(wait, fill(_('Measured here on {date}.'), { date: dayText(measured.measuredAt) }));
}

/** What was estimated before it was measured; null where nothing was measured. */
export function estimateSentence({ estimate }: Offer): string | null {
  if (estimate === undefined || estimate === null) return null;
  return stated(speedFigures(estimate.generation), agentWait(estimate.agentFirstWord));
}

/** A measurement, right after it was made. */
export function measuredResult({ answerRate, promptRate }: Measured): string {
  return fill(_('Writes {answer} tokens a second and reads {prompt} tokens a second on this computer.'), {
    answer: rateFigure(answerRate),
    prompt: rateFigure(promptRate),
  });
}

export function rateFigure(rate: number): string {
  return number(rate, rate < 10 ? 1 : 0);
}

export const measureWords = {
  measure: (): string => _('Measure'),
  estimate: (): string => _('Estimated before'),
  /** Offered when a model has just arrived. */
  offer: (name: string): string => fill(_('{name} is here. Measure how fast it is?'), { name }),
  running: (name: string): string =>
    fill(_('{name} reads and writes for about ten seconds. Nothing leaves this computer.'), { name }),
  stop: (): string => _('Stop'),
  close: (): string => _('Close'),
  ask: (): string => _('Measure for ten seconds how fast it is here?'),
};
