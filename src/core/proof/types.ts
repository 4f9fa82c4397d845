// SPDX-License-Identifier: GPL-3.0-or-later

/** The checks behind "nothing leaves this computer", in the order in which people read them. */
export const checkIds = [
  'wall',
  'listeners',
  'lan',
  'key',
  'origin',
  'others',
  'desktop-telemetry',
  'goose-telemetry',
  'cloud',
] as const;
export type CheckId = (typeof checkIds)[number];

export type Verdict =
  | { readonly tag: 'holds' }
  | { readonly tag: 'fails' }
  | { readonly tag: 'unknown'; readonly because: Unknown }
  | { readonly tag: 'not-applicable'; readonly because: NotApplicable };

export type Unknown =
  /** The model is off, and it is started only when a person asks for it. */
  | 'server-off'
  /** It did not answer a request that it should have answered. */
  | 'no-answer'
  | 'timeout'
  /** The reading was refused or made no sense; the evidence says which. */
  | 'unreadable';

export type NotApplicable = 'no-address' | 'not-installed';

/** One thing that was looked at. `words/proof.ts` has the sentence for `id`. */
export interface ProofEvidence {
  readonly id: ProofEvidenceId;
  readonly args: Readonly<Record<string, string | number>>;
  /** What was read or sent and what came of it, as it stood there; never a key. */
  readonly raw: string;
}

export type ProofEvidenceId =
  | 'served-by-other'
  | 'namespace-apart'
  | 'namespace-shared'
  | 'namespace-host'
  | 'interfaces-bare'
  | 'interfaces-more'
  | 'socket-inside'
  | 'socket-outside'
  | 'listens-here'
  | 'listens-outside'
  | 'open-program'
  | 'closed-program'
  | 'walled-program'
  | 'none-open'
  | 'containers-unread'
  | 'lan-refused'
  | 'lan-answered'
  | 'lan-silent'
  | 'key-works'
  | 'key-refused'
  | 'key-not-asked'
  | 'health-bare'
  | 'preflight-refused'
  | 'preflight-allowed'
  | 'post-refused'
  | 'post-blind'
  | 'post-answered'
  | 'reading-closed'
  | 'reading-open'
  | 'telemetry-off'
  | 'telemetry-on'
  | 'telemetry-unset-off'
  | 'telemetry-unset-on'
  | 'environment-overrides'
  | 'provider-elsewhere'
  | 'key-named'
  | 'nothing-elsewhere'
  | 'keyring-unread'
  | 'unreadable';

/** What makes a failed check hold. */
export type ProofCure =
  /** Stops the server and starts it again as Hearth does. */
  | { readonly cure: 'restart-server' }
  /** Somebody else's server was chosen, of which Hearth can vouch for nothing. */
  | { readonly cure: 'own-server'; readonly owner: Owner }
  | { readonly cure: 'close'; readonly open: readonly OpenProgram[] }
  | { readonly cure: 'desktop-telemetry'; readonly path: string }
  | { readonly cure: 'goose-telemetry' }
  | { readonly cure: 'environment'; readonly names: readonly string[] }
  | { readonly cure: 'cloud'; readonly names: readonly string[] };

/** What Hearth itself can do about a failed check, as a plan. */
export type HearthCure =
  | Extract<ProofCure, { cure: 'desktop-telemetry' }>
  | { readonly cure: 'close-program'; readonly program: OpenProgram };

export interface Check {
  readonly id: CheckId;
  readonly verdict: Verdict;
  readonly evidence: readonly ProofEvidence[];
  readonly cure: ProofCure | null;
}

/** A run of the checks; those that have not ended yet are missing from `checks`. */
export interface Proof {
  readonly running: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly checks: readonly Check[];
}

/** Whose a listener is, as far as it can be told. */
export type Owner =
  'hearth' | 'ai-lab' | 'ollama' | 'lm-studio' | 'ramalama' | 'goose' | 'llama-server' | 'other';

/** A program for models that the local network can reach. */
export interface OpenProgram {
  readonly owner: Owner;
  readonly port: number;
  /** Process or container that holds the port; null where this person may not see it. */
  readonly name: string | null;
  /** How it is closed: by Hearth in the person's own settings, or by the command given. */
  readonly close: Closing;
}

export type Closing =
  /** `OLLAMA_HOST` in a drop-in of the person's own unit. */
  | { readonly by: 'unit'; readonly unit: string }
  /** A rule of firewalld, for programs that take no address to listen on. */
  | { readonly by: 'firewall' }
  | { readonly by: 'command'; readonly commands: readonly string[] }
  | { readonly by: 'setting' };

/** Whether all that could be looked at holds; null while a run is under way or something could not be told. */
export function allHold({ running, checks }: Proof): boolean | null {
  const tags = checks.map(({ verdict }) => verdict.tag);
  if (tags.includes('fails')) return false;
  if (running || tags.length < checkIds.length || tags.includes('unknown')) return null;
  return true;
}

export const holds: Verdict = { tag: 'holds' };
export const fails: Verdict = { tag: 'fails' };

export function unknown(because: Unknown): Verdict {
  return { tag: 'unknown', because };
}

export function noted(
  id: ProofEvidenceId,
  raw: string,
  args: Readonly<Record<string, string | number>> = {},
): ProofEvidence {
  return { id, args, raw };
}
