// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import type { DriverAction } from '../core/driver/actions.ts';
import { missingPackages, namesToLookFor } from '../core/driver/container-toolkit.ts';
import { installSteps, noMechanism, removalSteps, type DriverWorld } from '../core/driver/driver-plan.ts';
import { diagnose } from '../core/driver/diagnosis.ts';
import { nextKernel } from '../core/driver/next-kernel.ts';
import { canBuild, canChooseKernel, canDropUpdate } from '../core/driver/offers.ts';
import type { Resolution, SystemPackages } from '../core/driver/packages.ts';
import { ostreePermissions, packageKitPermissions } from '../core/driver/permissions.ts';
import type { DriverSight, Finding, FindingId, Flavour } from '../core/driver/types.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Action, Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { DriverIntents } from './api.ts';
import type { FlavourOptions } from './driver-part.ts';
import type { Parts } from './parts.ts';
import type { Planner } from './planner.ts';

export interface DriverUseContext {
  readonly parts: Parts;
  readonly planner: Planner;
  readonly state: () => HearthState;
  readonly set: (change: Partial<HearthState>) => void;
}

/** Where Hearth notes that it is to come back after a restart; a unit of the session looks for it. */
export function resumeMarker({ state }: { readonly state: string }): string {
  return `${state}/resume`;
}

/** The graphics driver, its key and the guard. */
export class DriverUse implements DriverIntents {
  readonly #context: DriverUseContext;

  constructor(context: DriverUseContext) {
    this.#context = context;
  }

  async refresh(): Promise<void> {
    await this.#look();
  }

  async #look(): Promise<DriverSight> {
    const { parts, set, state } = this.#context;
    const seen = await parts.driver.observe();
    const { machine, failures } = state();
    const said = failures.driver?.detail ?? null;
    // What package work said when it failed names causes that nothing else shows.
    const driver =
      said === null || machine === null ? seen : { ...seen, findings: diagnose(machine, seen, said) };
    set({ driver });
    return driver;
  }

  async plan(flavour: Flavour, options: FlavourOptions = {}): Promise<Plan> {
    const world = await this.#world(flavour, options.layer ?? false);
    return this.#of([...installSteps(world, flavour), ...(await this.#containerSettings(world))]);
  }

  /** What is left to do for what is in use, else for what is recommended. */
  async planUsual(): Promise<Plan> {
    const { advice } = await this.#look();
    const used = advice.flavours.find(({ inUse, flavour }) => inUse && flavour !== 'clean')?.flavour;
    const wanted = used ?? advice.recommended;
    return wanted === 'clean' ? this.#of([]) : this.plan(wanted);
  }

  async planRemoval(): Promise<Plan> {
    return this.#of(removalSteps(await this.#world('clean', false)));
  }

  newCode(): Promise<string> {
    return this.#context.parts.driver.code();
  }

  async request(kind: 'enrol' | 'delete', code: string, cancel: Cancel): Promise<void> {
    const { driver } = this.#context.parts;
    const { key } = await driver.mechanism.state();
    if (key === null) throw new HearthError('key-refused', { obstacle: 'key-missing' });
    const hash = await driver.hash(code);
    cancel.throwIfCancelled();
    try {
      if (kind === 'enrol') await driver.mechanism.requestEnrolment(key.fingerprint, hash, cancel);
      else await driver.mechanism.forgetKey(key.fingerprint, hash, cancel);
    } finally {
      await this.#lookQuietly();
    }
  }

  async cancelRequest(cancel: Cancel): Promise<void> {
    await this.#context.parts.driver.mechanism.cancelRequest(cancel);
    await this.#lookQuietly();
  }

  async planCure(id: FindingId): Promise<Plan> {
    const sight = await this.#look();
    const finding = sight.findings.find((each) => each.id === id);
    if (finding?.cure == null) throw new HearthError('nothing-to-do');
    return this.#of(await this.#cure(sight, finding));
  }

  async planKeepKernel(kernel: string): Promise<Plan> {
    return this.#of(keepKernel(await this.#look(), kernel));
  }

  async planKeepSystem(): Promise<Plan> {
    if (!canDropUpdate(await this.#look())) throw new HearthError('nothing-to-do');
    return this.#of([{ do: 'drop-update', permission: ostreePermissions.cleanup }]);
  }

  async planBuild(kernel: string): Promise<Plan> {
    const sight = await this.#look();
    if (sight.mechanism === null) throw noMechanism(sight);
    if (!canBuild(sight)) throw new HearthError('not-built-here');
    if (!sight.kernels.some((each) => each.kernel === kernel))
      throw new HearthError('not-found', { name: kernel });
    return this.#of([{ do: 'build-module', kernel }]);
  }

  buildLog(kernel: string): Promise<string | null> {
    return this.#context.parts.driver.buildLog(kernel);
  }

  async restart(): Promise<void> {
    const { parts } = this.#context;
    const marker = resumeMarker(parts.paths);
    await parts.files.makeFolder(parts.paths.state, 0o700);
    await parts.files.writeAtomic(marker, 'driver\n', 0o600);
    try {
      await parts.driver.restart();
    } catch (thrown) {
      await parts.files.remove(marker);
      throw thrown;
    }
    if (parts.mode.tag === 'practice') {
      // The rehearsed computer is back at once.
      await parts.files.remove(marker);
      await this.#look();
    }
  }

  async #cure(sight: DriverSight, { cure, args }: Finding): Promise<readonly Action[]> {
    const next = nextKernel(sight)?.kernel ?? '';
    const kernel = typeof args['kernel'] === 'string' ? args['kernel'] : next;
    const { driver } = this.#context.parts;
    switch (cure) {
      case 'place-key-manager':
        return [{ do: 'place-key-manager' }];
      case 'cancel-request':
        return [{ do: 'withdraw-request' }];
      case 'rebuild':
        return [
          ...(sight.mechanism?.key === null ? [{ do: 'prepare-key' } as const] : []),
          { do: 'build-module', kernel },
        ];
      case 'install-headers':
        return this.#installThenBuild((await driver.buildNeeds(kernel)).headers, kernel);
      case 'install-build-tools':
        return this.#installThenBuild((await driver.buildNeeds(kernel)).tools, kernel);
      case 'keep-kernel': {
        const keep = typeof args['keep'] === 'string' ? args['keep'] : sight.mechanism?.verified?.kernel;
        if (keep === undefined) throw new HearthError('nothing-to-do');
        return keepKernel(sight, keep);
      }
      case 'driver-arguments':
        return [{ do: 'driver-arguments', preset: 'nvidia', before: 'none' }];
      case 'switch-branch':
      case 'rebase-image': {
        const flavour = sight.advice.flavours.find((each) => each.inUse && each.flavour !== 'clean')?.flavour;
        return installSteps(await this.#world(flavour ?? 'cuda', false), flavour ?? 'cuda');
      }
      case 'request-again':
      case 'wait':
      case 'restart':
      case 'show-log':
      case null:
        // Done by intents of their own, or by time.
        throw new HearthError('nothing-to-do');
    }
  }

  async #installThenBuild(names: readonly string[], kernel: string): Promise<readonly DriverAction[]> {
    const packages = await this.#service();
    const missing = (await packages.look(names)).filter(({ installed }) => installed === null);
    const resolution =
      missing.length === 0 ? null : await packages.resolve('install', names, never).catch(unresolved);
    return [
      ...(missing.length === 0
        ? []
        : [
            {
              do: 'packages' as const,
              verb: 'install' as const,
              names: missing.map(({ name }) => name),
              along: (resolution?.installs ?? []).filter((name) => !names.includes(name)),
              downloadBytes: resolution?.downloadBytes ?? null,
              diskBytes: resolution?.diskBytes ?? null,
              hosts: [],
              permission: packages.permissions.install,
              layered: packages.kind === 'rpm-ostree',
            },
          ]),
      { do: 'build-module', kernel },
    ];
  }

  async #service(): Promise<SystemPackages> {
    const packages = await this.#context.parts.driver.packages();
    if (packages === null) throw new HearthError('no-package-service');
    return packages;
  }

  async #world(flavour: Flavour, layer: boolean): Promise<DriverWorld> {
    const { driver } = this.#context.parts;
    const sight = await this.#look();
    const wanted = sight.advice.flavours.find((each) => each.flavour === flavour);
    const names = [...(wanted?.packages ?? []), ...(wanted?.layers?.packages ?? [])];
    const away =
      flavour === 'clean' && sight.installed.known ? sight.installed.value.map(({ name }) => name) : [];
    const packages = names.length + away.length === 0 ? null : await driver.packages();
    if (packages === null && names.length + away.length > 0) throw new HearthError('no-package-service');
    const [seen, repositories, hosts, image, cards] = await Promise.all([
      packages?.look([...new Set([...namesToLookFor(names), ...away])]) ?? [],
      names.length === 0 ? [] : (packages?.repositories() ?? []),
      driver.hosts(),
      driver.image(),
      driver.cards(),
    ]);
    const installed = new Set(seen.filter((each) => each.installed !== null).map(({ name }) => name));
    const available = new Set(seen.filter((each) => each.available !== null).map(({ name }) => name));
    const blind = packages?.kind === 'rpm-ostree';
    const missing = missingPackages(names, { installed, available, hosts }, blind);
    const going = away.filter((name) => installed.has(name));
    return {
      ...{ sight, repositories, hosts, installed, available, image, cards, layer },
      permissions: packages?.permissions ?? packageKitPermissions,
      resolution: packages === null ? null : await this.#resolve(packages, missing, going),
    };
  }

  /** Sizes and company of what is missing; null before its source is on, or where nobody can say now. */
  async #resolve(
    packages: SystemPackages,
    missing: readonly string[],
    going: readonly string[],
  ): Promise<Resolution | null> {
    if (missing.length + going.length === 0) return null;
    return going.length > 0
      ? packages.resolve('remove', going, never).catch(unresolved)
      : packages.resolve('install', missing, never).catch(unresolved);
  }

  /** Podman looks for descriptions in the system's folders only, unless it is told. */
  async #containerSettings({ cards, sight }: DriverWorld): Promise<readonly Action[]> {
    const { files, sha256, driver } = this.#context.parts;
    const place = await driver.cards();
    const loaded = sight.loaded.known && sight.loaded.value !== null;
    if (cards === null || place === null || sight.cdi || !loaded) return [];
    const folder = cards.path.slice(0, cards.path.lastIndexOf('/'));
    const content = `# Written by Hearth: where the graphics card is described to containers.\n[engine]\ncdi_spec_dirs = ["/etc/cdi", "/run/cdi", "${folder}"]\n`;
    const before =
      (await files.stat(place.settings)) === null ? null : sha256(await files.readBytes(place.settings));
    if (before === sha256(content)) return [];
    const { settings: path } = place;
    return [
      { do: 'write-file', path, content, mode: 0o644, before, owner: 'hearth', purpose: 'containers-config' },
    ];
  }

  #of(actions: readonly Action[]): Promise<Plan> {
    return this.#context.planner.of('driver', actions);
  }

  /** What was done counts, also where looking again fails. */
  async #lookQuietly(): Promise<void> {
    try {
      await this.#look();
    } catch (thrown) {
      this.#context.parts.report(thrown, 'looking at the driver again');
    }
  }
}

function keepKernel(sight: DriverSight, kernel: string): readonly DriverAction[] {
  const { mechanism, kernels } = sight;
  if (mechanism === null) throw noMechanism(sight);
  if (!canChooseKernel(sight)) throw new HearthError('kernel-not-chosen');
  if (!kernels.some((each) => each.kernel === kernel)) throw new HearthError('not-found', { name: kernel });
  if (mechanism.defaultKernel === kernel) return [];
  return [{ do: 'default-kernel', kernel, before: mechanism.defaultKernel }];
}

/** A source that is off, or a service that cannot tell: the plan goes without. */
function unresolved(thrown: unknown): null {
  if (hasCode(thrown, 'package-missing', 'offline', 'packages-busy', 'packages-failed')) return null;
  throw thrown;
}
