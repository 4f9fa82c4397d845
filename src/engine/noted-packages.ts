// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import type {
  PackageProgress,
  PackageSight,
  Repository,
  Resolution,
  SystemPackages,
} from '../core/driver/packages.ts';
import { contactAhead, type Contact } from '../core/setup/ledger.ts';
import type { Ledger } from './ledger.ts';

export interface NotedDeps {
  readonly ledger: Pick<Ledger, 'begin' | 'write'>;
  /** Hosts of package sources by their id, and those that count where the service names no such id. */
  readonly hosts: () => Promise<SourceHosts>;
}

export interface SourceHosts {
  readonly byId: Readonly<Record<string, readonly string[]>>;
  readonly enabled: readonly string[];
}

/**
 * The system's package service, with what it fetches because Hearth asked for it in the ledger: before it begins, and with
 * what it told when it has ended. The connections are the service's own. The lists that dnf5's daemon fetches to answer a
 * question are noted by `noteList`; PackageKit and rpm-ostree do not tell of theirs.
 */
export class NotedPackages implements SystemPackages {
  readonly #packages: SystemPackages;
  readonly #deps: NotedDeps;
  /** What was last resolved, for services that tell the size of a download before it and not while it comes. */
  #resolved: { readonly names: string; readonly bytes: number | null } = { names: '', bytes: null };

  constructor(packages: SystemPackages, deps: NotedDeps) {
    this.#packages = packages;
    this.#deps = deps;
  }

  get kind(): SystemPackages['kind'] {
    return this.#packages.kind;
  }

  get permissions(): SystemPackages['permissions'] {
    return this.#packages.permissions;
  }

  look(names: readonly string[]): Promise<readonly PackageSight[]> {
    return this.#packages.look(names);
  }

  async resolve(verb: 'install' | 'remove', names: readonly string[], cancel: Cancel): Promise<Resolution> {
    const resolution = await this.#packages.resolve(verb, names, cancel);
    this.#resolved = { names: names.join(' '), bytes: resolution.downloadBytes };
    return resolution;
  }

  async install(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    const expected = this.#resolved.names === names.join(' ') ? this.#resolved.bytes : null;
    const host = await hostOf(this.#deps, null);
    await noted(this.#deps.ledger, { why: 'packages', host, subject: shortList(names) }, expected, (heard) =>
      this.#packages.install(
        names,
        (progress) => {
          heard(progress);
          onProgress(progress);
        },
        cancel,
      ),
    );
  }

  remove(
    names: readonly string[],
    onProgress: (progress: PackageProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    return this.#packages.remove(names, onProgress, cancel);
  }

  repositories(): Promise<readonly Repository[]> {
    return this.#packages.repositories();
  }

  /** A source that is turned on has its list fetched. */
  async setRepository(id: string, enabled: boolean, cancel: Cancel): Promise<void> {
    const change = (): Promise<void> => this.#packages.setRepository(id, enabled, cancel);
    if (!enabled) return change();
    await noted(
      this.#deps.ledger,
      { why: 'package-list', host: await hostOf(this.#deps, id), subject: id },
      null,
      change,
    );
  }
}

/** @param id of one source; null for all that are on */
async function hostOf({ hosts }: Pick<NotedDeps, 'hosts'>, id: string | null): Promise<string> {
  const { byId, enabled } = await hosts();
  if (id !== null && byId[id] !== undefined) return [...new Set(byId[id])].join(', ');
  // Settings that say nothing are not an answer to whom a service will turn.
  return id === null ? [...new Set(enabled)].join(', ') : '';
}

/**
 * Notes the list of a source when a service begins to fetch it by itself, to answer a question. The answer is to be told how
 * that ended: bytes that came, and whether the list came.
 */
export function noteList(
  deps: NotedDeps,
  source: string,
): (received: number, whole: boolean) => Promise<void> {
  const begun = (async () => {
    const host = await hostOf(deps, source);
    const line = contactAhead({ why: 'package-list', host, subject: source, task: 'driver' });
    return { line, id: await deps.ledger.begin(line) };
  })();
  // Said when the end is noted.
  begun.catch(() => {});
  return async (received, whole) => {
    const { line, id } = await begun;
    await deps.ledger.write({ ...line, received, status: whole ? 200 : 0 }, id);
  };
}

type About = Pick<Contact, 'why' | 'host' | 'subject'>;

/** @param expected bytes, as the service said before */
export async function noted(
  ledger: NotedDeps['ledger'],
  about: About,
  expected: number | null,
  run: (heard: (progress: PackageProgress) => void) => Promise<void>,
): Promise<void> {
  let received = 0;
  const heard = ({ phase, done }: PackageProgress): void => {
    if (phase === 'downloading' && done !== null) received = Math.max(received, done);
  };
  const line = contactAhead({ ...about, task: 'driver' });
  const id = await ledger.begin(line);
  try {
    await run(heard);
  } catch (thrown) {
    await ledger.write({ ...line, received }, id);
    throw thrown;
  }
  await ledger.write({ ...line, received: received || (expected ?? 0), status: 200 }, id);
}

/** Names for one line. */
function shortList(names: readonly string[]): string {
  const most = 6;
  return names.slice(0, most).join(', ') + (names.length > most ? ' …' : '');
}
