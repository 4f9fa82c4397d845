// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import type { TaskId } from '../core/setup/tasks.ts';
import { isLocked, type LockId, type Vendor } from '../core/vendor/types.ts';
import type { DriverIntents, Hearth, ToolIntents } from './api.ts';

/**
 * What each lock refuses. Looking, what runs already, and taking back stay everybody's.
 *
 * This explains what an organisation decided to people who go by it. It is no wall against a person who does not: files,
 * programs and units of their own stay theirs.
 */
const hearthLocks: Partial<Record<keyof Hearth, LockId>> = {
  planImport: 'own-models',
  planMove: 'model-folder',
  chooseEngine: 'engine',
};
const toolLocks: Partial<Record<keyof ToolIntents, LockId>> = { planDefault: 'tools', planAiLab: 'tools' };
const driverLocks: Partial<Record<keyof DriverIntents, LockId>> = {
  plan: 'driver',
  planRemoval: 'driver',
  request: 'driver',
  planCure: 'driver',
  planKeepKernel: 'driver',
  planBuild: 'driver',
};
const taskLocks: Partial<Record<TaskId, LockId>> = { tools: 'tools', driver: 'driver' };

/** Hearth with what the vendor locked refused by `locked`, wherever it is asked from. */
export function withLocks<T extends Hearth>(hearth: T, vendor: Vendor): T {
  if (vendor.locked.length === 0) return hearth;
  const refuse = (lock: LockId | undefined): void => {
    if (lock === undefined || !isLocked(vendor, lock)) return;
    const { organisation } = vendor;
    throw new HearthError('locked', { lock, ...(organisation === null ? {} : { organisation }) });
  };
  const guarded = <O extends object>(
    object: O,
    lockOf: (name: PropertyKey, args: readonly unknown[]) => LockId | undefined,
  ): O =>
    new Proxy(object, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(target, name, target);
        if (name === 'tools' && typeof value === 'object' && value !== null)
          return guarded(value, (key) => toolLocks[key as keyof ToolIntents]);
        if (name === 'driver' && typeof value === 'object' && value !== null)
          return guarded(value, (key) => driverLocks[key as keyof DriverIntents]);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          const lock = lockOf(name, args);
          // An intent that promises refuses by its promise.
          if (lock !== undefined && isLocked(vendor, lock) && name !== 'chooseEngine')
            return Promise.resolve().then(() => refuse(lock));
          refuse(lock);
          return Reflect.apply(value, target, args);
        };
      },
    });
  return guarded(hearth, (name, args) =>
    name === 'plan' ? taskLocks[args[0] as TaskId] : hearthLocks[name as keyof Hearth],
  );
}
