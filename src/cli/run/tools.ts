// SPDX-License-Identifier: GPL-3.0-or-later

import { stated } from '../../words/joined.ts';
import { aiLabView, aiLabWords } from '../../words/ai-lab.ts';
import { capabilityRow } from '../../words/capability.ts';
import type { FactRow } from '../../words/machine.ts';
import { gooseRows } from '../../words/tools-page.ts';
import type { Context } from '../context.ts';
import { seen, takeChoice } from '../context.ts';
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
    default:
      if (out.options.json) out.json(toolsJson(seen(context)));
      else out.lines(toolLines(context));
  }
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
