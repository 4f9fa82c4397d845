// SPDX-License-Identifier: GPL-3.0-or-later

import { standingWords, taskTitle } from '../../words/tasks.ts';
import { lockSentence } from '../../words/vendor.ts';
import { terminalWords } from '../../words/terminal.ts';
import type { Context } from '../context.ts';
import { names, seen } from '../context.ts';
import { recordingJson, statusJson } from '../json.ts';
import { recordingLines } from '../machine-views.ts';
import { nextCommand, serverLines, standingLines, vendorLines } from '../views.ts';

export async function status(context: Context): Promise<void> {
  const { hearth, out, build } = context;
  await hearth.refresh('quick');
  await hearth.checkHealth();
  const state = seen(context);
  if (out.options.json) {
    const say = {
      title: taskTitle,
      standing: (standing: Parameters<typeof standingWords>[0]) => standingWords(standing).sentence,
      lock: lockSentence,
    };
    out.json(statusJson(state, say, build.version));
    return;
  }
  out.lines(recordingLines(state.machine?.recording ?? null, out.columns));
  out.lines(standingLines(state, out.columns));
  out.lines(vendorLines(state, out.columns));
  out.lines(['', ...serverLines(state, names(context), out.columns)]);
  const next = nextCommand(state);
  if (next !== null && !out.options.quiet && context.invocation.machine === null)
    out.lines(['', terminalWords.next(next)]);
}

export async function record(context: Context): Promise<void> {
  const { out, invocation, absolute } = context;
  const folder = absolute(invocation.operands[0] ?? '');
  const { files, commands, skipped } = await context.record(folder);
  if (out.options.json) out.json(recordingJson(folder, files, commands, skipped));
  out.say(terminalWords.recorded(folder, files, commands));
  out.note(terminalWords.recordedHint(folder));
}
