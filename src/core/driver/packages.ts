// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../cancel.ts';
import type { PackagePermissions } from './permissions.ts';

/** One package, as the system's package service knows it. Versions are text as the service writes them. */
export interface PackageSight {
  readonly name: string;
  /** Installed version; null where it is not installed. */
  readonly installed: string | null;
  /** Newest version that a source has; null where none has it. */
  readonly available: string | null;
}

export interface Repository {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** What a change would do, asked before it is done. Bytes; null where the service does not say. */
export interface Resolution {
  readonly installs: readonly string[];
  readonly removes: readonly string[];
  readonly downloadBytes: number | null;
  readonly diskBytes: number | null;
}

export interface PackageProgress {
  readonly phase: 'checking' | 'downloading' | 'working';
  /** Bytes, or null where the service tells a share only. */
  readonly done: number | null;
  readonly total: number | null;
  /** 0 to 1. */
  readonly part: number | null;
}

/**
 * The system's own package service. Names are exact. Errors: no-package-service, packages-busy, offline, package-missing,
 * package-conflict, package-untrusted, permission-denied, permission-dismissed, no-agent, no-space, packages-failed,
 * cancelled.
 */
export interface SystemPackages {
  readonly kind: 'packagekit' | 'dnf5daemon' | 'rpm-ostree' | 'practice';
  readonly permissions: PackagePermissions;
  look(names: readonly string[]): Promise<readonly PackageSight[]>;
  /** What it would come to. Nothing is changed and nobody is asked for permission. */
  resolve(verb: 'install' | 'remove', names: readonly string[], cancel: Cancel): Promise<Resolution>;
  /** Those that are there already are passed over. A cancelled one leaves all or nothing installed. */
  install(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void>;
  /** With what needs them; those that are not there are passed over. */
  remove(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void>;
  repositories(): Promise<readonly Repository[]>;
  setRepository(id: string, enabled: boolean, cancel: Cancel): Promise<void>;
}

/** The image that an image-based system was started from, and what it can be replaced with. */
export interface SystemImage {
  /** Reference of the image that runs now, as `rpm-ostree rebase` takes it; null where there is none. */
  current(): Promise<string | null>;
  rebase(image: string, onProgress: (progress: PackageProgress) => void, cancel: Cancel): Promise<void>;
  /** Discards what waits for the next start; nothing where nothing waits. */
  dropUpdate(cancel: Cancel): Promise<void>;
}
