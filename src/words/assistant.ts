// SPDX-License-Identifier: GPL-3.0-or-later

import { _, fill } from './translate.ts';

/** Sentences of the terminal assistant: the pages of the window, as headings and questions. */
export const assistantWords = {
  welcome: () => _('Welcome to Hearth'),
  promise: () =>
    _(
      'Private AI on this computer: choose a model, get the graphics driver right, open the tools. Nothing leaves this computer unless it says so here.',
    ),
  keys: () =>
    _('Enter takes the answer in brackets, b goes back, q stops. Ctrl+C leaves everything as it is.'),
  unattended: () => _('Nothing is asked: each default is taken and printed.'),
  looked: () => _('What was looked at'),
  chose: () => _('What was chosen, and why'),
  did: () => _('What was done'),
  checked: () => _('What the checks showed'),
  answered: () => _('The answer of the model'),
  throughGoose: () => _('The answer through Goose'),
  summary: () => _('Where things stand'),
  more: () => _('See more, and take it back'),
  question: () => _('Question'),

  chosen: (name: string) => fill(_('Chosen: {name}'), { name }),
  chosenBecause: (name: string, reason: string) => fill(_('Chosen: {name}. {reason}'), { name, reason }),
  modelHere: (name: string) => fill(_('{name} is on this disk already, and it was checked.'), { name }),
  resumes: (name: string, done: string, total: string) =>
    fill(_('{name} is partly here: {done} of {total}. The download continues from there.'), {
      name,
      done,
      total,
    }),
  nothingFits: () => _('No model of the catalogue fits this computer.'),
  nothingFitsPractice: () =>
    _(
      'Practice mode shows the whole of Hearth with a tiny model of random numbers, without touching anything.',
    ),
  notUnderstood: () => _('That was not one of the answers.'),
  notDone: () => _('Nothing was done.'),
  carriedOut: () => _('Done.'),
  nothingToDo: () => _('Nothing to do: it is so already.'),
  noGoose: () =>
    _(
      'Goose is not installed, so there is nothing to set up for it. Once it is, "hearth goose" does the rest.',
    ),
  toolsHeading: () => _('Tools'),
  unreachable: () =>
    _(
      'The publisher of the model cannot be reached from here. What was downloaded is kept, and the download continues from there next time.',
    ),
  practiceOffer: () =>
    _(
      'Practice mode works without the network: a recorded machine and a tiny model of random numbers, made on this computer. "hearth setup --practice" starts it at any time.',
    ),
  toPractice: () => _('Going on in practice mode.'),
  asks: (prompt: string) => fill(_('Asked: {prompt}'), { prompt }),
  interrupted: () =>
    _('Interrupted. Everything is left as it is; "hearth setup" continues from what is there.'),
  inputEnded: () =>
    _(
      'Standard input ended before an answer. Everything is left as it is; "hearth setup" continues from what is there.',
    ),

  askContinue: () => _('Continue?'),
  askKeep: () => _('Use this model?'),
  askPick: () => _('Which model? A number or an ID; m shows all that fit'),
  askAgree: () => _('Do this now?'),
  askUnreachable: (practice: boolean) =>
    practice ? _('r tries again, p goes to practice mode, s stops') : _('r tries again, s stops'),
  askFailed: () => _('r tries again, o chooses another model, s skips'),
  askNothingFits: () => _('Go to practice mode?'),
  askPrompt: () => _('What would you like to ask?'),
  askAnother: () => _('Another question? Enter goes on'),
  suggestion: () => _('In one sentence: what is a hearth?'),

  after: {
    status: () => _('where everything stands'),
    serve: () => _('let the model answer other programs'),
    try: () => _('ask the model'),
    undo: () => _('take back the newest of these; "hearth journal" lists all'),
    setup: () => _('the same on this computer, for real'),
    practice: () => _('see all of it without touching anything'),
  },
};
