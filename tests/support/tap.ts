// SPDX-License-Identifier: GPL-3.0-or-later

// Tests that run under gjs against the real thing, reported in TAP.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

type Body = () => Promise<void> | void;

const bodies: { readonly name: string; readonly body: Body }[] = [];

export function test(name: string, body: Body): void {
  bodies.push({ name, body });
}

/**
 * Runs what was registered, one after the other, prints TAP and ends the process.
 *
 * @param limit milliseconds for each test
 */
export async function run(limit = 120_000): Promise<void> {
  // GJS polls without a pause while a module waits at its top level; a loop of our own lets the processor sleep.
  const loop = new GLib.MainLoop(null, false);
  let status = 2;
  GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
    all(limit)
      .then((failed) => {
        status = failed === 0 ? 0 : 1;
      })
      .catch((thrown: unknown) => logError(thrown as Error))
      .finally(() => loop.quit());
    return GLib.SOURCE_REMOVE;
  });
  await (loop as unknown as { runAsync(): Promise<void> }).runAsync();
  system.exit(status);
}

async function all(limit: number): Promise<number> {
  print(`1..${bodies.length}`);
  let failed = 0;
  for (const [index, { name, body }] of bodies.entries()) {
    const start = GLib.get_monotonic_time();
    const failure = await outcome(body, limit);
    const took = Math.round((GLib.get_monotonic_time() - start) / 1000);
    print(`${failure === null ? 'ok' : 'not ok'} ${index + 1} - ${name} # ${took} ms`);
    if (failure === null) continue;
    failed += 1;
    for (const line of failure.split('\n')) print(`  # ${line}`);
  }
  return failed;
}

async function outcome(body: Body, limit: number): Promise<string | null> {
  let timer: GLib.Source | null = null;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${limit} ms`)), limit);
  });
  try {
    await Promise.race([Promise.resolve().then(body), late]);
    return null;
  } catch (thrown) {
    return thrown instanceof Error
      ? `${thrown.name}: ${thrown.message}\n${thrown.stack ?? ''}`
      : String(thrown);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Equality of plain data. */
export function equal(actual: unknown, expected: unknown, message = 'values differ'): void {
  const [left, right] = [stable(actual), stable(expected)];
  if (left !== right) throw new Error(`${message}\nactual:   ${left}\nexpected: ${right}`);
}

export function match(text: string, pattern: RegExp): void {
  if (!pattern.test(text))
    throw new Error(`${JSON.stringify(text.slice(0, 2000))} does not match ${String(pattern)}`);
}

/** The error that `work` ends in; it must end in one. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await work;
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`should have failed, gave ${stable(value)}`);
}

/** A fresh folder under the test's temporary directory. */
export function temporaryFolder(): string {
  return GLib.dir_make_tmp('hearth-test-XXXXXX');
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
