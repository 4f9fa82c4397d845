// SPDX-License-Identifier: GPL-3.0-or-later

import type { MachineFacts } from '../core/machine/facts.ts';
import { findOffer } from '../core/models/shelf.ts';
import type { Offer, Shelf } from '../core/models/types.ts';
import { chosenOther } from '../core/setup/engine-of.ts';
import type { JournalEntry } from '../core/setup/journal.ts';
import type { Plan } from '../core/setup/plan.ts';
import type { HearthState, Mode } from '../core/setup/state.ts';
import type { TaskId } from '../core/setup/tasks.ts';
import { shownTasks } from '../core/vendor/types.ts';
import { actionSentence, type Names } from './plan.ts';
import { offerLabel, cureLabel, standingWords, taskTitle } from './tasks.ts';
import { stated } from './joined.ts';
import { reasonText } from './reasons.ts';
import { servedByOther } from './other-server.ts';
import { servedByPhrase } from './served-by.ts';
import { _, fill, ngettext, pgettext } from './translate.ts';

/** What the window says that belongs to no single part of Hearth. */

export const appName = 'Hearth';

export function windowTitle(mode: Mode): string {
  return mode.tag === 'practice' ? _('Hearth — Practice') : appName;
}

export function practiceBanner(): string {
  return _('Practice on a pretend computer: nothing changes the real one');
}

/** Whose facts these are, when not this computer's. */
export function recordingNote({ recording }: MachineFacts): string {
  if (recording === null) return '';
  return recording.kind === 'recorded'
    ? fill(_('Recorded from a real computer: {title}'), { title: recording.title })
    : fill(_('Made up from documents: {title}'), { title: recording.title });
}

export function copied(): string {
  return _('Copied');
}

export function removalDone(name: string): string {
  return fill(_('{name} was removed'), { name });
}

export interface Headline {
  readonly title: string;
  readonly description: string;
  /** Text of the one suggested button, and the page that it opens. */
  readonly button: string;
  readonly opens: TaskId;
}

/** What the home page says on top: where things stand, and the next thing to do. `next` comes from core. */
export function headline(state: HearthState, next: TaskId | null): Headline {
  if (!state.looked) {
    return {
      title: _('Looking Around'),
      description: _('Hearth looks at this computer and what is already set up'),
      button: _('This Computer'),
      opens: 'computer',
    };
  }
  if (next !== null) {
    const standing = state.standings[next];
    const { sentence } = standingWords(standing);
    if (standing.tag === 'broken') {
      return {
        // TRANSLATORS: {task} is a title such as “Graphics Driver”; “{task}: needs attention” would do as well.
        title: fill(_('{task} Needs Attention'), { task: taskTitle(next) }),
        description: sentence,
        button: cureLabel(standing.cure),
        opens: next,
      };
    }
    return {
      title: nextTitle(next),
      description: sentence,
      button: standing.tag === 'ready' ? offerLabel(standing.offer) : taskTitle(next),
      opens: next,
    };
  }
  const shown = shownTasks(state.vendor);
  const running = shown.find((task) => state.standings[task].tag === 'running');
  if (running !== undefined) {
    return {
      // TRANSLATORS: {task} is a title such as “Graphics Driver”; “{task}: being set up” would do as well.
      title: fill(_('{task} Is Being Set Up'), { task: taskTitle(running) }),
      description: standingWords(state.standings[running]).sentence,
      button: _('Show Progress'),
      opens: running,
    };
  }
  if (state.standings.try.tag === 'done') {
    const other = chosenOther(state);
    const waits = shown.some((task) => state.standings[task].tag === 'waiting');
    return {
      title: waits ? _('The Model Is Ready') : _('Everything Is Set Up'),
      description:
        other === null
          ? _('It answers on this computer, and what is asked stays here')
          : servedByOther(other),
      button: _('Ask the Model'),
      opens: 'try',
    };
  }
  const waiting = shown.find((task) => state.standings[task].tag === 'waiting') ?? 'model';
  return {
    title: standingWords(state.standings[waiting]).label,
    description: standingWords(state.standings[waiting]).sentence,
    button: taskTitle(waiting),
    opens: waiting,
  };
}

function nextTitle(task: TaskId): string {
  switch (task) {
    case 'computer':
      return _('Next: Look at This Computer');
    case 'driver':
      return _('Next: Look at the Graphics Driver');
    case 'model':
      return _('Next: Choose a Model');
    case 'try':
      return _('Next: Ask the Model');
    case 'tools':
      return _('Next: Set Up Goose');
  }
}

export interface AddressWords {
  readonly title: string;
  readonly subtitle: string;
  /** What Copy copies, or null when there is no address now. */
  readonly address: string | null;
}

/** The model's address and health; null when there is no model to have one. */
export function addressWords(state: HearthState): AddressWords | null {
  const { server } = state;
  if (server.tag === 'ready' && server.endpoint.other !== undefined) {
    const { alias, baseUrl, other } = server.endpoint;
    const answers = fill(_('Answers at {address}'), { address: baseUrl });
    return { title: alias, subtitle: stated(answers, servedByOther(other)), address: baseUrl };
  }
  // The address of what was chosen is not Hearth's own, which may well be on.
  if (chosenOther(state) !== null) return null;
  const offer = chosenOffer(state);
  if (offer === undefined || offer.installed === null) return null;
  const title = offer.entry.name;
  switch (server.tag) {
    case 'off':
      return { title, subtitle: _('Off. Starts when it is asked something'), address: null };
    case 'starting':
      return { title, subtitle: _('Starting'), address: null };
    case 'failed':
      return { title, subtitle: _('Did not start'), address: null };
    case 'ready':
      return {
        title,
        subtitle: stated(
          server.endpoint.isolation.isolated
            ? fill(_('Answers at {address}, shut off from the network'), { address: server.endpoint.baseUrl })
            : fill(_('Answers at {address}, not shut off from the network'), {
                address: server.endpoint.baseUrl,
              }),
          server.endpoint.servedBy === null ? '' : servedByPhrase(server.endpoint.servedBy),
        ),
        address: server.endpoint.baseUrl,
      };
  }
}

export function chosenOffer({ shelf, choices }: Pick<HearthState, 'shelf' | 'choices'>): Offer | undefined {
  return findOffer(shelf, choices.modelId) ?? undefined;
}

/** Accessible name of a button whose label alone would be ambiguous among its siblings. */
export function buttonFor(label: string, name: string): string {
  // TRANSLATORS: the full name of a button for a screen reader, for example “Take Back: Download Qwen”.
  return fill(_('{action}: {name}'), { action: label, name });
}

export const undoWords = {
  done: (): string => _('Taken back'),
  partly: (): string => _('Partly taken back: files that were changed since were kept'),
};

/** What an entry was mostly about: its most telling step, or the task when it did nothing. */
export function entryTitle({ task, steps }: JournalEntry, names: Names): string {
  const telling = [
    'download',
    'import',
    'import-own',
    'move-model',
    'pull-image',
    'firewall',
    'remove-model',
    'discard',
    'write-file',
    'serve',
    'units',
    'make-key',
    'choose',
    'make-folder',
  ];
  const main = telling
    .map((kind) => steps.findLast((step) => step.action.do === kind))
    .find((step) => step !== undefined);
  return main === undefined ? taskTitle(task) : actionSentence(main.action, names);
}

export function undoLabel(): string {
  return _('Take Back');
}

/** The button that carries a plan out, named by what the plan is mostly for. */
export function applyLabel(plan: Plan): string {
  const does = new Set(plan.steps.map((step) => step.action.do));
  if (does.has('remove-model')) return _('Remove');
  if (does.has('discard')) return _('Discard');
  if (does.has('download')) return _('Download');
  if (does.has('import')) return _('Use');
  if (does.has('import-own')) return _('Add');
  if (does.has('move-model')) return _('Move');
  if (does.has('pull-image')) return _('Fetch');
  if (does.has('firewall')) return _('Close Port');
  if (does.has('serve')) return _('Start');
  return plan.task === 'tools' ? _('Set Up') : _('Continue');
}

export function stepNumber(index: number): string {
  return fill(pgettext('step', '{number}.'), { number: index });
}

/** Accessible name of the view of a file's new content. */
export function contentName(path: string): string {
  return fill(_('Changes to {path}'), { path });
}

/** What to say when a part of the shelf could not be used; empty when all of it could. */
export function shelfProblem(shelf: Shelf): string {
  const [first, ...rest] = shelf.problems;
  if (first !== undefined) {
    const named = { file: first.file, problem: reasonText(first.problem) };
    if (rest.length === 0) return fill(_('A part of {file} cannot be used: {problem}'), named);
    return fill(
      ngettext(
        'A part of {file} cannot be used: {problem}; and {count} other part',
        'A part of {file} cannot be used: {problem}; and {count} other parts',
        rest.length,
      ),
      { ...named, count: rest.length },
    );
  }
  return shelf.offers.length === 0 ? _('The list of models is empty. Reinstall Hearth.') : '';
}

/** Whether what a plan does can be taken back, said before it is done. */
export function undoHint(plan: Plan): string {
  if (plan.steps.some(({ action }) => action.do === 'remove-model' && action.own === true))
    return _('Cannot be taken back: nobody publishes this file, so keep a copy if it may be needed again');
  return plan.steps.some(({ action }) => action.do === 'remove-model' || action.do === 'discard')
    ? _('Cannot be taken back, but the model can be downloaded again')
    : _('Can be taken back from the journal, step by step');
}
