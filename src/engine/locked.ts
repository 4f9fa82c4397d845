// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import { isLocked, taskLocks, type LockId, type Vendor } from '../core/vendor/types.ts';
import type { Hearth } from './api.ts';

/**
 * What refuses an intent: a lock, none (`null`), or which of the two, by what it was called with. An intent that does not
 * promise refuses at once.
 */
type Rule<A extends readonly unknown[], R> =
  R extends Promise<unknown>
    ? LockId | null | ((...args: A) => LockId | null)
    : { readonly atOnce: LockId } | null;

/** A rule for every intent: one that is not listed here does not compile. */
type Rules<T> = {
  readonly [K in keyof T as T[K] extends State ? never : K]: T[K] extends (...args: infer A) => infer R
    ? Rule<A, R>
    : Rules<T[K]>;
};
type State = Hearth['state'];

/**
 * What each lock refuses. Looking, what runs already, what closes a leak, and taking back stay everybody's: those are
 * `null`. A plan that was made is let through, as it could not be made where it is locked.
 *
 * This explains what an organisation decided to people who go by it. It is no wall against a person who does not: files,
 * programs and units of their own stay theirs.
 */
export const intentLocks: Rules<Hearth> = {
  refresh: null,
  choose: null,
  chooseEngine: { atOnce: 'engine' },
  plan: (task) => taskLocks[task] ?? null,
  planModel: null,
  planDiscard: null,
  planRemoval: null,
  planImport: 'own-models',
  planMove: 'model-folder',
  verify: null,
  textAt: null,
  apply: null,
  cancel: null,
  pause: null,
  resume: null,
  drop: null,
  serve: null,
  checkHealth: null,
  cure: null,
  stopServing: null,
  measure: null,
  ask: null,
  askGoose: null,
  checkGooseOffline: null,
  openGooseOffline: null,
  prove: null,
  planCure: null,
  clearLedger: null,
  exportLedger: null,
  undo: null,
  close: null,
  tools: {
    planDefault: 'tools',
    planAiLab: 'tools',
    newest: 'tools',
    newestFrom: null,
    openGoose: null,
    openAiLab: null,
    connection: null,
    key: null,
    checkAgent: null,
  },
  driver: {
    refresh: null,
    plan: 'driver',
    planRemoval: 'driver',
    // A code is of use for a request alone.
    newCode: 'driver',
    request: 'driver',
    cancelRequest: null,
    planCure: 'driver',
    planKeepKernel: 'driver',
    planKeepSystem: 'driver',
    planBuild: 'driver',
    buildLog: null,
    restart: null,
  },
  firstBoot: {
    arrive: null,
    restartShown: null,
    atPage: null,
    pageSeen: null,
    finish: null,
    dismiss: null,
    settled: null,
  },
};

type AnyRule = LockId | null | { readonly atOnce: LockId } | ((...args: readonly unknown[]) => LockId | null);
type AnyRules = Readonly<Record<PropertyKey, unknown>>;

/** Hearth with what the vendor locked refused by `locked`, wherever it is asked from. */
export function withLocks<T extends Hearth>(hearth: T, vendor: Vendor): T {
  return vendor.locked.length === 0 ? hearth : guarded(hearth, intentLocks as unknown as AnyRules, vendor);
}

function guarded<O extends object>(object: O, rules: AnyRules, vendor: Vendor): O {
  return new Proxy(object, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(target, name, target);
      // What is no intent has no rule: the state, and what tests add.
      const rule = (Object.hasOwn(rules, name) ? rules[name] : null) as AnyRule | AnyRules;
      if (rule === null) return typeof value === 'function' ? bound(value, target) : value;
      if (typeof value !== 'function') return guarded(value as object, rule as AnyRules, vendor);
      return (...args: readonly unknown[]): unknown =>
        refused(rule as AnyRule, args, vendor) ?? Reflect.apply(value, target, args);
    },
  });
}

function bound(method: object, target: object): unknown {
  return (...args: readonly unknown[]): unknown => Reflect.apply(method as never, target, args);
}

/** @returns a promise that rejects; null where nothing refuses. @throws locked, where the intent promises nothing */
function refused(rule: AnyRule, args: readonly unknown[], vendor: Vendor): Promise<never> | null {
  const atOnce = typeof rule === 'object' && rule !== null;
  const lock = atOnce ? rule.atOnce : typeof rule === 'function' ? rule(...args) : rule;
  if (lock === null || !isLocked(vendor, lock)) return null;
  const { organisation } = vendor;
  const error = new HearthError('locked', { lock, ...(organisation === null ? {} : { organisation }) });
  if (atOnce) throw error;
  return Promise.reject(error);
}
