// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import { chosenOther, engineOf } from '../../core/setup/engine-of.ts';
import type { Answer, Endpoint } from '../../core/server/types.ts';
import { usageWords } from '../../words/cli.ts';
import { capabilityWords } from '../../words/capability.ts';
import { reasonSentence } from '../../words/engine.ts';
import { terminalWords } from '../../words/terminal.ts';
import type { Context } from '../context.ts';
import { ask as askLine, complain, seen, takeChoice } from '../context.ts';
import { answerJson, capabilityJson, gooseAnswerJson, servingJson } from '../json.ts';
import type { Output } from '../output.ts';
import { Exit } from '../output.ts';
import { styled, wrap } from '../text.ts';
import { fallbackLines, servingLines } from '../views.ts';
import { startModel } from './carry-out.ts';
import { gooseOffline } from './goose-offline.ts';
import { showAndApply } from './plans.ts';

/** Most characters of a question from standard input. */
const questionLimit = 200_000;

/** The model, answering: where it is not on the disk yet, that is offered first. */
export async function ready(context: Context, hold = false): Promise<Endpoint> {
  const { hearth, out, cancel } = context;
  await hearth.refresh();
  await takeChoice(context);
  if (chosenOther(seen(context)) !== null) return hearth.serve(cancel);
  const { standings } = seen(context);
  if (standings.model.tag !== 'done') {
    const unsure = standings.model.tag === 'broken' && standings.model.error.code === 'not-verified';
    if (unsure) complain(out, standings.model.error);
    else out.note(terminalWords.modelFirst());
    await showAndApply(context, await hearth.plan('model'));
    out.note('');
  }
  await fetchImage(context);
  return startModel(context, hold);
}

/** What a container needs and is not here is fetched only when the person agrees. */
async function fetchImage(context: Context): Promise<void> {
  const { hearth, out } = context;
  if (seen(context).engines?.images.length === 0 || seen(context).server.tag === 'ready') return;
  const plan = await hearth.plan('try');
  if (!plan.steps.some((step) => step.action.do === 'pull-image')) return;
  out.note(terminalWords.imageFirst());
  await showAndApply(context, plan);
  out.note('');
}

/** `hearth serve`: the model answers until the person ends it. */
export async function serve(context: Context): Promise<void> {
  const { hearth, out, paths, cancel } = context;
  const endpoint = await ready(context, true);
  if (out.options.json) out.json(servingJson(seen(context), endpoint, paths.keyFile));
  else {
    out.lines(servingLines(endpoint, paths.keyFile, out.columns));
    out.lines(fallbackLines(seen(context), out.columns));
  }
  out.note('');
  const decision = engineOf(seen(context));
  if (decision !== null) out.note(reasonSentence(decision));
  // It goes on by itself, and is not Hearth's to end.
  if (endpoint.other !== undefined) return;
  out.note(terminalWords.serveUntil());
  const failure = await untilOver(context, endpoint);
  await hearth.stopServing();
  if (failure !== null) throw failure;
  out.settle();
  out.note(terminalWords.serveStopped());
  // Ending it is how this command succeeds.
  if (cancel.cancelled) throw new Exit(0);
}

/** Resolves when the person ended it, or with an exit when the server did. */
function untilOver({ hearth, cancel }: Context, endpoint: Endpoint): Promise<Error | null> {
  return new Promise((resolve) => {
    const unwatch = hearth.state.subscribe(({ server }) => {
      const gone =
        server.tag === 'failed' || (server.tag === 'ready' && server.endpoint.port !== endpoint.port);
      if (!gone) return;
      unwatch();
      resolve(new Exit(1));
    });
    cancel.onCancel(() => {
      unwatch();
      resolve(null);
    });
  });
}

async function question(context: Context): Promise<string> {
  const { invocation, input, out, cancel } = context;
  const given = invocation.operands[0];
  const text =
    given ??
    (input.terminal
      ? await askLine(context, `${terminalWords.question()}: `)
      : await input.rest(questionLimit, cancel));
  cancel.throwIfCancelled();
  if (text !== null && text.trim() !== '') return text.trim();
  out.complain(terminalWords.noQuestion());
  throw new Exit(2);
}

/** `hearth try`. */
export async function tryModel(context: Context): Promise<void> {
  const { out, cancel } = context;
  const prompt = await question(context);
  await ready(context);
  const answer = await streamAnswer(context, prompt);
  if (out.options.json) out.json(answerJson(seen(context), answer));
  else if (!out.options.quiet) {
    sayMeasure(out, answer);
    out.lines(fallbackLines(seen(context), out.columns));
  }
  cancel.throwIfCancelled();
}

/** Asks and prints the answer as it comes. */
export async function streamAnswer({ hearth, out, cancel }: Context, prompt: string): Promise<Answer> {
  let printed = 0;
  let thought = 0;
  const answer = await hearth.ask(
    [{ role: 'user', content: prompt }],
    ({ text, reasoning }) => {
      if (reasoning.length > thought && printed === 0) {
        if (thought === 0) out.note(styled('dim', `(${terminalWords.thinking()}…)`));
        thought = reasoning.length;
      }
      if (text.length <= printed) return;
      out.stream(printed === 0 ? text.trimStart() : text.slice(printed));
      printed = text.length;
    },
    cancel,
  );
  if (answer.text.length > printed) out.stream(answer.text.slice(printed));
  out.settle();
  return answer;
}

export function sayMeasure(out: Output, answer: Answer): void {
  const { answerTokens, answerRate, firstTokenAfter, stopped } = answer;
  const text = terminalWords.measured(answerTokens, answerRate, firstTokenAfter);
  const lines = wrap(`(${text})`, out.columns).map((line) => styled('dim', line));
  out.lines(['', ...lines]);
  if (stopped === 'length') out.say(styled('dim', terminalWords.cutShort()));
}

/** `hearth goose --open`: Goose itself, in this terminal. */
async function openGooseHere(context: Context): Promise<void> {
  const { absolute, cancel, hearth, interrupts, invocation, out } = context;
  if (out.options.json) throw new HearthError('usage', { text: usageWords.together('--open', '--json') });
  const folder = absolute(invocation.operands[0] ?? '.');
  await ready(context);
  await setUpFirst(context);
  // While Goose has the terminal, Ctrl+C stops an answer of it, not Hearth.
  interrupts.ours = false;
  try {
    await hearth.tools.openGoose({ folder, here: true }, cancel);
  } finally {
    interrupts.ours = true;
  }
}

/** Shows the plan for Goose and asks, where it is not set up yet. */
async function setUpFirst(context: Context): Promise<void> {
  const { hearth, out } = context;
  const plan = await hearth.plan('tools');
  if (plan.steps.length === 0) return;
  out.note(terminalWords.gooseSetUpFirst());
  await showAndApply(context, plan);
  out.note('');
}

/** `hearth goose --check`. */
async function checkAgent(context: Context): Promise<void> {
  const { hearth, out, cancel } = context;
  await ready(context);
  const capability = await hearth.tools.checkAgent(cancel);
  if (out.options.json) out.json(capabilityJson(seen(context), capability));
  else {
    const { value, detail } = capabilityWords(capability);
    out.say(value);
    out.lines(wrap(detail, out.columns));
  }
}

/** `hearth goose`. */
export async function goose(context: Context): Promise<void> {
  const { hearth, out, cancel, invocation } = context;
  if (invocation.offline) return gooseOffline(context);
  if (invocation.check) return checkAgent(context);
  if (invocation.open) return openGooseHere(context);
  const prompt = await question(context);
  await ready(context);
  await setUpFirst(context);
  const answer = await hearth.askGoose(prompt, (line) => out.lines([line]), cancel);
  if (out.options.json) out.json(gooseAnswerJson(seen(context), answer));
  else if (!out.options.quiet) {
    const text = terminalWords.gooseMeasured(answer.tokensSeen, answer.durationMs);
    out.lines(['', ...wrap(`(${text})`, out.columns).map((line) => styled('dim', line))]);
  }
}
