// SPDX-License-Identifier: GPL-3.0-or-later

import type { Known } from '../known.ts';
import type { OfferedDriver } from './advice-sight.ts';
import type { BuildState, LoadedModule, ModuleFile, TrustedKey } from './types.ts';

/** What was read about the driver, before anything follows from it. No root, nothing changed. */
export interface DriverReadings {
  readonly bootId: Known<string>;
  /** The kernel's command line. */
  readonly arguments: Known<string>;
  readonly loaded: Known<LoadedModule | null>;
  readonly installed: Known<readonly InstalledPackage[]>;
  readonly kernels: readonly KernelReading[];
  /** Image-based systems only; null elsewhere. */
  readonly image: Known<ImageReading> | null;
  readonly repositories: readonly string[];
  readonly offered: readonly OfferedDriver[];
  readonly keys: Known<readonly TrustedKey[]>;
  /** Names of the variables that shim and mokutil keep, without their GUID: 'MokListRT', 'MokAuth'. */
  readonly mokVariables: readonly string[];
  /** /sys/firmware/efi/mok-variables is there: this start went through shim. */
  readonly throughShim: Known<boolean>;
  /** Free bytes for EFI variables. */
  readonly nvramFree: Known<number>;
  readonly cuda: Known<boolean>;
  /** What nvidia-smi said instead of listing cards. */
  readonly complaint: string | null;
  readonly cdi: boolean;
  readonly offlineUpdate: OfflineUpdate | null;
  /** Lines of the kernel's log about modules and NVIDIA; only some people may read it. */
  readonly kernelLog: Known<string>;
  /** Somebody holds a restart back because a module is being built. */
  readonly restartHeld: boolean;
  /** Keyboard layout of the console or the desktop, e.g. 'us', 'fr'. */
  readonly layout: string | null;
  /** A disk that is unlocked at the start. */
  readonly encrypted: boolean;
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

export interface KernelReading {
  readonly kernel: string;
  readonly staged: boolean;
  readonly headers: boolean;
  readonly module: Known<ModuleFile | null>;
  readonly build: BuildState;
  readonly ofDistribution: boolean;
}

/** What `rpm-ostree status --json` says of the deployments. */
export interface ImageReading {
  readonly booted: Deployment | null;
  readonly staged: Deployment | null;
}

export interface Deployment {
  readonly os: string;
  readonly checksum: string;
  readonly serial: number;
  readonly version: string | null;
  /** Image it was made of: 'ostree-image-signed:docker://…', or the branch of a repository. */
  readonly origin: string | null;
  /** Packages that were layered, as they were asked for. */
  readonly layered: readonly string[];
}

/** An update that is carried out during a restart, where nobody can look before. */
export interface OfflineUpdate {
  /** 'packagekit' or 'dnf5'. */
  readonly by: 'packagekit' | 'dnf5';
  /** Release of the kernel it would install; null where it installs none. */
  readonly kernel: string | null;
  /** It changes the driver, whose module would have to be built anew. */
  readonly driver: boolean;
  /** The next restart will do it. */
  readonly armed: boolean;
}
