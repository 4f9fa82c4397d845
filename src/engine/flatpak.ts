// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import type { Output, Processes } from '../core/ports.ts';
import { contactAhead } from '../core/setup/ledger.ts';
import { hostOf, type InstallApp, type Undo } from '../core/setup/plan.ts';
import {
  flathub,
  flatpakProblem,
  parsePermissions,
  parseRemoteInfo,
  parseRemotes,
  type Remote,
} from '../core/tools/flatpak.ts';
import type { Ledger } from './ledger.ts';
import { quietProgress, type StepProgress } from './run.ts';

/** Milliseconds for what is asked of this computer, and of a server. */
const patience = 10_000;
const serverPatience = 60_000;
/** An hour for a slow line: it may be stopped at any time. */
const installPatience = 60 * 60_000;

export interface FlatpakDeps {
  readonly processes: Processes;
  readonly ledger: Pick<Ledger, 'begin' | 'write'>;
  /** Installations to look in. */
  readonly installations: readonly { readonly path: string; readonly scope: Remote['scope'] }[];
}

/** Programs from Flathub, by the program `flatpak`, which checks the signatures. */
export class FlatpakApps {
  readonly #deps: FlatpakDeps;

  constructor(deps: FlatpakDeps) {
    this.#deps = deps;
  }

  /** Where a program would come from, without asking anybody; null where Flatpak or Flathub is not set up. */
  async remote(): Promise<Remote | null> {
    const { processes, installations } = this.#deps;
    if (installations.length === 0 || (await processes.find('flatpak')) === null) return null;
    try {
      const { stdout } = await this.#run(['remotes', '--columns=name,url,options'], patience, never);
      return flathub(parseRemotes(stdout));
    } catch (thrown) {
      // One that does not answer offers nothing.
      if (thrown instanceof HearthError) return null;
      throw thrown;
    }
  }

  /**
   * The step that installs a program, with its size and what it may use. Its publisher is asked for both, which the ledger
   * notes. @throws app-unsigned, host-not-found, connection-refused, command-failed …
   */
  async plan(app: string, remote: Remote): Promise<InstallApp> {
    const info = await this.#ask(remote, app, []);
    const metadata = await this.#ask(remote, app, ['--show-metadata']);
    const sizes = parseRemoteInfo(info);
    if (sizes === null) throw new HearthError('bad-answer', { host: hostOf(remote.url) }, { detail: info });
    const runtime = await this.#runtimeSizes(remote, sizes.runtime);
    const installation = this.#deps.installations.find(({ scope }) => scope === remote.scope);
    return {
      do: 'install-app',
      app,
      remote: remote.name,
      url: remote.url,
      scope: remote.scope,
      to: `${installation?.path ?? ''}/app/${app}`,
      download: sizes.download + runtime.download,
      installed: sizes.installed + runtime.installed,
      permissions: parsePermissions(metadata),
    };
  }

  async #runtimeSizes(remote: Remote, runtime: string | null) {
    const none = { download: 0, installed: 0 };
    if (runtime === null) return none;
    const { exit } = await this.#run(['info', '--show-ref', runtime], patience, never);
    if (exit === 0) return none;
    return parseRemoteInfo(await this.#ask(remote, `runtime/${runtime}`, [])) ?? none;
  }

  /** May be cut off and repeated: Flatpak keeps what came, and installs a program whole or not at all. */
  async install(
    action: InstallApp,
    onProgress: (progress: StepProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    const { app, remote, scope, url, download } = action;
    const host = hostOf(url);
    if (await this.#isThere(app, scope)) return;
    onProgress({ ...quietProgress, phase: 'downloading', host });
    const argv = ['install', `--${scope}`, '--noninteractive', '--app', remote, app];
    await this.#noted(host, download, () => this.#run(argv, installPatience, cancel));
  }

  /** Takes the program away; what it kept for the person stays. */
  async uninstall({ app, scope }: Extract<Undo, { undo: 'uninstall-app' }>): Promise<void> {
    if (!(await this.#isThere(app, scope))) return;
    const argv = ['uninstall', `--${scope}`, '--noninteractive', '--app', app];
    const { exit, stderr } = await this.#run(argv, installPatience, never);
    if (exit !== 0)
      throw new HearthError(
        'command-failed',
        { command: 'flatpak uninstall', exit },
        { detail: stderr.trim() },
      );
  }

  async #isThere(app: string, scope: Remote['scope']): Promise<boolean> {
    return (await this.#run(['info', `--${scope}`, app], patience, never)).exit === 0;
  }

  async #ask({ name, url, scope }: Remote, ref: string, more: readonly string[]): Promise<string> {
    const argv = ['remote-info', `--${scope}`, ...more, name, ref];
    return this.#noted(hostOf(url), 0, () => this.#run(argv, serverPatience, never));
  }

  /** A contact of `flatpak`, in the ledger before it begins and when it has ended. */
  async #noted(host: string, bytes: number, run: () => Promise<Output>): Promise<string> {
    const { ledger } = this.#deps;
    const line = contactAhead({ host, why: 'download', subject: 'Podman Desktop (flatpak)', task: 'tools' });
    const id = await ledger.begin(line);
    const { exit, stdout, stderr } = await run();
    if (exit === 0) {
      await ledger.write({ ...line, received: bytes, status: 200 }, id);
      return stdout;
    }
    throw new HearthError(
      flatpakProblem(stderr),
      { host, command: 'flatpak', exit },
      { detail: stderr.trim() },
    );
  }

  #run(words: readonly string[], timeout: number, cancel: Cancel): Promise<Output> {
    return this.#deps.processes.run(['flatpak', ...words], { timeout, env: { LC_ALL: 'C.UTF-8' } }, cancel);
  }
}
