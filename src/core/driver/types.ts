// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../errors.ts';
import type { Known } from '../known.ts';
import type { DriverReadings } from './readings.ts';

/** What there is to know and to decide about a graphics driver. Versions are text, sizes bytes, times ms since the epoch. */

/** NVIDIA's generations of graphics processors, by PCI id; see `generations.ts`. */
export type Generation =
  | 'fermi-or-older'
  | 'kepler'
  | 'maxwell'
  | 'pascal'
  | 'volta'
  | 'turing'
  | 'ampere'
  | 'ada'
  | 'hopper'
  | 'blackwell'
  | 'unknown';

/** Which of NVIDIA's driver branches serves a card: the current one, the 580 branch, or none that is maintained. */
export type Branch = 'current' | 'legacy-580' | 'none';

/** What a person chooses: nothing proprietary; the driver with CUDA's runtime; the toolkit to develop with on top. */
export type Flavour = 'clean' | 'cuda' | 'cuda-toolkit';
export const flavours: readonly Flavour[] = ['clean', 'cuda', 'cuda-toolkit'];

/** Which adapter knows how packages and keys are handled here; null where none does. */
export type Family = 'fedora' | 'fedora-atomic' | 'ubuntu' | 'debian';

/** An X.509 certificate, as far as trust in modules goes. */
export interface Certificate {
  /** SHA-1 of its DER form, 40 hexadecimal digits: what MokManager shows. */
  readonly fingerprint: string;
  /** Hexadecimal, without leading zeros; what `modinfo -F sig_key` shows. */
  readonly serial: string;
  /** DER of the issuer's name, hexadecimal, to compare with a signature's. */
  readonly issuer: string;
  readonly subjectKeyId: string | null;
  /** Common name of its subject. */
  readonly name: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Made to sign modules only (extended key usage 1.3.6.1.4.1.2312.16.1.2). */
  readonly modulesOnly: boolean;
}

/** Where a certificate is trusted, or blocked. */
export type KeyPlace = 'mok' | 'db' | 'dbx' | 'mokx';

export interface TrustedKey extends Certificate {
  readonly place: KeyPlace;
}

/** The `nvidia` module that runs now. */
export interface LoadedModule {
  readonly version: string;
  readonly srcversion: string | null;
  /** Letters of its taint: E for one that is not trusted. */
  readonly taint: string;
  readonly open: boolean | null;
}

/** One of a module's signatures. */
export interface Signer {
  readonly issuer: string;
  readonly serial: string;
  readonly subjectKeyId: string | null;
}

/** `nvidia.ko` for one kernel. */
export interface ModuleFile {
  readonly path: string;
  readonly version: string | null;
  readonly vermagic: string | null;
  readonly srcversion: string | null;
  /** Dual MIT/GPL rather than NVIDIA's own. */
  readonly open: boolean | null;
  readonly signers: readonly Signer[];
  /** Part of the image, or of a package that the distribution signed: nobody builds it here. */
  readonly prebuilt: boolean;
  /** Integrity check of an xz file that the kernel cannot read (other than CRC32). */
  readonly badCompression: boolean;
}

/** Whether the kernel would load a module under Secure Boot. */
export type ModuleTrust =
  | 'trusted'
  | 'unsigned'
  | 'unknown-key'
  | 'blocked-key'
  | 'expired-key'
  /** Secure Boot does not ask, or there is no module. */
  | 'not-asked'
  /** The module or the lists of keys could not be read. */
  | 'not-known';

export type BuildState =
  | { readonly tag: 'idle' }
  | { readonly tag: 'building'; readonly since: number | null }
  | { readonly tag: 'failed'; readonly log: string | null; readonly reason: BuildFailure };
export type BuildFailure = 'no-headers' | 'missing-packages' | 'too-old' | 'other';

/** One kernel that could be started next. */
export interface KernelSight {
  readonly kernel: string;
  readonly running: boolean;
  /** Null where only root can tell. */
  readonly isDefault: boolean | null;
  /** Of a deployment that is staged for the next start (image-based systems). */
  readonly staged: boolean;
  readonly headers: boolean;
  readonly module: Known<ModuleFile | null>;
  readonly trust: ModuleTrust;
  readonly build: BuildState;
  /** Made by the distribution whose kernels take keys of a machine owner. */
  readonly ofDistribution: boolean;
}

/** What the guard says about the next start. */
export type GuardVerdict =
  | { readonly tag: 'not-needed' }
  | { readonly tag: 'safe'; readonly kernel: string }
  | { readonly tag: 'building'; readonly kernel: string; readonly since: number | null }
  /** The next start would use nouveau. */
  | {
      readonly tag: 'falls-back';
      readonly kernel: string;
      readonly because: FallBack;
      readonly keep: string | null;
    }
  | {
      readonly tag: 'failed';
      readonly kernel: string;
      readonly because: BuildFailure;
      readonly keep: string | null;
    }
  /** An update is prepared that installs a kernel during the restart, where nobody can look before. */
  | { readonly tag: 'offline-update'; readonly kernel: string | null }
  | { readonly tag: 'unknown'; readonly because: string };
export type FallBack =
  'no-module' | 'wrong-version' | 'unsigned' | 'key-not-enrolled' | 'key-blocked' | 'bad-compression';

/** What speaks against asking for an enrolment now, each with a cure of its own. */
export type Obstacle =
  | 'no-efi'
  | 'secure-boot-off'
  | 'setup-mode'
  | 'validation-off'
  | 'no-shim'
  | 'no-key-manager'
  | 'boot-path-unknown'
  | 'nvram-full'
  | 'key-missing'
  | 'key-expired'
  | 'key-revoked'
  | 'already-enrolled'
  | 'foreign-request'
  | 'module-missing'
  | 'module-unsigned'
  | 'module-other-key';

/** What was asked of the firmware, as the root service wrote it down. */
export interface KeyRequest {
  readonly kind: 'enrol' | 'delete';
  readonly fingerprint: string;
  /** /proc/sys/kernel/random/boot_id when it was asked. */
  readonly bootId: string;
  readonly requestedAt: number;
  /** How often the same was asked in a row, this time included; 1 where it is missing. */
  readonly attempts?: number;
}

/** What only root can see. Travels as a{sv}; keys as here, absent ones left out. */
export interface MechanismState {
  /** Key that modules are signed with here. */
  readonly key: (Certificate & { readonly source: 'akmods' | 'dkms' | 'ubuntu' | 'image' }) | null;
  /** Fingerprints in MokNew and MokDel. */
  readonly pendingEnrolment: readonly string[];
  readonly pendingDeletion: readonly string[];
  /** MokAuth without MokNew: the firmware would offer "Reset MOK". */
  readonly staleAuth: boolean;
  readonly request: KeyRequest | null;
  readonly obstacles: readonly Obstacle[];
  /** Free bytes for EFI variables. */
  readonly nvramFree: number | null;
  readonly defaultKernel: string | null;
  readonly driverArguments: 'nvidia' | 'none' | 'mixed' | null;
  /** What the record of the last verified start says. */
  readonly verified: {
    readonly kernel: string;
    readonly version: string;
    readonly fingerprint: string | null;
  } | null;
}

/** How an enrolment (or deletion) that was asked for ended, as seen after the restart. */
export type KeyEnding =
  | 'enrolled'
  | 'deleted'
  /** Asked for, and the computer was not restarted yet. */
  | 'pending'
  /** Screen missed, "Continue boot", "No", or three wrong codes: the firmware leaves no trace that says which. */
  | 'not-done'
  /** Cut off in the middle: the firmware would offer "Reset MOK" now. */
  | 'cut-off'
  /** The request is still there: the computer was started another way, past shim. */
  | 'not-shown'
  /** Not done twice or more, with a person who says that all went well: the firmware does not keep it. */
  | 'dropped';

/** Rows of the table of symptoms; see `diagnosis.ts` for what each is. */
export type FindingId = string;
export interface Finding {
  readonly id: FindingId;
  readonly severity: 'blocks' | 'warns' | 'tells';
  readonly args: Readonly<Record<string, string | number>>;
  /** What one button does about it; null where nothing Hearth could do would help, which its words explain. */
  readonly cure: FindingCure | null;
}
export type FindingCure =
  | 'request-again'
  | 'place-key-manager'
  | 'cancel-request'
  | 'rebuild'
  | 'wait'
  | 'install-headers'
  | 'install-build-tools'
  | 'keep-kernel'
  | 'switch-branch'
  | 'driver-arguments'
  | 'restart'
  | 'show-log'
  | 'rebase-image';

/** One NVIDIA card with what there is for it. */
export interface CardAdvice {
  readonly address: string;
  readonly name: string;
  readonly generation: Generation;
  readonly branch: Branch;
  /** NVIDIA's open kernel modules: the only ones, possible, or not possible. */
  readonly open: 'required' | 'possible' | 'impossible';
  /** Published after Hearth's table was made. Left out where it was not. */
  readonly newer?: true;
  /** The driver that serves the other cards leaves this one out. Left out where it does not. */
  readonly leftOut?: true;
}

/** How a flavour comes onto this computer. */
export type InstallWay =
  /** Packages whose module is built here, and signed with the key of this computer. */
  | 'packages'
  /** Packages whose module the distribution built and signed. */
  | 'signed-packages'
  /** The image has it already; nothing is installed. */
  | 'in-image'
  /** Another image, which carries the driver; `images` says which. */
  | 'rebase';

/** An image of the system that carries a driver. */
export interface DriverImage {
  readonly name: string;
  /** As `rpm-ostree rebase` takes it. */
  readonly reference: string;
  readonly branch: Exclude<Branch, 'none'>;
}

/** What each flavour means on this computer. */
export interface FlavourAdvice {
  readonly flavour: Flavour;
  readonly possible: boolean;
  /** Why it is not possible. */
  readonly because: 'no-nvidia' | 'unsupported-card' | 'unsupported-system' | 'managed' | null;
  readonly packages: readonly string[];
  readonly repositories: readonly string[];
  /** Needs a machine owner key and with it the firmware screens. */
  readonly needsKey: boolean;
  readonly needsRestart: boolean;
  /** Bytes, roughly; null where nobody says. */
  readonly downloadBytes: number | null;
  readonly inUse: boolean;
  /** Left out where nothing is installed. */
  readonly way?: InstallWay;
  readonly images?: readonly DriverImage[];
  /** The advanced way of an image-based system: the same as packages on top of the image, whose module nobody signs. */
  readonly layers?: {
    readonly packages: readonly string[];
    readonly repositories: readonly string[];
    /** Secure Boot is on, so the kernel does not load their module. */
    readonly refused: boolean;
  };
}

export interface DriverAdvice {
  readonly family: Family | null;
  readonly cards: readonly CardAdvice[];
  /** Of all cards together: one driver has to serve them. */
  readonly branch: Branch;
  readonly flavours: readonly FlavourAdvice[];
  readonly recommended: Flavour;
  readonly hybrid: boolean;
}

/** Everything that was seen about the driver, and what follows from it. */
export interface DriverSight {
  readonly advice: DriverAdvice;
  readonly loaded: Known<LoadedModule | null>;
  /** Package versions of the driver that are installed. */
  readonly installed: Known<readonly { readonly name: string; readonly version: string }[]>;
  readonly kernels: readonly KernelSight[];
  readonly keys: Known<readonly TrustedKey[]>;
  readonly bootId: Known<string>;
  /** Null where the root service is not installed or does not answer; `mechanismError` says why. */
  readonly mechanism: MechanismState | null;
  readonly mechanismError: ErrorValue | null;
  readonly ending: KeyEnding | null;
  readonly guard: GuardVerdict;
  readonly findings: readonly Finding[];
  /** CUDA answered (nvidia-smi or NVML). */
  readonly cuda: Known<boolean>;
  /** The container toolkit described the cards (CDI). */
  readonly cdi: boolean;
  /** The driver was proven to work: loaded, trusted, bound, CUDA there. */
  readonly verified: boolean;
  /** What all of it was told from. Left out of a sight that nobody looked at a machine for. */
  readonly readings?: DriverReadings;
}
