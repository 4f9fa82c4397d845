// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../../core/cancel.ts';
import { bootedReference, ostreeError, ostreeProgress } from '../../core/driver/ostree.ts';
import type {
  PackageProgress,
  PackageSight,
  Repository,
  Resolution,
  SystemImage,
  SystemPackages,
} from '../../core/driver/packages.ts';
import { ostreePermissions } from '../../core/driver/permissions.ts';
import { HearthError } from '../../core/errors.ts';
import type { Processes } from '../../core/ports.ts';

/** An image of some gigabytes on a slow line. */
const patience = 3 * 60 * 60_000;

/**
 * Packages over an image, and images in the place of one another, by the program `rpm-ostree`. It is a client of a system
 * service that asks polkit itself, keeps the deployment that runs, and changes nothing before the next start.
 */
export class RpmOstree implements SystemPackages, SystemImage {
  readonly kind = 'rpm-ostree';
  readonly permissions = ostreePermissions;
  readonly #processes: Processes;

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  async look(names: readonly string[]): Promise<readonly PackageSight[]> {
    if (names.length === 0) return [];
    const query = ['rpm', '-q', '--qf', '%{NAME} %{VERSION}-%{RELEASE}\\n', '--', ...names];
    const { stdout } = await this.#processes.run(query, { timeout: 60_000 }, never);
    const there = new Map(
      stdout.split('\n').flatMap((line) => {
        const [name, version, more] = line.split(' ');
        return name !== undefined && version !== undefined && more === undefined
          ? [[name, version] as const]
          : [];
      }),
    );
    // What the sources have is told only by trying: the service says so then.
    return names.map((name) => ({
      name,
      installed: there.get(name) ?? null,
      available: there.get(name) ?? 'unknown',
    }));
  }

  async resolve(verb: 'install' | 'remove', names: readonly string[]): Promise<Resolution> {
    const here = (await this.look(names)).filter(
      ({ installed }) => (installed !== null) === (verb === 'remove'),
    );
    const open = here.map(({ name }) => name);
    return {
      installs: verb === 'install' ? open : [],
      removes: verb === 'remove' ? open : [],
      downloadBytes: null,
      diskBytes: null,
    };
  }

  async install(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    await this.#run(['install', '--idempotent', '--allow-inactive', ...names], names, onProgress, cancel);
  }

  async remove(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    const there = (await this.look(names))
      .filter(({ installed }) => installed !== null)
      .map(({ name }) => name);
    if (there.length > 0) await this.#run(['uninstall', '--idempotent', ...there], there, onProgress, cancel);
  }

  repositories(): Promise<readonly Repository[]> {
    return Promise.resolve([]);
  }

  setRepository(id: string): Promise<void> {
    // There is no service that changes them; a person does it in their file.
    return Promise.reject(new HearthError('not-found', { name: id }));
  }

  async current(): Promise<string | null> {
    const { stdout, exit } = await this.#processes.run(
      ['rpm-ostree', 'status', '--json'],
      { timeout: 60_000 },
      never,
    );
    return exit === 0 ? bootedReference(stdout) : null;
  }

  async rebase(
    image: string,
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    await this.#run(['rebase', image], [], onProgress, cancel);
  }

  async dropUpdate(cancel: Cancel): Promise<void> {
    await this.#run(['cleanup', '--pending'], [], () => {}, cancel);
  }

  async #run(
    words: readonly string[],
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    onProgress({ phase: 'checking', done: null, total: null, part: null });
    const onLine = (line: string): void => {
      const progress = ostreeProgress(line);
      if (progress !== null) onProgress(progress);
    };
    let output;
    try {
      output = await this.#processes.run(['rpm-ostree', ...words], { timeout: patience, onLine }, cancel);
    } catch (thrown) {
      if (!cancel.cancelled) throw thrown;
      // The program is gone, the service goes on: it is told as well.
      await this.#processes.run(['rpm-ostree', 'cancel'], { timeout: 60_000 }, never);
      throw new HearthError('cancelled');
    }
    if (output.exit !== 0) throw ostreeError(output.stderr || output.stdout, names);
  }
}
