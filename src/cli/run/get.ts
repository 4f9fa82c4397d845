// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, toErrorValue } from '../../core/errors.ts';
import { itemOf, type DownloadItem } from '../../core/setup/downloads.ts';
import { planTouches, type Plan } from '../../core/setup/plan.ts';
import { downloadsSummary, downloadStanding, shareOf } from '../../words/downloads.ts';
import { modelWords } from '../../words/model-page.ts';
import { terminalWords } from '../../words/terminal.ts';
import type { Context } from '../context.ts';
import { agree, complain, modelName, names, seen } from '../context.ts';
import { exitFor } from '../exit.ts';
import { downloadsJson, type DownloadOutcome } from '../json.ts';
import { Exit } from '../output.ts';
import { planLines } from '../views.ts';
import { carryOut } from './carry-out.ts';

/** Seconds between two lines about the same download in a log. */
const pause = 5;

/** Brings models here, several at once, without taking the place of the one that is in use. */
export async function get(context: Context, ids: readonly string[]): Promise<void> {
  const { hearth, out } = context;
  const wanted: { readonly id: string; readonly plan: Plan }[] = [];
  for (const id of new Set(ids)) {
    const offer = seen(context).shelf?.offers.find(({ entry }) => entry.id === id);
    if (offer?.installed?.verified === true) {
      out.say(terminalWords.alreadyHere(offer.entry.name));
      continue;
    }
    const plan = await hearth.planModel(id, { beside: wanted.map((other) => other.plan) });
    wanted.push({ id, plan });
    if (!out.options.quiet) out.lines(planLines(plan, names(context), out.columns));
  }
  if (wanted.length === 0) {
    if (out.options.json) out.json(downloadsJson(seen(context), []));
    return;
  }
  const cautious = wanted.some(({ plan }) => planTouches(plan).cautions.length > 0);
  await agree(context, terminalWords.apply(), !cautious);
  const outcomes = await bringAll(context, wanted);
  if (out.options.json) out.json(downloadsJson(seen(context), outcomes));
  report(context, outcomes);
}

async function bringAll(
  context: Context,
  wanted: readonly { readonly id: string; readonly plan: Plan }[],
): Promise<readonly DownloadOutcome[]> {
  const { hearth, cancel } = context;
  const single = wanted.length === 1;
  const telling = single
    ? () => {}
    : tellSeveral(
        context,
        wanted.map(({ id }) => id),
      );
  const stop = (): void => wanted.forEach(({ id }) => hearth.pause(id));
  const forget = cancel.onCancel(stop);
  try {
    return await Promise.all(
      wanted.map(async ({ id, plan }): Promise<DownloadOutcome> => {
        try {
          await (single ? carryOut(context, plan) : hearth.apply(plan));
          return { id, plan: plan.id, error: null };
        } catch (thrown) {
          return { id, plan: plan.id, error: toErrorValue(thrown) };
        }
      }),
    );
  } finally {
    forget();
    telling();
  }
}

/** Shows several downloads: one line that is rewritten, or a line now and then in a log. */
function tellSeveral(context: Context, ids: readonly string[]): () => void {
  const { hearth, out, seconds } = context;
  const said = new Map<string, { readonly how: string; readonly tenth: number; readonly at: number }>();
  const tellOne = (id: string, item: DownloadItem, items: readonly DownloadItem[]): void => {
    const before = said.get(id);
    const how = `${item.status} ${item.held ?? ''}`;
    const tenth = Math.floor((item.bytes / Math.max(1, item.total)) * 10);
    const now = seconds();
    const due = !out.options.rewrites && tenth > (before?.tenth ?? 0) && now - (before?.at ?? 0) >= pause;
    if (before?.how === how && !due) return;
    said.set(id, { how, tenth, at: now });
    out.note(`${modelName(context, id)}: ${downloadStanding(item, items)}`, '  ');
  };
  const unwatch = hearth.state.subscribe(({ downloads }, before) => {
    if (downloads === before.downloads) return;
    const items = ids.flatMap((id) => itemOf(downloads, id) ?? []);
    for (const item of items) tellOne(item.modelId, item, downloads);
    for (const id of ids) {
      if (!said.has(id) || itemOf(downloads, id) !== null) continue;
      said.delete(id);
      out.note(`${modelName(context, id)}: ${modelWords.downloaded()}`, '  ');
    }
    const parts = items.map((item) => `${modelName(context, item.modelId)} ${shareOf(item)}`);
    const sum = downloadsSummary(downloads);
    if (parts.length > 0) out.fleeting(`  ${[...parts, ...(sum === '' ? [] : [sum])].join(' · ')}`);
  });
  return () => {
    unwatch();
    out.clearFleeting();
  };
}

/** What became of each, and how it goes on. @throws cancelled, or ends with the exit code of the first failure */
function report(context: Context, outcomes: readonly DownloadOutcome[]): void {
  const { out, hearth } = context;
  const chosen = seen(context).choices.modelId;
  const stopped = outcomes.filter(({ error }) => error?.code === 'cancelled');
  for (const { id, plan, error } of outcomes) {
    if (error === null) {
      out.say(terminalWords.brought(modelName(context, id), id, id === chosen));
      out.note(terminalWords.undoHint(plan));
    } else if (error.code !== 'cancelled' && !out.options.json) {
      if (outcomes.length > 1) out.complain(`${modelName(context, id)}:`);
      complain(out, error);
    }
  }
  for (const { id } of stopped) {
    const item = itemOf(hearth.state.value.downloads, id);
    if (item !== null)
      out.say(`${modelName(context, id)}: ${downloadStanding(item, hearth.state.value.downloads)}`);
  }
  if (stopped.length > 0) {
    out.say(terminalWords.continueWith(stopped.map(({ id }) => id).join(' ')));
    throw new HearthError('cancelled');
  }
  const failed = outcomes.find(({ error }) => error !== null)?.error;
  if (failed != null) throw new Exit(exitFor(failed));
}
