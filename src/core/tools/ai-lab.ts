// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import type { CatalogueEntry } from '../models/types.ts';
import { telemetrySwitch } from '../proof/agents.ts';

/** Podman Desktop as Flathub names it, and its extension AI Lab as itself does. */
export const desktopId = 'io.podman_desktop.PodmanDesktop';
export const extensionId = 'redhat.ai-lab';
/** The port of AI Lab's own API unless its settings say another. */
export const usualApiPort = 10434;

/** How Podman Desktop keeps its things: the old way, the present one, or that of its Flatpak. */
export type Layout = 'legacy' | 'native' | 'flatpak';

/** How Podman Desktop is installed. */
export type Flavour = 'flatpak' | 'native';

/** Where one installation keeps what matters here. Absolute paths. */
export interface LabPlaces {
  readonly layout: Layout;
  readonly settings: string;
  readonly plugins: string;
  /** AI Lab's own folder. */
  readonly storage: string;
  readonly catalogue: string;
  /** The usual folder of its models; its settings may name another. */
  readonly models: string;
}

export interface LabSurroundings {
  readonly home: string;
  readonly config: string;
  /** `$XDG_DATA_HOME`. */
  readonly data: string;
  /** `$PODMAN_DESKTOP_HOME_DIR`, or null. */
  readonly desktopHome: string | null;
}

/** The three layouts. Which one is in use is for `layoutInUse` to say, from what was seen. */
export function labLayouts(around: LabSurroundings): Readonly<Record<Layout, LabPlaces>> {
  const { home, config, data, desktopHome } = around;
  const old = desktopHome ?? `${home}/.local/share/containers/podman-desktop`;
  const own = `${home}/.var/app/${desktopId}`;
  const name = 'containers/podman-desktop';
  return {
    legacy: places('legacy', `${old}/configuration`, old),
    native: places('native', `${config}/${name}`, `${data}/${name}`),
    flatpak: places('flatpak', `${own}/config/${name}`, `${own}/data/${name}`),
  };
}

function places(layout: Layout, settings: string, data: string): LabPlaces {
  const storage = `${data}/extensions-storage/${extensionId}`;
  return {
    layout,
    settings: `${settings}/settings.json`,
    plugins: `${data}/plugins`,
    storage,
    catalogue: `${storage}/user-catalog.json`,
    models: `${storage}/models`,
  };
}

/** The layout that an installation uses: the old one as soon as its folder is there, or a variable asks for it. */
export function layoutInUse(flavour: Flavour, legacyThere: boolean, desktopHome: string | null): Layout {
  return legacyThere || desktopHome !== null ? 'legacy' : flavour;
}

/** What of Podman Desktop's settings matters here. */
export interface LabSettings {
  readonly telemetry: 'off' | 'on' | 'unset';
  /** The question about it was answered; else its first start asks, with yes ticked. */
  readonly asked: boolean;
  /** Folder of the models that somebody chose, or null. */
  readonly models: string | null;
  readonly apiPort: number;
}

/** @throws bad-config */
export function readLabSettings(text: string | null, path: string): LabSettings {
  const settings = text === null || text.trim() === '' ? {} : parseObject(text, path);
  const { [telemetrySwitch]: telemetry, 'telemetry.check': check } = settings;
  const models = settings['ai-lab.models.path'];
  const port = settings['ai-lab.apiPort'];
  return {
    telemetry: telemetry === false ? 'off' : telemetry === undefined ? 'unset' : 'on',
    asked: check === true,
    models: typeof models === 'string' && models.startsWith('/') ? models.replace(/\/+$/, '') : null,
    apiPort:
      typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536 ? port : usualApiPort,
  };
}

/** A model as AI Lab's catalogue has it. */
export interface LabModel {
  readonly id: string;
  readonly name: string;
  readonly file: string;
}

/**
 * What a model is called there. The name of the folder is the id in the catalogue, and a name of Hearth's own leaves the
 * entries of AI Lab's catalogue as they are.
 */
export function labModel({ id, name, file }: Pick<CatalogueEntry, 'id' | 'name' | 'file'>): LabModel {
  return { id: `hearth.${id}`, name: `${name} (Hearth)`, file: fileOf(file.url) };
}

/** Its downloader names a file after the last part of the address. */
function fileOf(url: string): string {
  return /([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? url;
}

/**
 * AI Lab's catalogue of a person with this model in it. All that was there stays: other entries, other keys, those of
 * our own entry that Hearth does not set. An entry that names a file on this computer is what AI Lab makes when somebody
 * imports one, and removing that removes the file itself: ours has an address and a hash instead.
 *
 * @throws bad-config where it makes no sense, or is of another kind than is known: it is then left alone
 */
export function mergeLabCatalogue(text: string | null, path: string, entry: CatalogueEntry): string {
  const there =
    text === null || text.trim() === ''
      ? { version: '1.0', recipes: [], models: [], categories: [] }
      : parseObject(text, path);
  const { version = '1.0', models = [] } = there;
  if (version !== '1.0') throw unusable(path, `version ${JSON.stringify(version)} is not known`);
  if (!Array.isArray(models)) throw unusable(path, '"models" is not a list');
  const known: readonly unknown[] = models;
  const ours = known.findIndex((each) => isObject(each) && each['id'] === labModel(entry).id);
  if (ours >= 0 && isRight(known[ours], entry) && text !== null) return text;
  const merged = asLabEntry(entry, known[ours]);
  const list = ours < 0 ? [...known, merged] : known.map((each, at) => (at === ours ? merged : each));
  return `${JSON.stringify({ ...there, version, models: list }, null, 2)}\n`;
}

function asLabEntry(entry: CatalogueEntry, there: unknown): Readonly<Record<string, unknown>> {
  const { file: _never, ...kept } = isObject(there) ? there : {};
  const properties = isObject(kept['properties']) ? kept['properties'] : {};
  const { id, name } = labModel(entry);
  return {
    ...kept,
    id,
    name,
    description: entry.summary,
    license: entry.licence.spdx,
    url: entry.file.url,
    memory: entry.file.size,
    sha256: entry.file.sha256,
    backend: 'llama-cpp',
    // The chat template of the model itself, without which it calls no tools.
    properties: { ...properties, jinja: 'true' },
  };
}

function isRight(there: unknown, entry: CatalogueEntry): boolean {
  return isObject(there) && !('file' in there) && same(there, asLabEntry(entry, there));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether the catalogue has this model as Hearth would write it. */
export function isInCatalogue(text: string | null, path: string, entry: CatalogueEntry): boolean {
  return text !== null && mergeLabCatalogue(text, path, entry) === text;
}

/** Names of the models that AI Lab has on the disk, from the answer of `GET /api/tags`; null where it makes no sense. */
export function parseTags(text: string): readonly string[] | null {
  try {
    const { models } = JSON.parse(text) as { readonly models?: unknown };
    if (!Array.isArray(models)) return null;
    return (models as readonly unknown[]).flatMap((each) =>
      isObject(each) ? [each['name'], each['model']].filter((name) => typeof name === 'string') : [],
    );
  } catch {
    return null;
  }
}

/** The version of AI Lab, from the `package.json` of a plugin; null where it is another one. */
export function labVersion(manifest: string): string | null {
  try {
    const { name, publisher, version } = JSON.parse(manifest) as Readonly<Record<string, unknown>>;
    return `${String(publisher)}.${String(name)}` === extensionId && typeof version === 'string'
      ? version
      : null;
  } catch {
    return null;
  }
}

/** Whether a command line is that of Podman Desktop, outside its sandbox or as it looks from there. */
export function isDesktop(argv: readonly string[]): boolean {
  const program = argv[0]?.split('/').at(-1) ?? '';
  return program === 'podman-desktop' || /^Podman Desktop/i.test(program);
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw unusable(path, thrown instanceof Error ? thrown.message : 'it is not JSON');
  }
  if (!isObject(value)) throw unusable(path, 'it is not JSON by name');
  return value;
}

function unusable(path: string, problem: string): HearthError {
  return new HearthError('bad-config', { path, problem });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
