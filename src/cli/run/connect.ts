// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import { clientIds, type Connection } from '../../core/tools/clients.ts';
import { clientWords, connectWords } from '../../words/clients.ts';
import type { Context } from '../context.ts';
import { seen, takeChoice } from '../context.ts';
import { connectionJson } from '../json.ts';
import { item, pairs, wrap } from '../text.ts';
import { heading } from '../views.ts';

/** `hearth connect [TOOL]`: what other programs need. The key stays in its file. */
export async function connect(context: Context): Promise<void> {
  const { hearth, invocation, out } = context;
  await hearth.refresh();
  await takeChoice(context);
  const connection = hearth.tools.connection();
  if (connection === null) throw new HearthError('unknown-model', { model: '' });
  const { clients, goose } = seen(context);
  if (out.options.json) {
    out.json(connectionJson(seen(context), connection, clients));
    return;
  }
  out.lines(connectionLines(connection, out.columns));
  const wanted = clientIds.filter((id) => id === invocation.operands[0]);
  const shown = wanted.length > 0 ? wanted : clients;
  for (const id of shown) {
    const words = clientWords(id, connection, goose?.program?.path ?? null);
    out.lines([
      '',
      heading(words.title),
      ...wrap(words.about, out.columns, '  '),
      ...words.steps.flatMap((step, at) => item(`${at + 1}.`, step, out.columns, '  ')),
      ...(words.snippet === null ? [] : ['', ...words.snippet.split('\n')]),
    ]);
  }
  if (shown.length === 0) out.lines(['', ...wrap(connectWords.noneFound(), out.columns)]);
}

function connectionLines(connection: Connection, columns: number): readonly string[] {
  const lines = pairs(
    [
      [connectWords.address(), connection.baseUrl],
      [connectWords.model(), `${connection.model} (${connectWords.context(connection)})`],
      [connectWords.key(), connectWords.keyShown(connection.keyFile)],
    ],
    columns,
  );
  return connection.answers ? lines : [...lines, '', ...wrap(connectWords.asleep(), columns)];
}
