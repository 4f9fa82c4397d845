// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel, CancelSource } from '../core/cancel.ts';
import type { BuildConfig } from '../core/config.ts';
import type { ErrorValue } from '../core/errors.ts';
import { HearthError } from '../core/errors.ts';
import { otherProgram, type EngineChoice } from '../core/server/engine-facts.ts';
import { otherRun } from '../core/server/others.ts';
import { chosenOther } from '../core/setup/engine-of.ts';
import type { Paths } from '../core/ports.ts';
import type { VendorFile } from '../core/vendor/parse.ts';
import type { GgufHeader } from '../core/models/gguf.ts';
import { everyOffer } from '../core/models/shelf.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { Hearth } from '../engine/api.ts';
import { usageWords } from '../words/cli.ts';
import { errorDetails, errorWords } from '../words/errors.ts';
import { agreementWords } from '../words/other-server.ts';
import type { Names } from '../words/plan.ts';
import { namesFrom } from '../words/plan.ts';
import { saysYes, terminalWords } from '../words/terminal.ts';
import type { Invocation } from './arguments.ts';
import { errorJson } from './json.ts';
import type { Output } from './output.ts';
import { Exit } from './output.ts';
import { styled } from './text.ts';

/** What a composition gives the terminal. */
export interface Backend {
  readonly hearth: Hearth;
  readonly paths: Paths;
  /** Shows a notification in the place of the one with the same id; with null takes that back. */
  notify(id: string, notice: { readonly title: string; readonly body: string } | null): Promise<void>;
  /** Notes that the driver was looked at with the kernel that runs, so that no unit looks again by itself. */
  guardLooked(): Promise<void>;
  pause(milliseconds: number, cancel: Cancel): Promise<void>;
  /** Writes the recorded machine. @throws exists, no-space, denied */
  record(folder: string): Promise<RecordCounts>;
  /** A file of a distributor or an administrator, judged; never throws. */
  vendorFile(path: string): Promise<VendorFile>;
}

export interface RecordCounts {
  readonly files: number;
  readonly commands: number;
  /** Readings that this computer did not give. */
  readonly skipped: number;
}

/** Lines of standard input. */
export interface Lines {
  readonly terminal: boolean;
  /** The next line without its newline, or null at its end or when cancelled. */
  line(cancel: Cancel): Promise<string | null>;
  /** All that is left, at most `most` characters. */
  rest(most: number, cancel: Cancel): Promise<string>;
}

/** Everything a command needs. */
export interface Context extends Backend {
  readonly build: BuildConfig;
  readonly invocation: Invocation;
  readonly out: Output;
  readonly input: Lines;
  readonly cancel: CancelSource;
  /** Whether Ctrl+C is for Hearth, or for the program that has the terminal meanwhile. */
  readonly interrupts: { ours: boolean };
  /** Absolute path of a folder that was given as an argument. */
  readonly absolute: (path: string) => string;
  /** The header of a model file. @throws bad-gguf, not-found, denied, io */
  readonly readHeader: (path: string) => Promise<GgufHeader>;
  /** Seconds from some fixed point. */
  readonly seconds: () => number;
}

export function seen(context: Context): HearthState {
  return context.hearth.state.value;
}

export function names(context: Context): Names {
  return namesFrom(everyOffer(seen(context).shelf), context.paths.home);
}

export function modelName(context: Context, id: string): string {
  return names(context).model(id);
}

/** Notes the engine, the model and the context that were named on the command line. */
export async function takeChoice(shell: Context): Promise<void> {
  const { hearth, invocation } = shell;
  if (invocation.engine !== null) await takeEngine(shell, invocation.engine);
  const { model, context } = invocation;
  // It names a model of somebody else's server then.
  if (chosenOther(hearth.state.value) !== null && invocation.engine !== null) return;
  const modelId = model ?? hearth.state.value.choices.modelId;
  if (model === null && context === null) return;
  if (modelId === null) throw new HearthError('unknown-model');
  if (context === null) hearth.choose(modelId);
  else hearth.choose(modelId, context);
}

/** A server that Hearth does not isolate is used only after it was said what it is. */
async function takeEngine(context: Context, engine: EngineChoice): Promise<void> {
  const { hearth, invocation, out } = context;
  const { choices, engines, mode } = seen(context);
  const program = mode.tag === 'practice' ? null : otherProgram(engine);
  if (program === null) {
    hearth.chooseEngine(engine);
    return;
  }
  const wished = choices.engine === engine ? (choices.otherModel ?? null) : null;
  const run = otherRun(engines?.others ?? [], program, invocation.model ?? wished);
  if ('code' in run) throw new HearthError('engine-unusable', { ...run.args, because: run.code });
  if (choices.engine !== engine || wished !== run.model) {
    const { lines, asks, question } = agreementWords(run);
    for (const line of [...lines, asks]) out.say(line);
    await agree(context, question, false);
  }
  hearth.chooseEngine(engine, run.model);
}

/** Asks for a yes. With --yes it is given; at the end of standard input it is not. */
export async function agree(context: Context, question: string, standard = true): Promise<void> {
  const { invocation, out } = context;
  if (invocation.yes) return;
  if (out.options.json) throw new HearthError('usage', { text: usageWords.jsonAsksNothing() });
  const answer = await ask(context, `${question} ${terminalWords.yesNo(standard)} `);
  if (answer === null) out.complain(terminalWords.inputEnded());
  const word = answer?.trim() ?? 'n';
  if (saysYes(word) || (word === '' && standard)) return;
  out.say(terminalWords.notDone());
  throw new Exit(4);
}

/** One line from standard input, or null at its end. */
export async function ask({ out, input, cancel }: Context, prompt: string): Promise<string | null> {
  out.stream(prompt);
  const line = await input.line(cancel);
  // What a terminal echoes ended the line already; a pipe echoes nothing.
  if (input.terminal && line !== null) out.lineWasEnded();
  else out.settle();
  cancel.throwIfCancelled();
  return line;
}

/** Says what went wrong and what to do; with --json as the one object. */
export function complain(out: Output, error: ErrorValue): void {
  const { sentence, next } = errorWords(error);
  if (out.options.json) {
    out.json(errorJson(error, sentence, next === '' ? null : next));
    return;
  }
  out.complain(styled('bad', sentence));
  if (next !== '') out.complain(next);
  if (error.detail !== null && !out.options.quiet) {
    out.complain('');
    for (const line of errorDetails(error).split('\n').slice(0, 20)) out.complain(styled('dim', line), '  ');
  }
}
