// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Program } from '../core/server/types.ts';
import { hostOf, type Action, type InstallTool } from '../core/setup/plan.ts';
import { isEarlier, maxToolListBytes, readNote, toolOffer, toolPlaces } from '../core/tools/tool-list.ts';
import type { Newest } from '../core/tools/newest.ts';
import type { ToolOffer } from '../core/tools/tool-list.ts';
import type { InstallFacts } from '../core/tools/types.ts';
import { askNewest } from './newest.ts';
import { installTool, type InstallDeps } from './install-tool.ts';
import type { StepProgress } from './run.ts';

export interface ToolDeps extends InstallDeps {
  /** Hearth's own list, and folders of further ones. */
  readonly own: string;
  readonly folders: readonly string[];
  /** Lists that the vendor names by their paths, read last. */
  readonly further?: readonly string[];
  /** Hearth's data, and the person's home. */
  readonly data: string;
  readonly home: string;
  /** Folders of PATH. */
  readonly searched: readonly string[];
}

/** Programs that Hearth installs for one person: what is offered, what is there, and the steps in between. */
export class ToolStore {
  readonly #deps: ToolDeps;
  #offer: Promise<ToolOffer | null> | null = null;

  constructor(deps: ToolDeps) {
    this.#deps = deps;
  }

  /** What could be installed, and what of it is Hearth's already. Nothing is contacted. */
  async look(program: Program | null): Promise<InstallFacts> {
    const offer = await this.#offered();
    const ours = program === null ? null : await this.#ours(program.path);
    const wanted =
      program === null || (ours !== null && offer !== null && isEarlier(ours.version, offer.version));
    const offered =
      offer === null || !wanted
        ? null
        : {
            version: offer.version,
            host: hostOf(offer.url),
            size: offer.program.size,
            pinnedFrom: offer.pinnedFrom,
          };
    return { offered, ours };
  }

  /** Steps that bring the offered version to its place; none where a program of somebody else's is there. @throws exists */
  async plan(program: Program | null): Promise<readonly Action[]> {
    const offer = await this.#offered();
    const { offered } = await this.look(program);
    if (offer === null || offered === null) return [];
    const { data, home, files, processes } = this.#deps;
    const places = toolPlaces(offer, data, home);
    const before = await this.#leadsTo(places.link);
    if (before === null && (await files.stat(places.link)) !== null)
      throw new HearthError('exists', { path: places.link });
    const bin = parent(places.link);
    const attests = offer.attestedBy !== null && (await processes.find('gh')) !== null;
    return [
      ...((await files.stat(bin)) === null ? [{ do: 'make-folder', path: bin, mode: 0o755 } as const] : []),
      {
        do: 'install-tool',
        tool: offer.id,
        version: offer.version,
        url: offer.url,
        archiveSha256: offer.archiveSha256,
        to: places.program,
        size: offer.program.size,
        sha256: offer.program.sha256,
        attestedBy: attests ? offer.attestedBy : null,
      },
      { do: 'link', path: places.link, target: places.program, before },
    ];
  }

  /** The host that says which Goose is the newest; null where nobody does. Nothing is contacted. */
  async newestFrom(): Promise<string | null> {
    const url = (await this.#offered())?.newest ?? null;
    return url === null ? null : hostOf(url);
  }

  /** Asks it. @throws not-found, and what `askNewest` throws */
  async newest(program: Program | null, cancel: Cancel): Promise<Newest> {
    const offer = await this.#offered();
    if (offer === null || offer.newest === null) throw new HearthError('not-found', { name: 'Goose' });
    const version = await askNewest(offer.newest, offer.name, this.#deps, cancel);
    return { version, installed: program?.version ?? null, pinned: offer.version };
  }

  install(action: InstallTool, onProgress: (progress: StepProgress) => void, cancel: Cancel): Promise<void> {
    return installTool(action, this.#deps, onProgress, cancel);
  }

  /** Leads a name to a program of ours. @throws exists where something is that is not ours */
  async link({ path, target, before }: Extract<Action, { do: 'link' }>): Promise<void> {
    const now = await this.#leadsTo(path);
    if (now === target) return;
    if (now !== before || (now === null && (await this.#deps.files.stat(path)) !== null))
      throw new HearthError('exists', { path });
    await this.#deps.files.makeFolder(parent(path), 0o755);
    const beside = `${path}.hearth-new`;
    await this.#deps.files.remove(beside);
    await this.#command(['ln', '--symbolic', '--no-target-directory', '--', target, beside], path);
    await this.#deps.files.rename(beside, path);
  }

  /** Takes `link` back, unless it leads elsewhere by now. @throws changed-since */
  async unlink(path: string, target: string, before: string | null): Promise<void> {
    if ((await this.#deps.files.stat(path)) === null) return;
    if ((await this.#readLink(path)) !== target) throw new HearthError('changed-since', { path });
    await this.#deps.files.remove(path);
    if (before !== null) await this.#command(['ln', '--symbolic', '--', before, path], path);
  }

  /** What lies beside a program that is gone: its note, and folders with nothing in them. */
  async forget(program: string): Promise<void> {
    const { files, tools } = this.#deps;
    await files.remove(`${parent(program)}/installed.json`);
    for (const folder of [parent(program), parent(parent(program)), `${tools}/.partial`, tools]) {
      const names = await files.list(folder).catch(() => null);
      // Locks are left by whoever held them, and hold nothing.
      const locks = names?.filter((name) => name.endsWith('.lock')) ?? [];
      if (names === null || locks.length < names.length) continue;
      for (const name of locks) await files.remove(`${folder}/${name}`);
      await files.remove(folder);
    }
  }

  #offered(): Promise<ToolOffer | null> {
    return (this.#offer ??= this.#readLists());
  }

  async #readLists(): Promise<ToolOffer | null> {
    const { files, folders, further = [], own, processes } = this.#deps;
    const paths = [own];
    for (const folder of folders) {
      const names = await files.list(folder).catch(() => []);
      paths.push(...names.filter((name) => name.endsWith('.json')).map((name) => `${folder}/${name}`));
    }
    paths.push(...further);
    const lists = await Promise.all(
      paths.map((path) => files.readText(path, maxToolListBytes).catch(() => '')),
    );
    const { stdout } = await processes.run(['uname', '-m'], {}, never);
    return toolOffer('goose', stdout.trim(), lists);
  }

  /** The note beside a program, where Hearth installed it and it was started from there or by its link. */
  async #ours(path: string): Promise<InstallFacts['ours']> {
    const { data, files, searched } = this.#deps;
    const program = (await this.#leadsTo(path)) ?? path;
    if (!program.startsWith(`${data}/tools/`)) return null;
    try {
      const note = readNote(await files.readText(`${parent(program)}/installed.json`, 65536));
      return note === null ? null : { ...note, inPath: searched.includes(parent(path)) };
    } catch (thrown) {
      if (hasCode(thrown, 'not-found', 'not-text', 'too-large')) return null;
      throw thrown;
    }
  }

  /** Where a link of ours leads; null for none, and for somebody else's. */
  async #leadsTo(path: string): Promise<string | null> {
    if ((await this.#deps.files.stat(path))?.kind !== 'link') return null;
    const target = await this.#readLink(path);
    return target.startsWith(`${this.#deps.data}/tools/`) ? target : null;
  }

  async #readLink(path: string): Promise<string> {
    const { stdout } = await this.#deps.processes.run(['readlink', '--no-newline', '--', path], {}, never);
    return stdout;
  }

  async #command(argv: readonly string[], path: string): Promise<void> {
    const { exit, stderr } = await this.#deps.processes.run(argv, { env: { LC_ALL: 'C' } }, never);
    if (exit !== 0) throw new HearthError('io', { path }, { detail: stderr.trim() });
  }
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
