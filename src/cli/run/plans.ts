// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import type { JournalEntry } from '../../core/setup/journal.ts';
import { planTouches, type Plan } from '../../core/setup/plan.ts';
import type { TaskId } from '../../core/setup/tasks.ts';
import { taskIds } from '../../core/setup/tasks.ts';
import { canUndo } from '../../engine/take-back.ts';
import { actionSentence } from '../../words/plan.ts';
import { taskTitle } from '../../words/tasks.ts';
import { usageWords } from '../../words/cli.ts';
import { terminalWords } from '../../words/terminal.ts';
import { stillCloudLines } from '../../words/tools-page.ts';
import { changeLines } from '../changes.ts';
import type { Context } from '../context.ts';
import { agree, names, seen, takeChoice } from '../context.ts';
import { appliedJson, journalJson, planJson, undoneJson } from '../json.ts';
import { Exit } from '../output.ts';
import { wrap } from '../text.ts';
import { entryLines, planLines, undoLines } from '../views.ts';
import { carryOut } from './carry-out.ts';

export async function plan(context: Context): Promise<void> {
  const made = await planFor(context);
  const { out } = context;
  const known = names(context);
  if (out.options.json)
    out.json(
      planJson(
        seen(context),
        made,
        made.steps.map((step) => actionSentence(step.action, known)),
      ),
    );
  else if (made.steps.length === 0) out.say(terminalWords.nothingFor(taskTitle(made.task)));
  else
    out.lines([...planLines(made, known, out.columns), ...(await changeLines(context.hearth, made, known))]);
}

async function planFor(context: Context): Promise<Plan> {
  const task = taskIds.find((id: TaskId) => id === context.invocation.operands[0]) ?? 'model';
  await context.hearth.refresh();
  await takeChoice(context);
  if (!context.invocation.makeDefault) return context.hearth.plan(task);
  if (task !== 'tools') throw new HearthError('usage', { text: usageWords.onlyTools() });
  for (const line of goneElsewhere(context)) context.out.note(line);
  return context.hearth.tools.planDefault();
}

/** What would go elsewhere all the same, said before the plan that changes the default. */
function goneElsewhere(context: Context): readonly string[] {
  const { goose } = seen(context);
  if (goose === null || goose.stillCloud.length === 0) return [];
  const lines = [terminalWords.stillCloud(), ...stillCloudLines(goose).map((line) => `- ${line}`), ''];
  return lines.flatMap((line) => wrap(line, context.out.columns));
}

export async function apply(context: Context): Promise<void> {
  await applyAndReport(context, await planFor(context));
}

/** A plan as a command of its own: with its object when JSON was asked for. */
export async function applyAndReport(context: Context, made: Plan): Promise<void> {
  const { out } = context;
  if (made.steps.length === 0) out.say(terminalWords.nothingFor(taskTitle(made.task)));
  else await showAndApply(context, made);
  if (out.options.json) out.json(appliedJson(seen(context), made));
}

/** Shows a plan, asks, carries it out and says how it is taken back. */
export async function showAndApply(context: Context, made: Plan): Promise<void> {
  const { out } = context;
  const known = names(context);
  if (!out.options.quiet) {
    out.lines([...planLines(made, known, out.columns), ...(await changeLines(context.hearth, made, known))]);
  }
  out.note('');
  // With something to mind, Enter alone does not start it.
  await agree(context, terminalWords.apply(), planTouches(made).cautions.length === 0);
  const took = await carryOut(context, made);
  await context.hearth.refresh();
  out.say(terminalWords.applied(made.steps.length, took));
  const entry = seen(context).journal.find(({ plan }) => plan === made.id);
  if (entry !== undefined && canUndo(entry)) out.note(terminalWords.undoHint(made.id));
}

export async function journal(context: Context): Promise<void> {
  const { hearth, out } = context;
  await hearth.refresh();
  const { journal: entries } = seen(context);
  if (out.options.json) out.json(journalJson(seen(context)));
  else if (entries.length === 0) out.say(terminalWords.emptyJournal());
  else out.lines(entries.flatMap((entry) => entryLines(entry, names(context), out.columns)));
}

export async function undo(context: Context): Promise<void> {
  const { hearth, out, invocation } = context;
  await hearth.refresh();
  const entries = seen(context).journal;
  const wanted = invocation.operands[0];
  const entry =
    wanted === undefined ? entries.findLast(canBeUndone) : entries.find((each) => each.plan === wanted);
  if (entry === undefined) {
    if (wanted !== undefined && !out.options.json) out.complain(terminalWords.noSuchPlan(wanted));
    throw new HearthError('nothing-to-undo');
  }
  if (!out.options.quiet) out.lines(undoLines(entry, names(context), out.columns));
  await agree(context, terminalWords.undo());
  const after = await hearth.undo(entry.plan);
  const kept = after.steps.some((step) => step.outcome === 'kept');
  if (out.options.json) out.json(undoneJson(seen(context), after));
  else {
    if (kept) out.lines(entryLines(after, names(context), out.columns));
    out.say(kept ? terminalWords.undonePartly() : terminalWords.undone());
  }
  if (kept) throw new Exit(4);
}

function canBeUndone(entry: JournalEntry): boolean {
  return entry.steps.some(
    (step) => step.outcome !== 'undone' && step.outcome !== 'kept' && step.undo.undo !== 'nothing',
  );
}
