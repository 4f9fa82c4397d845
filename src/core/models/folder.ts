// SPDX-License-Identifier: GPL-3.0-or-later

import { placesFor } from './elsewhere.ts';

/** Why models cannot be kept in a folder; `words/folder.ts` has the sentence for each. */
export type WrongFolder =
  | 'odd-name'
  | 'not-a-folder'
  | 'not-empty'
  | 'inside-itself'
  | 'other-program'
  | 'not-yours'
  | 'not-writable'
  | 'file-limit';

/** What was seen at a folder that models may be kept in. Paths are real ones, without links. */
export interface FolderFacts {
  readonly path: string;
  /** The usual place of the models, which is Hearth's own. */
  readonly usual: boolean;
  readonly kind: 'folder' | 'nothing' | 'other';
  /** Has something in it, and not Hearth's mark. */
  readonly strange: boolean;
  /** Of the folder, or of the nearest one above it that is there. */
  readonly writable: boolean;
  /** Who owns the folder itself; null when it is not there yet. */
  readonly owner: number | null;
  /** Who asks. */
  readonly user: number;
  /** File system type by its own name, `btrfs`. */
  readonly fileSystem: string;
}

/** FAT keeps the length of a file in 32 bits. */
const fatLimit = 2 ** 32 - 1;
const fat: ReadonlySet<string> = new Set(['msdos', 'vfat', 'fat']);

/** Null where models can be kept. */
export function wrongFolder(
  facts: FolderFacts,
  now: { readonly home: string; readonly models: string; readonly largestFile: number },
): WrongFolder | null {
  const { path } = facts;
  // It becomes part of units and commands, which end at a line's end.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path) || path.length > 1024) return 'odd-name';
  if (facts.kind === 'other') return 'not-a-folder';
  if (within(path, now.models)) return 'inside-itself';
  // In a Flatpak the usual place is itself in a folder of programs.
  if (!facts.usual && storesOf(now.home).some((store) => within(path, store))) return 'other-program';
  if (!facts.usual && facts.strange) return 'not-empty';
  if (facts.owner !== null && facts.owner !== facts.user) return 'not-yours';
  if (!facts.writable) return 'not-writable';
  return fat.has(facts.fileSystem) && now.largestFile > fatLimit ? 'file-limit' : null;
}

/** Folders whose programs clean up in them, or take what lies there for theirs. */
function storesOf(home: string): readonly string[] {
  const stores = placesFor(home, '').filter(({ source }) => source !== 'downloads');
  const roots = [
    '.cache',
    '.ollama',
    '.lmstudio',
    '.var/app',
    '.local/share/ramalama',
    '.local/share/containers',
  ];
  return [...stores.map(({ folder }) => folder), ...roots.map((root) => `${home}/${root}`)];
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
