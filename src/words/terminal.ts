// SPDX-License-Identifier: GPL-3.0-or-later

import { reasonText } from './reasons.ts';
import { duration, number, tokens } from './units.ts';
import { _, fill, ngettext, pgettext } from './translate.ts';

/** What the commands of the terminal say around the facts: headings, questions, results. */
export const terminalWords = {
  practiceBanner: (machine: string) =>
    fill(
      _(
        'PRACTICE MODE · recorded machine “{machine}” · a tiny model of random numbers: its answers are gibberish · everything stays in a temporary folder',
      ),
      { machine },
    ),
  practiceEnd: () => _('PRACTICE MODE ENDS · nothing of yours was touched · the temporary folder is gone'),
  recordedMachine: (title: string, kind: 'recorded' | 'composed') =>
    fill(kind === 'recorded' ? _('Recorded machine: {title}') : _('Composed machine: {title}'), { title }),

  modelOff: (name: string) =>
    fill(_('{name} is on this disk and off now. "hearth serve" starts it.'), { name }),
  modelNone: () => _('No model is chosen yet.'),
  imageFirst: () => _('A container is to serve the model, and its image is not on this computer yet.'),
  modelFirst: () => _('The model is not on this disk yet.'),
  modelStarting: () => _('The model is starting.'),
  next: (command: string) => fill(_('Next: {command}'), { command }),

  picks: () => _('Recommended for this computer'),
  others: () => _('Others'),
  noPicks: () => _('No model of the catalogue fits this computer.'),
  hidden: (count: number) =>
    fill(
      ngettext(
        '{count} more model cannot be downloaded here. --all lists it, with the reason.',
        '{count} more models cannot be downloaded here. --all lists them, with the reason.',
        count,
      ),
      { count },
    ),
  catalogueProblem: (file: string, problem: string) =>
    fill(_('{file} was left out: {problem}'), { file, problem: reasonText(problem) }),
  noneInstalled: () => _('No model is on this disk.'),
  verifying: (name: string) => fill(_('Checking {name}'), { name }),
  verified: (name: string) => fill(_('{name}: the checksum is right.'), { name }),
  notVerified: (name: string) =>
    fill(
      _('{name}: the checksum is wrong, so it is not used any more. "hearth apply model" fetches it again.'),
      { name },
    ),

  alreadyHere: (name: string) => fill(_('{name} is on this disk already.'), { name }),
  brought: (name: string, id: string, chosen: boolean) =>
    chosen
      ? fill(_('{name} is here and will be used.'), { name })
      : fill(_('{name} is here. "hearth apply model --model {id}" uses it.'), { name, id }),
  continueWith: (ids: string) =>
    fill(_('"hearth models get {ids}" continues, "hearth models discard" throws away what came.'), { ids }),
  paused: () => _('Paused downloads'),
  pausedHint: () =>
    _('"hearth models get ID" continues one, "hearth models discard ID" throws away what came of it.'),

  steps: () => _('Steps'),
  touches: () => _('Touches'),
  takenBack: () => _('Taken back with "hearth undo":'),
  nothingToDo: () => _('Nothing to do.'),
  nothingFor: (task: string) => fill(_('{task}: nothing for Hearth to do.'), { task }),
  apply: () => _('Do this now?'),
  undo: () => _('Take this back now?'),
  notDone: () => _('Nothing was done.'),
  applied: (count: number, seconds: number) =>
    fill(ngettext('Done: {count} step in {time}.', 'Done: {count} steps in {time}.', count), {
      count,
      time: duration(seconds),
    }),
  stepOf: (at: number, count: number, sentence: string) =>
    fill(_('{at} of {count}: {sentence}'), { at, count, sentence }),
  undoHint: (plan: string) => fill(_('"hearth undo {plan}" takes it back.'), { plan }),
  undone: () => _('Taken back.'),
  undonePartly: () => _('Taken back in part. What was kept is named above.'),
  emptyJournal: () => _('Hearth did nothing on this computer yet.'),
  journalMark: (practice: boolean) => (practice ? _('practice') : ''),
  noSuchPlan: (plan: string) => fill(_('The journal has no entry {plan}.'), { plan }),

  starting: () => _('Starting the model'),
  address: () => _('Address'),
  keyFile: () => _('Key'),
  modelName: () => _('Model name'),
  context: () => _('Context'),
  isolation: () => _('Network'),
  limits: () => _('Not covered'),
  serveUntil: () => _('Answers until you press Ctrl+C.'),
  serveStopped: () => _('The model is off.'),
  isolated: (pid: number, interfaces: string) =>
    fill(_('Shut off: process {pid} has a network of its own with nothing in it but {interfaces}'), {
      pid: String(pid),
      interfaces,
    }),
  notIsolated: (pid: number) =>
    fill(_('NOT shut off: process {pid} shares the network of this computer'), { pid: String(pid) }),
  otherKey: () => _('none is sent'),
  noInterfaces: () => _('no interface at all'),
  namespaces: (server: string, own: string) =>
    fill(_('looked at: {server} for the model, {own} for Hearth'), { server, own }),

  question: () => _('Question'),
  noQuestion: () => _('There was no question.'),
  thinking: () => _('thinking'),
  measured: (count: number, rate: number | null, firstAfter: number) =>
    rate === null
      ? fill(_('{tokens}, the first after {first}'), { tokens: tokens(count), first: shortTime(firstAfter) })
      : fill(_('{tokens}, {rate} tokens per second, the first after {first}'), {
          tokens: tokens(count),
          rate: number(rate, rate < 10 ? 1 : 0),
          first: shortTime(firstAfter),
        }),
  cutShort: () => _('The answer was cut at its greatest length.'),
  gooseMeasured: (count: number, ms: number) =>
    fill(
      _('The model on this computer worked through {tokens} for Goose, by its server’s counters, in {time}'),
      {
        tokens: tokens(count),
        time: duration(ms / 1000),
      },
    ),
  cloudProviders: (list: string) =>
    fill(_('Goose also knows providers that send what is typed to other computers: {list}'), { list }),
  stillCloud: () => _('With the local model as the default, this would leave the computer all the same:'),
  gooseSetUpFirst: () => _('Goose does not know the model on this computer yet.'),

  recorded: (folder: string, files: number, commands: number) =>
    fill(_('Written to {folder}: {files} and {commands}.'), {
      folder,
      files: fill(ngettext('{files} file', '{files} files', files), { files }),
      commands: fill(ngettext('{commands} command', '{commands} commands', commands), { commands }),
    }),
  recordedHint: (folder: string) =>
    fill(
      _('Names, addresses and serial numbers were replaced. "hearth status --machine {folder}" reads it.'),
      {
        folder,
      },
    ),

  // TRANSLATORS: the letters for yes and no, the one that Enter means in upper case; see also the answers “yes” and “no”.
  yesNo: (yesIsStandard: boolean) => (yesIsStandard ? _('[Y/n]') : _('[y/N]')),
  details: () => _('Details'),
  notATerminal: () =>
    _(
      'Standard input is not a terminal: answers are read from it, one per line. --unattended takes every default instead.',
    ),
  inputEnded: () => _('Standard input ended before an answer.'),
  interrupted: () => _('Interrupted. What was downloaded is kept; the same command continues.'),
};

/** Whether an answer to a question of yes or no is yes, in the person's language or in English. */
export function saysYes(answer: string): boolean {
  // TRANSLATORS: answers in the terminal that mean yes: the letter, then the word, in lower case with a bar between.
  return isOneOf(answer, pgettext('answer', 'y|yes')) || isOneOf(answer, 'y|yes');
}

export function saysNo(answer: string): boolean {
  // TRANSLATORS: answers in the terminal that mean no: the letter, then the word, in lower case with a bar between.
  return isOneOf(answer, pgettext('answer', 'n|no')) || isOneOf(answer, 'n|no');
}

function isOneOf(answer: string, words: string): boolean {
  return words.split('|').includes(answer.trim().toLocaleLowerCase());
}

/** Milliseconds as a short time. */
function shortTime(milliseconds: number): string {
  if (milliseconds < 95) return _('less than 0.1 s');
  return milliseconds < 10_000
    ? fill(_('{seconds} s'), { seconds: number(milliseconds / 1000, 1) })
    : duration(milliseconds / 1000);
}

/** Labels of what is known about a model. */
export const shelfLabels = {
  installed: () => _('on this disk'),
  partial: (done: string, total: string) => fill(_('{done} of {total} here'), { done, total }),
  chosen: () => _('chosen'),
  id: () => _('ID'),
  publisher: () => _('Publisher'),
  released: () => _('Released'),
  licence: () => _('Licence'),
  trainingData: () => _('Training data'),
  consent: () => _('Consent'),
  tools: () => _('Tools'),
  languages: () => _('Languages'),
  here: () => _('On this computer'),
  speed: () => _('Speed'),
  agents: () => _('With agents'),
  context: () => _('Context'),
  contextOf: (here: string, trained: string) => fill(_('{here} here, {trained} at most'), { here, trained }),
  file: () => _('File'),
  sha256: () => _('SHA-256'),
  homepage: () => _('Page'),
  onDisk: () => _('On this disk'),
  refused: () => _('Download'),
};
