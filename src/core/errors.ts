// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverErrorCode } from './driver/errors.ts';

/**
 * Everything that can go wrong and that a person can be told about. `words/errors.ts` has a sentence and a next
 * step for each; a new code without one fails the type check there.
 */
export type ErrorCode =
  | 'cancelled'
  | 'unexpected'
  | 'usage'
  // files
  | 'not-found'
  | 'denied'
  | 'exists'
  | 'no-space'
  | 'io'
  | 'not-text'
  | 'too-large'
  | 'changed-since'
  // other programs
  | 'command-missing'
  | 'command-failed'
  | 'timeout'
  // network
  | 'offline'
  | 'captive-portal'
  | 'host-not-found'
  | 'connection-refused'
  | 'connection-lost'
  | 'tls'
  | 'http-status'
  | 'too-slow'
  | 'insecure-redirect'
  | 'redirect-loop'
  | 'range-ignored'
  | 'publisher-changed'
  | 'size-mismatch'
  | 'hash-mismatch'
  | 'busy'
  // data
  | 'bad-gguf'
  | 'bad-catalogue'
  | 'bad-config'
  | 'bad-recording'
  | 'bad-journal'
  | 'bad-answer'
  | 'bad-archive'
  // models and serving
  | 'unknown-model'
  | 'nothing-fits'
  | 'not-verified'
  | 'wrong-kind'
  | 'wrong-folder'
  | 'models-away'
  | 'managed'
  | 'locked'
  | 'no-engine'
  | 'no-isolation'
  | 'engine-unusable'
  | 'image-first'
  | 'image-missing'
  | 'pull-failed'
  | 'container-failed'
  | 'selinux-denied'
  | 'port-taken'
  | 'server-died'
  | 'server-killed'
  | 'server-frozen'
  | 'gpu-lost'
  | 'model-changed'
  | 'server-unhealthy'
  | 'out-of-memory'
  | 'context-too-small'
  | 'unauthorized'
  // tools
  | 'no-goose'
  | 'no-desktop'
  | 'app-unsigned'
  | 'desktop-open'
  | 'attestation-refused'
  | 'no-terminal'
  | 'goose-silent'
  | 'goose-failed'
  | 'goose-exposed'
  | 'folder-unfit'
  | DriverErrorCode
  | 'no-firewall'
  | 'firewall-refused'
  // undo
  | 'nothing-to-undo';

/** Values for the sentence: paths, sizes in bytes, hosts, names. Never a secret. */
export type ErrorArgs = Readonly<Record<string, string | number>>;

/** An error as plain data: what is stored in state and journal, and printed with `--json`. */
export interface ErrorValue {
  readonly code: ErrorCode;
  readonly args: ErrorArgs;
  /** Text of the tool or the system, for the details dialog; untranslated. */
  readonly detail: string | null;
}

export class HearthError extends Error {
  override readonly name = 'HearthError';
  readonly code: ErrorCode;
  readonly args: ErrorArgs;
  readonly detail: string | null;

  constructor(code: ErrorCode, args: ErrorArgs = {}, options: { detail?: string; cause?: unknown } = {}) {
    super(describe(code, args, options.detail), options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.args = args;
    this.detail = options.detail ?? null;
  }

  toValue(): ErrorValue {
    return { code: this.code, args: this.args, detail: this.detail };
  }
}

function describe(code: ErrorCode, args: ErrorArgs, detail: string | undefined): string {
  const list = Object.entries(args).map(([key, value]) => `${key}=${value}`);
  return [code, ...list].join(' ') + (detail === undefined ? '' : `: ${detail}`);
}

/** Any thrown value as an error value; what is not a HearthError becomes `unexpected` with its text as detail. */
export function toErrorValue(thrown: unknown): ErrorValue {
  if (thrown instanceof HearthError) return thrown.toValue();
  return {
    code: 'unexpected',
    args: {},
    detail: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  };
}

export function hasCode(thrown: unknown, ...codes: readonly ErrorCode[]): thrown is HearthError {
  return thrown instanceof HearthError && codes.includes(thrown.code);
}
