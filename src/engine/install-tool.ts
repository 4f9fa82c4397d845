// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import { downloadPolicy, startDownload } from '../core/models/download.ts';
import type { DownloadCommand, DownloadEvent, DownloadState } from '../core/models/download.ts';
import { judge } from '../core/models/judge.ts';
import { RateMeter } from '../core/models/rate.ts';
import { strongEtag, type AnswerHead, type TransferReport } from '../core/models/transfer.ts';
import type { Processes } from '../core/ports.ts';
import { attestationHost, hostOf, type Download, type InstallTool } from '../core/setup/plan.ts';
import { judgeAttestation, programIn } from '../core/tools/archive.ts';
import type { InstallNote } from '../core/tools/tool-list.ts';
import { acquire, type DownloadDeps } from './download.ts';
import { followDownload } from './follow-download.ts';
import { hashFile } from './hash.ts';
import { modelFiles, readSidecar, writeSidecar, type ModelFiles } from './model-files.ts';
import { quietProgress, type StepProgress } from './run.ts';

/** Larger archives of one program are refused before they are fetched. */
const archiveCap = 512 * 1024 * 1024;
/** Milliseconds for unpacking, for asking about attestations, and for a program to say its version. */
const unpackPatience = 5 * 60_000;
const attestPatience = 60_000;
const versionPatience = 20_000;

export interface InstallDeps extends Omit<DownloadDeps, 'models'> {
  readonly processes: Processes;
  /** Folder of the programs that Hearth installs. */
  readonly tools: string;
}

/**
 * Brings a program to its place: its archive continued where it stopped, looked through before anything is unpacked, the
 * one program taken out and named only when its hash is right and its makers' attestation, where that can be asked for,
 * does not speak against it. May be cut off and repeated at any point.
 *
 * @throws bad-archive, hash-mismatch, attestation-refused, no-space, busy, command-failed, cancelled, and what
 * `core/models/judge.ts` makes of a transfer
 */
export async function installTool(
  action: InstallTool,
  deps: InstallDeps,
  onProgress: (progress: StepProgress) => void,
  cancel: Cancel,
): Promise<void> {
  const paths = modelFiles(deps.tools, action);
  await deps.files.makeFolder(paths.partialFolder, 0o700);
  const lock = await acquire(deps.locks, paths);
  try {
    await new ToolRun(action, paths, deps, onProgress, cancel).carryOut();
  } finally {
    await lock.release();
  }
}

class ToolRun {
  readonly #action: InstallTool;
  readonly #paths: ModelFiles;
  readonly #deps: InstallDeps;
  readonly #onProgress: (progress: StepProgress) => void;
  readonly #cancel: Cancel;
  readonly #rate = new RateMeter();
  #host: string;
  #size = 0;
  #attestation: Pick<InstallNote, 'attestation' | 'why'> = { attestation: 'not-checked', why: '' };

  constructor(
    action: InstallTool,
    paths: ModelFiles,
    deps: InstallDeps,
    onProgress: (progress: StepProgress) => void,
    cancel: Cancel,
  ) {
    this.#action = action;
    this.#paths = paths;
    this.#deps = deps;
    this.#onProgress = onProgress;
    this.#cancel = cancel;
    this.#host = hostOf(action.url);
  }

  get #unpacked(): string {
    return this.#paths.part.replace(/\.part$/, '.program');
  }

  async carryOut(): Promise<void> {
    const { files } = this.#deps;
    if ((await files.stat(this.#action.to)) !== null) {
      if ((await this.#hashOf(this.#action.to, this.#action.size)) === this.#action.sha256) return;
      throw new HearthError('exists', { path: this.#action.to });
    }
    // tar starts it by itself, and would miss it only after the download.
    const unpacker = this.#action.url.endsWith('.bz2') ? 'bzip2' : 'tar';
    if ((await this.#deps.processes.find(unpacker)) === null)
      throw new HearthError('command-missing', { command: unpacker });
    const sidecar = await readSidecar(files, this.#paths);
    const known = sidecar?.url === this.#action.url ? sidecar : null;
    this.#size = known?.size ?? (await this.#learnSize());
    await this.#checkSpace();
    await writeSidecar(files, this.#paths, this.#asDownload(), known?.etag ?? null);
    try {
      await this.#loop(known?.etag ?? null);
    } finally {
      await files.remove(this.#unpacked).catch(() => {});
    }
  }

  async #loop(etag: string | null): Promise<void> {
    const bytes = (await this.#deps.files.stat(this.#paths.part))?.size ?? 0;
    await followDownload(
      startDownload(this.#size, this.#action.sha256, this.#host),
      { type: 'looked', bytes, etag },
      this.#deps.policy ?? downloadPolicy,
      (command, state) => this.#obey(command, state),
    );
  }

  async #obey(command: DownloadCommand, state: DownloadState): Promise<DownloadEvent | null> {
    this.#cancel.throwIfCancelled();
    switch (command.do) {
      case 'cut':
        await this.#deps.transfers.cut(this.#paths.part, command.bytes);
        return null;
      case 'fetch':
        return this.#fetch(command.offset, command.etag);
      case 'wait':
        this.#tell('connecting', state.bytes, null);
        await this.#deps.clock.sleep(command.seconds * 1000, this.#cancel);
        return { type: 'waited' };
      case 'hash':
        return { type: 'hashed', sha256: await this.#unpack() };
      case 'read-header':
        await this.#attest();
        return { type: 'header-read', problem: null };
      case 'place':
        await this.#place();
        return { type: 'placed' };
      case 'fail': {
        const { code, args, detail } = command.error;
        if (code === 'hash-mismatch') await this.#deps.files.remove(this.#paths.sidecar);
        throw new HearthError(code, { ...args, name: this.#name }, detail === null ? {} : { detail });
      }
      case 'finish':
        return null;
    }
  }

  /** How large the archive is: its publisher says it at the start of the answer, which is then cut short. */
  async #learnSize(): Promise<number> {
    const { clock, files, transfers, policy = downloadPolicy } = this.#deps;
    for (let tries = 1; ; tries += 1) {
      this.#tell('connecting', 0, null);
      const report = await this.#transfer(0, archiveCap, null, () => {});
      await transfers.cut(this.#paths.part, 0);
      const length = Number(report.head.headers.get('content-length') ?? Number.NaN);
      if (report.head.status === 200 && length > 0 && length < archiveCap) return length;
      const verdict = judge(report, { ...this.#request(0, archiveCap, null) });
      const args = { host: this.#host, status: report.head.status };
      if (verdict.tag !== 'again' && verdict.tag !== 'again-without')
        throw new HearthError(
          verdict.tag === 'failed' && verdict.code !== 'publisher-changed' ? verdict.code : 'bad-answer',
          args,
          {
            detail: report.detail,
          },
        );
      await files.remove(this.#paths.part);
      if (tries >= policy.triesUnanswered)
        throw new HearthError(verdict.code, args, { detail: report.detail });
      await clock.sleep(policy.firstWait * 1000 * 2 ** (tries - 1), this.#cancel);
    }
  }

  /** @throws no-space */
  async #checkSpace(): Promise<void> {
    const { files, tools } = this.#deps;
    const there = (await files.stat(this.#paths.part))?.size ?? 0;
    const needed = Math.max(0, this.#size - there) + this.#action.size;
    const free = await files.freeSpace(tools);
    if (free >= needed) return;
    throw new HearthError('no-space', { path: tools, needed, free, missing: needed - free });
  }

  #request(offset: number, size: number, etag: string | null) {
    const { url } = this.#action;
    return { url, to: this.#paths.part, offset, size, etag, caFile: this.#deps.caFile };
  }

  async #fetch(offset: number, etag: string | null): Promise<DownloadEvent> {
    const request = this.#request(offset, this.#size, etag);
    const report = await this.#transfer(offset, this.#size, etag, (bytes, head) => {
      if (head !== null) this.#host = hostOf(head.movedTo ?? this.#action.url);
      this.#tell(
        'downloading',
        Math.min(bytes, this.#size),
        this.#rate.add(this.#deps.clock.monotonic(), bytes),
      );
    });
    const verdict = judge(report, request);
    const good = verdict.tag === 'complete' || verdict.tag === 'again';
    const version = good && report.head.status !== 0 ? strongEtag(report.head) : null;
    if (good) await writeSidecar(this.#deps.files, this.#paths, this.#asDownload(), version ?? etag);
    return { type: 'fetched', verdict, report, etag: version };
  }

  /** One attempt, noted in the ledger before it begins and when it has ended. */
  async #transfer(
    offset: number,
    size: number,
    etag: string | null,
    onBytes: (bytes: number, head: AnswerHead | null) => void,
  ): Promise<TransferReport> {
    const { ledger, transfers } = this.#deps;
    const asked = hostOf(this.#action.url);
    const nothing = { host: asked, address: null, received: 0, sent: null, status: 0 };
    const line = {
      why: 'download',
      subject: this.#name,
      ...nothing,
      askedBy: 'person',
      task: 'tools',
    } as const;
    const id = await ledger.begin(line);
    const report = await transfers.fetch(
      this.#request(offset, size, etag),
      ({ bytes, head }) => onBytes(bytes, head),
      this.#cancel,
    );
    const { address, sent, host, head, bytes } = report;
    const end = { ...line, address, sent, received: Math.max(0, bytes - offset), status: head.status };
    const moved = host !== '' && host !== asked;
    await ledger.write(moved ? line : end, id);
    if (moved) await ledger.write({ ...end, host });
    return report;
  }

  /** Takes the program out of the archive and gives its hash. @throws bad-archive, hash-mismatch, no-space */
  async #unpack(): Promise<string> {
    const { files, tools } = this.#deps;
    const { archiveSha256, size } = this.#action;
    const { part } = this.#paths;
    this.#tell('verifying', this.#size, null);
    if (archiveSha256 !== null) {
      const hash = await this.#hashOf(part, this.#size);
      if (hash !== archiveSha256) return hash;
    }
    try {
      const listing = await this.#run(['tar', '--list', '--verbose', '--numeric-owner', '--file', part]);
      const name = this.#action.to.slice(this.#action.to.lastIndexOf('/') + 1);
      const member = programIn(listing, name, size);
      // Into our own file, whatever the archive says about names, owners and modes; never more than was announced.
      const script = 'tar --extract --to-stdout --no-wildcards --file "$1" -- "$2" | head -c "$3" >"$4"';
      const argv = ['sh', '-c', script, 'sh', part, member, String(size), this.#unpacked];
      // How it ended is seen in what came of it.
      await this.#deps.processes.run(argv, { timeout: unpackPatience }, this.#cancel);
    } catch (thrown) {
      await files.remove(this.#unpacked);
      // An archive that is no good is not kept for next time.
      if (
        thrown instanceof HearthError &&
        (thrown.code === 'bad-archive' || thrown.code === 'hash-mismatch')
      ) {
        await files.remove(part);
        await files.remove(this.#paths.sidecar);
      }
      throw thrown;
    }
    const came = (await files.stat(this.#unpacked))?.size ?? 0;
    if (came < size) {
      const free = await files.freeSpace(tools);
      const missing = size - came;
      if (free < missing)
        throw new HearthError('no-space', { path: tools, needed: missing, free, missing: missing - free });
      throw new HearthError('bad-archive', { problem: 'it ends in the middle of the program' });
    }
    return this.#hashOf(this.#unpacked, size);
  }

  async #run(argv: readonly string[]): Promise<string> {
    const env = { LC_ALL: 'C', TZ: 'UTC' };
    const { exit, stdout, stderr } = await this.#deps.processes.run(
      argv,
      { env, timeout: unpackPatience },
      this.#cancel,
    );
    if (exit === 0) return stdout;
    throw new HearthError('bad-archive', { problem: 'it cannot be unpacked' }, { detail: stderr.trim() });
  }

  /** Asks `gh` where it is installed. @throws attestation-refused */
  async #attest(): Promise<void> {
    const { processes, files, ledger } = this.#deps;
    const { attestedBy } = this.#action;
    if (attestedBy === null) return;
    this.#tell('verifying', this.#size, null);
    const argv = ['gh', 'attestation', 'verify', this.#paths.part, '--repo', attestedBy];
    const subject = `${this.#name} (attestation)`;
    const line = {
      why: 'download',
      subject,
      host: attestationHost,
      address: null,
      received: 0,
      sent: null,
    } as const;
    await ledger.write({ ...line, status: 0, askedBy: 'person', task: 'tools' });
    const { exit, stdout, stderr } = await processes
      .run(argv, { timeout: attestPatience, env: { GH_PROMPT_DISABLED: '1', NO_COLOR: '1' } }, this.#cancel)
      .catch((thrown: unknown) => {
        if (thrown instanceof HearthError && thrown.code === 'timeout')
          return { exit: 1, stdout: '', stderr: 'timeout' };
        throw thrown;
      });
    const outcome = judgeAttestation(exit, `${stdout}\n${stderr}`);
    if (outcome.tag === 'refused') {
      await files.remove(this.#paths.part);
      await files.remove(this.#paths.sidecar);
      throw new HearthError(
        'attestation-refused',
        { name: this.#name },
        { detail: `${stdout}\n${stderr}`.trim() },
      );
    }
    this.#attestation = { attestation: outcome.tag, why: outcome.tag === 'verified' ? '' : outcome.why };
  }

  async #place(): Promise<void> {
    const { files, processes } = this.#deps;
    const { to, version, sha256 } = this.#action;
    this.#tell('writing', this.#size, null);
    const made = await processes.run(['chmod', '0755', '--', this.#unpacked], {}, never);
    if (made.exit !== 0)
      throw new HearthError('io', { path: this.#unpacked }, { detail: made.stderr.trim() });
    const said = await processes.run(
      [this.#unpacked, '--version'],
      { timeout: versionPatience },
      this.#cancel,
    );
    if (said.exit !== 0 || !said.stdout.includes(version))
      throw new HearthError(
        'command-failed',
        { command: this.#name, exit: said.exit },
        { detail: `${said.stdout}${said.stderr}` },
      );
    await files.sync(this.#unpacked);
    await files.makeFolder(this.#paths.folder, 0o755);
    await files.rename(this.#unpacked, to);
    await files.sync(to);
    const note: InstallNote = { version, sha256, ...this.#attestation };
    await files.writeAtomic(`${this.#paths.folder}/installed.json`, `${JSON.stringify(note)}\n`, 0o644);
    await files.remove(this.#paths.part);
    await files.remove(this.#paths.sidecar);
  }

  #hashOf(path: string, size: number): Promise<string> {
    const tell = (part: number): void =>
      this.#onProgress({ ...quietProgress, phase: 'verifying', done: Math.round(part * size), total: size });
    return hashFile(path, size, this.#deps.transfers, tell, this.#cancel);
  }

  get #name(): string {
    return `${this.#action.tool} ${this.#action.version}`;
  }

  #asDownload(): Download {
    const { url, to, sha256 } = this.#action;
    return { do: 'download', modelId: this.#action.tool, url, to, size: this.#size, sha256 };
  }

  #tell(phase: StepProgress['phase'], done: number, rate: number | null): void {
    const total = this.#size === 0 ? null : this.#size;
    this.#onProgress({ phase, done: total === null ? null : done, total, rate, host: this.#host });
  }
}
