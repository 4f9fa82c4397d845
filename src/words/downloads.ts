// SPDX-License-Identifier: GPL-3.0-or-later

import type { HoldReason } from '../core/models/transfer-rules.ts';
import { placeInQueue, progressOf, sumOf, type DownloadItem } from '../core/setup/downloads.ts';
import { amountOf, downloadLine } from './models.ts';
import { dotted, listed } from './joined.ts';
import { bytes, duration, percent } from './units.ts';
import { _, fill, ngettext } from './translate.ts';

/** Models on their way, as both window and terminal tell it. */

/** Why a download stands still by itself, and when it goes on. */
export function heldWords(reason: HoldReason): string {
  switch (reason) {
    case 'metered':
      return _('Paused, because this network is metered. It goes on by itself on another network.');
    case 'low-battery':
      return _('Paused, because the battery is nearly empty. It goes on by itself when it is charged.');
    case 'low-disk':
      return _('Paused, because the disk is nearly full. It goes on by itself when there is room.');
  }
}

/** Where a download stands, in one line: '1.2 of 5.3 GB · 24 MB/s · about 3 minutes left · models.example'. */
export function downloadStanding(item: DownloadItem, items: readonly DownloadItem[]): string {
  switch (item.status) {
    case 'pausing':
      return _('Stopping');
    case 'waiting': {
      const place = placeInQueue(items, item.modelId) ?? 1;
      const waits =
        place === 1 ? _('Waiting, next in line') : fill(_('Waiting, number {place} in line'), { place });
      return withAmount(waits, item);
    }
    case 'paused':
      return item.held === null ? withAmount(_('Paused'), item) : heldWords(item.held);
    case 'failed':
      return withAmount(_('Stopped'), item);
    case 'running':
      return downloadLine(progressOf(item));
  }
}

/** Everything under way in one line; empty where that is less than two, which their own rows tell. */
export function downloadsSummary(items: readonly DownloadItem[]): string {
  const { count, bytesLeft, secondsLeft } = sumOf(items);
  if (count < 2) return '';
  const counted = fill(ngettext('{count} download', '{count} downloads', count), { count });
  const left = fill(_('{size} left'), { size: bytes(bytesLeft) });
  const time = secondsLeft === null ? [] : [fill(_('about {time}'), { time: duration(secondsLeft) })];
  return listed([counted, left, ...time]);
}

/** Said to a screen reader when the last of several has ended. */
export function downloadsOver(): string {
  return _('No download is under way any more');
}

/** 'Granite 41 %, Qwen 12 %', for a terminal that shows several in one line. */
export function shareOf({ bytes: done, total }: DownloadItem): string {
  return percent(total > 0 ? done / total : 0);
}

export const downloadWords = {
  pause: (): string => _('Pause'),
  cancel: (): string => _('Cancel'),
  resume: (): string => _('Continue'),
  discard: (): string => _('Discard'),
  dropped: (item: DownloadItem): string =>
    fill(_('Cancelled. The {size} that came are kept'), { size: bytes(item.bytes) }),
  closeTitle: (count: number): string => ngettext('Pause the Download?', 'Pause the Downloads?', count),
  closeBody: (items: readonly DownloadItem[]): string => {
    const { count, bytesLeft } = sumOf(items);
    const values = { count, left: bytes(bytesLeft) };
    return fill(
      ngettext(
        'A download is under way, {left} are left. What came so far is kept, and can be continued the next time.',
        '{count} downloads are under way, {left} are left. What came so far is kept, and can be continued the next time.',
        count,
      ),
      values,
    );
  },
  keepOpen: (): string => _('Keep Open'),
  pauseAndClose: (): string => _('Pause and Close'),
};

function withAmount(text: string, { bytes: done, total }: DownloadItem): string {
  return done === 0 ? text : dotted([text, amountOf(done, total)]);
}
