// SPDX-License-Identifier: GPL-3.0-or-later

import type { Plan } from '../core/setup/plan.ts';
import { diffLines, folded } from '../core/text/diff.ts';
import type { Hearth } from '../engine/api.ts';
import type { Names } from '../words/plan.ts';
import { styled } from './text.ts';

const signs = { same: '  ', added: '+ ', removed: '- ' } as const;

/** What a plan would change in files, line by line: nothing is written that was not shown. */
export async function changeLines(hearth: Hearth, plan: Plan, names: Names): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { action } of plan.steps) {
    if (action.do !== 'write-file') continue;
    const before = action.before === null ? '' : ((await hearth.textAt(action.path)) ?? '');
    lines.push('', styled('bold', names.path(action.path)));
    for (const line of folded(diffLines(before, action.content), 2)) {
      const text = line === null ? '  …' : signs[line.kind] + line.text;
      const style = line?.kind === 'added' ? 'good' : line?.kind === 'removed' ? 'bad' : 'dim';
      lines.push(styled(style, text));
    }
  }
  return lines;
}
