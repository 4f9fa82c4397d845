// SPDX-License-Identifier: GPL-3.0-or-later

import { touchesNothing, type Touches } from '../setup/touches.ts';
import { permissions } from './permissions.ts';

/**
 * What a plan can do about the graphics driver, one value a step. Package work goes through the system's own service,
 * the rest through Hearth's root service. Each may be repeated after a cut.
 */
export type DriverAction =
  | SwitchRepository
  | ChangePackages
  /** Builds, or waits for, the module for one kernel, signed with the key that is there. */
  | { readonly do: 'build-module'; readonly kernel: string }
  /** Makes a key that signs modules, only where there is none. */
  | { readonly do: 'prepare-key' }
  | {
      readonly do: 'driver-arguments';
      /** 'nvidia' keeps nouveau away: only once a module is there that the kernel would load. */
      readonly preset: DriverPreset;
      readonly before: DriverPreset;
    }
  | { readonly do: 'default-kernel'; readonly kernel: string; readonly before: string | null }
  | Rebase
  /** Discards the update of an image that waits for the next start, so that the system that runs starts again. */
  | { readonly do: 'drop-update'; readonly permission: string }
  | DescribeCards
  | { readonly do: 'place-key-manager' }
  /** Takes back what the firmware would be asked at the next start. */
  | { readonly do: 'withdraw-request' };

export type DriverPreset = 'nvidia' | 'none';

export interface SwitchRepository {
  readonly do: 'repository';
  /** As the package service calls it. */
  readonly repository: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Whom its packages come from; empty where nobody says. */
  readonly hosts: readonly string[];
  readonly permission: string;
}

export interface ChangePackages {
  readonly do: 'packages';
  readonly verb: 'install' | 'remove';
  /** Exact names, those asked for first. */
  readonly names: readonly string[];
  /** What comes or goes with them; known where the package service could be asked before. */
  readonly along: readonly string[];
  /** Bytes; null where nobody says before the package source is on. */
  readonly downloadBytes: number | null;
  readonly diskBytes: number | null;
  readonly hosts: readonly string[];
  readonly permission: string;
  /** Laid over an image, where nobody signs what is built (image-based systems). */
  readonly layered: boolean;
}

/** Another image of the system, which carries the driver; the one that runs stays to go back to. */
export interface Rebase {
  readonly do: 'rebase';
  readonly name: string;
  /** e.g. 'ostree-image-signed:docker://ghcr.io/…:44'. */
  readonly image: string;
  /** Reference of the image that runs now. */
  readonly before: string;
  readonly downloadBytes: number | null;
  readonly permission: string;
}

/** Describes the cards to containers (CDI), in the person's own folder. */
export interface DescribeCards {
  readonly do: 'describe-cards';
  /** Absolute path of NVIDIA's program that does it. */
  readonly program: string;
  readonly path: string;
}

/** How a step about the driver is taken back. */
export type DriverUndo =
  | { readonly undo: 'repository'; readonly repository: string; readonly enabled: boolean }
  | { readonly undo: 'packages'; readonly verb: 'install' | 'remove'; readonly names: readonly string[] }
  | { readonly undo: 'driver-arguments'; readonly preset: DriverPreset }
  | { readonly undo: 'default-kernel'; readonly kernel: string }
  | { readonly undo: 'rebase'; readonly image: string };

const driverActions: ReadonlySet<string> = new Set<DriverAction['do']>([
  'repository',
  'packages',
  'build-module',
  'prepare-key',
  'driver-arguments',
  'default-kernel',
  'rebase',
  'drop-update',
  'describe-cards',
  'place-key-manager',
  'withdraw-request',
]);

export function isDriverAction<T extends { readonly do: string }>(
  action: T | DriverAction,
): action is DriverAction {
  return driverActions.has(action.do);
}

const driverUndos: ReadonlySet<string> = new Set<DriverUndo['undo']>([
  'repository',
  'packages',
  'driver-arguments',
  'default-kernel',
  'rebase',
]);

export function isDriverUndo<T extends { readonly undo: string }>(undo: T | DriverUndo): undo is DriverUndo {
  return driverUndos.has(undo.undo);
}

export function driverTouches(action: DriverAction): Touches {
  switch (action.do) {
    case 'repository':
      return { ...touchesNothing, hosts: action.enabled ? action.hosts : [], permission: action.permission };
    case 'packages': {
      const install = action.verb === 'install';
      const disk = action.diskBytes ?? 0;
      return {
        ...touchesNothing,
        packages: [...action.names, ...action.along],
        downloadBytes: install ? (action.downloadBytes ?? 0) : 0,
        diskBytes: install ? disk : -disk,
        hosts: install ? action.hosts : [],
        permission: action.permission,
      };
    }
    case 'rebase': {
      const host = /docker:\/\/([^/]+)\//.exec(action.image)?.[1];
      const bytes = action.downloadBytes ?? 0;
      return {
        ...touchesNothing,
        downloadBytes: bytes,
        diskBytes: bytes,
        hosts: host === undefined ? [] : [host],
        permission: action.permission,
      };
    }
    case 'drop-update':
      return { ...touchesNothing, permission: action.permission };
    case 'describe-cards':
      return { ...touchesNothing, files: [action.path] };
    case 'build-module':
    case 'prepare-key':
    case 'driver-arguments':
    case 'default-kernel':
    case 'place-key-manager':
    case 'withdraw-request':
      return { ...touchesNothing, permission: permissions[action.do] };
  }
}

/** Decided before the step is done, from what the plan saw. */
export function driverUndo(
  action: DriverAction,
  exists: boolean,
):
  | DriverUndo
  | { readonly undo: 'remove-file'; readonly path: string; readonly ifSha256: null }
  | { readonly undo: 'nothing'; readonly why: 'no-effect' | 'already-there' | 'key-stays' } {
  switch (action.do) {
    case 'repository':
      return { undo: 'repository', repository: action.repository, enabled: !action.enabled };
    case 'packages': {
      const verb = action.verb === 'install' ? 'remove' : 'install';
      // What came along goes as well; what went along comes back by itself with what needs it.
      return {
        undo: 'packages',
        verb,
        names: verb === 'remove' ? [...action.names, ...action.along] : action.names,
      };
    }
    case 'driver-arguments':
      return action.before === action.preset
        ? { undo: 'nothing', why: 'already-there' }
        : { undo: 'driver-arguments', preset: action.before };
    case 'default-kernel':
      return action.before === null
        ? { undo: 'nothing', why: 'no-effect' }
        : { undo: 'default-kernel', kernel: action.before };
    case 'rebase':
      return { undo: 'rebase', image: action.before };
    case 'describe-cards':
      return exists
        ? { undo: 'nothing', why: 'already-there' }
        : { undo: 'remove-file', path: action.path, ifSha256: null };
    case 'prepare-key':
      return { undo: 'nothing', why: 'key-stays' };
    case 'build-module':
    case 'drop-update':
    case 'place-key-manager':
    case 'withdraw-request':
      return { undo: 'nothing', why: 'no-effect' };
  }
}
