// SPDX-License-Identifier: GPL-3.0-or-later

import { isMap, isScalar, parseDocument, visit, type Document } from 'yaml';
import { HearthError } from '../errors.ts';
import { editYaml, NotEditable, type Wanted } from '../text/yaml-edit.ts';
import { cloudPaths, isLocalProvider, type CloudPath } from './goose-cloud.ts';
import { providerName } from './goose.ts';

const sizeCap = 1024 * 1024;

/** What Goose's config.yaml says, in its new form (`providers:`) or its old one (flat `GOOSE_PROVIDER`). */
export interface GooseConfig {
  readonly activeProvider: string | null;
  readonly activeModel: string | null;
  readonly telemetry: 'off' | 'on' | 'unset';
  readonly cloudProviders: readonly string[];
  /** Hearth's entry is there, enabled, with this model. */
  readonly hearthModel: string | null;
  /** What would leave this computer even with the local model as the default. */
  readonly stillCloud: readonly CloudPath[];
}

/** What else says where Goose sends things. */
export interface Surroundings {
  /** Custom providers on this computer, by name. */
  readonly localCustom: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const nowhere: Surroundings = { localCustom: [], environment: {} };

/** @throws bad-config naming file and line */
export function readGooseConfig(text: string, path: string, around = nowhere): GooseConfig {
  const values = asRecord(parse(text, path).toJS());
  const providers = asRecord(values['providers']);
  const activeProvider = asText(values['active_provider']) ?? asText(values['GOOSE_PROVIDER']);
  const active = activeProvider === null ? {} : asRecord(providers[activeProvider]);
  const enabled = Object.keys(providers).filter((name) => asRecord(providers[name])['enabled'] !== false);
  const named = new Set([...enabled, ...(activeProvider === null ? [] : [activeProvider])]);
  const hearth = asRecord(providers[providerName]);
  return {
    activeProvider,
    activeModel: asText(active['model']) ?? asText(values['GOOSE_MODEL']),
    telemetry: telemetryOf(values['GOOSE_TELEMETRY_ENABLED']),
    cloudProviders: [...named].filter((name) => !isLocalProvider(name, values, around.localCustom)).sort(),
    hearthModel: hearth['enabled'] === true ? asText(hearth['model']) : null,
    stillCloud: cloudPaths({ values, ...around }),
  };
}

/** Everything that a config.yaml or secrets.yaml says. @throws bad-config */
export function gooseValues(text: string, path: string): Readonly<Record<string, unknown>> {
  return asRecord(parse(text, path).toJS());
}

export interface MergeOptions {
  readonly model: string;
  /** Takes the place of a provider that is active now; otherwise Hearth is the default only where none is. */
  readonly becomeDefault: boolean;
  /** Where nothing is said about extensions yet: only those that a small model or a short context has room for. */
  readonly fewExtensions?: boolean;
}

/**
 * Extensions of Goose that are on unless it is told otherwise. Their instructions and tools take 10 of the 18 KB of its
 * first request; files, programs and skills stay.
 */
const dispensable: readonly string[] = ['analyze', 'apps', 'extensionmanager', 'scheduler', 'summon', 'tom'];

/**
 * Adds Hearth to a config.yaml and changes nothing else: comments, order, unknown keys, indentation and line ends stay.
 * A key that is already as it should be is not touched, so that a second merge gives the same text.
 *
 * @throws bad-config
 */
export function mergeGooseConfig(text: string, path: string, options: MergeOptions): string {
  const doc = parse(text, path);
  const before = asRecord(doc.toJS());
  const wanted = missingIn(before, wantedFor(before, options));
  if (Object.keys(wanted).length === 0) return text;
  const result = edited(text, doc, wanted, path);
  // The text is a person's: what was in it must be in it still, whatever the library thinks.
  if (!same(asRecord(parse(result, path).toJS()), withWanted(before, wanted)))
    throw new HearthError('bad-config', { path, problem: 'it cannot be changed without loss' });
  return result;
}

function edited(text: string, doc: Document, wanted: Wanted, path: string): string {
  try {
    return editYaml(text, doc, wanted);
  } catch (thrown) {
    if (!(thrown instanceof NotEditable)) throw thrown;
    const why = { reference: 'a reference', 'not-a-map': 'not a map', form: 'in an unusual form' }[
      thrown.why
    ];
    throw new HearthError('bad-config', { path, problem: `${thrown.place || 'the file'} is ${why}` });
  }
}

function wantedFor(values: Readonly<Record<string, unknown>>, options: MergeOptions): Wanted {
  const active = asText(values['active_provider']) ?? asText(values['GOOSE_PROVIDER']);
  const isDefault = active === null || active === providerName || options.becomeDefault;
  const few = isDefault && options.fewExtensions === true && values['extensions'] === undefined;
  return {
    ...(isDefault ? { active_provider: providerName } : {}),
    providers: { [providerName]: { enabled: true, model: options.model, configured: true } },
    ...(values['GOOSE_MODE'] === undefined ? { GOOSE_MODE: 'smart_approve' } : {}),
    GOOSE_TELEMETRY_ENABLED: false,
    // Naming a session is a second request beside the first; a small machine answers one at a time.
    ...(isDefault && values['GOOSE_DISABLE_SESSION_NAMING'] === undefined
      ? { GOOSE_DISABLE_SESSION_NAMING: true }
      : {}),
    ...(few
      ? {
          extensions: Object.fromEntries(
            dispensable.map((name) => [name, { enabled: false, type: 'platform', name, bundled: true }]),
          ),
        }
      : {}),
  };
}

/** The part of `wanted` that is not so yet. */
function missingIn(values: Readonly<Record<string, unknown>>, wanted: Wanted): Wanted {
  const missing: Record<string, Wanted[string]> = {};
  for (const [key, value] of Object.entries(wanted)) {
    const now = Object.hasOwn(values, key) ? values[key] : undefined;
    if (typeof value !== 'object') {
      if (now !== value) missing[key] = value;
      continue;
    }
    const inner = missingIn(asRecord(now), value);
    if (Object.keys(inner).length > 0) missing[key] = inner;
  }
  return missing;
}

function withWanted(
  values: Readonly<Record<string, unknown>>,
  wanted: Wanted,
): Readonly<Record<string, unknown>> {
  const result = { ...values };
  for (const [key, value] of Object.entries(wanted))
    result[key] = typeof value === 'object' ? withWanted(asRecord(result[key]), value) : value;
  return result;
}

function parse(text: string, path: string): Document {
  if (text.length > sizeCap)
    throw new HearthError('bad-config', { path, problem: 'it is larger than 1 MiB' });
  // The library compares every key with every other: half a minute for a megabyte.
  const doc = parseDocument(text, { prettyErrors: false, strict: true, uniqueKeys: false });
  const error = doc.errors[0];
  const wrong = error === undefined ? twice(doc) : { at: error.pos[0], problem: plain(error.message) };
  if (wrong !== null) {
    const line = text.slice(0, wrong.at).split('\n').length;
    throw new HearthError('bad-config', { path, line, problem: wrong.problem });
  }
  if (doc.contents !== null && !isMap(doc.contents)) {
    const empty = doc.toJS() === null;
    if (!empty)
      throw new HearthError('bad-config', { path, line: 1, problem: 'it holds no settings by name' });
  }
  try {
    doc.toJS();
  } catch (cause) {
    throw new HearthError(
      'bad-config',
      { path, problem: 'its references lead nowhere or too far' },
      { cause },
    );
  }
  return doc;
}

/** A key that a map has twice: Goose refuses it, and which of the two is meant nobody knows. */
function twice(doc: Document): { readonly at: number; readonly problem: string } | null {
  let found: { readonly at: number; readonly problem: string } | null = null;
  visit(doc, {
    Map(_, map) {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = `${typeof key.value} ${String(key.value)}`;
        if (keys.has(name)) {
          found = { at: key.range?.[0] ?? 0, problem: `the key ${String(key.value)} is there twice` };
          return visit.BREAK;
        }
        keys.add(name);
      }
      return undefined;
    },
  });
  return found;
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}

function telemetryOf(value: unknown): 'off' | 'on' | 'unset' {
  if (value === undefined || value === null) return 'unset';
  return value === true || value === 'true' ? 'on' : 'off';
}

function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(message: string): string {
  return (message.split('\n')[0] ?? message).slice(0, 200);
}
