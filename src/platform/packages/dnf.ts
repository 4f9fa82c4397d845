// SPDX-License-Identifier: GPL-3.0-or-later

import type Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import type { Cancel } from '../../core/cancel.ts';
import { dnfError, dnfResolution, type DnfItem } from '../../core/driver/dnf.ts';
import type {
  PackageProgress,
  PackageSight,
  Repository,
  Resolution,
  SystemPackages,
} from '../../core/driver/packages.ts';
import { dnfPermissions } from '../../core/driver/permissions.ts';
import { HearthError } from '../../core/errors.ts';
import { busError, call, listen, patience, type Target } from './bus.ts';

export const dnfName = 'org.rpm.dnf.v0';
const root = '/org/rpm/dnf/v0';
const service = 'dnf5daemon-server';
/** Lists of all sources may have to be fetched first. */
const listPatience = 10 * 60_000;

export interface DnfOptions {
  /** Settings for the daemon's sessions besides its own, for tests: they are refused to who is not root. */
  readonly config: Readonly<Record<string, string>>;
  readonly releasever: string | null;
}

/**
 * Told of the list of a source that the daemon begins to fetch because it was asked something; the answer is told how that
 * ended: bytes that came, and whether it came.
 */
export type NoteList = (source: string) => (received: number, whole: boolean) => Promise<void>;

const unnoted: NoteList = () => () => Promise.resolve();
/** How the daemon names the download of a source's list, before the source's id. */
const listMark = 'repo:';

/** Packages by dnf5's daemon: one session a question, closed at its end. */
export class Dnf implements SystemPackages {
  readonly kind = 'dnf5daemon';
  readonly permissions = dnfPermissions;
  readonly #bus: Gio.DBusConnection;
  readonly #options: DnfOptions;
  readonly #noteList: NoteList;

  constructor(
    bus: Gio.DBusConnection,
    noteList: NoteList = unnoted,
    options: DnfOptions = { config: {}, releasever: null },
  ) {
    this.#bus = bus;
    this.#noteList = noteList;
    this.#options = options;
  }

  look(names: readonly string[]): Promise<readonly PackageSight[]> {
    if (names.length === 0) return Promise.resolve([]);
    return this.#session(true, async (path) => {
      const [found] = await call(
        this.#on(path, 'rpm.Rpm'),
        'list',
        new GLib.Variant('(a{sv})', [
          {
            package_attrs: strings(['name', 'evr', 'is_installed']),
            patterns: strings(names),
            with_provides: flag(false),
            with_filenames: flag(false),
            with_binaries: flag(false),
            with_src: flag(false),
            icase: flag(false),
            'latest-limit': new GLib.Variant('i', 1),
          },
        ]),
        listPatience,
      );
      const all = found as { name: string; evr: string; is_installed: boolean }[];
      return names.map((name) => {
        const mine = all.filter((each) => each.name === name);
        const installed = mine.find((each) => each.is_installed)?.evr ?? null;
        return { name, installed, available: mine.find((each) => !each.is_installed)?.evr ?? installed };
      });
    });
  }

  resolve(verb: 'install' | 'remove', names: readonly string[], cancel: Cancel): Promise<Resolution> {
    return this.#session(true, async (path) =>
      dnfResolution(await this.#goal(path, verb, names, cancel), verb),
    );
  }

  async install(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    await this.#carryOut('install', names, onProgress, cancel);
  }

  async remove(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    await this.#carryOut('remove', names, onProgress, cancel);
  }

  repositories(): Promise<readonly Repository[]> {
    return this.#session(false, async (path) => {
      const [found] = await call(
        this.#on(path, 'rpm.Repo'),
        'list',
        new GLib.Variant('(a{sv})', [
          { repo_attrs: strings(['id', 'name', 'enabled']), enable_disable: new GLib.Variant('s', 'all') },
        ]),
        listPatience,
      );
      return (found as { id: string; name?: string; enabled: boolean }[]).map(({ id, name, enabled }) => ({
        id,
        name: name ?? id,
        enabled,
      }));
    });
  }

  async setRepository(id: string, enabled: boolean, cancel: Cancel): Promise<void> {
    cancel.throwIfCancelled();
    await this.#session(false, (path) =>
      call(
        this.#on(path, 'rpm.Repo'),
        enabled ? 'enable' : 'disable',
        new GLib.Variant('(as)', [[id]]),
        patience,
      ),
    );
  }

  #carryOut(
    verb: 'install' | 'remove',
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    return this.#session(true, async (path) => {
      const items = await this.#goal(path, verb, names, cancel);
      if (items.length === 0) return;
      cancel.throwIfCancelled();
      const total = dnfResolution(items, verb).downloadBytes ?? 0;
      const came = new Map<string, number>();
      const heard = (signal: string, values: unknown[]): void => {
        if (values[0] !== path) return;
        if (signal === 'download_progress') {
          came.set(String(values[1]), Number(values[3]));
          const done = [...came.values()].reduce((all, bytes) => all + bytes, 0);
          onProgress({ phase: 'downloading', done: Math.min(done, total), total, part: null });
        } else if (signal === 'transaction_elem_progress') {
          const [done, all] = [Number(values[2]), Number(values[3])];
          onProgress({ phase: 'working', done: null, total: null, part: all === 0 ? null : done / all });
        }
      };
      let lost: () => void = () => {};
      const gone = new Promise<never>((_resolve, reject) => {
        lost = () => reject(new HearthError('no-package-service', { service }));
      });
      gone.catch(() => {});
      const ends = ['Base', 'rpm.Rpm'].map((iface) => listen(this.#on(path, iface), heard, lost));
      const goal = this.#on(path, 'Goal');
      ends.push(cancel.onCancel(() => void call(goal, 'cancel', null).catch(() => {})));
      try {
        const work = call(goal, 'do_transaction', new GLib.Variant('(a{sv})', [{}]), patience);
        await Promise.race([work, gone]);
      } catch (thrown) {
        // The daemon does not say that it was stopped, only that a download was.
        if (cancel.cancelled) throw new HearthError('cancelled');
        throw thrown;
      } finally {
        for (const end of ends) end();
      }
    });
  }

  /** What there is to do, solved. @throws package-missing, package-conflict */
  async #goal(
    path: string,
    verb: 'install' | 'remove',
    names: readonly string[],
    cancel: Cancel,
  ): Promise<readonly DnfItem[]> {
    cancel.throwIfCancelled();
    if (names.length === 0) return [];
    await call(
      this.#on(path, 'rpm.Rpm'),
      verb,
      new GLib.Variant('(asa{sv})', [[...names], {}]),
      listPatience,
    );
    const goal = this.#on(path, 'Goal');
    // What needs a package goes with it; to install one, nothing may go that nobody named.
    const options = { allow_erasing: flag(verb === 'remove') };
    const [items, result] = await call(goal, 'resolve', new GLib.Variant('(a{sv})', [options]), listPatience);
    if (result === 2) {
      const [problems] = await call(goal, 'get_transaction_problems_string', null);
      throw dnfError((problems as string[]).join('\n'), names);
    }
    return (items as [string, string, string, unknown, Record<string, unknown>][]).map(
      ([, action, , , about]) => ({
        action,
        name: typeof about['name'] === 'string' ? about['name'] : '',
        packageSize: Number(about['download_size'] ?? about['package_size'] ?? 0),
        installSize: Number(about['install_size'] ?? 0),
      }),
    );
  }

  async #session<T>(available: boolean, work: (path: string) => Promise<T>): Promise<T> {
    const manager = this.#on(root, 'SessionManager');
    const { config, releasever } = this.#options;
    let path: string | null = null;
    let lists = (): Promise<unknown> => Promise.resolve();
    try {
      const [opened] = await call(
        manager,
        'open_session',
        new GLib.Variant('(a{sv})', [
          {
            load_system_repo: flag(true),
            load_available_repos: flag(available),
            locale: new GLib.Variant('s', 'C.UTF-8'),
            ...(Object.keys(config).length === 0 ? {} : { config: new GLib.Variant('a{ss}', { ...config }) }),
            ...(releasever === null ? {} : { releasever: new GLib.Variant('s', releasever) }),
          },
        ]),
      );
      path = String(opened);
      lists = this.#listsOf(path);
      return await work(path);
    } catch (thrown) {
      throw known(thrown);
    } finally {
      await lists();
      if (path !== null) void call(manager, 'close_session', new GLib.Variant('(o)', [path])).catch(() => {});
    }
  }

  /** Notes the lists that are fetched in a session until the returned function is called, which waits for the notes. */
  #listsOf(path: string): () => Promise<unknown> {
    const open = new Map<string, { received: number; readonly ended: ReturnType<NoteList> }>();
    const notes: Promise<void>[] = [];
    const end = (id: string, whole: boolean): void => {
      const list = open.get(id);
      if (list !== undefined) notes.push(list.ended(list.received, whole));
      open.delete(id);
    };
    const heard = (signal: string, [session, download, third, fourth]: unknown[]): void => {
      const id = String(download);
      if (session !== path || !id.startsWith(listMark)) return;
      const list = open.get(id);
      if (signal === 'download_add_new' && list === undefined)
        open.set(id, { received: 0, ended: this.#noteList(id.slice(listMark.length)) });
      else if (signal === 'download_progress' && list !== undefined) list.received = Number(fourth);
      else if (signal === 'download_end') end(id, third === 0);
    };
    const stop = listen(this.#on(path, 'Base'), heard, () => {});
    return () => {
      stop();
      for (const id of [...open.keys()]) end(id, false);
      return Promise.all(notes);
    };
  }

  #on(path: string, iface: string): Target {
    return { bus: this.#bus, name: dnfName, path, iface: `${dnfName}.${iface}` };
  }
}

/** The daemon's own errors all have one name; what happened is in their text. */
function known(thrown: unknown): HearthError {
  const error = busError(thrown, service);
  return error.code === 'packages-failed' ? dnfError(error.detail ?? '', []) : error;
}

function strings(list: readonly string[]): GLib.Variant {
  return new GLib.Variant('as', [...list]);
}

function flag(value: boolean): GLib.Variant {
  return new GLib.Variant('b', value);
}
