// SPDX-License-Identifier: GPL-3.0-or-later

import { taskIds, type TaskId } from '../setup/tasks.ts';

/** Version of what a page offers, from 1. Raised by a release that adds something worth a second look. */
export type PageVersions = Readonly<Partial<Record<TaskId, number>>>;

/** What the pages of this release offer; `words/first-boot.ts` says what is new for every page above 1. */
export const pageVersions: PageVersions = { computer: 1, driver: 1, model: 1, try: 1, tools: 1 };

/** Versions as a person has seen them; a page that was not there then is missing. */
export type SeenPages = Readonly<Record<string, number>>;

/**
 * Pages with something new since a person saw them, in the order of the first run. Without any record there is nothing to
 * compare with, and so nothing new.
 */
export function newPages(seen: SeenPages, versions: PageVersions = pageVersions): readonly TaskId[] {
  if (Object.keys(seen).length === 0) return [];
  return taskIds.filter((page) => (versions[page] ?? 0) > (seen[page] ?? 0));
}

/** The record after a person saw a page; the same record where nothing changes. */
export function withSeen(seen: SeenPages, page: TaskId, versions: PageVersions = pageVersions): SeenPages {
  const version = versions[page];
  return version === undefined || (seen[page] ?? 0) >= version ? seen : { ...seen, [page]: version };
}

/** The record of somebody who was through all pages, or chose not to: a newer record is kept. */
export function allSeen(seen: SeenPages, versions: PageVersions = pageVersions): SeenPages {
  return taskIds.reduce((record, page) => withSeen(record, page, versions), seen);
}
