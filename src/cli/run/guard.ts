// SPDX-License-Identifier: GPL-3.0-or-later

import type { GuardVerdict } from '../../core/driver/types.ts';
import { mustAct } from '../../core/driver/guard-notice.ts';
import { guardWords } from '../../words/guard.ts';
import { noticeWords } from '../../words/guard-notice.ts';
import type { Context } from '../context.ts';
import { seen } from '../context.ts';
import { guardLines } from '../driver-views.ts';
import { guardJson } from '../json.ts';
import { Exit } from '../output.ts';

/** Milliseconds between two looks while a module is built, and for how long at most. */
const lookEvery = 15_000;
const longest = 25 * 60_000;

/** `hearth guard [--notify]`: how the next start would be. Ends with 0 when it is fine, 3 when a person should act. */
export async function guard(context: Context): Promise<void> {
  const { hearth, out, invocation } = context;
  await hearth.driver.refresh();
  // A recorded machine builds nothing.
  if (invocation.notify && invocation.machine === null) await waitForBuild(context);
  const sight = seen(context).driver;
  const verdict: GuardVerdict = sight?.guard ?? { tag: 'not-needed' };
  if (invocation.notify) await notify(context, verdict);
  if (out.options.json) out.json(guardJson(seen(context), verdict));
  else if (sight !== null && !out.options.quiet) out.lines(guardLines(sight, out.columns, Date.now()));
  else if (sight !== null) out.say(guardWords(verdict, Date.now()).title);
  // For the unit that looks on its own, having looked is all there is to do.
  if (!invocation.notify && mustAct(verdict)) throw new Exit(3);
}

/** The unit has nothing to say before a build ended. */
async function waitForBuild(context: Context): Promise<void> {
  const { hearth, cancel } = context;
  const until = Date.now() + longest;
  while (seen(context).driver?.guard.tag === 'building' && Date.now() < until) {
    await context.pause(lookEvery, cancel);
    await hearth.driver.refresh();
  }
}

/** One notification at a time; it goes away when it is no longer true. */
async function notify(context: Context, verdict: GuardVerdict): Promise<void> {
  await context.notify('guard', mustAct(verdict) ? noticeWords(verdict) : null);
  await context.guardLooked();
}
