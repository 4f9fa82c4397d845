// SPDX-License-Identifier: GPL-3.0-or-later

import { hasCode, toErrorValue } from '../../core/errors.ts';
import { assistantWords } from '../../words/assistant.ts';
import { measureWords } from '../../words/measured.ts';
import { terminalWords } from '../../words/terminal.ts';
import type { ExitCode } from '../../words/cli.ts';
import type { Assistant, Event, Next } from '../assistant/machine.ts';
import { advance, assistant } from '../assistant/machine.ts';
import { Pages } from '../assistant/pages.ts';
import type { Context } from '../context.ts';
import { changeLines } from '../changes.ts';
import { ask, names, seen } from '../context.ts';
import { setupJson } from '../json.ts';
import { carryOut, startModel } from './carry-out.ts';
import { streamAnswer } from './ask.ts';

export type SetupEnd = { readonly end: 'exit'; readonly exit: ExitCode } | { readonly end: 'practise' };

/** `hearth setup`: plays the assistant until it ends. What it does next is asked of the reducer after each event. */
export async function setup(context: Context): Promise<SetupEnd> {
  const { invocation, input, out, cancel } = context;
  const pages = new Pages(context);
  let state: Assistant = assistant({
    unattended: invocation.yes || out.options.json,
    wanted: invocation.model,
    suggestion: assistantWords.suggestion(),
  });
  if (!state.unattended && !input.terminal) out.note(terminalWords.notATerminal());
  let event: Event = { tag: 'started' };
  for (;;) {
    const turn = advance(state, cancel.cancelled ? { tag: 'interrupted' } : event, seen(context));
    state = turn.state;
    for (const show of turn.show) {
      pages.show(show, state);
      if (show.show === 'plan') out.lines(await changeLines(context.hearth, show.plan, names(context)));
    }
    if (turn.next.do === 'end') {
      if (out.options.json) out.json(setupJson(seen(context), turn.next.exit));
      return { end: 'exit', exit: turn.next.exit };
    }
    if (turn.next.do === 'practise') return { end: 'practise' };
    event = await doNext(context, turn.next, pages);
  }
}

async function doNext(
  context: Context,
  next: Exclude<Next, { do: 'end' | 'practise' }>,
  pages: Pages,
): Promise<Event> {
  const { hearth, out, cancel, invocation } = context;
  try {
    switch (next.do) {
      case 'look':
        await hearth.refresh();
        return { tag: 'looked' };
      case 'ask': {
        const text = await ask(context, pages.question(next.question));
        return text === null ? { tag: 'input-ended' } : { tag: 'replied', text };
      }
      case 'choose-and-plan':
        if (invocation.context === null) hearth.choose(next.modelId);
        else hearth.choose(next.modelId, invocation.context);
        return { tag: 'planned', plan: await hearth.plan('model') };
      case 'plan-tools':
        return { tag: 'planned', plan: await hearth.plan('tools') };
      case 'apply':
        await carryOut(context, next.plan);
        return { tag: 'applied' };
      case 'serve':
        return { tag: 'served', endpoint: await startModel(context) };
      case 'measure': {
        out.fleeting(`  ${measureWords.running(names(context).model(next.modelId))}`);
        const measured = await hearth.measure(next.modelId, cancel).finally(() => out.clearFleeting());
        return { tag: 'model-measured', measured };
      }
      case 'ask-model': {
        const answer = await streamAnswer(context, next.prompt);
        return { tag: 'model-said', answer };
      }
      case 'ask-goose': {
        const answer = await hearth.askGoose(next.prompt, (line) => out.lines([line]), cancel);
        return { tag: 'goose-said', answer };
      }
    }
  } catch (thrown) {
    if (hasCode(thrown, 'cancelled')) return { tag: 'interrupted' };
    return { tag: 'failed', error: toErrorValue(thrown) };
  }
}
