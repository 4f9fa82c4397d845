// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverSight, FlavourAdvice } from '../core/driver/types.ts';
import { valueOr } from '../core/known.ts';
import type { HearthState } from '../core/setup/state.ts';
import { driverEnding } from '../words/driver-ending.ts';
import { driverTerminalWords as words } from '../words/driver-terminal.ts';
import {
  accelerationSentence,
  adviceNotes,
  cardSentence,
  flavourNeeds,
  flavourRefusal,
  flavourWords,
} from '../words/driver.ts';
import { findingWords } from '../words/diagnosis.ts';
import { errorWords } from '../words/errors.ts';
import { guardWords, type GuardWords } from '../words/guard.ts';
import { standingWords } from '../words/tasks.ts';
import type { Style } from './text.ts';
import { item, pairs, styled, wrap } from './text.ts';
import { heading } from './views.ts';

/** What was seen of the driver as lines for the terminal. */
export function driverLines(state: HearthState, columns: number, now: number): readonly string[] {
  const { driver, machine, standings } = state;
  if (driver === null) return wrap(standingWords(standings.driver).sentence, columns);
  const { advice, findings } = driver;
  const gpus = valueOr(machine?.gpus ?? { known: false, reason: 'not-asked', source: '' }, []);
  const cardLines = gpus.flatMap((gpu) => {
    const card = advice.cards.find(({ address }) => address === gpu.address) ?? null;
    const name = card === null ? valueOr(gpu.name, gpu.address) : cardSentence(card);
    return [...item('-', name, columns, '  '), ...wrap(accelerationSentence(gpu, card), columns, '    ')];
  });
  return [
    ...wrap(standingWords(standings.driver).sentence, columns),
    '',
    heading(words.cards()),
    ...cardLines,
    ...adviceNotes(advice).flatMap((note) => wrap(note, columns, '  ')),
    '',
    ...pairs(factPairs(driver), columns),
    ...endingLines(driver, columns),
    ...(advice.cards.length === 0 ? [] : ['', ...guardLines(driver, columns, now)]),
    ...(advice.cards.length === 0
      ? []
      : [
          '',
          heading(words.flavours()),
          ...advice.flavours.flatMap((each) => flavourLines(each, driver, columns)),
        ]),
    ...(findings.length === 0
      ? []
      : [
          '',
          heading(words.findings()),
          ...findings.flatMap((finding) => {
            const { title, explanation } = findingWords(finding);
            const cure = finding.cure === 'request-again' ? words.cureByKey() : words.cureWith(finding.id);
            return [
              ...item(finding.severity === 'blocks' ? '✗' : '▸', `${styled('bold', title)}`, columns, '  '),
              ...wrap(explanation, columns, '    '),
              ...(canCure(finding.cure) ? wrap(cure, columns, '    ') : []),
            ];
          }),
        ]),
  ];
}

function canCure(cure: DriverSight['findings'][number]['cure']): boolean {
  return cure !== null && cure !== 'wait' && cure !== 'show-log' && cure !== 'restart';
}

function factPairs(sight: DriverSight): readonly (readonly [string, string])[] {
  const { loaded, verified, mechanism, mechanismError } = sight;
  const driver = loaded.known
    ? loaded.value === null
      ? words.noDriver()
      : words.loaded(loaded.value.version, verified)
    : words.notKnown();
  const key = mechanism?.key ?? null;
  return [
    [words.inUse(), driver],
    ...(key === null ? [] : ([[words.key(), words.keyName(key.name, key.fingerprint)]] as const)),
    ...(mechanismError === null ? [] : ([[words.service(), errorWords(mechanismError).sentence]] as const)),
  ];
}

export function endingLines(sight: DriverSight, columns: number): readonly string[] {
  const ending = driverEnding(sight);
  if (ending === null) return [];
  const style: Style = ending.good ? 'good' : 'warn';
  return ['', ...wrap(styled(style, ending.sentence), columns), ...wrap(ending.next, columns)];
}

const tones: Readonly<Record<GuardWords['tone'], readonly [sign: string, style: Style]>> = {
  good: ['✓', 'good'],
  busy: ['●', 'warn'],
  bad: ['✗', 'bad'],
  unsure: ['○', 'warn'],
  none: ['✓', 'dim'],
};

export function guardLines({ guard }: DriverSight, columns: number, now: number): readonly string[] {
  const { title, detail, tone } = guardWords(guard, now);
  const [sign, style] = tones[tone];
  return [
    ...item(styled(style, sign), `${words.nextStart()}: ${title}`, columns),
    ...wrap(detail, columns, '  '),
  ];
}

function flavourLines(flavour: FlavourAdvice, { advice }: DriverSight, columns: number): readonly string[] {
  const { title, summary } = flavourWords(flavour.flavour);
  const marks = [
    ...(flavour.inUse ? [words.chosen()] : []),
    ...(flavour.flavour === advice.recommended && !flavour.inUse ? [words.recommended()] : []),
  ];
  const name = marks.length === 0 ? title : `${title} (${marks.join(', ')})`;
  return [
    ...item('-', `${styled('bold', name)} · ${flavour.flavour}`, columns, '  '),
    ...wrap(flavour.possible ? summary : flavourRefusal(flavour, advice), columns, '    '),
    ...flavourNeeds(flavour).flatMap((line) => item('·', line, columns, '    ')),
  ];
}
