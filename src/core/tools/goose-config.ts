// SPDX-License-Identifier: GPL-3.0-or-later

import { isAlias, isMap, parseDocument, type Document } from 'yaml';
import { HearthError } from '../errors.ts';
import { providerName } from './goose.ts';

/** Providers that run on this computer; everything else sends what is typed to somebody else's. */
const localProviders: readonly string[] = [
  providerName,
  'local',
  'ollama',
  'lmstudio',
  'llama_swap',
  'ramalama',
];

const sizeCap = 1024 * 1024;

/** What Goose's config.yaml says, in its new form (`providers:`) or its old one (flat `GOOSE_PROVIDER`). */
export interface GooseConfig {
  readonly activeProvider: string | null;
  readonly activeModel: string | null;
  readonly telemetry: 'off' | 'on' | 'unset';
  readonly cloudProviders: readonly string[];
  /** Hearth's entry is there, enabled, with this model. */
  readonly hearthModel: string | null;
}

/** @throws bad-config naming file and line */
export function readGooseConfig(text: string, path: string): GooseConfig {
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
    cloudProviders: [...named].filter((name) => !localProviders.includes(name)).sort(),
    hearthModel: hearth['enabled'] === true ? asText(hearth['model']) : null,
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
}

/**
 * Adds Hearth to a config.yaml and changes nothing else: comments, order, unknown keys and line ends stay. A key that
 * is already as it should be is not touched, so that a second merge gives the same text.
 *
 * @throws bad-config
 */
export function mergeGooseConfig(text: string, path: string, options: MergeOptions): string {
  const doc = parse(text, path);
  const before = asRecord(doc.toJS());
  const changes = changesFor(before, options);
  if (changes.length === 0) return text;
  refuseShared(doc, path);
  for (const { keys, value } of changes) doc.setIn(keys, value);
  const merged = doc.toString({ lineWidth: 0 });
  const result = text.includes('\r\n') ? merged.replace(/\r?\n/g, '\r\n') : merged;
  // The text is a person's: what was in it must be in it still, whatever the library thinks.
  if (!holds(asRecord(parse(result, path).toJS()), before, changes))
    throw new HearthError('bad-config', { path, problem: 'it cannot be changed without loss' });
  return result;
}

interface Change {
  readonly keys: readonly string[];
  readonly value: string | boolean;
}

function changesFor(values: Readonly<Record<string, unknown>>, options: MergeOptions): readonly Change[] {
  const active = asText(values['active_provider']) ?? asText(values['GOOSE_PROVIDER']);
  const isDefault = active === null || active === providerName || options.becomeDefault;
  const wanted: Change[] = [
    ...(isDefault ? [{ keys: ['active_provider'], value: providerName }] : []),
    { keys: ['providers', providerName, 'enabled'], value: true },
    { keys: ['providers', providerName, 'model'], value: options.model },
    { keys: ['providers', providerName, 'configured'], value: true },
    ...(values['GOOSE_MODE'] === undefined ? [{ keys: ['GOOSE_MODE'], value: 'smart_approve' }] : []),
    { keys: ['GOOSE_TELEMETRY_ENABLED'], value: false },
    // Naming a session is a second request beside the first; a small machine answers one at a time.
    ...(isDefault && values['GOOSE_DISABLE_SESSION_NAMING'] === undefined
      ? [{ keys: ['GOOSE_DISABLE_SESSION_NAMING'], value: true }]
      : []),
  ];
  return wanted.filter(({ keys, value }) => dig(values, keys) !== value);
}

function parse(text: string, path: string): Document {
  if (text.length > sizeCap)
    throw new HearthError('bad-config', { path, problem: 'it is larger than 1 MiB' });
  const doc = parseDocument(text, { prettyErrors: false, strict: true });
  const error = doc.errors[0];
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length;
    throw new HearthError('bad-config', { path, line, problem: plain(error.message) });
  }
  if (doc.contents !== null && !isMap(doc.contents)) {
    const empty = doc.toJS() === null;
    if (!empty)
      throw new HearthError('bad-config', { path, line: 1, problem: 'it holds no settings by name' });
    doc.contents = null;
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

/** `providers` and Hearth's entry must be plain maps of their own: behind an alias a change would show elsewhere too. */
function refuseShared(doc: Document, path: string): void {
  for (const keys of [['providers'], ['providers', providerName]]) {
    const node = doc.getIn(keys, true);
    if (node === undefined || node === null || isMap(node)) continue;
    const isNull = !isAlias(node) && doc.getIn(keys) === null;
    if (isNull) {
      doc.setIn(keys, doc.createNode({}));
      continue;
    }
    const problem = `${keys.join('.')} is ${isAlias(node) ? 'a reference' : 'not a map'}`;
    throw new HearthError('bad-config', { path, problem });
  }
}

function holds(
  after: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
  changes: readonly Change[],
): boolean {
  const expected = structuredCopy(before);
  for (const { keys, value } of changes) put(expected, keys, value);
  return same(after, expected);
}

function put(target: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  const [key, ...rest] = keys;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = structuredCopy(asRecord(target[key]));
  put(inner, rest, value);
  target[key] = inner;
}

function structuredCopy(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...value };
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

function dig(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
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
