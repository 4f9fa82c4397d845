// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Child, Clock, Files, Paths, Processes, Random } from '../core/ports.ts';
import { missingFor, type Missing } from '../core/server/choose.ts';
import { parseGroupId, parseUid } from '../core/server/proc.ts';
import type { Endpoint, Program, ProgramFacts } from '../core/server/types.ts';
import { gooseFiles } from '../core/tools/goose.ts';
import {
  foldersOf,
  gooseInside,
  offlineCommand,
  offlineConfig,
  offlineFiles,
  offlineNames,
  probe,
  readProbe,
  refuseFolder,
  type OfflineEvidence,
  type OfflineInput,
} from '../core/tools/offline.ts';
import { syscallFilter } from '../core/tools/syscall-filter.ts';
import type { ProcLook } from './serving-look.ts';

export interface OfflineDeps {
  readonly processes: Processes;
  readonly files: Files;
  readonly proc: ProcLook;
  readonly clock: Clock;
  readonly random: Random;
  readonly paths: Paths;
  /** The home folder of the person who runs Hearth, in practice mode too. */
  readonly home: string;
  readonly userName: string;
  /** See `OfflineInput`. */
  readonly environment: Readonly<Record<string, string>>;
  programs(): Promise<ProgramFacts>;
}

export interface OfflineRequest {
  readonly endpoint: Endpoint;
  /** Folder to work on; the only one that Goose sees and writes to. */
  readonly folder: string;
  /** One question, answered to `onLine`; null for Goose itself in the terminal that Hearth was started from. */
  readonly prompt: string | null;
  /** For a prompt: works without asking, whatever the settings say; only for a folder that is thrown away. */
  readonly mode?: 'auto';
  /** Called when the wall was looked at, just before Goose starts. */
  onReady(folder: string, evidence: OfflineEvidence): void;
  onLine(line: string): void;
}

/** Milliseconds for one answer: see `Goose`. */
const patience = 30 * 60_000;

/**
 * Goose without a network: bubblewrap around it, a UNIX socket as the only way out of there, and outside of it a proxy
 * that leads from this socket to the model's address and nowhere else. The address is used and not the model's own
 * socket, so that a model that was let go meanwhile starts again on the next question.
 */
export class OfflineGoose {
  readonly #deps: OfflineDeps;

  constructor(deps: OfflineDeps) {
    this.#deps = deps;
  }

  /** What has to be there, and the folder without links. @throws no-goose, goose-exposed, folder-unfit, not-found */
  async check(folder: string): Promise<{ programs: ProgramFacts; goose: Program; folder: string }> {
    const programs = await this.#deps.programs();
    const { goose } = programs;
    if (goose === null) throw new HearthError('no-goose');
    const missing = missingFor('children', programs).filter((each: Missing) => each !== 'llama-server');
    if (missing.length > 0) throw new HearthError('goose-exposed', { missing: missing.join(', ') });
    return { programs, goose, folder: await this.#folder(folder) };
  }

  /**
   * Runs Goose to its end. @returns its exit status
   *
   * @throws no-goose, goose-exposed, folder-unfit, not-found, cancelled
   */
  async run(request: OfflineRequest, cancel: Cancel): Promise<number> {
    const { files, paths, processes } = this.#deps;
    const noise = await this.#deps.random.bytes(6);
    const name = Array.from(noise, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const prepared = `${paths.runtime}/goose/${name}`;
    let way: Child | null = null;
    try {
      const input = await this.#prepare(request, prepared);
      way = await this.#openWay(request.endpoint.port, prepared, cancel);
      request.onReady(input.folder, await this.#look(input, cancel));
      return await this.#goose(input, request, cancel);
    } finally {
      way?.signal('KILL');
      await way?.exited;
      if ((await files.stat(prepared)) !== null)
        await processes.run(['rm', '-rf', '--one-file-system', '--', prepared], {}, never);
    }
  }

  async #prepare(request: OfflineRequest, prepared: string): Promise<OfflineInput> {
    const { files, paths, processes, proc } = this.#deps;
    const { programs, goose, folder } = await this.check(request.folder);
    const status = await proc.readText('/proc/self/status');
    const [userId, groupId] = [parseUid(status) ?? 0, parseGroupId(status) ?? 0];
    const machine = (await processes.run(['uname', '-m'], {}, never)).stdout.trim();
    const filter = syscallFilter(machine);
    const socketActivate = programs.socketActivate?.path ?? '';
    const socketProxy = programs.socketProxy?.path ?? '';
    const home = await this.#real(this.#deps.home);
    const { contextTokens, port } = request.endpoint;
    const own = { socketActivate, socketProxy, home, userId, port };
    const config = offlineConfig(await this.#settings());
    const { environment } = this.#deps;
    const mode = String(environment['GOOSE_MODE'] ?? config['GOOSE_MODE']);
    const texts = offlineFiles({
      ...own,
      groupId,
      userName: this.#deps.userName,
      contextTokens,
      config,
    });
    await files.makeFolder(prepared, 0o700);
    for (const inner of foldersOf(texts)) await files.makeFolder(`${prepared}/${inner}`, 0o700);
    for (const [name, text] of Object.entries(texts))
      await files.writeAtomic(`${prepared}/${name}`, text, 0o600);
    if (filter !== null) await files.writeAtomic(`${prepared}/${offlineNames.filter}`, filter, 0o600);
    return {
      ...own,
      bwrap: programs.bwrap?.path ?? '',
      goose: await this.#real(goose.path),
      folder,
      keyFile: paths.keyFile,
      prepared,
      filtered: filter !== null,
      environment: {
        ...environment,
        GOOSE_MODE: request.prompt === null ? mode : unattendedMode(request.mode ?? mode),
      },
    };
  }

  /** @throws not-found, folder-unfit */
  async #folder(wanted: string): Promise<string> {
    const { files, home, paths } = this.#deps;
    const folder = await this.#real(wanted);
    if ((await files.stat(folder))?.kind !== 'directory')
      throw new HearthError('not-found', { path: wanted });
    const all = async (list: readonly string[]) =>
      Promise.all(list.map((path) => this.#real(path).catch(() => path)));
    const goose = gooseFiles(paths.config).config.replace(/\/[^/]+$/, '');
    const guarded = [paths.data, paths.state, paths.runtime, goose, `${home}/.ssh`, `${home}/.gnupg`];
    refuseFolder(folder, await all([home, paths.home, paths.config]), await all(guarded));
    return folder;
  }

  /** The path without links. @throws not-found */
  async #real(path: string): Promise<string> {
    const { exit, stdout } = await this.#deps.processes.run(['realpath', '-e', '-z', '--', path], {}, never);
    if (exit !== 0) throw new HearthError('not-found', { path });
    return stdout.replace(/\0$/, '');
  }

  /** The person's settings of Goose; one that cannot be read hinders nothing here. */
  async #settings(): Promise<Readonly<Record<string, unknown>>> {
    const { config } = gooseFiles(this.#deps.paths.config);
    try {
      const text = await this.#deps.files.readText(config);
      const { gooseValues } = await import('../core/tools/goose-config.ts');
      return gooseValues(text, config);
    } catch (thrown) {
      if (hasCode(thrown, 'not-found', 'bad-config', 'denied', 'not-text', 'too-large')) return {};
      throw thrown;
    }
  }

  async #openWay(port: number, prepared: string, cancel: Cancel): Promise<Child> {
    const { clock, files, processes } = this.#deps;
    const programs = await this.#deps.programs();
    const socket = `${prepared}/${offlineNames.link}`;
    const activate = programs.socketActivate?.path ?? '';
    // It would die of a reader that goes away, see ServingChildren, and of a Ctrl+C that is meant for Goose.
    const argv = ['setsid', 'env', '--ignore-signal=PIPE', activate, '--now', `--listen=${socket}`];
    const child = await processes.start([...argv, programs.socketProxy?.path ?? '', `127.0.0.1:${port}`], {});
    const ended = child.exited.then((end) => end);
    for (let attempt = 0; attempt < 500; attempt += 1) {
      if ((await files.stat(socket)) !== null) return child;
      const end = await Promise.race([ended, clock.sleep(10, never).then(() => null)]);
      if (end !== null)
        throw new HearthError(
          'command-failed',
          { command: activate, exit: end.exit },
          { detail: end.stderrTail },
        );
      if (cancel.cancelled) break;
    }
    child.signal('KILL');
    cancel.throwIfCancelled();
    throw new HearthError('timeout', { command: activate });
  }

  /** Nothing is taken for granted: what runs behind this very wall says where it is. @throws goose-exposed */
  async #look(input: OfflineInput, cancel: Cancel): Promise<OfflineEvidence> {
    const { processes, proc } = this.#deps;
    const own = await proc.readLink('/proc/self/ns/net');
    const said = await processes.run(offlineCommand(input, probe), { timeout: 30_000 }, cancel);
    if (said.exit !== 0)
      throw new HearthError(
        'goose-exposed',
        { exit: said.exit },
        { detail: said.stderr.trim().slice(-2000) },
      );
    const evidence = readProbe(said.stdout, own);
    if (!evidence.offline)
      throw new HearthError('goose-exposed', {}, { detail: `here ${own}\n${said.stdout.slice(0, 2000)}` });
    return evidence;
  }

  async #goose(input: OfflineInput, request: OfflineRequest, cancel: Cancel): Promise<number> {
    const { processes } = this.#deps;
    const goose = gooseInside(input);
    if (request.prompt === null) return processes.interact(offlineCommand(input, [goose, 'session']), cancel);
    const argv = [goose, 'run', '--text', request.prompt, '--no-session', '--quiet'];
    const options = { timeout: patience, onLine: request.onLine };
    const { exit, stderr } = await processes.run(offlineCommand(input, argv), options, cancel);
    if (exit !== 0) throw new HearthError('goose-failed', { exit }, { detail: stderr.trim().slice(-4000) });
    return exit;
  }
}

/** With nobody to ask, Goose refuses to work in the modes that ask. */
function unattendedMode(mode: string): string {
  return mode === 'auto' ? mode : 'chat';
}
