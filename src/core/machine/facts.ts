// SPDX-License-Identifier: GPL-3.0-or-later

import type { Known } from '../known.ts';

/** What was found out about a computer, without root. Sizes in bytes. Each fact alone may be missing. */
export interface MachineFacts {
  /** Set when these are the facts of a recorded machine, not of this one. */
  readonly recording: Recording | null;
  readonly system: Known<SystemFacts>;
  readonly kernel: Known<KernelFacts>;
  readonly cpu: Known<CpuFacts>;
  readonly memory: Known<MemoryFacts>;
  /** Where models go. */
  readonly disk: Known<DiskFacts>;
  readonly gpus: Known<readonly Gpu[]>;
  readonly firmware: FirmwareFacts;
  /** Kind of virtual machine or container ('kvm', 'vmware', …), 'none' on bare metal. */
  readonly virtualisation: Known<string>;
  readonly podman: Known<string>;
  readonly flatpak: Known<string>;
  readonly existing: ExistingModels;
  readonly network: Known<NetworkFacts>;
  /** Runs on battery right now. Left out of facts that nobody looked at a machine for. */
  readonly onBattery?: Known<boolean>;
  /** What there is for containers. Left out of facts that nobody looked at a machine for, and of a quick look. */
  readonly containers?: ContainerFacts;
}

export type Selinux = 'enforcing' | 'permissive' | 'off';

/** What an ordinary person's containers need. */
export interface ContainerFacts {
  /** systemd makes services of the person's container files (Quadlet). */
  readonly quadlet: Known<boolean>;
  /** The person has ranges of user and group ids to give to containers. */
  readonly idRanges: Known<boolean>;
  /** The program that hands them out is installed. */
  readonly idMapper: Known<boolean>;
  readonly selinux: Known<Selinux>;
  /** What the person's systemd may limit: 'cpu', 'memory', 'pids'. */
  readonly controllers: Known<readonly string[]>;
  /** Descriptions of devices for containers. */
  readonly cdi: readonly CdiFile[];
  /** Those of `/dev/dri`, `/dev/kfd` and `/dev/nvidiactl` that are there. */
  readonly nodes: readonly string[];
}

/** One description of devices for containers (Container Device Interface). */
export interface CdiFile {
  readonly path: string;
  /** e.g. 'nvidia.com/gpu'. */
  readonly kind: string;
  /** e.g. '0', 'all'. */
  readonly devices: readonly string[];
}

export interface Recording {
  readonly name: string;
  readonly title: string;
  /** 'recorded' on a real machine, or 'composed' from documented formats. */
  readonly kind: 'recorded' | 'composed';
}

export type Variant = 'workstation' | 'atomic' | 'ubuntu' | 'debian' | 'other';

export interface SystemFacts {
  /** os-release ID, e.g. 'fedora'. */
  readonly id: string;
  readonly idLike: readonly string[];
  readonly prettyName: string;
  /** VERSION_ID, or null for a rolling system. */
  readonly version: string | null;
  /** VARIANT_ID, e.g. 'silverblue'. */
  readonly variantId: string | null;
  readonly variant: Variant;
  /** The system is an image: /usr is read-only and packages are not simply installed. */
  readonly image: boolean;
}

export interface KernelFacts {
  readonly running: string;
  /** Kernel versions with modules on disk, newest last. */
  readonly installed: readonly string[];
}

/** Instruction sets for which llama.cpp has its own code. */
export type CpuFeature =
  | 'sse4.2'
  | 'avx'
  | 'avx2'
  | 'fma'
  | 'f16c'
  | 'bmi2'
  | 'avx-vnni'
  | 'avx512f'
  | 'avx512-vnni'
  | 'avx512-bf16'
  | 'avx512-vbmi'
  | 'amx-int8'
  | 'neon'
  | 'dotprod'
  | 'i8mm'
  | 'sve';

export interface CpuFacts {
  readonly model: string;
  /** 'x86_64', 'aarch64', … */
  readonly architecture: string;
  readonly cores: number;
  readonly threads: number;
  readonly features: readonly CpuFeature[];
}

export interface MemoryFacts {
  readonly total: number;
  /** MemAvailable: what programs can have without swapping. */
  readonly available: number;
  readonly swap: number;
  /** Swap is compressed memory, not disk. */
  readonly zram: boolean;
  /** A container's limit, not the hardware, sets `total`. */
  readonly limited?: true;
}

export interface DiskFacts {
  readonly path: string;
  readonly total: number;
  readonly free: number;
  readonly fileSystem: string;
}

export type GpuVendor = 'nvidia' | 'amd' | 'intel' | 'apple' | 'virtual' | 'other';

export interface Gpu {
  /** PCI address ('0000:01:00.0') or the device-tree node for GPUs that are not on PCI. */
  readonly address: string;
  /** Four hexadecimal digits each; null off PCI. */
  readonly vendorId: string | null;
  readonly deviceId: string | null;
  readonly vendor: GpuVendor;
  readonly name: Known<string>;
  /** Kernel driver bound to it; known with null when none is. */
  readonly driver: Known<string | null>;
  /** Shares main memory. */
  readonly integrated: boolean;
  /** Drives the screen that the firmware used. */
  readonly bootScreen: boolean;
  readonly memory: Known<number>;
  readonly memoryFree: Known<number>;
  /** Version of NVIDIA's driver, when that is in use. */
  readonly driverVersion: Known<string>;
}

export interface FirmwareFacts {
  readonly kind: Known<'uefi' | 'bios' | 'other'>;
  readonly secureBoot: Known<'on' | 'off' | 'setup'>;
  /** shim took part in this boot (its MokListRT variable is there). */
  readonly shim: Known<boolean>;
}

export interface ExistingModel {
  readonly name: string;
  readonly size: number | null;
  readonly path: string | null;
}

export interface ExistingModels {
  readonly ollama: Known<readonly ExistingModel[]>;
  readonly ramalama: Known<readonly ExistingModel[]>;
  readonly lmstudio: Known<readonly ExistingModel[]>;
}

export interface NetworkFacts {
  readonly connectivity: 'full' | 'limited' | 'portal' | 'none' | 'unknown';
  readonly metered: 'yes' | 'no' | 'unknown';
}
