// SPDX-License-Identifier: GPL-3.0-or-later

import type { CatalogueEntry, OnDisk, OnDiskSource } from './types.ts';

/**
 * Model files that other programs keep on this computer. Names and sizes are enough to find them: a size of billions
 * of bytes is nearly as good as a hash, and the hash is computed before anything is used.
 */

/** A folder to look through. Links are never followed. */
export interface Place {
  readonly source: OnDiskSource;
  readonly folder: string;
  /** How many folders deep; 0 for the files right in it. */
  readonly depth: number;
}

export interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly source: OnDiskSource;
}

/** What the name of a file says: that it may be a model, and of which hash, where the name tells. */
export interface NameClaim {
  readonly sha256: string | null;
}

/** Where programs keep their models, from their own documentation. The first that has a file is used. */
export function placesFor(home: string, downloads: string): readonly Place[] {
  const data = `${home}/.local/share`;
  const desktop = 'containers/podman-desktop/extensions-storage/redhat.ai-lab/models';
  const flatpak = `${home}/.var/app/io.podman_desktop.PodmanDesktop/data`;
  return [
    { source: 'hugging-face', folder: `${home}/.cache/huggingface/hub`, depth: 4 },
    { source: 'ollama', folder: `${home}/.ollama/models/blobs`, depth: 0 },
    { source: 'ramalama', folder: `${data}/ramalama/store`, depth: 5 },
    { source: 'lm-studio', folder: `${home}/.lmstudio/models`, depth: 3 },
    { source: 'lm-studio', folder: `${home}/.cache/lm-studio/models`, depth: 3 },
    { source: 'ai-lab', folder: `${data}/${desktop}`, depth: 1 },
    { source: 'ai-lab', folder: `${flatpak}/${desktop}`, depth: 1 },
    { source: 'downloads', folder: downloads, depth: 0 },
  ];
}

/** The folder for downloads that a person has set, from the text of `user-dirs.dirs`. */
export function downloadsFolder(userDirs: string, home: string): string {
  const value = /^\s*XDG_DOWNLOAD_DIR="(.*)"\s*$/m.exec(userDirs)?.[1];
  if (value === undefined) return `${home}/Downloads`;
  const path = value.replace(/^\$HOME(?=\/|$)/, home).replace(/\/+$/, '');
  // A folder that is home itself means that there is none.
  return path.startsWith('/') && path !== home ? path : `${home}/Downloads`;
}

export function claimOf(name: string): NameClaim | null {
  const hash = /^(?:sha256[-:])?([0-9a-f]{64})$/.exec(name)?.[1];
  if (hash !== undefined) return { sha256: hash };
  return /\.gguf$/i.test(name) && !name.startsWith('.') ? { sha256: null } : null;
}

/** The file for each entry: of the right size, and not named by another hash; one named by the right hash first. */
export function matchFiles(
  entries: readonly CatalogueEntry[],
  found: readonly FoundFile[],
): ReadonlyMap<string, OnDisk> {
  const matches = new Map<string, OnDisk>();
  for (const { id, file } of entries) {
    const fitting = found.filter(({ path, size }) => {
      const claim = claimOf(path.slice(path.lastIndexOf('/') + 1));
      return size === file.size && (claim?.sha256 ?? file.sha256) === file.sha256;
    });
    const best = fitting.find(({ path }) => path.endsWith(file.sha256)) ?? fitting[0];
    if (best !== undefined) matches.set(id, { path: best.path, source: best.source });
  }
  return matches;
}

/** What `stat` tells about the file and about the folder it should come to. */
export interface ImportFacts {
  readonly sameDisk: boolean;
  /** The same file system, also where it is another subvolume of it: blocks can be shared, names cannot. */
  readonly sameVolume: boolean;
  /** File system type by its own name, `btrfs`. */
  readonly fileSystem: string;
  readonly ownFile: boolean;
  /** Permission bits of the file. */
  readonly mode: number;
}

const sharing: ReadonlySet<string> = new Set(['btrfs', 'xfs', 'bcachefs']);

/**
 * How a file is taken over: its blocks shared where the file system can, a second name for it where nobody else may
 * write to it, else a copy. A second name shares later changes, so it is watched: a change unsettles the stamp.
 */
export function importWay({
  sameDisk,
  sameVolume,
  fileSystem,
  ownFile,
  mode,
}: ImportFacts): 'reflink' | 'link' | 'copy' {
  if (sharing.has(fileSystem) && sameVolume) return 'reflink';
  if (!sameDisk) return 'copy';
  return ownFile && (mode & 0o002) === 0 ? 'link' : 'copy';
}
