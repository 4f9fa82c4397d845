// SPDX-License-Identifier: GPL-3.0-or-later

import { known, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { ExistingModel, ExistingModels } from './facts.ts';
import { listNames, plainText, readText, sizeOf } from './read.ts';

/** Folders and files looked at in one store at most; a store with more is told up to here. */
const most = 400;

/** Layers of an Ollama manifest, which is an OCI image manifest. Null when it is not one. */
export function parseOllamaManifest(text: string): { size: number; modelDigest: string | null } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('layers' in value)) return null;
  if (!Array.isArray(value.layers)) return null;
  let size = 0;
  let modelDigest: string | null = null;
  for (const layer of value.layers as unknown[]) {
    if (typeof layer !== 'object' || layer === null) continue;
    const fields = layer as Readonly<Record<string, unknown>>;
    if (typeof fields['size'] === 'number' && fields['size'] > 0) size += fields['size'];
    const digest = fields['digest'];
    if (fields['mediaType'] !== 'application/vnd.ollama.image.model' || typeof digest !== 'string') continue;
    if (/^sha256:[0-9a-f]{64}$/.test(digest)) modelDigest = digest;
  }
  return Number.isSafeInteger(size) ? { size, modelDigest } : null;
}

/** How Ollama writes a name: its own registry and library are left out. */
export function ollamaName(parts: readonly string[]): string {
  const [host, space, model, tag] = parts;
  const short = `${model ?? ''}:${tag ?? ''}`;
  if (host !== 'registry.ollama.ai') return `${host ?? ''}/${space ?? ''}/${short}`;
  return space === 'library' ? short : `${space ?? ''}/${short}`;
}

/** Paths of what lies exactly `depth` folders below, as lists of names. Names that start with '.' are left out. */
async function below(look: Look, folder: string, depth: number): Promise<Known<readonly string[][]>> {
  const top = await listNames(look, folder);
  if (!top.known) return top;
  let paths = top.value.filter(isPlain).map((name) => [name]);
  for (let level = 1; level < depth; level += 1) {
    const next = await Promise.all(
      paths.slice(0, most).map(async (path) => {
        const names = await listNames(look, [folder, ...path].join('/'));
        return names.known ? names.value.filter(isPlain).map((name) => [...path, name]) : [];
      }),
    );
    paths = next.flat();
  }
  return known(paths.slice(0, most), folder);
}

function isPlain(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !name.includes('/');
}

async function ollamaIn(look: Look, models: string): Promise<Known<readonly ExistingModel[]>> {
  const paths = await below(look, `${models}/manifests`, 4);
  if (!paths.known) return paths;
  const found = await Promise.all(
    paths.value.map(async (path): Promise<ExistingModel | null> => {
      const text = await readText(look, [`${models}/manifests`, ...path].join('/'));
      const manifest = text.known ? parseOllamaManifest(text.value) : null;
      if (manifest === null) return null;
      const blob = manifest.modelDigest?.replace(':', '-');
      return {
        name: plainText(ollamaName(path)),
        size: manifest.size,
        path: blob === undefined ? null : `${models}/blobs/${blob}`,
      };
    }),
  );
  return known(
    found.filter((model) => model !== null),
    paths.source,
  );
}

/** GGUF files below a folder: `publisher/repository/file.gguf`, as LM Studio lays them out. */
async function ggufIn(look: Look, folder: string): Promise<Known<readonly ExistingModel[]>> {
  const paths = await below(look, folder, 3);
  if (!paths.known) return paths;
  const files = paths.value.filter((path) => path.at(-1)?.toLowerCase().endsWith('.gguf') === true);
  const models = await Promise.all(
    files.map(async (path): Promise<ExistingModel> => {
      const whole = [folder, ...path].join('/');
      return {
        name: plainText(path.join('/').slice(0, -'.gguf'.length)),
        size: await sizeOf(look, whole),
        path: whole,
      };
    }),
  );
  return known(models, folder);
}

/** RamaLama: store/<transport>/<organisation>/<model>/refs; the size is that of its largest blob. */
async function ramalamaIn(look: Look, store: string): Promise<Known<readonly ExistingModel[]>> {
  const paths = await below(look, store, 3);
  if (!paths.known) return paths;
  const found = await Promise.all(
    paths.value.map(async (path): Promise<ExistingModel | null> => {
      const folder = [store, ...path].join('/');
      const blobs = await listNames(look, `${folder}/blobs`);
      if (!blobs.known) return null;
      const files = blobs.value.filter((name) => /^sha256[-:][0-9a-f]{64}$/.test(name)).slice(0, 32);
      const sizes = await Promise.all(files.map((name) => sizeOf(look, `${folder}/blobs/${name}`)));
      const largest = sizes.reduce<number>((most_, size) => Math.max(most_, size ?? 0), 0);
      const at = sizes.indexOf(largest);
      if (at < 0 || largest === 0) return null;
      return { name: plainText(path.join('/')), size: largest, path: `${folder}/blobs/${files[at] ?? ''}` };
    }),
  );
  return known(
    found.filter((model) => model !== null),
    paths.source,
  );
}

/** Stores of one program; missing only when none of them can be read. */
async function together(
  stores: readonly Promise<Known<readonly ExistingModel[]>>[],
): Promise<Known<readonly ExistingModel[]>> {
  const facts = await Promise.all(stores);
  const there = facts.filter((fact) => fact.known);
  const first = facts.find((fact) => !fact.known && fact.reason !== 'absent') ?? facts[0];
  if (there.length === 0 && first !== undefined) return first;
  return known(
    there.flatMap((fact) => fact.value),
    there.map((fact) => fact.source).join(', '),
  );
}

/** Models that other programs have downloaded. Nothing of theirs is changed. */
export async function observeExisting(look: Look, home: string): Promise<ExistingModels> {
  const [ollama, ramalama, lmstudio] = await Promise.all([
    together([
      ollamaIn(look, `${home}/.ollama/models`),
      // The system service's home, as its installer and as Fedora's package make it.
      ollamaIn(look, '/usr/share/ollama/.ollama/models'),
      ollamaIn(look, '/var/lib/ollama/.ollama/models'),
    ]),
    together([ramalamaIn(look, `${home}/.local/share/ramalama/store`)]),
    together([ggufIn(look, `${home}/.lmstudio/models`), ggufIn(look, `${home}/.cache/lm-studio/models`)]),
  ]);
  return { ollama, ramalama, lmstudio };
}
