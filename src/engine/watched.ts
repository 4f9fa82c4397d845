// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, type Cancel } from '../core/cancel.ts';
import { hasCode } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';

/** Milliseconds between two looks at a server that works on something. */
const every = 4000;

/**
 * Does something long with a server and looks at it meanwhile: one that freezes, or whose model is taken away, ends the
 * work with that instead of keeping somebody waiting for a word that never comes.
 *
 * @throws server-frozen, model-changed, no-isolation, and what the work throws
 */
export async function watched<T>(
  work: (cancel: Cancel) => Promise<T>,
  look: () => Promise<unknown>,
  clock: Clock,
  cancel: Cancel,
): Promise<T> {
  const stop = new CancelSource();
  const ended = new CancelSource();
  const forget = cancel.onCancel(() => stop.cancel());
  let failure: unknown = null;
  const watch = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(every, ended);
      if (ended.cancelled) return;
      try {
        await look();
      } catch (thrown) {
        if (ended.cancelled || !hasCode(thrown, 'server-frozen', 'model-changed', 'no-isolation')) continue;
        failure = thrown;
        stop.cancel();
        return;
      }
    }
  };
  watch().catch(() => {});
  try {
    const result = await work(stop);
    if (failure !== null) throw failure;
    return result;
  } catch (thrown) {
    throw failure ?? thrown;
  } finally {
    ended.cancel();
    forget();
  }
}
