// SPDX-License-Identifier: GPL-3.0-or-later

/** A way by which Goose would still send something to somebody else's computer although the local model is its default. */
export interface CloudPath {
  /** `use`: a setting that names another provider for some of the work. `traces`: what Goose did, for somebody to look at. */
  readonly kind: 'default' | 'use' | 'extension' | 'traces';
  /** Where it is said: a setting, an extension, a variable. */
  readonly name: string;
  /** Provider or host. */
  readonly to: string;
  readonly from: 'config' | 'environment';
}

/** Providers that run on this computer; everything else sends what is typed to somebody else's. */
const localProviders: readonly string[] = ['hearth', 'local', 'ollama', 'lmstudio', 'llama_swap', 'ramalama'];

/** Variables that Goose reads and that can lead elsewhere; the environment goes before its settings. */
export const telltaleVariables: readonly string[] = [
  'GOOSE_PROVIDER',
  'GOOSE_PLANNER_PROVIDER',
  'GOOSE_LEAD_PROVIDER',
  'GOOSE_SUBAGENT_PROVIDER',
  'OLLAMA_HOST',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'LANGFUSE_URL',
];
const traceKeys: readonly string[] = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'LANGFUSE_URL'];

type Values = Readonly<Record<string, unknown>>;

export interface CloudSources {
  /** What config.yaml says. */
  readonly values: Values;
  /** Custom providers on this computer, by name. */
  readonly localCustom: readonly string[];
  readonly environment: Values;
}

/** What would still leave this computer with the local model as the default. */
export function cloudPaths({ values, localCustom, environment }: CloudSources): readonly CloudPath[] {
  const isLocal = (provider: string): boolean =>
    isLocalProvider(provider, { ...values, ...environment }, localCustom);
  const uses = (from: CloudPath['from'], source: Values): readonly CloudPath[] =>
    Object.entries(source).flatMap(([name, value]): readonly CloudPath[] => {
      if (typeof value !== 'string' || value === '') return [];
      if (traceKeys.includes(name))
        return isHere(value) ? [] : [{ kind: 'traces', name, to: hostIn(value) ?? value, from }];
      // In the file the default is `active_provider`, which goes before this; as a variable this goes before that.
      if (name === 'GOOSE_PROVIDER')
        return from === 'config' || isLocal(value) ? [] : [{ kind: 'default', name, to: value, from }];
      if (!/^GOOSE_[A-Z_]+_PROVIDER$/.test(name) || isLocal(value)) return [];
      return [{ kind: 'use', name, to: value, from }];
    });
  return [...uses('environment', environment), ...uses('config', values), ...remoteExtensions(values)];
}

function remoteExtensions(values: Values): readonly CloudPath[] {
  const { extensions } = values;
  if (!isRecord(extensions)) return [];
  return Object.entries(extensions).flatMap(([name, extension]): readonly CloudPath[] => {
    if (!isRecord(extension) || extension['enabled'] === false) return [];
    const uri = extension['uri'] ?? extension['url'];
    if (typeof uri !== 'string' || isHere(uri)) return [];
    return [{ kind: 'extension', name, to: hostIn(uri) ?? uri, from: 'config' }];
  });
}

/** A provider that answers on this computer; one of the usual local ones may have been pointed elsewhere. */
export function isLocalProvider(provider: string, values: Values, localCustom: readonly string[]): boolean {
  const host = values[`${provider.toUpperCase()}_HOST`];
  if (typeof host === 'string' && host !== '') return isHere(host);
  return localProviders.includes(provider) || localCustom.includes(provider);
}

/** Whether an address, with or without its scheme, is on this computer. Without a host it leads nowhere else. */
export function isHere(address: string): boolean {
  const host = hostIn(address);
  return host === null || host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function hostIn(address: string): string | null {
  const found = /^(?:[a-z][a-z\d+.-]*:\/\/)?(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)/i.exec(address.trim())?.[1];
  return found?.toLowerCase() ?? null;
}

function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
