// SPDX-License-Identifier: GPL-3.0-or-later

/** The root service on the system bus: its verbs, the polkit action of each, its errors. */

export const mechanismName = 'io.github.hearthdesktop.Hearth.Mechanism1';
export const mechanismPath = '/io/github/hearthdesktop/Hearth/Mechanism1';

export interface VerbAbout {
  /** Its polkit action, without the prefix. */
  readonly action: string;
  /** Changes something, so that one at a time is done, and a person may be asked. */
  readonly changes: boolean;
  /** Names of its text arguments; the ones that a dialog shows as polkit details. */
  readonly args: readonly string[];
  readonly shown: readonly string[];
}

const verb = (action: string, args: readonly string[] = [], shown: readonly string[] = []): VerbAbout => ({
  action,
  changes: true,
  args,
  shown,
});

export const verbs = {
  GetState: { ...verb('get-state'), changes: false },
  PrepareKey: verb('prepare-key'),
  RequestEnrolment: verb('request-enrolment', ['fingerprint', 'hash'], ['fingerprint']),
  CancelRequest: verb('cancel-request'),
  RebuildModule: verb('rebuild-module', ['kernel'], ['kernel']),
  SetDefaultKernel: verb('set-default-kernel', ['kernel'], ['kernel']),
  SetDriverArguments: verb('set-driver-arguments', ['preset']),
  ForgetKey: verb('forget-key', ['fingerprint', 'hash'], ['fingerprint']),
  PlaceKeyManager: verb('place-key-manager'),
} satisfies Record<string, VerbAbout>;

export type Verb = keyof typeof verbs;

export function actionOf(name: Verb): string {
  return `${mechanismName}.${verbs[name].action}`;
}

const errorPrefix = 'io.github.hearthdesktop.Hearth.Error.';

/** Names of the errors that calls end in, less their prefix. The message of Refused is an obstacle, or 'keep-one-driver'. */
export const callErrors = [
  'Denied',
  'Dismissed',
  'NoAgent',
  'Invalid',
  'Refused',
  'Busy',
  'Changed',
  'Failed',
] as const;
export type CallError = (typeof callErrors)[number];

export function errorName(error: CallError): string {
  return errorPrefix + error;
}

export function errorOfName(name: string): CallError | null {
  if (!name.startsWith(errorPrefix)) return null;
  const short = name.slice(errorPrefix.length);
  return callErrors.find((error) => error === short) ?? null;
}
