// SPDX-License-Identifier: GPL-3.0-or-later

import type { Answer } from '../core/server/types.ts';
import { chosenOther } from '../core/setup/engine-of.ts';
import type { Cure } from '../core/setup/tasks.ts';
import type { HearthState } from '../core/setup/state.ts';
import { chosenOffer } from './app.ts';
import { errorWords } from './errors.ts';
import { healthLine } from './health.ts';
import { servedByOther } from './other-server.ts';
import { servedByPhrase } from './served-by.ts';
import { dotted, ended, listed, paragraph, stated } from './joined.ts';
import { _, fill } from './translate.ts';
import { duration, number, tokens } from './units.ts';

/** How the server does; empty where nothing was asked of it yet. */
export function tryHealth(state: HearthState): string {
  const { health } = state;
  return health === null || health.answerTokens === 0
    ? ''
    : healthLine(health, chosenOffer(state)?.fit.need.total ?? null);
}

/** What stands in the way of asking, or null; a new question is the cure of what may pass. */
export function tryCure({ standings }: HearthState): Exclude<Cure, 'retry'> | null {
  const standing = standings.try;
  return standing.tag === 'broken' && standing.cure !== 'retry' ? standing.cure : null;
}

/** Whether asking makes sense now. */
export function canAsk({ standings }: HearthState): boolean {
  return (
    standings.try.tag !== 'waiting' &&
    !(standings.try.tag === 'broken' && ['install-engine', 'change-engine'].includes(standings.try.cure))
  );
}

/** What is being waited for before the first word of an answer. */
export function thinking(stage: 'starting' | 'reading' | 'thinking'): string {
  switch (stage) {
    case 'starting':
      return _('Starting the model');
    case 'reading':
      return _('Reading the question');
    case 'thinking':
      return _('Thinking');
  }
}

/** What was measured about an answer, in one line. */
export function answerFacts(answer: Answer): string {
  const parts: string[] = [];
  if (answer.answerRate !== null && answer.answerRate > 0) {
    const rate = number(answer.answerRate, answer.answerRate < 10 ? 1 : 0);
    parts.push(fill(_('{rate} tokens per second'), { rate }));
  }
  const first = answer.firstTokenAfter / 1000;
  if (first < 1) parts.push(_('first word at once'));
  else parts.push(fill(_('first word after {time}'), { time: duration(first) }));
  if (answer.stopped === 'length') parts.push(_('cut off at the longest answer allowed'));
  if (answer.stopped === 'cancelled') parts.push(stoppedNote());
  return dotted(parts);
}

export function stoppedNote(): string {
  return _('Stopped');
}

/** Questions that suit a small model. */
export function suggestions(): readonly string[] {
  return [
    _('Explain what a local model is, in three sentences'),
    _('Write a short thank-you note to a neighbour'),
    _('Turn this into a list: milk, bread and two apples'),
  ];
}

export function tryIntroduction(state: HearthState): string {
  const { server } = state;
  const standing = state.standings.try;
  if (chosenOther(state) !== null && standing.tag !== 'broken') {
    return server.tag !== 'ready' || server.endpoint.other === undefined
      ? _('Asks a program that runs already, which Hearth does not shut off from the network.')
      : ended(
          stated(
            fill(_('{model} answers'), { model: server.endpoint.alias }),
            servedByOther(server.endpoint.other),
          ),
        );
  }
  const offer = chosenOffer(state);
  if (chosenOther(state) === null && (state.standings.model.tag !== 'done' || offer === undefined)) {
    return _('A model has to be downloaded before it can be asked');
  }
  if (standing.tag === 'broken') {
    const { sentence, next } = errorWords(standing.error);
    return paragraph(sentence, next);
  }
  if (offer === undefined) return '';
  if (offer.entry.practice) {
    return fill(_('{name} talks gibberish: it only shows how Hearth works'), { name: offer.entry.name });
  }
  return fill(_('{name} answers on this computer. What is asked here stays here.'), {
    name: offer.entry.name,
  });
}

/** On what the model runs and what was checked about it; empty before there is something to say. */
export function tryEvidence({ server }: HearthState): string {
  if (server.tag !== 'ready') return '';
  const { isolation, contextTokens, other, servedBy } = server.endpoint;
  if (other !== undefined) return servedByOther(other);
  const length = fill(_('context {context}'), { context: tokens(contextTokens) });
  const context = dotted([length, servedBy === null ? '' : servedByPhrase(servedBy)]);
  if (!isolation.isolated) return dotted([_('Not shut off from the network'), context]);
  const only =
    isolation.interfaces.length === 0
      ? _('Shut off from the network: no interface')
      : fill(_('Shut off from the network: its only interface is {interfaces}'), {
          interfaces: listed(isolation.interfaces),
        });
  return dotted([only, context]);
}
