// SPDX-License-Identifier: GPL-3.0-or-later

/** Who holds a restart back, in their own words. */
export interface RestartHolder {
  readonly program: string;
  readonly reason: string;
}

/**
 * What logind's ListInhibitors says of restarts: `a(ssssuu)` with what is held back, who does it, why, how, user and
 * process. A lock that only delays is waited for by logind itself.
 */
export function holdersOfRestart(list: unknown): readonly RestartHolder[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown): readonly RestartHolder[] => {
    if (!Array.isArray(one)) return [];
    const [what, program, reason, mode] = one as unknown[];
    const words = [what, program, reason, mode].every((each) => typeof each === 'string');
    if (!words || mode !== 'block' || !String(what).split(':').includes('shutdown')) return [];
    return [{ program: clipped(String(program)), reason: clipped(String(reason)) }];
  });
}

/** Any program may write there what it likes. */
function clipped(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 200);
}
