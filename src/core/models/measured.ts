// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { valueOr } from '../known.ts';
import type { MachineFacts } from '../machine/facts.ts';
import type { ServedBy } from '../server/load-log.ts';
import { agentPreamble } from './speed.ts';
import type { CatalogueEntry, Fit, Measured, MeasureKey, Speed } from './types.ts';

/**
 * How fast a model was on this computer, in place of the estimate. It holds for the file, the context, the kind of
 * cache, the computer and the program that it was measured with; when one of them is another, nothing is known again.
 */

const text = v.pipe(v.string(), v.maxLength(1000));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const rate = v.pipe(v.number(), v.finite(), v.minValue(0.001), v.maxValue(10_000_000));

const schema = v.object({
  version: v.literal(1),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  contextTokens: whole,
  kvType: v.picklist(['f16', 'q8_0', 'q4_0']),
  computer: text,
  device: text,
  engine: v.nullable(text),
  promptTokens: whole,
  promptRate: rate,
  answerTokens: whole,
  answerRate: rate,
  measuredAt: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** Null for what is no such file: it is measured again then. */
export function readMeasured(value: unknown): Measured | null {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : null;
}

export function holdsFor(measured: Measured, key: Omit<MeasureKey, 'sha256'>): boolean {
  const engine = measured.engine === null || key.engine === null || measured.engine === key.engine;
  return (
    engine &&
    measured.contextTokens === key.contextTokens &&
    measured.kvType === key.kvType &&
    measured.computer === key.computer
  );
}

/** What of a computer decides its speed: another processor, card or driver is another one. */
export function computerOf({ cpu, gpus }: Pick<MachineFacts, 'cpu' | 'gpus'>): string {
  const processor = cpu.known ? `${cpu.value.model} × ${cpu.value.threads}` : '?';
  const cards = valueOr(gpus, []).map(
    ({ name, address, driver, driverVersion }) =>
      `${valueOr(name, address)} ${valueOr(driver, null) ?? '-'} ${valueOr(driverVersion, '')}`,
  );
  return [processor, ...cards.map((card) => card.trim())].join('; ').slice(0, 1000);
}

/** Who did the work, as one line; the same again only on the same device with the same share. */
export function deviceOf(served: ServedBy | null): string {
  if (served === null) return '';
  const share = served.kind === 'both' ? ` ${served.gpuLayers ?? '?'}/${served.layers ?? '?'}` : '';
  return `${served.kind}${share}: ${[...served.cards, served.processor ?? ''].join(', ')}`.slice(0, 1000);
}

export function measuredSpeed({ promptRate, answerRate }: Measured): Speed {
  const wait = agentPreamble / promptRate + 1 / answerRate;
  const point = (value: number) => ({ low: value, high: value });
  return { generation: point(answerRate), prompt: point(promptRate), agentFirstWord: point(wait) };
}

/** Tokens of context that a server is started with: what somebody wishes, within what the model can. */
export function servedContext(entry: CatalogueEntry, fit: Fit, wish: number | null): number {
  // A model on the disk that does not fit by the estimate may still be tried, with the least context.
  return Math.min(Math.max(wish ?? fit.contextTokens, 4096), entry.contextTrained);
}
