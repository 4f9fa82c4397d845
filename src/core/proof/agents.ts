// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import type { GooseFacts } from '../tools/types.ts';
import { unreadable } from './wall.ts';
import {
  fails,
  holds,
  noted,
  unknown,
  type Check,
  type NotApplicable,
  type CheckId,
  type ProofEvidence,
} from './types.ts';

export const telemetrySwitch = 'telemetry.enabled';

/** A settings file of Podman Desktop; `text` is null where it is not there yet and the usual settings hold. */
export interface SettingsFile {
  readonly path: string;
  readonly text: string | null;
}

/** Places where Podman Desktop keeps its settings: its old one, the present one, the one of its Flatpak. */
export function desktopSettingsPaths(
  home: string,
  config: string,
  desktopHome: string | null,
): readonly string[] {
  return [
    ...(desktopHome === null ? [] : [`${desktopHome}/configuration/settings.json`]),
    `${home}/.local/share/containers/podman-desktop/configuration/settings.json`,
    `${config}/containers/podman-desktop/settings.json`,
    `${home}/.var/app/io.podman_desktop.PodmanDesktop/config/containers/podman-desktop/settings.json`,
  ];
}

/** Podman Desktop reports usage unless it is told not to. `files` are those of the installations that there are. */
export function judgeDesktopTelemetry(files: readonly SettingsFile[]): Check {
  const id = 'desktop-telemetry';
  if (files.length === 0) return notApplicable(id, 'not-installed');
  const evidence: ProofEvidence[] = [];
  let on: string | null = null;
  let garbled = false;
  for (const { path, text } of files) {
    const settings = text === null ? {} : readSettings(text);
    if (settings === null) {
      garbled = true;
      evidence.push(unreadable(path));
      continue;
    }
    const value = settings[telemetrySwitch];
    const raw = `${path}: ${JSON.stringify(telemetrySwitch)}: ${value === undefined ? '-' : JSON.stringify(value)}`;
    if (value === false) evidence.push(noted('telemetry-off', raw));
    else {
      on ??= path;
      evidence.push(noted(value === undefined ? 'telemetry-unset-on' : 'telemetry-on', raw));
    }
  }
  if (on !== null) return { id, verdict: fails, evidence, cure: { cure: 'desktop-telemetry', path: on } };
  return { id, verdict: garbled ? unknown('unreadable') : holds, evidence, cure: null };
}

/** The settings with usage reports off and the question about them answered; all else stays. @throws bad-config */
export function withoutDesktopTelemetry(text: string | null, path: string): string {
  const settings = text === null ? {} : readSettings(text);
  if (settings === null) throw new HearthError('bad-config', { path, problem: 'it is not JSON by name' });
  // Without the second one the first start asks, with "yes" ticked.
  return `${JSON.stringify({ ...settings, [telemetrySwitch]: false, 'telemetry.check': true }, null, 2)}\n`;
}

function readSettings(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

export interface GooseReading {
  readonly facts: GooseFacts;
  readonly configPath: string;
  readonly secretsPath: string;
  readonly providersPath: string;
  /** Names of keys in config.yaml and secrets.yaml, never what they are. */
  readonly keys: readonly { readonly name: string; readonly path: string }[];
  /** A file that could not be understood, or null. */
  readonly garbled: string | null;
  /** Variables of the session that Goose heeds more than its settings; null where not set. */
  readonly environment: Readonly<Record<'GOOSE_PROVIDER' | 'GOOSE_TELEMETRY_ENABLED', string | null>>;
}

/** Off unless somebody turned it on; so measured with Goose 1.52. */
export function judgeGooseTelemetry(reading: GooseReading): Check {
  const id = 'goose-telemetry';
  const { facts, configPath, environment } = reading;
  const inSession = environment.GOOSE_TELEMETRY_ENABLED;
  if (isAbsent(reading) && inSession === null) return notApplicable(id, 'not-installed');
  if (facts.problem !== null) return garbledCheck(id, configPath);
  const ids = { off: 'telemetry-off', on: 'telemetry-on', unset: 'telemetry-unset-off' } as const;
  const evidence = [
    noted(ids[facts.telemetry], `${configPath}: GOOSE_TELEMETRY_ENABLED: ${facts.telemetry}`),
  ];
  if (inSession !== null) {
    const raw = `GOOSE_TELEMETRY_ENABLED=${isYes(inSession) ? 'true' : 'false'}`;
    evidence.push(noted('environment-overrides', raw, { name: 'GOOSE_TELEMETRY_ENABLED' }));
    if (isYes(inSession)) {
      const cure = { cure: 'environment', names: ['GOOSE_TELEMETRY_ENABLED'] } as const;
      return { id, verdict: fails, evidence, cure };
    }
    return { id, verdict: holds, evidence, cure: null };
  }
  const on = facts.telemetry === 'on';
  return { id, verdict: on ? fails : holds, evidence, cure: on ? { cure: 'goose-telemetry' } : null };
}

const localProvider = /^(hearth|local|ollama|lmstudio|llama_swap|ramalama)$/;

/** Goose knows no service elsewhere: no provider, no key for one. */
export function judgeCloud(reading: GooseReading): Check {
  const id = 'cloud';
  const { facts, configPath, providersPath, keys, garbled } = reading;
  const chosen = reading.environment.GOOSE_PROVIDER;
  if (isAbsent(reading) && chosen === null) return notApplicable(id, 'not-installed');
  if (facts.problem !== null) return garbledCheck(id, configPath);
  const evidence = facts.cloudProviders.map((name) =>
    noted('provider-elsewhere', `${configPath}, ${providersPath}: ${name}`, { name }),
  );
  for (const { name, path } of keys) evidence.push(noted('key-named', `${path}: ${name}`, { name }));
  const names = [...facts.cloudProviders, ...keys.map(({ name }) => name)];
  if (chosen !== null && !localProvider.test(chosen)) {
    evidence.push(noted('environment-overrides', `GOOSE_PROVIDER=${chosen}`, { name: 'GOOSE_PROVIDER' }));
    names.push('GOOSE_PROVIDER');
  }
  if (names.length === 0)
    evidence.push(noted('nothing-elsewhere', [configPath, reading.secretsPath, providersPath].join('\n')));
  evidence.push(noted('keyring-unread', 'org.freedesktop.secrets'));
  if (names.length > 0) return { id, verdict: fails, evidence, cure: { cure: 'cloud', names } };
  if (garbled === null) return { id, verdict: holds, evidence, cure: null };
  return { id, verdict: unknown('unreadable'), evidence: [...evidence, unreadable(garbled)], cure: null };
}

/** Names in a map of settings that are those of keys. */
export function keyNames(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(values).filter(
    (name) => /(_KEY|_TOKEN|_SECRET|_PASSWORD|_CREDENTIALS)$/i.test(name) && values[name] !== null,
  );
}

function isAbsent({ facts, keys }: GooseReading): boolean {
  const set = facts.activeProvider !== null || facts.cloudProviders.length > 0 || facts.problem !== null;
  return facts.program === null && !set && keys.length === 0;
}

function isYes(value: string): boolean {
  return /^(true|1|yes|on)$/i.test(value.trim());
}

function garbledCheck(id: CheckId, path: string): Check {
  return { id, verdict: unknown('unreadable'), evidence: [unreadable(path)], cure: null };
}

function notApplicable(id: CheckId, because: NotApplicable): Check {
  return { id, verdict: { tag: 'not-applicable', because }, evidence: [], cure: null };
}
