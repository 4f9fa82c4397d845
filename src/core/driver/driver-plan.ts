// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import type { ChangePackages, DriverAction } from './actions.ts';
import { missingPackages } from './container-toolkit.ts';
import { keyEnrolled, nextKernel, wouldLoad } from './next-kernel.ts';
import type { Repository, Resolution } from './packages.ts';
import type { PackagePermissions } from './permissions.ts';
import type { DriverSight, Flavour, FlavourAdvice } from './types.ts';

/** What plans are made from, besides what was seen of the driver. */
export interface DriverWorld {
  readonly sight: DriverSight;
  readonly permissions: PackagePermissions;
  readonly repositories: readonly Repository[];
  /** Hosts of package sources by their id, where they are known. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** Names of what is installed of what plans are about. */
  readonly installed: ReadonlySet<string>;
  /** Names that a package source has. */
  readonly available: ReadonlySet<string>;
  /** Reference of the image that runs; null where the system is none. */
  readonly image: string | null;
  /** Where to describe the cards to containers, with what; null where that cannot be or need not be done. */
  readonly cards: { readonly program: string; readonly path: string } | null;
  /** What installing would come to, where the package service could be asked. */
  readonly resolution: Resolution | null;
  /** Lay packages over the image instead of replacing it. */
  readonly layer: boolean;
}

/**
 * What is left to do for a flavour. In an order that never leaves the computer without a driver: nouveau is kept away only
 * once the next kernel has a module that it would load.
 * @throws driver-impossible, no-mechanism and what else keeps the root service from answering
 */
export function installSteps(world: DriverWorld, flavour: Flavour): readonly DriverAction[] {
  const { sight } = world;
  const wanted = flavourAdvice(sight, flavour);
  if (flavour === 'clean') return removalSteps(world);
  if (sight.advice.family === 'fedora-atomic') return imageSteps(world, wanted);
  const packages = packageSteps(world, wanted, false);
  return [...packages, ...moduleSteps(world, wanted, packages.length > 0), ...cardSteps(world)];
}

export function flavourAdvice({ advice }: Pick<DriverSight, 'advice'>, flavour: Flavour): FlavourAdvice {
  const wanted = advice.flavours.find((each) => each.flavour === flavour);
  if (wanted?.possible === true) return wanted;
  throw new HearthError('driver-impossible', { because: wanted?.because ?? 'unsupported-system' });
}

/** Repositories that are off, packages that are missing, and those of another branch that stand in their way. */
function packageSteps(world: DriverWorld, wanted: FlavourAdvice, layered: boolean): readonly DriverAction[] {
  const repositories = layered ? [] : repositorySteps(world, wanted);
  const missing = missingPackages(wanted.packages, world, layered);
  if (missing.length === 0) return [];
  const nowhere = missing.find((name) => !world.available.has(name));
  if (nowhere !== undefined && repositories.length === 0)
    throw new HearthError('package-missing', { package: nowhere });
  const away = otherBranch(world, wanted);
  const { resolution, permissions } = world;
  const hosts = wanted.repositories.flatMap((id) => world.hosts[id] ?? []);
  const install: ChangePackages = {
    do: 'packages',
    verb: 'install',
    names: missing,
    along: (resolution?.installs ?? []).filter((name) => !missing.includes(name)),
    downloadBytes: resolution?.downloadBytes ?? wanted.downloadBytes,
    diskBytes: resolution?.diskBytes ?? null,
    hosts,
    permission: permissions.install,
    layered,
  };
  return [
    ...repositories,
    ...(away.length === 0 ? [] : [...nouveauFirst(world), removal(world, away)]),
    install,
  ];
}

function repositorySteps(world: DriverWorld, wanted: FlavourAdvice): readonly DriverAction[] {
  const known = wanted.repositories.map((id) => world.repositories.find((each) => each.id === id));
  return known.flatMap((each) =>
    each === undefined || each.enabled
      ? []
      : [
          {
            do: 'repository',
            repository: each.id,
            name: each.name,
            enabled: true,
            hosts: world.hosts[each.id] ?? [],
            permission: world.permissions.repository,
          },
        ],
  );
}

/** Installed packages of the other branch: they own the same files. */
function otherBranch({ sight, installed }: DriverWorld, wanted: FlavourAdvice): readonly string[] {
  const legacy = (name: string): boolean => /-580xx(-|$)/.test(name);
  const wants = wanted.packages.some(legacy);
  const there = sight.installed.known ? sight.installed.value.map(({ name }) => name) : [...installed];
  if (sight.advice.family !== 'fedora') return [];
  return there.filter((name) => /^(akmod|kmod|xorg-x11-drv)-nvidia/.test(name) && legacy(name) !== wants);
}

/** The key, the module and the arguments, in this order. */
function moduleSteps(world: DriverWorld, wanted: FlavourAdvice, fresh: boolean): readonly DriverAction[] {
  const { sight } = world;
  const { mechanism } = sight;
  const built = wanted.way === 'packages';
  if (mechanism === null) {
    if (wanted.needsKey) throw noMechanism(sight);
    return [];
  }
  const steps: DriverAction[] = [];
  const key = mechanism.key !== null;
  if (wanted.needsKey && built && !key) steps.push({ do: 'prepare-key' });
  const toBuild = built ? kernelsToBuild(sight, wanted, fresh) : [];
  for (const kernel of toBuild) steps.push({ do: 'build-module', kernel });
  steps.push(...argumentSteps(world, wanted, fresh || toBuild.length > 0));
  return steps;
}

/** The next kernel and the one that runs, where they lack a module that fits. */
function kernelsToBuild(sight: DriverSight, { needsKey }: FlavourAdvice, fresh: boolean): readonly string[] {
  const next = nextKernel(sight);
  const wanted = sight.kernels.filter((each) => each.kernel === next?.kernel || each.running);
  const lacking = wanted.filter((each) => {
    const { module, trust } = each;
    if (module.known && module.value?.prebuilt === true) return false;
    if (fresh || !module.known || module.value === null || module.value.badCompression) return true;
    if (!needsKey) return false;
    return trust === 'unsigned' || (trust === 'unknown-key' && !signedByOurs(sight, each));
  });
  // The next one first: it is the one that counts.
  return [...new Set([next?.kernel, ...lacking.map(({ kernel }) => kernel)])].filter(
    (kernel): kernel is string => lacking.some((each) => each.kernel === kernel),
  );
}

function signedByOurs({ mechanism }: DriverSight, { module }: DriverSight['kernels'][number]): boolean {
  const key = mechanism?.key ?? null;
  if (key === null || !module.known || module.value === null) return false;
  return module.value.signers.some(({ serial }) => serial.toLowerCase() === key.serial.toLowerCase());
}

/** @param building a module is made by this plan */
function argumentSteps(
  { sight }: DriverWorld,
  { needsKey }: FlavourAdvice,
  building: boolean,
): readonly DriverAction[] {
  const before = sight.mechanism?.driverArguments ?? null;
  // Where nobody sets them, the packages' own way is used.
  if (before === null) return [];
  const next = nextKernel(sight);
  const usable = needsKey ? keyEnrolled(sight) && (building || (next !== null && wouldLoad(next))) : true;
  const preset = usable ? 'nvidia' : 'none';
  // Scripts of packages keep nouveau away on their own, long before there is a module that loads.
  if (before === preset && !(preset === 'none' && building)) return [];
  return [{ do: 'driver-arguments', preset, before: before === 'nvidia' ? 'nvidia' : 'none' }];
}

/** Image-based systems: the driver that the image carries, else another image, else packages over it. */
function imageSteps(world: DriverWorld, wanted: FlavourAdvice): readonly DriverAction[] {
  const { sight, permissions, image } = world;
  const next = nextKernel(sight);
  const carried = next !== null && next.module.known && next.module.value?.prebuilt === true;
  if (carried) return [...argumentSteps(world, wanted, false), ...cardSteps(world)];
  const other = wanted.images?.[0];
  if (other !== undefined && image !== null && !world.layer) {
    const rebase = { name: other.name, image: other.reference, before: image, downloadBytes: null };
    return [{ do: 'rebase', ...rebase, permission: permissions.install }];
  }
  const layers = { refused: false, ...wanted, ...wanted.layers };
  // Where the kernel would refuse the module, the arguments that keep nouveau away stay as they are.
  return [
    ...packageSteps(world, layers, true),
    ...(wanted.needsKey || layers.refused ? [] : argumentSteps(world, wanted, true)),
    ...cardSteps(world),
  ];
}

function cardSteps({ cards, sight }: DriverWorld): readonly DriverAction[] {
  const loaded = sight.loaded.known && sight.loaded.value !== null;
  return cards === null || sight.cdi || !loaded ? [] : [{ do: 'describe-cards', ...cards }];
}

/** nouveau first, so that there is a driver at any point; the key goes by an intent of its own, through the firmware. */
export function removalSteps(world: DriverWorld): readonly DriverAction[] {
  const { sight } = world;
  const there = sight.installed.known ? sight.installed.value.map(({ name }) => name) : [];
  const withdraw: readonly DriverAction[] =
    (sight.mechanism?.pendingEnrolment.length ?? 0) > 0 ? [{ do: 'withdraw-request' }] : [];
  return [...withdraw, ...nouveauFirst(world), ...(there.length === 0 ? [] : [removal(world, there)])];
}

function nouveauFirst({ sight }: DriverWorld): readonly DriverAction[] {
  const before = sight.mechanism?.driverArguments ?? null;
  if (before === null || before === 'none') return [];
  return [{ do: 'driver-arguments', preset: 'none', before: 'nvidia' }];
}

export function removal(
  { permissions, resolution }: Pick<DriverWorld, 'permissions' | 'resolution'>,
  names: readonly string[],
): ChangePackages {
  return {
    do: 'packages',
    verb: 'remove',
    names,
    along: (resolution?.removes ?? []).filter((name) => !names.includes(name)),
    downloadBytes: null,
    diskBytes: null,
    hosts: [],
    permission: permissions.remove,
    layered: false,
  };
}

export function noMechanism({ mechanismError }: DriverSight): HearthError {
  if (mechanismError === null) return new HearthError('no-mechanism');
  const { code, args, detail } = mechanismError;
  return new HearthError(code, args, detail === null ? {} : { detail });
}
