// SPDX-License-Identifier: GPL-3.0-or-later

import type { HearthState } from '../core/setup/state.ts';
import { isSettled } from '../core/setup/tasks.ts';
import { lockOf, shownTasks } from '../core/vendor/types.ts';
import { stated } from './joined.ts';
import { _, fill, ngettext } from './translate.ts';
import { lockSentence } from './vendor.ts';

/** The head of the summary: claims no more than what is so. */
export function summaryWords(state: HearthState): {
  readonly icon: string;
  readonly title: string;
  readonly sentence: string;
} {
  const { vendor, standings } = state;
  const left = shownTasks(vendor).filter((task) => !isSettled(standings[task]));
  // What an organisation locked is nobody's to do here.
  const held = left.flatMap((task) => lockOf(vendor, task) ?? []);
  const open = left.length - held.length;
  const broken = left.filter(
    (task) => standings[task].tag === 'broken' && lockOf(vendor, task) === null,
  ).length;
  if (open === 0) {
    const locks = stated(...held.map((lock) => lockSentence(lock, vendor.organisation)));
    const sentence = held.length === 0 ? _('Everything is set up') : locks;
    return { icon: 'object-select-symbolic', title: _('Ready'), sentence };
  }
  if (broken > 0) {
    return {
      icon: 'dialog-warning-symbolic',
      title: _('Not Everything Worked'),
      sentence: fill(ngettext('{count} thing needs attention', '{count} things need attention', broken), {
        count: broken,
      }),
    };
  }
  const waiting = ngettext(
    '{count} thing waits and can be done any time',
    '{count} things wait and can be done any time',
    open,
  );
  return {
    icon: 'object-select-symbolic',
    title: _('Ready When Needed'),
    sentence: fill(waiting, { count: open }),
  };
}
