// SPDX-License-Identifier: GPL-3.0-or-later

import { taskIds, type TaskId } from '../setup/tasks.ts';
import { inLanguage, type VendorFile } from './parse.ts';
import { hideable, lockIds, noLists, noVendor, type LockId, type Section, type Vendor } from './types.ts';

/**
 * All files as one: of what several say, the later one holds, key by key. A section that a file could not say holds as
 * closed whatever the others say, until that file is mended.
 *
 * @param files in their order: the distributor's by name, then the administrator's
 * @param languages of the person, see `inLanguage`
 */
export function mergeVendor(files: readonly VendorFile[], languages: readonly string[]): Vendor {
  if (files.length === 0) return noVendor;
  const closed = new Set<Section>(files.flatMap((file) => file.closed));
  const all = files.map((file) => file.values);
  const last = <T>(pick: (values: VendorFile['values']) => T | undefined): T | undefined =>
    all.map(pick).findLast((value) => value !== undefined);
  const welcome = last((values) => values.texts?.welcome);
  const lists = {
    catalogue: all.flatMap((values) => values.lists?.catalogue ?? []),
    engines: all.flatMap((values) => values.lists?.engines ?? []),
    tools: all.flatMap((values) => values.lists?.tools ?? []),
    driver: all.flatMap((values) => values.lists?.driver ?? []),
  };
  return {
    organisation: closed.has('organisation') ? null : (last((values) => values.organisation) ?? null),
    welcome: welcome === undefined || closed.has('texts') ? null : inLanguage(welcome, languages),
    help: closed.has('texts') ? null : (last((values) => values.texts?.help) ?? null),
    order: closed.has('pages') ? taskIds : completed(last((values) => values.pages?.order) ?? []),
    hidden: closed.has('pages') ? hideable : (last((values) => values.pages?.hidden) ?? []),
    firstRun: closed.has('firstRun') ? 'home' : (last((values) => values.firstRun) ?? 'pages'),
    search: !closed.has('search') && last((values) => values.search) !== false,
    lists: closed.has('lists') ? noLists : lists,
    locked: locked(all, closed),
    files: files.map(({ file }) => file),
    problems: files.flatMap(({ problems }) => problems),
  };
}

function locked(all: readonly VendorFile['values'][], closed: ReadonlySet<Section>): readonly LockId[] {
  const said = (lock: LockId): boolean | undefined =>
    all.map((values) => values.locked?.[lock]).findLast((value) => value !== undefined);
  return lockIds.filter(
    (lock) =>
      closed.has('locked') ||
      // Which models and which drivers may be used is said by the lists: where those are not known, nobody goes past them.
      ((lock === 'own-models' || lock === 'driver') && closed.has('lists')) ||
      said(lock) === true,
  );
}

/** What is named first, the rest after it in the usual order. */
function completed(order: readonly TaskId[]): readonly TaskId[] {
  return [...order, ...taskIds.filter((task) => !order.includes(task))];
}
