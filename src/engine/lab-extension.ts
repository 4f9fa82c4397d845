// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import type { Files, Processes } from '../core/ports.ts';
import { isPinned } from '../core/server/images.ts';
import type { Action, PlaceExtension, Undo } from '../core/setup/plan.ts';
import { labVersion } from '../core/tools/ai-lab.ts';
import { extensionOffer, pluginFolder, type ExtensionOffer } from '../core/tools/extension-list.ts';
import { maxToolListBytes } from '../core/tools/tool-list.ts';

export interface ExtensionDeps {
  readonly files: Files;
  readonly processes: Processes;
  /** Hearth's own list of tools, and folders of further ones. */
  readonly own: string;
  readonly folders: readonly string[];
  hasImage(image: string): Promise<boolean>;
}

/** Milliseconds that podman may take to unpack a few megabytes. */
const patience = 120_000;

/**
 * AI Lab's extension, from its image to where Podman Desktop looks for its plugins. Podman Desktop has no command for it,
 * and unpacks an image there itself when somebody installs one in its window; this does the same.
 */
export class LabExtension {
  readonly #deps: ExtensionDeps;

  constructor(deps: ExtensionDeps) {
    this.#deps = deps;
  }

  /** What the lists pin, where podman is there to unpack it; null for nothing. */
  async offered(): Promise<ExtensionOffer | null> {
    const { files, folders, own, processes } = this.#deps;
    if ((await processes.find('podman')) === null) return null;
    const paths = [own];
    for (const folder of folders) {
      const names = await files.list(folder).catch(() => []);
      paths.push(...names.filter((name) => name.endsWith('.json')).map((name) => `${folder}/${name}`));
    }
    return extensionOffer(
      await Promise.all(paths.map((path) => files.readText(path, maxToolListBytes).catch(() => ''))),
    );
  }

  /** Steps that bring it into a folder of plugins; none where nothing is pinned. */
  async plan(plugins: string): Promise<readonly Action[]> {
    const offer = await this.offered();
    if (offer === null) return [];
    const { image, size, version } = offer;
    const to = `${plugins}/${pluginFolder(image)}`;
    if ((await this.#deps.files.stat(to)) !== null) throw new HearthError('exists', { path: to });
    return [
      ...((await this.#deps.hasImage(image))
        ? []
        : [{ do: 'pull-image', image, size, task: 'tools' } as const]),
      { do: 'place-extension', image, version, to },
    ];
  }

  /**
   * Unpacks it beside its place and gives it its name last. Safe to repeat.
   * @throws exists, image-missing, bad-archive, command-failed
   */
  async place({ image, to, version }: PlaceExtension, cancel: Cancel): Promise<void> {
    const { files } = this.#deps;
    if (!isPinned(image)) throw new HearthError('usage', { text: image });
    if ((await files.stat(to)) !== null) {
      if ((await this.#versionAt(to)) === version) return;
      throw new HearthError('exists', { path: to });
    }
    if (!(await this.#deps.hasImage(image))) throw new HearthError('image-missing', { image });
    const beside = besidePlace(to);
    await files.makeFolder(to.slice(0, to.lastIndexOf('/')), 0o755);
    await this.#clear(beside);
    await files.makeFolder(beside, 0o755);
    // It holds files and nothing to run; podman wants to be told of a command all the same.
    const container = (await this.#podman(['create', '--network=none', image, '/none'], cancel)).trim();
    try {
      await this.#podman(['cp', `${container}:/extension/.`, beside], cancel);
      const found = await this.#versionAt(beside);
      if (found !== version)
        throw new HearthError('bad-archive', { path: to }, { detail: `version ${found ?? 'unknown'}` });
      await files.rename(beside, to);
      await files.sync(to);
    } finally {
      await this.#podman(['rm', '--force', container], never).catch(() => '');
      await this.#clear(beside);
    }
  }

  /** Takes away what was placed, while it is that. @throws changed-since */
  async remove({ path, version }: Extract<Undo, { undo: 'remove-extension' }>): Promise<void> {
    await this.#clear(besidePlace(path));
    if ((await this.#deps.files.stat(path)) === null) return;
    // Podman Desktop updates extensions in their place.
    if ((await this.#versionAt(path)) !== version) throw new HearthError('changed-since', { path });
    await this.#clear(path);
  }

  async #versionAt(folder: string): Promise<string | null> {
    const manifest = await this.#deps.files.readText(`${folder}/package.json`).catch(() => '');
    return labVersion(manifest);
  }

  async #podman(words: readonly string[], cancel: Cancel): Promise<string> {
    const options = { timeout: patience, env: { LC_ALL: 'C' } };
    const { exit, stdout, stderr } = await this.#deps.processes.run(['podman', ...words], options, cancel);
    if (exit === 0) return stdout;
    const command = `podman ${words[0] ?? ''}`;
    throw new HearthError('command-failed', { command, exit }, { detail: stderr.trim().slice(-2000) });
  }

  async #clear(path: string): Promise<void> {
    await this.#deps.processes.run(['rm', '-rf', '--one-file-system', '--', path], {}, never);
  }
}

/** Not among the plugins, which are all folders there, but on their disk. */
function besidePlace(to: string): string {
  const plugins = to.slice(0, to.lastIndexOf('/'));
  return `${plugins.slice(0, plugins.lastIndexOf('/'))}/.hearth-${to.slice(plugins.length + 1)}`;
}
