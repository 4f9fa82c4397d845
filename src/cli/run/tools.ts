// SPDX-License-Identifier: GPL-3.0-or-later

import { stated } from '../../words/joined.ts';
import { HearthError } from '../../core/errors.ts';
import { aiLabView, aiLabWords } from '../../words/ai-lab.ts';
import { capabilityRow } from '../../words/capability.ts';
import type { FactRow } from '../../words/machine.ts';
import { gooseRows } from '../../words/tools-page.ts';
import { newestSentence, newestWords } from '../../words/newest.ts';
import type { Context } from '../context.ts';
import { agree, seen, takeChoice } from '../context.ts';
import { toolsJson } from '../json.ts';
import { pairs, wrap } from '../text.ts';
import { heading } from '../views.ts';
import { applyAndReport } from './plans.ts';

/** `hearth tools [ai-lab|open-ai-lab]`: how the tools stand, and AI Lab set up or opened. */
export async function tools(context: Context): Promise<void> {
  const { hearth, invocation, out } = context;
  await hearth.refresh();
  await takeChoice(context);
  switch (invocation.operands[0]) {
    case 'ai-lab':
      return applyAndReport(context, await hearth.tools.planAiLab());
    case 'open-ai-lab':
      await hearth.tools.openAiLab();
      out.say(aiLabWords.opened());
      return;
    case 'newest':
      return newest(context);
    default:
      if (out.options.json) out.json(toolsJson(seen(context)));
      else out.lines(toolLines(context));
  }
}

/** Whether there is a newer Goose; the one who is asked is named first. */
async function newest(context: Context): Promise<void> {
  const { hearth, out, cancel } = context;
  const host = await hearth.tools.newestFrom();
  if (host === null) throw new HearthError('not-found', { name: 'Goose' });
  out.say(newestWords.body(host));
  await agree(context, newestWords.question(), true);
  const found = await hearth.tools.newest(cancel);
  if (out.options.json) out.json({ ...found });
  else out.say(newestSentence(found));
}

function toolLines(context: Context): readonly string[] {
  const { goose, capability } = seen(context);
  const { columns } = context.out;
  const lab = aiLabView(seen(context));
  const gooseLines =
    goose === null ? [] : [...gooseRows(goose), ...(capability === null ? [] : [capabilityRow(capability)])];
  return [
    heading('Goose'),
    ...rowLines(gooseLines, columns),
    '',
    heading(aiLabWords.title()),
    ...wrap(aiLabWords.about(), columns, '  '),
    ...rowLines(lab?.rows ?? [], columns),
    ...(lab === null || lab.note === '' ? [] : wrap(lab.note, columns, '  ')),
  ];
}

function rowLines(rows: readonly FactRow[], columns: number): readonly string[] {
  return pairs(
    rows.map(({ title, value, detail }) => [title, stated(value, detail)] as const),
    columns,
  );
}
