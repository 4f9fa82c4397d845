// SPDX-License-Identifier: GPL-3.0-or-later

import type Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { never, type Cancel } from '../../core/cancel.ts';
import {
  exit,
  flags,
  info,
  isInstalled,
  packageKitError,
  packageKitProgress,
  parsePackageId,
  type PackageId,
} from '../../core/driver/packagekit.ts';
import type {
  PackageProgress,
  PackageSight,
  Repository,
  Resolution,
  SystemPackages,
} from '../../core/driver/packages.ts';
import { packageKitPermissions } from '../../core/driver/permissions.ts';
import { HearthError } from '../../core/errors.ts';
import { busError, call, listen, patience, type Target } from './bus.ts';

export const packageKitName = 'org.freedesktop.PackageKit';
const service = 'PackageKit';

interface Said {
  readonly packages: readonly { readonly info: number; readonly id: string }[];
  readonly details: readonly Record<string, unknown>[];
  readonly repositories: readonly Repository[];
}

interface Running {
  readonly names: readonly string[];
  readonly onProgress: (progress: PackageProgress) => void;
  readonly cancel: Cancel;
}

/** Packages by PackageKit: one transaction a question, its answers come as signals. */
export class PackageKit implements SystemPackages {
  readonly kind = 'packagekit';
  readonly permissions = packageKitPermissions;
  readonly #bus: Gio.DBusConnection;

  constructor(bus: Gio.DBusConnection) {
    this.#bus = bus;
  }

  async look(names: readonly string[]): Promise<readonly PackageSight[]> {
    if (names.length === 0) return [];
    const ids = await this.#ids(names, never);
    return names.map((name) => {
      const mine = ids.filter((id) => id.name === name);
      const installed = mine.find(isInstalled)?.version ?? null;
      return { name, installed, available: mine.find((id) => !isInstalled(id))?.version ?? installed };
    });
  }

  async resolve(verb: 'install' | 'remove', names: readonly string[], cancel: Cancel): Promise<Resolution> {
    const ids = await this.#chosen(verb, names, cancel);
    if (ids.length === 0) return { installs: [], removes: [], downloadBytes: 0, diskBytes: 0 };
    const said =
      verb === 'install'
        ? await this.#run('InstallPackages', variant('(tas)', [flags.simulate, ids]), running(names, cancel))
        : await this.#run(
            'RemovePackages',
            variant('(tasbb)', [flags.simulate, ids, true, false]),
            running(names, cancel),
          );
    const of = (...kinds: readonly number[]): string[] =>
      said.packages.filter((each) => kinds.includes(each.info & 0xffff)).map(({ id }) => id);
    const name = (id: string): string => parsePackageId(id)?.name ?? id;
    const coming = of(info.install, info.installing, info.updating);
    const going = of(info.remove, info.removing, info.obsolete, info.obsoleting);
    const installs = new Set([...(verb === 'install' ? ids : []), ...coming]);
    const removes = new Set([...(verb === 'remove' ? ids : []), ...going]);
    const sizes = await this.#sizes([...(verb === 'install' ? installs : removes)], cancel);
    return {
      installs: [...new Set([...installs].map(name))],
      removes: [...new Set([...removes].map(name))],
      downloadBytes: verb === 'install' ? sizes.download : 0,
      diskBytes: sizes.disk,
    };
  }

  async install(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    const ids = await this.#chosen('install', names, cancel);
    if (ids.length === 0) return;
    await this.#run('InstallPackages', variant('(tas)', [flags.onlyTrusted, ids]), {
      names,
      onProgress,
      cancel,
    });
  }

  async remove(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    const ids = await this.#chosen('remove', names, cancel);
    if (ids.length === 0) return;
    // What needs them goes with them; what they needed stays: it may be wanted for itself.
    await this.#run('RemovePackages', variant('(tasbb)', [0, ids, true, false]), {
      names,
      onProgress,
      cancel,
    });
  }

  async repositories(): Promise<readonly Repository[]> {
    return (await this.#run('GetRepoList', variant('(t)', [0]), running([], never))).repositories;
  }

  async setRepository(id: string, enabled: boolean, cancel: Cancel): Promise<void> {
    await this.#run('RepoEnable', variant('(sb)', [id, enabled]), running([], cancel));
    // What it has is known only after its lists came.
    if (enabled) await this.#run('RefreshCache', variant('(b)', [false]), running([], cancel));
  }

  /** Ids of what is to be installed or removed. @throws package-missing */
  async #chosen(verb: 'install' | 'remove', names: readonly string[], cancel: Cancel): Promise<string[]> {
    const found = await this.#ids(names, cancel);
    return names.flatMap((name) => {
      const mine = found.filter((id) => id.name === name);
      const here = mine.find(isInstalled);
      if (verb === 'remove') return here === undefined ? [] : [here.text];
      if (here !== undefined) return [];
      const offered = mine.find((id) => !isInstalled(id));
      if (offered === undefined) throw new HearthError('package-missing', { package: name });
      return [offered.text];
    });
  }

  async #ids(
    names: readonly string[],
    cancel: Cancel,
  ): Promise<readonly (PackageId & { readonly text: string })[]> {
    // The newest of each that fits this computer (bits of PkFilterEnum: newest 1 << 16, architecture 1 << 18).
    const filter = 2 ** 16 + 2 ** 18;
    let said: Said;
    try {
      said = await this.#run('Resolve', variant('(tas)', [filter, names]), running(names, cancel));
    } catch (thrown) {
      if (thrown instanceof HearthError && thrown.code === 'package-missing') return [];
      throw thrown;
    }
    return said.packages.flatMap(({ id }) => {
      const parsed = parsePackageId(id);
      return parsed === null ? [] : [{ ...parsed, text: id }];
    });
  }

  async #sizes(
    ids: readonly string[],
    cancel: Cancel,
  ): Promise<{ download: number | null; disk: number | null }> {
    if (ids.length === 0) return { download: 0, disk: 0 };
    const { details } = await this.#run('GetDetails', variant('(as)', [ids]), running([], cancel));
    const sum = (key: string): number | null => {
      const sizes = details.map((each) => each[key]).filter((size) => typeof size === 'number');
      return sizes.length === 0 ? null : sizes.reduce((all, size) => all + size, 0);
    };
    return { download: sum('download-size'), disk: sum('size') };
  }

  async #run(method: string, parameters: GLib.Variant, run: Running): Promise<Said> {
    run.cancel.throwIfCancelled();
    try {
      const [path] = await call(
        { bus: this.#bus, name: packageKitName, path: '/org/freedesktop/PackageKit', iface: packageKitName },
        'CreateTransaction',
        null,
      );
      return await this.#transaction(String(path), method, parameters, run);
    } catch (thrown) {
      throw busError(thrown, service);
    }
  }

  #transaction(path: string, method: string, parameters: GLib.Variant, run: Running): Promise<Said> {
    const target: Target = {
      bus: this.#bus,
      name: packageKitName,
      path,
      iface: `${packageKitName}.Transaction`,
    };
    return new Promise((resolve, reject) => {
      const packages: { info: number; id: string }[] = [];
      const details: Record<string, unknown>[] = [];
      const repositories: Repository[] = [];
      let error: HearthError | null = null;
      let state = 0;
      let percentage = 101;
      const ends: (() => void)[] = [];
      const end = (settle: () => void): void => {
        for (const forget of ends.splice(0)) forget();
        settle();
      };
      const heard = (signal: string, values: unknown[]): void => {
        switch (signal) {
          case 'Package':
            packages.push({ info: Number(values[0]), id: String(values[1]) });
            return;
          case 'Packages':
            // Newer versions send many at once.
            for (const [kind, id] of values[0] as [number, string, string][])
              packages.push({ info: kind, id });
            return;
          case 'Details':
            details.push(values[0] as Record<string, unknown>);
            return;
          case 'RepoDetail':
            repositories.push({
              id: String(values[0]),
              name: String(values[1]),
              enabled: values[2] === true,
            });
            return;
          case 'ErrorCode':
            error = packageKitError(Number(values[0]), String(values[1]), run.names);
            return;
          case 'Finished':
            end(() => {
              if (values[0] === exit.success) resolve({ packages, details, repositories });
              else if (values[0] === exit.cancelled || run.cancel.cancelled)
                reject(new HearthError('cancelled'));
              else reject(error ?? new HearthError('packages-failed', { service }));
            });
            return;
          case 'Destroy':
            end(() => reject(error ?? new HearthError('packages-failed', { service })));
            return;
        }
      };
      const gone = (): void => end(() => reject(new HearthError('no-package-service', { service })));
      ends.push(listen(target, heard, gone));
      ends.push(
        listen(
          { ...target, iface: 'org.freedesktop.DBus.Properties' },
          (signal, [, changed]) => {
            if (signal !== 'PropertiesChanged') return;
            const now = changed as Record<string, unknown>;
            if (typeof now['Status'] === 'number') state = now['Status'];
            if (typeof now['Percentage'] === 'number') percentage = now['Percentage'];
            run.onProgress(packageKitProgress(state, percentage));
          },
          () => {},
        ),
      );
      ends.push(run.cancel.onCancel(() => void call(target, 'Cancel', null).catch(() => {})));
      const hints = ['locale=C.UTF-8', 'interactive=true', 'background=false'];
      call(target, 'SetHints', variant('(as)', [hints]))
        .then(() => call(target, method, parameters, patience))
        .catch((thrown: unknown) =>
          end(() => reject(thrown instanceof Error ? thrown : busError(thrown, service))),
        );
    });
  }
}

function running(names: readonly string[], cancel: Cancel): Running {
  return { names, onProgress: () => {}, cancel };
}

function variant(signature: string, values: readonly unknown[]): GLib.Variant {
  return new GLib.Variant(signature, values as never);
}
