// SPDX-License-Identifier: GPL-3.0-or-later

import { taskIds, type TaskId } from '../setup/tasks.ts';

/** What a distributor or an administrator can take away, each with a sentence that says so. */
export const lockIds = ['own-models', 'model-folder', 'engine', 'tools', 'driver'] as const;
export type LockId = (typeof lockIds)[number];

/** Tasks that can be left out. Without a model and a question to it nothing would be left of Hearth. */
export const hideable = ['computer', 'driver', 'tools'] as const satisfies readonly TaskId[];

/** Where a distributor and, over it, an administrator put theirs. */
export const vendorFolders = ['/usr/share/hearth/vendor.d', '/etc/hearth/vendor.d'] as const;

/** The parts of a file. Each is judged alone. */
export const sections = ['organisation', 'texts', 'pages', 'firstRun', 'search', 'lists', 'locked'] as const;
export type Section = (typeof sections)[number];

/** Further lists beside those in the usual folders: absolute paths, later ones win. */
export interface VendorLists {
  readonly catalogue: readonly string[];
  readonly engines: readonly string[];
  readonly tools: readonly string[];
  /** Images of the system that carry a driver. */
  readonly driver: readonly string[];
}

/** What is wrong in a file of the vendor, or that it cannot be read. */
export interface VendorProblem {
  readonly file: string;
  /** From 1; null where it is not about a place in the file. */
  readonly line: number | null;
  /** The key it is about, joined by dots; null for the file as a whole. */
  readonly key: string | null;
  readonly problem: string;
}

/** All files together, as Hearth goes by them. */
export interface Vendor {
  /** Who decided what is locked; null where nobody says. */
  readonly organisation: string | null;
  /** Sentence on the first page and above Home, in the language of the person; null for none. */
  readonly welcome: string | null;
  /** Where people get help; https. */
  readonly help: string | null;
  /** All tasks, in the order of Home and of the first run. */
  readonly order: readonly TaskId[];
  readonly hidden: readonly TaskId[];
  /** Whether a person who starts Hearth for the first time is led through the pages, or sees Home at once. */
  readonly firstRun: 'pages' | 'home';
  /** Whether tasks are among the results when a person searches in the desktop's overview. */
  readonly search: boolean;
  readonly lists: VendorLists;
  readonly locked: readonly LockId[];
  /** Every file that was found, whether it could be used or not. */
  readonly files: readonly string[];
  readonly problems: readonly VendorProblem[];
}

export const noLists: VendorLists = { catalogue: [], engines: [], tools: [], driver: [] };

/** Nobody decided anything. */
export const noVendor: Vendor = {
  organisation: null,
  welcome: null,
  help: null,
  order: taskIds,
  hidden: [],
  firstRun: 'pages',
  search: true,
  lists: noLists,
  locked: [],
  files: [],
  problems: [],
};

/** The tasks that are shown, in their order. */
export function shownTasks({ order, hidden }: Pick<Vendor, 'order' | 'hidden'>): readonly TaskId[] {
  return order.filter((task) => !hidden.includes(task));
}

/** Tasks that can only be looked at where their lock is set. */
export const taskLocks: Readonly<Partial<Record<TaskId, LockId>>> = { tools: 'tools', driver: 'driver' };

/** The lock that keeps a task from being carried out; null where there is none. */
export function lockOf(vendor: Pick<Vendor, 'locked'>, task: TaskId): LockId | null {
  const lock = taskLocks[task];
  return lock !== undefined && isLocked(vendor, lock) ? lock : null;
}

/** The tasks that a person can be sent to: shown, and not locked. */
export function openTasks(vendor: Pick<Vendor, 'order' | 'hidden' | 'locked'>): readonly TaskId[] {
  return shownTasks(vendor).filter((task) => lockOf(vendor, task) === null);
}

export function isLocked({ locked }: Pick<Vendor, 'locked'>, lock: LockId): boolean {
  return locked.includes(lock);
}
