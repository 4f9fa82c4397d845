// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import { usageWords } from '../../words/cli.ts';
import { ledgerWords } from '../../words/ledger.ts';
import { closeSentence, proofWords } from '../../words/proof.ts';
import type { Context } from '../context.ts';
import { agree, seen } from '../context.ts';
import { ledgerJson, proofJson } from '../json.ts';
import { Exit } from '../output.ts';
import { ready } from './ask.ts';
import { applyAndReport } from './plans.ts';
import { ledgerLines, proofExit, proofLines } from '../proof-views.ts';

export async function proof(context: Context): Promise<void> {
  const { hearth, out, invocation, cancel } = context;
  // Where no model is on the disk yet, the plan to get one is shown and asked for first.
  if (invocation.start) await ready(context);
  else await hearth.refresh('quick');
  if (invocation.close !== null) return close(context, invocation.close);
  const found = await hearth.prove({ start: invocation.start }, cancel);
  if (out.options.json) out.json(proofJson(seen(context), found));
  else {
    out.lines(proofLines(found, out.columns, out.options.quiet));
    const off = found.checks.some(
      ({ verdict }) => verdict.tag === 'unknown' && verdict.because === 'server-off',
    );
    if (off) out.note(`${proofWords.startAndLook()}: hearth proof --start`);
  }
  const exit = proofExit(found);
  if (exit !== 0) throw new Exit(exit);
}

/** Keeps other computers from a port, where Hearth can; else says what to run. @throws nothing-to-do, and what the plan throws */
async function close(context: Context, port: number): Promise<void> {
  const { hearth, out, cancel } = context;
  const { checks } = await hearth.prove({ start: false }, cancel);
  const program = checks
    .flatMap(({ cure }) => (cure?.cure === 'close' ? cure.open : []))
    .find((open) => open.port === port);
  if (program === undefined) {
    out.say(proofWords.notOpen(port));
    throw new Exit(1);
  }
  if (program.close.by === 'unit' || program.close.by === 'firewall')
    return applyAndReport(context, await hearth.planCure({ cure: 'close-program', program }));
  out.say(closeSentence(program));
  if (program.close.by === 'command') out.lines(program.close.commands.map((line) => `  ${line}`));
  throw new Exit(1);
}

export async function ledger(context: Context): Promise<void> {
  const { hearth, out, invocation } = context;
  await hearth.refresh('quick');
  const [action, file] = invocation.operands;
  if (action === 'clear') {
    await agree(context, ledgerWords.clearQuestion(), false);
    await hearth.clearLedger();
    out.note(ledgerWords.cleared());
  } else if (action === 'export') {
    if (file === undefined) throw new HearthError('usage', { text: usageWords.missing('FILE') });
    await hearth.exportLedger(context.absolute(file), false);
    out.note(ledgerWords.exported());
  }
  const reading = seen(context).ledger ?? { lines: [], skipped: [] };
  if (out.options.json) out.json(ledgerJson(seen(context), reading));
  else if (action === undefined) out.lines(ledgerLines(reading, out.columns));
}
