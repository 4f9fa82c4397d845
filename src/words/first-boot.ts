// SPDX-License-Identifier: GPL-3.0-or-later

import type { HearthState } from '../core/setup/state.ts';
import type { TaskId } from '../core/setup/tasks.ts';
import { driverEnding } from './driver-ending.ts';
import { standingWords, taskDescription, taskTitle } from './tasks.ts';
import { _, fill } from './translate.ts';

/** What Hearth says where it came by itself, and about what is new in a later release. */

export interface RestartWords {
  readonly title: string;
  readonly sentence: string;
  /** What to do now; empty where nothing is. */
  readonly next: string;
}

/** What a restart came to, in one sentence on top of the first page. */
export function restartWords(state: HearthState): RestartWords {
  const title = _('Welcome Back');
  if (!state.looked) return { title, sentence: _('Looking at what the restart came to'), next: '' };
  const ending = driverEnding(state.driver);
  if (ending !== null) return { title: ending.title, sentence: ending.sentence, next: ending.next };
  const { label, sentence } = standingWords(state.standings.driver);
  const parts = { task: taskTitle('driver'), label, sentence };
  return { title, sentence: fill(_('{task}: {label}. {sentence}'), parts), next: '' };
}

/** Text of the button on Welcome: the walk begins, or goes on where it was before the restart. */
export function startLabel(state: HearthState): string {
  return state.arrival === 'resume' ? _('_Continue') : _('_Start');
}

export const newBadge = (): string => _('New');

/** What is new in a page since a person saw it, in one line. */
export function newsSentence(page: TaskId): string {
  return taskDescription(page);
}

/** For screen readers, which do not see the badge beside the name. */
export function newPageName(page: TaskId): string {
  return fill(_('New: {page}'), { page: taskTitle(page) });
}
