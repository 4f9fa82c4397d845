// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import { emptyShelf, everyOffer, findOffer } from '../../core/models/shelf.ts';
import type { Offer, Shelf, Verified } from '../../core/models/types.ts';
import { measuredSpeed } from '../../core/models/measured.ts';
import { percent } from '../../words/units.ts';
import { measuredResult, measureWords } from '../../words/measured.ts';
import { agentWait } from '../../words/models.ts';
import type { Plan } from '../../core/setup/plan.ts';
import { terminalWords } from '../../words/terminal.ts';
import type { Context } from '../context.ts';
import { seen } from '../context.ts';
import { measurementJson, modelJson, modelsJson, verificationJson } from '../json.ts';
import { offerLines, recordingLines, shelfLines } from '../machine-views.ts';
import { Exit } from '../output.ts';
import { styled } from '../text.ts';
import { fit } from './fit.ts';
import { get } from './get.ts';
import { applyAndReport } from './plans.ts';

export async function models(context: Context): Promise<void> {
  const { hearth, out, invocation } = context;
  await hearth.refresh('quick');
  const state = seen(context);
  const shelf = state.shelf ?? emptyShelf;
  const [action, id] = invocation.operands;
  if (action === 'get') return get(context, invocation.operands.slice(1));
  if (action === 'discard') return applyAndReport(context, await hearth.planDiscard(id ?? ''));
  if (action === 'fit') return fit(context, id ?? '');
  if (action === 'show') {
    const offer = find(shelf, id);
    if (out.options.json) out.json(modelJson(state, shelf, offer));
    else out.lines(offerLines(offer, out.columns));
    return;
  }
  if (action === 'import') return applyAndReport(context, await importPlan(context, id ?? ''));
  if (action === 'move-to') return applyAndReport(context, await hearth.planMove(context.absolute(id ?? '')));
  if (action === 'remove') return applyAndReport(context, await hearth.planRemoval(find(shelf, id).entry.id));
  if (action === 'measure') return measure(context, find(shelf, id));
  if (action === 'verify') return verify(context, shelf);
  if (invocation.ids) for (const { entry } of everyOffer(shelf)) out.raw(entry.id);
  else if (out.options.json) out.json(modelsJson(state, shelf));
  else {
    out.lines(recordingLines(state.machine?.recording ?? null, out.columns));
    out.lines(shelfLines(state, shelf, invocation.all, out.columns));
  }
}

/** Ten seconds of reading and writing, in place of the estimate. */
async function measure(context: Context, { entry }: Offer): Promise<void> {
  const { hearth, out, cancel } = context;
  // The versions of programs belong to what is measured.
  await hearth.refresh();
  out.fleeting(`  ${measureWords.running(entry.name)}`);
  const measured = await hearth.measure(entry.id, cancel).finally(() => out.clearFleeting());
  if (out.options.json) out.json(measurementJson(seen(context), entry.id, measured));
  else {
    out.say(`${entry.name}: ${measuredResult(measured)}`);
    out.say(agentWait(measuredSpeed(measured).agentFirstWord));
  }
}

function find(shelf: Shelf, id: string | undefined): Offer {
  const offer = findOffer(shelf, id ?? null);
  if (offer === null) throw new HearthError('unknown-model', { model: id ?? '' });
  return offer;
}

/** What adding a file would do. A file of the size of a known model is read first, to tell whether it is that one. */
async function importPlan({ hearth, out, cancel, absolute }: Context, file: string): Promise<Plan> {
  const tell = (part: number): void => out.fleeting(`  ${terminalWords.verifying(file)} ${percent(part)}`);
  try {
    return await hearth.planImport(absolute(file), tell, cancel);
  } finally {
    out.clearFleeting();
  }
}

/** Reads each model on the disk again, and compares its checksum with what it should be. */
async function verify(context: Context, shelf: Shelf): Promise<void> {
  const { hearth, out, cancel } = context;
  const results: Verified[] = [];
  for (const { entry, installed } of everyOffer(shelf)) {
    if (installed === null) continue;
    const { id, name } = entry;
    const tell = (part: number): void => out.fleeting(`  ${terminalWords.verifying(name)} ${percent(part)}`);
    const result = await hearth.verify(id, tell, cancel);
    out.say(result.right ? terminalWords.verified(name) : styled('bad', terminalWords.notVerified(name)));
    results.push(result);
  }
  if (out.options.json) out.json(verificationJson(seen(context), results));
  else if (results.length === 0) out.say(terminalWords.noneInstalled());
  if (results.some((result) => !result.right)) throw new Exit(1);
}
