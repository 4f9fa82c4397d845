// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import { shownTasks } from '../../core/vendor/types.ts';
import { listed } from '../../words/joined.ts';
import { taskTitle } from '../../words/tasks.ts';
import { vendorProblemText, vendorWords } from '../../words/vendor.ts';
import type { Context } from '../context.ts';
import { seen } from '../context.ts';
import { vendorJson } from '../json.ts';
import { Exit } from '../output.ts';
import { pairs, styled, wrap } from '../text.ts';
import { vendorLines } from '../views.ts';

/** What a distributor or an administrator decided here; with `check`, whether files of theirs can be used. */
export async function vendor(context: Context): Promise<void> {
  const [action, ...names] = context.invocation.operands;
  if (action === 'check') await check(context, names);
  else show(context);
}

function show(context: Context): void {
  const { out } = context;
  const state = seen(context);
  const { files, problems, hidden, firstRun, search } = state.vendor;
  if (out.options.json) {
    const each = files.map((file) => ({
      file,
      problems: problems.filter((problem) => problem.file === file),
    }));
    out.json(vendorJson(each));
    return;
  }
  if (files.length === 0) {
    out.say(vendorWords.noFiles());
    return;
  }
  const rows: (readonly [string, string])[] = [
    [vendorWords.files(), files.join(' ')],
    [vendorWords.order(), listed(shownTasks(state.vendor).map(taskTitle))],
  ];
  if (hidden.length > 0) rows.push([vendorWords.hidden(), listed(hidden.map(taskTitle))]);
  rows.push([vendorWords.firstRun(), vendorWords.firstRunMeans(firstRun)]);
  if (!search) rows.push([vendorWords.search(), vendorWords.notFound()]);
  out.lines(pairs(rows, out.columns));
  out.lines(vendorLines(state, out.columns));
}

async function check({ out, absolute, vendorFile }: Context, names: readonly string[]): Promise<void> {
  if (names.length === 0) throw new HearthError('usage', { text: vendorWords.noFile() });
  const files = await Promise.all(names.map((name) => vendorFile(absolute(name))));
  if (out.options.json) out.json(vendorJson(files));
  for (const { file, problems } of files) {
    if (problems.length === 0) out.say(vendorWords.right(file));
    for (const problem of problems) out.lines(wrap(styled('bad', vendorProblemText(problem)), out.columns));
  }
  if (files.some(({ problems }) => problems.length > 0)) throw new Exit(1);
}
