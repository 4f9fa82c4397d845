// SPDX-License-Identifier: GPL-3.0-or-later

import type { ServerHealth } from '../core/server/health.ts';
import type { PacePoint } from '../core/server/pace.ts';
import { dotted } from './joined.ts';
import { rateFigure } from './measured.ts';
import { _, fill, ngettext, pgettext } from './translate.ts';
import { bytes, number } from './units.ts';

export function healthLabel(): string {
  return pgettext('how a server does', 'Health');
}

/** How the server does, in one line; parts that are not known are left out. */
export function healthLine(health: ServerHealth, estimate: number | null): string {
  const parts: string[] = [];
  if (health.answerRate !== null)
    parts.push(fill(_('writes {rate} tokens a second'), { rate: rateFigure(health.answerRate) }));
  if (health.promptRate !== null)
    parts.push(fill(_('reads {rate} tokens a second'), { rate: rateFigure(health.promptRate) }));
  const used = memoryInUse(health);
  if (used !== null)
    parts.push(
      estimate === null
        ? fill(_('{used} of memory in use'), { used: bytes(used) })
        : fill(_('{used} of memory in use, {estimate} estimated'), {
            used: bytes(used),
            estimate: bytes(estimate),
          }),
    );
  if (health.contextTokens > 0 && health.contextUsed >= health.contextTokens / 100)
    parts.push(
      fill(_('{part} % of the context used at most'), {
        part: number((100 * health.contextUsed) / health.contextTokens, 0),
      }),
    );
  if (health.busy + health.waiting > 0) {
    const count = health.busy + health.waiting;
    parts.push(fill(ngettext('{count} request now', '{count} requests now', count), { count }));
  }
  if (health.restarts > 0)
    parts.push(
      fill(ngettext('started again {count} time', 'started again {count} times', health.restarts), {
        count: health.restarts,
      }),
    );
  const line = dotted(parts);
  return line.charAt(0).toLocaleUpperCase() + line.slice(1);
}

/** Main memory and the card together, in bytes; null where nobody tells. */
export function memoryInUse({ memory }: ServerHealth): number | null {
  const { resident, group, card } = memory;
  // The group counts the pages of the model's file too, which the process alone may share with nobody.
  const main = Math.max(resident ?? 0, group ?? 0);
  return main === 0 ? null : main + (card ?? 0);
}

/** The picture of the speed in words, for screen readers. */
export function paceDescription(points: readonly PacePoint[]): string {
  const rates = points.map(({ rate }) => rate);
  const [low, high] = [rateFigure(Math.min(...rates)), rateFigure(Math.max(...rates))];
  return low === high
    ? fill(_('Speed while answering: {low} tokens a second'), { low })
    : fill(_('Speed while answering: {low} to {high} tokens a second'), { low, high });
}
