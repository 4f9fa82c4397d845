// SPDX-License-Identifier: GPL-3.0-or-later

import { assistantWords as words } from '../../words/assistant.ts';
import { errorWords } from '../../words/errors.ts';
import { measuredSpeed } from '../../core/models/measured.ts';
import { measuredResult, measureWords } from '../../words/measured.ts';
import { agentWait } from '../../words/models.ts';
import { terminalWords } from '../../words/terminal.ts';
import { bytes } from '../../words/units.ts';
import { canPractise } from '../exit.ts';
import type { Context } from '../context.ts';
import { modelName, names, seen } from '../context.ts';
import { sayMeasure } from '../run/ask.ts';
import { pairs as pairsOf, styled, wrap } from '../text.ts';
import { gooseLines, machineLines, offerRows, pickLines, pickReasonOf } from '../machine-views.ts';
import { heading, planLines, servingLines, standingLines } from '../views.ts';
import type { Assistant, Question, Show } from './machine.ts';

/** What the assistant shows, as text. Sections have the same headings with and without questions. */
export class Pages {
  readonly #context: Context;
  #section: string | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** A heading, once for all that stands below it. */
  #under(title: string): void {
    if (this.#section === title) return;
    this.#section = title;
    const { out } = this.#context;
    out.lines(['', heading(title)]);
  }

  show(show: Show, state: Assistant): void {
    const context = this.#context;
    const { out, paths } = context;
    const now = seen(context);
    const indented = (text: string): void => out.say(text, '  ');
    switch (show.show) {
      case 'welcome':
        out.lines([heading(words.welcome())]);
        out.say(words.promise());
        out.say(state.unattended ? words.unattended() : words.keys());
        return;
      case 'computer':
        this.#under(words.looked());
        out.lines(machineLines(now, out.columns));
        return;
      case 'driver':
        this.#under(words.looked());
        out.lines(standingLines(now, out.columns, ['driver']));
        return;
      case 'picks':
        this.#under(words.chose());
        out.lines(pickLines(now, state.numbered, out.columns));
        return;
      case 'shelf':
        this.#under(words.chose());
        out.lines(offerRows(now, state.numbered, out.columns));
        return;
      case 'resumes':
        for (const { entry, partial } of now.shelf?.offers ?? []) {
          if (partial !== null)
            indented(words.resumes(entry.name, bytes(partial.bytes), bytes(partial.total)));
        }
        return;
      case 'nothing-fits':
        this.#under(words.chose());
        indented(words.nothingFits());
        if (canPractise(now)) indented(words.nothingFitsPractice());
        return;
      case 'model-here':
        this.#under(words.chose());
        indented(words.modelHere(modelName(context, show.modelId)));
        return;
      case 'chosen': {
        this.#under(words.chose());
        const reason = pickReasonOf(now, show.modelId);
        const name = modelName(context, show.modelId);
        indented(reason === null ? words.chosen(name) : words.chosenBecause(name, reason));
        return;
      }
      case 'plan':
        this.#under(words.did());
        out.lines(planLines(show.plan, names(context), out.columns));
        return;
      case 'nothing-to-do':
        indented(words.nothingToDo());
        return;
      case 'carried-out':
        indented(styled('good', words.carriedOut()));
        return;
      case 'not-done':
        indented(words.notDone());
        return;
      case 'not-understood':
        out.say(words.notUnderstood());
        return;
      case 'no-goose':
        this.#under(words.throughGoose());
        indented(words.noGoose());
        return;
      case 'tools':
        this.#under(words.toolsHeading());
        out.lines(gooseLines(now, out.columns));
        this.#section = words.did();
        return;
      case 'unreachable':
      case 'failed': {
        const { sentence, next } = errorWords(show.error);
        out.lines(['']);
        out.say(styled('bad', sentence));
        if (show.show === 'unreachable') {
          out.say(words.unreachable());
          if (canPractise(now)) out.say(words.practiceOffer());
        } else if (next !== '') out.say(next);
        if (show.show === 'failed' && show.error.detail !== null && !out.options.quiet)
          for (const line of show.error.detail.split('\n').slice(-12)) indented(styled('dim', line));
        return;
      }
      case 'serving':
        this.#under(words.checked());
        out.lines(servingLines(show.endpoint, paths.keyFile, out.columns, '  '));
        return;
      case 'model-measured':
        indented(measuredResult(show.measured));
        indented(agentWait(measuredSpeed(show.measured).agentFirstWord));
        return;
      case 'question':
        this.#under(words.answered());
        if (state.unattended) indented(words.asks(show.prompt));
        out.lines(['']);
        return;
      case 'measured':
        sayMeasure(out, show.answer);
        this.#section = null;
        return;
      case 'goose-question':
        this.#under(words.throughGoose());
        indented(words.asks(show.prompt));
        out.lines(['']);
        return;
      case 'goose-measured': {
        const { tokensSeen, durationMs } = show.answer;
        const text = terminalWords.gooseMeasured(tokensSeen, durationMs);
        out.lines(['', ...wrap(`(${text})`, out.columns).map((line) => styled('dim', line))]);
        return;
      }
      case 'input-ended':
        out.complain(words.inputEnded());
        return;
      case 'interrupted':
        out.complain(words.interrupted());
        return;
      case 'to-practice':
        out.lines(['']);
        out.say(words.toPractice());
        out.lines(['']);
        return;
      case 'summary':
        this.#summary();
        return;
    }
  }

  #summary(): void {
    const { out } = this.#context;
    const now = seen(this.#context);
    this.#under(words.summary());
    out.lines(standingLines(now, out.columns));
    this.#under(words.more());
    const { after } = words;
    const rows: (readonly [string, string])[] =
      now.mode.tag === 'practice'
        ? [
            ['hearth setup', after.setup()],
            ['hearth status', after.status()],
          ]
        : [
            ['hearth status', after.status()],
            ['hearth try', after.try()],
            ['hearth serve', after.serve()],
            ['hearth undo', after.undo()],
            ['hearth setup --practice', after.practice()],
          ];
    out.lines(pairsOf(rows, out.columns));
  }

  /** The text that a question ends with; the answer of Enter stands in brackets. */
  question({ id, standard }: Question): string {
    const now = seen(this.#context);
    const bracket = standard === '' ? ' ' : ` [${standard}] `;
    switch (id) {
      case 'continue':
        return `\n${words.askContinue()} `;
      case 'keep-model':
        return `${words.askKeep()} ${terminalWords.yesNo(standard === 'y')} `;
      case 'pick':
        return `${words.askPick()}${bracket}`;
      case 'agree':
        return `${words.askAgree()} ${terminalWords.yesNo(true)} `;
      case 'unreachable':
        return words.askUnreachable(canPractise(now)) + bracket;
      case 'model-failed':
      case 'try-failed':
        return words.askFailed() + bracket;
      case 'measure':
        return `\n${measureWords.ask()} ${terminalWords.yesNo(true)} `;
      case 'nothing-fits':
        return `${words.askNothingFits()} ${terminalWords.yesNo(standard === 'y')} `;
      case 'prompt':
        return `\n${words.askPrompt()}${bracket}`;
      case 'another-prompt':
        return `\n${words.askAnother()}: `;
    }
  }
}
