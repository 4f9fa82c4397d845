// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../core/errors.ts';
import type { Offer, Shelf } from '../../core/models/types.ts';
import { terminalWords } from '../../words/terminal.ts';
import type { Context } from '../context.ts';
import { seen } from '../context.ts';
import type { Verification } from '../json.ts';
import { modelJson, modelsJson, verificationJson } from '../json.ts';
import { offerLines, recordingLines, shelfLines } from '../machine-views.ts';
import { Exit } from '../output.ts';
import { styled } from '../text.ts';
import { fit } from './fit.ts';
import { applyAndReport } from './plans.ts';

export async function models(context: Context): Promise<void> {
  const { hearth, out, invocation } = context;
  await hearth.refresh('quick');
  const state = seen(context);
  const shelf: Shelf = state.shelf ?? { offers: [], picks: [], managedBy: null, problems: [] };
  const [action, id] = invocation.operands;
  if (action === 'fit') return fit(context, id ?? '');
  if (action === 'show') {
    const offer = find(shelf, id);
    if (out.options.json) out.json(modelJson(state, shelf, offer));
    else out.lines(offerLines(offer, out.columns));
    return;
  }
  if (action === 'remove') return applyAndReport(context, await hearth.planRemoval(find(shelf, id).entry.id));
  if (action === 'verify') return verify(context, shelf);
  if (invocation.ids) for (const { entry } of shelf.offers) out.raw(entry.id);
  else if (out.options.json) out.json(modelsJson(state, shelf));
  else {
    out.lines(recordingLines(state.machine?.recording ?? null, out.columns));
    out.lines(shelfLines(state, shelf, invocation.all, out.columns));
  }
}

function find(shelf: Shelf, id: string | undefined): Offer {
  const offer = shelf.offers.find((each) => each.entry.id === id);
  if (offer === undefined) throw new HearthError('unknown-model', { model: id ?? '' });
  return offer;
}

/** Computes the checksum of each model on the disk and compares it with the catalogue. */
async function verify(context: Context, shelf: Shelf): Promise<void> {
  const { out, cancel } = context;
  const results: Verification[] = [];
  for (const { entry, installed } of shelf.offers) {
    if (installed === null) continue;
    const name = entry.name;
    const found = await context.hashFile(
      installed.path,
      (part) => out.fleeting(`  ${terminalWords.verifying(name)} ${Math.floor(part * 100)} %`),
      cancel,
    );
    const right = found === entry.file.sha256;
    out.say(right ? terminalWords.verified(name) : styled('bad', terminalWords.notVerified(name)));
    results.push({ id: entry.id, path: installed.path, right, found, expected: entry.file.sha256 });
  }
  if (out.options.json) out.json(verificationJson(seen(context), results));
  else if (results.length === 0) out.say(terminalWords.noneInstalled());
  if (results.some((result) => !result.right)) throw new Exit(1);
}
