// SPDX-License-Identifier: GPL-3.0-or-later

import { findOffer } from '../../core/models/shelf.ts';
import type { ErrorValue } from '../../core/errors.ts';
import type { Measured } from '../../core/models/types.ts';
import type { Answer, Endpoint } from '../../core/server/types.ts';
import type { Plan } from '../../core/setup/plan.ts';
import type { HearthState } from '../../core/setup/state.ts';
import type { GooseAnswer } from '../../core/tools/types.ts';
import { saysNo, saysYes } from '../../words/terminal.ts';
import type { ExitCode } from '../../words/cli.ts';
import { canPractise, exitFor, isUnreachable } from '../exit.ts';

/**
 * The terminal assistant as a reducer. It keeps no memory of earlier runs: each page starts from what the machine
 * shows, so a run after an interruption is a fresh run that finds more done.
 */

export type Show =
  | { readonly show: 'welcome' | 'computer' | 'driver' | 'picks' | 'shelf' | 'resumes' | 'nothing-fits' }
  | { readonly show: 'model-here' | 'chosen'; readonly modelId: string }
  | { readonly show: 'plan'; readonly plan: Plan }
  | { readonly show: 'nothing-to-do' | 'carried-out' | 'not-done' | 'not-understood' | 'no-goose' | 'tools' }
  | { readonly show: 'unreachable' | 'failed'; readonly error: ErrorValue }
  | { readonly show: 'serving'; readonly endpoint: Endpoint }
  | { readonly show: 'question' | 'goose-question'; readonly prompt: string }
  | { readonly show: 'measured'; readonly answer: Answer }
  | { readonly show: 'model-measured'; readonly measured: Measured }
  | { readonly show: 'goose-measured'; readonly answer: GooseAnswer }
  | { readonly show: 'input-ended' | 'interrupted' | 'to-practice' }
  | { readonly show: 'summary'; readonly exit: ExitCode };

export type QuestionId =
  | 'continue'
  | 'keep-model'
  | 'pick'
  | 'agree'
  | 'unreachable'
  | 'model-failed'
  | 'try-failed'
  | 'nothing-fits'
  | 'measure'
  | 'prompt'
  | 'another-prompt';

/** A question with the answer that Enter stands for. */
export interface Question {
  readonly id: QuestionId;
  readonly standard: string;
}

/** The one thing to be done before the next event. */
export type Next =
  | { readonly do: 'look' }
  | { readonly do: 'ask'; readonly question: Question }
  | { readonly do: 'choose-and-plan'; readonly modelId: string }
  | { readonly do: 'plan-tools' }
  | { readonly do: 'apply'; readonly plan: Plan }
  | { readonly do: 'serve' }
  | { readonly do: 'measure'; readonly modelId: string }
  | { readonly do: 'ask-model' | 'ask-goose'; readonly prompt: string }
  | { readonly do: 'practise' }
  | { readonly do: 'end'; readonly exit: ExitCode };

export type Event =
  | { readonly tag: 'started' | 'looked' | 'applied' | 'input-ended' | 'interrupted' }
  | { readonly tag: 'replied'; readonly text: string }
  | { readonly tag: 'planned'; readonly plan: Plan }
  | { readonly tag: 'served'; readonly endpoint: Endpoint }
  | { readonly tag: 'model-measured'; readonly measured: Measured }
  | { readonly tag: 'model-said'; readonly answer: Answer }
  | { readonly tag: 'goose-said'; readonly answer: GooseAnswer }
  | { readonly tag: 'failed'; readonly error: ErrorValue };

export type Page = 'computer' | 'driver' | 'model' | 'try' | 'tools' | 'summary';

export interface Assistant {
  readonly unattended: boolean;
  /** Model from the command line. */
  readonly wanted: string | null;
  readonly page: Page;
  readonly asked: Question | null;
  readonly plan: Plan | null;
  /** What the pick question offers, in the order of its numbers. */
  readonly numbered: readonly string[];
  readonly modelId: string | null;
  readonly suggestion: string;
  readonly exit: ExitCode;
}

export interface Turn {
  readonly state: Assistant;
  readonly show: readonly Show[];
  readonly next: Next;
}

export function assistant(options: {
  readonly unattended: boolean;
  readonly wanted: string | null;
  readonly suggestion: string;
}): Assistant {
  return { ...options, page: 'computer', asked: null, plan: null, numbered: [], modelId: null, exit: 0 };
}

/** What happens after an event, with the machine as it is now. Total: an event out of place changes nothing. */
export function advance(state: Assistant, event: Event, seen: HearthState): Turn {
  switch (event.tag) {
    case 'started':
      return turn(state, [{ show: 'welcome' }], { do: 'look' });
    case 'looked':
      return enter({ ...state, page: 'computer' }, seen);
    case 'replied':
      return reply(state, event.text.trim(), seen);
    case 'planned':
      return planned(state, event.plan, seen);
    case 'applied':
      return afterApply(state, seen);
    case 'served':
      return served(state, event.endpoint, seen);
    case 'model-measured':
      return ask(
        state,
        seen,
        [{ show: 'model-measured', measured: event.measured }],
        'prompt',
        state.suggestion,
      );
    case 'model-said':
      return ask(state, seen, [{ show: 'measured', answer: event.answer }], 'another-prompt', '');
    case 'goose-said':
      return enter({ ...state, page: 'summary' }, seen, [{ show: 'goose-measured', answer: event.answer }]);
    case 'failed':
      return failed(state, event.error, seen);
    case 'input-ended':
      return turn(state, [{ show: 'input-ended' }], { do: 'end', exit: 4 });
    case 'interrupted':
      return turn(state, [{ show: 'interrupted' }], { do: 'end', exit: 130 });
  }
}

function turn(state: Assistant, show: readonly Show[], next: Next): Turn {
  return { state: { ...state, asked: next.do === 'ask' ? next.question : null }, show, next };
}

/** Asks; or, unattended, takes the answer that stands there. */
function ask(
  state: Assistant,
  seen: HearthState,
  show: readonly Show[],
  id: QuestionId,
  standard: string,
): Turn {
  const question: Question = { id, standard };
  if (!state.unattended) return turn(state, show, { do: 'ask', question });
  const after = reply({ ...state, asked: question }, standard, seen);
  return { ...after, show: [...show, ...after.show] };
}

const pages: readonly Page[] = ['computer', 'driver', 'model', 'try', 'tools', 'summary'];

function enter(state: Assistant, seen: HearthState, before: readonly Show[] = []): Turn {
  switch (state.page) {
    case 'computer':
      return ask(state, seen, [...before, { show: 'computer' }], 'continue', '');
    case 'driver': {
      const show: readonly Show[] = [...before, { show: 'driver' }];
      const standing = seen.standings.driver.tag;
      if (standing === 'not-needed' || standing === 'done')
        return enter({ ...state, page: 'model' }, seen, show);
      return ask(state, seen, show, 'continue', '');
    }
    case 'model':
      return enterModel(state, seen, before);
    case 'try':
      return turn(state, before, { do: 'serve' });
    case 'tools':
      if (seen.goose === null || seen.goose.program === null)
        return enter({ ...state, page: 'summary' }, seen, [...before, { show: 'no-goose' }]);
      return turn(state, [...before, { show: 'tools' }], { do: 'plan-tools' });
    case 'summary':
      return turn(state, [...before, { show: 'summary', exit: state.exit }], { do: 'end', exit: state.exit });
  }
}

function enterModel(state: Assistant, seen: HearthState, before: readonly Show[]): Turn {
  const chosen = seen.choices.modelId;
  if (state.wanted !== null) return choose(state, state.wanted, before);
  if (seen.standings.model.tag === 'done' && chosen !== null)
    return ask(state, seen, [...before, { show: 'model-here', modelId: chosen }], 'keep-model', 'y');
  const numbered = offered(seen);
  const started = seen.shelf?.offers.find((offer) => offer.partial !== null)?.entry.id ?? null;
  if (numbered.length === 0)
    return canPractise(seen)
      ? ask({ ...state, exit: 3 }, seen, [...before, { show: 'nothing-fits' }], 'nothing-fits', 'n')
      : turn(state, [...before, { show: 'nothing-fits' }], { do: 'end', exit: 3 });
  const show: readonly Show[] = [
    ...before,
    { show: 'picks' },
    ...(started !== null && started === numbered[0] ? [{ show: 'resumes' } as const] : []),
  ];
  return ask({ ...state, numbered }, seen, show, 'pick', '1');
}

/** Models to offer by number: a started download first, then the picks; where no pick can be had, whatever can. */
function offered({ shelf }: HearthState): readonly string[] {
  const offers = (shelf?.offers ?? []).filter((offer) => offer.refused === null);
  const can = offers.map((offer) => offer.entry.id);
  const started = offers.filter((offer) => offer.partial !== null).map((offer) => offer.entry.id);
  const picks = (shelf?.picks ?? []).map((pick) => pick.modelId).filter((id) => can.includes(id));
  const best = [...new Set([...started, ...picks])];
  return best.length > 0 ? best : can.slice(0, 3);
}

function choose(state: Assistant, modelId: string, before: readonly Show[]): Turn {
  return turn({ ...state, modelId }, [...before, { show: 'chosen', modelId }], {
    do: 'choose-and-plan',
    modelId,
  });
}

function reply(state: Assistant, text: string, seen: HearthState): Turn {
  const question = state.asked;
  if (question === null) return turn(state, [], { do: 'end', exit: state.exit });
  const isPrompt = question.id === 'prompt' || question.id === 'another-prompt';
  const said = text === '' ? question.standard : text;
  const word = said.toLowerCase();
  if (!isPrompt && word === 'q') return turn(state, [{ show: 'not-done' }], { do: 'end', exit: 4 });
  if (!isPrompt && word === 'b') {
    const back = pages[Math.max(0, pages.indexOf(state.page) - 1)] ?? 'computer';
    return enter({ ...state, page: back === 'driver' ? 'computer' : back, wanted: null }, seen);
  }
  const again = turn(state, [{ show: 'not-understood' }], { do: 'ask', question });
  switch (question.id) {
    case 'continue':
      return enter({ ...state, page: state.page === 'computer' ? 'driver' : 'model' }, seen);
    case 'keep-model':
      if (saysYes(word)) return enter({ ...state, page: 'try', modelId: seen.choices.modelId }, seen);
      return saysNo(word) ? showShelf(state, seen) : again;
    case 'pick':
      return pick(state, word, seen, again);
    case 'agree':
      if (saysYes(word) && state.plan !== null) return turn(state, [], { do: 'apply', plan: state.plan });
      if (!saysNo(word)) return again;
      return enter({ ...state, page: 'summary', exit: state.page === 'tools' ? state.exit : 4 }, seen, [
        { show: 'not-done' },
      ]);
    case 'unreachable':
    case 'nothing-fits':
      if (word === 'p' || saysYes(word)) return turn(state, [{ show: 'to-practice' }], { do: 'practise' });
      if (word === 'r' && question.id === 'unreachable') return retry(state);
      return word === 's' || saysNo(word) ? turn(state, [], { do: 'end', exit: state.exit }) : again;
    case 'model-failed':
    case 'try-failed':
      if (word === 'r') return retry(state);
      if (word === 'o') return showShelf({ ...state, page: 'model', wanted: null }, seen);
      return word === 's' ? enter({ ...state, page: 'summary' }, seen) : again;
    case 'measure':
      if (saysYes(word)) return turn(state, [], { do: 'measure', modelId: seen.choices.modelId ?? '' });
      return saysNo(word) ? ask(state, seen, [], 'prompt', state.suggestion) : again;
    case 'prompt':
      return turn(state, [{ show: 'question', prompt: said }], { do: 'ask-model', prompt: said });
    case 'another-prompt':
      if (said === '') return enter({ ...state, page: 'tools' }, seen);
      return turn(state, [{ show: 'question', prompt: said }], { do: 'ask-model', prompt: said });
  }
}

/** A model that just came is measured where the person likes; an unattended run is not made longer by it. */
function served(state: Assistant, endpoint: Endpoint, seen: HearthState): Turn {
  const show: readonly Show[] = [{ show: 'serving', endpoint }];
  const offer = findOffer(seen.shelf, endpoint.modelId);
  const worth = offer !== null && !offer.entry.practice && !offer.installed?.measured;
  if (worth && !state.unattended) return ask(state, seen, show, 'measure', 'y');
  return ask(state, seen, show, 'prompt', state.suggestion);
}

function retry(state: Assistant): Turn {
  const { plan } = state;
  if (state.page === 'try') return turn({ ...state, exit: 0 }, [], { do: 'serve' });
  if (plan !== null) return turn({ ...state, exit: 0 }, [], { do: 'apply', plan });
  if (state.modelId !== null)
    return turn({ ...state, exit: 0 }, [], { do: 'choose-and-plan', modelId: state.modelId });
  return turn({ ...state, exit: 0 }, [], { do: 'look' });
}

function showShelf(state: Assistant, seen: HearthState): Turn {
  const numbered = (seen.shelf?.offers ?? []).filter((o) => o.refused === null).map((o) => o.entry.id);
  const question: Question = { id: 'pick', standard: '1' };
  return turn({ ...state, numbered }, [{ show: 'shelf' }], { do: 'ask', question });
}

function pick(state: Assistant, word: string, seen: HearthState, again: Turn): Turn {
  if (word === 'm') return showShelf(state, seen);
  const byNumber = /^\d{1,3}$/.test(word) ? state.numbered[Number(word) - 1] : undefined;
  const byName = seen.shelf?.offers.find((o) => o.refused === null && o.entry.id.toLowerCase() === word)
    ?.entry.id;
  const modelId = byNumber ?? byName;
  return modelId === undefined ? again : choose(state, modelId, []);
}

function planned(state: Assistant, plan: Plan, seen: HearthState): Turn {
  if (plan.steps.length === 0) return afterApply(state, seen, [{ show: 'nothing-to-do' }]);
  return ask({ ...state, plan }, seen, [{ show: 'plan', plan }], 'agree', 'y');
}

function afterApply(
  state: Assistant,
  seen: HearthState,
  show: readonly Show[] = [{ show: 'carried-out' }],
): Turn {
  const done = { ...state, plan: null };
  if (state.page !== 'tools') return enter({ ...done, page: 'try' }, seen, show);
  return turn(done, [...show, { show: 'goose-question', prompt: state.suggestion }], {
    do: 'ask-goose',
    prompt: state.suggestion,
  });
}

function failed(state: Assistant, error: ErrorValue, seen: HearthState): Turn {
  if (error.code === 'cancelled') return turn(state, [{ show: 'interrupted' }], { do: 'end', exit: 130 });
  const exit = exitFor(error);
  const stopped = { ...state, exit };
  if (state.page === 'model' && isUnreachable(error)) {
    const show: readonly Show[] = [{ show: 'unreachable', error }];
    if (state.unattended) return turn(stopped, show, { do: 'end', exit });
    return ask(stopped, seen, show, 'unreachable', canPractise(seen) ? 'p' : 'r');
  }
  const show: readonly Show[] = [{ show: 'failed', error }];
  if (state.page === 'tools') return enter({ ...stopped, page: 'summary' }, seen, show);
  if (state.page === 'computer') return turn(stopped, show, { do: 'end', exit });
  return ask(
    stopped,
    seen,
    show,
    state.page === 'model' ? 'model-failed' : 'try-failed',
    state.unattended ? 's' : 'r',
  );
}
