// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverImage } from './types.ts';

/** A driver as Ubuntu's ubuntu-drivers offers it. */
export interface OfferedDriver {
  /** 'nvidia-driver-595-open'. */
  readonly driver: string;
  /** Package with modules that Canonical signed; null where there is none for the kernel that runs. */
  readonly modules: string | null;
}

/** What advice needs to know besides the machine's facts. */
export interface AdviceSight {
  /** The image itself carries NVIDIA's module: nobody layered it. */
  readonly inImage: boolean;
  /** Names of installed packages that belong to a driver; null where nobody could tell. */
  readonly packages: readonly string[] | null;
  /** Ids of package repositories that are on. */
  readonly repositories: readonly string[];
  readonly offered: readonly OfferedDriver[];
  /** A module for the running kernel is there, and the kernel takes it as it is. */
  readonly trusted: boolean;
  /** Images to offer on image-based systems, as the vendor of this build lists them. */
  readonly images: readonly DriverImage[];
}

export const nothingSeen: AdviceSight = {
  inImage: false,
  packages: null,
  repositories: [],
  offered: [],
  trusted: false,
  images: [],
};

/** Output of `ubuntu-drivers list`: 'nvidia-driver-595-open, (kernel modules provided by linux-modules-…)'. */
export function parseUbuntuDrivers(stdout: string): readonly OfferedDriver[] {
  const offered: OfferedDriver[] = [];
  for (const line of stdout.split('\n', 200)) {
    const match =
      /^\s*(nvidia-driver-\d{3,4}(?:-server)?(?:-open)?)\b(?:.*\bprovided by (linux-modules-nvidia-[a-z0-9.+-]+)\))?/.exec(
        line,
      );
    if (match?.[1] !== undefined) offered.push({ driver: match[1], modules: match[2] ?? null });
  }
  return offered;
}
