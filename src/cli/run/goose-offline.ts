// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import { usageWords } from '../../words/cli.ts';
import { offlineWords } from '../../words/offline.ts';
import { terminalWords } from '../../words/terminal.ts';
import type { Context } from '../context.ts';
import { Exit } from '../output.ts';
import { styled, wrap } from '../text.ts';
import { ready } from './ask.ts';

/** Most characters of a question from standard input. */
const questionLimit = 200_000;

/** `hearth goose --offline`: Goose itself in this terminal, or one question from standard input. */
export async function gooseOffline(context: Context): Promise<void> {
  const { absolute, cancel, hearth, input, interrupts, invocation, out } = context;
  if (out.options.json) throw new HearthError('usage', { text: usageWords.together('--offline', '--json') });
  const folder = absolute(invocation.operands[0] ?? '.');
  const prompt = input.terminal ? null : (await input.rest(questionLimit, cancel)).trim();
  cancel.throwIfCancelled();
  if (prompt === '') {
    out.complain(terminalWords.noQuestion());
    throw new Exit(2);
  }
  await hearth.checkGooseOffline(folder);
  await ready(context);
  try {
    await hearth.openGooseOffline(
      {
        folder,
        prompt,
        onReady: (real, { namespace, interfaces }) => {
          const looked = offlineWords.looked(namespace, interfaces.join(' '));
          const lines = [offlineWords.opens(real), offlineWords.limits(), looked];
          out.note(
            lines
              .map((line) =>
                wrap(line, out.columns)
                  .map((each) => styled('dim', each))
                  .join('\n'),
              )
              .join('\n'),
          );
          out.note('');
          // While Goose has the terminal, Ctrl+C stops an answer of it, not Hearth.
          interrupts.ours = prompt !== null;
        },
        onLine: (line) => out.lines([line]),
      },
      cancel,
    );
  } finally {
    interrupts.ours = true;
  }
  out.settle();
  if (prompt === null) out.note(offlineWords.ended(folder));
}
