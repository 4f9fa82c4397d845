// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * When Hearth may open by itself. All of it is files in the state folder that systemd looks for before it starts anything
 * (data/systemd/user), so that a later login starts nothing. The rules hold wherever a power cut or a crash comes:
 * changes are made one after the other, each one is on the disk before the next, and what keeps Hearth away is written
 * before what brought it is removed.
 */

export const markers = [
  /** Laid by /etc/skel: this account is new. */
  'pending',
  /** A person has finished the first run or closed it. */
  'first-run-done',
  /** The first run was shown and may have been cut off. */
  'first-login-begun',
  /** Hearth asked for a restart and is to say how it went. */
  'resume',
  /** That was begun and may have been cut off. */
  'resume-begun',
] as const;
export type Marker = (typeof markers)[number];
export type Markers = Readonly<Record<Marker, boolean>>;

/** How Hearth was started: by one of the units, or by a person. */
export type Door = 'first-login' | 'resume' | 'person';

/** What brings Hearth here. */
export type Arrival = 'first-login' | 'resume' | 'person';

export interface Change {
  readonly do: 'write' | 'remove';
  readonly marker: Marker;
}

/**
 * What a start means. A showing that was cut off, by a crash, a power cut or the end of the session, may come again by
 * itself once; so no fault of Hearth's can bring it at every login.
 *
 * @returns null for a unit's start that there is no reason for, and what to write before anything is shown
 */
export function arrive(
  door: Door,
  found: Markers,
): { readonly arrival: Arrival | null; readonly changes: readonly Change[] } {
  // Whoever opens the window, the restart is what they want to hear of.
  if (found.resume) {
    const changes = found['resume-begun'] ? closed('resume') : [write('resume-begun')];
    return { arrival: 'resume', changes };
  }
  if (door === 'resume') return { arrival: null, changes: leftover(found, 'resume-begun') };
  if (door === 'person') return { arrival: 'person', changes: [] };
  if (found['first-run-done'])
    return { arrival: null, changes: leftover(found, 'pending', 'first-login-begun') };
  const changes = found['first-login-begun'] ? closed('first-login') : [write('first-login-begun')];
  return { arrival: 'first-login', changes };
}

/** What to write when Hearth does not have to come by itself for this any more. */
export function closed(arrival: Arrival): readonly Change[] {
  return arrival === 'resume'
    ? [remove('resume'), remove('resume-begun')]
    : [write('first-run-done'), remove('pending'), remove('first-login-begun')];
}

function leftover(found: Markers, ...names: readonly Marker[]): readonly Change[] {
  return names.filter((name) => found[name]).map(remove);
}

function write(marker: Marker): Change {
  return { do: 'write', marker };
}

function remove(marker: Marker): Change {
  return { do: 'remove', marker };
}
