// SPDX-License-Identifier: GPL-3.0-or-later

import type { HearthState } from '../setup/state.ts';
import type { CheckId, Owner } from './types.ts';

/** What talks to what, for the picture on the proof page. */
export interface ProofMap {
  /** Around the model: closed when it was seen to be, open when it was seen not to be. */
  readonly wall: 'closed' | 'open' | 'unknown';
  /** A model runs inside. */
  readonly running: boolean;
  readonly programs: readonly MapProgram[];
}

export interface MapProgram {
  readonly owner: Owner;
  /** It asks the model behind the wall. */
  readonly asks: boolean;
  /** The local network can reach it. */
  readonly open: boolean;
  /** It can go online itself, when its tools do. */
  readonly online: boolean;
}

const wallChecks: readonly CheckId[] = ['wall', 'listeners', 'lan'];

export function proofMap({
  proof,
  server,
  goose,
}: Pick<HearthState, 'proof' | 'server' | 'goose'>): ProofMap {
  const tags = wallChecks.map((id) => proof?.checks.find((check) => check.id === id)?.verdict.tag);
  const wall = tags.includes('fails') ? 'open' : tags[0] === 'holds' ? 'closed' : 'unknown';
  const others = proof?.checks.find((check) => check.id === 'others');
  const programs: MapProgram[] = [{ owner: 'hearth', asks: true, open: false, online: false }];
  if (goose?.program != null)
    programs.push({ owner: 'goose', asks: goose.provider === 'right', open: false, online: true });
  const seen = new Map<Owner, boolean>();
  for (const { id, args } of others?.evidence ?? []) {
    if (id !== 'open-program' && id !== 'closed-program') continue;
    const owner = args['owner'] as Owner;
    seen.set(owner, seen.get(owner) === true || id === 'open-program');
  }
  for (const [owner, open] of seen) {
    const at = programs.findIndex((program) => program.owner === owner);
    const known = programs[at];
    if (known === undefined) programs.push({ owner, asks: false, open, online: false });
    else programs[at] = { ...known, open };
  }
  return { wall, running: server.tag === 'ready' || tags[0] === 'holds' || tags[0] === 'fails', programs };
}
