// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import { downloadPolicy, startDownload, waitsFor } from '../core/models/download.ts';
import type {
  DownloadCommand,
  DownloadEvent,
  DownloadPolicy,
  DownloadState,
} from '../core/models/download.ts';
import { judge } from '../core/models/judge.ts';
import { RateMeter } from '../core/models/rate.ts';
import { noHead, strongEtag } from '../core/models/transfer.ts';
import type {
  AnswerHead,
  GrowingHash,
  Locks,
  TransferReport,
  TransferRequest,
  Transfers,
} from '../core/models/transfer.ts';
import type { CatalogueEntry } from '../core/models/types.ts';
import type { Clock, Files } from '../core/ports.ts';
import { hostOf, type Download } from '../core/setup/plan.ts';
import type { Contact } from '../core/setup/ledger.ts';
import { followDownload } from './follow-download.ts';
import type { Ledger } from './ledger.ts';
import { headerProblem } from './model-header.ts';
import { isVerified, modelFiles, readSidecar, setAside, writeSidecar, writeStamp } from './model-files.ts';
import type { ModelFiles } from './model-files.ts';
import type { StepProgress } from './run.ts';

export interface DownloadDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly transfers: Transfers;
  readonly locks: Locks;
  readonly ledger: Ledger;
  /** Folder of the models. */
  readonly models: string;
  /** Authorities to trust instead of the system's, or null. */
  readonly caFile: string | null;
  readonly policy?: DownloadPolicy;
}

/**
 * Brings a model's file to its place: continued, verified while it streams, named only when its hash and header are
 * right. May be cut off and repeated at any point.
 *
 * @throws cancelled, busy, no-space, and what `core/models/judge.ts` and `core/models/download.ts` make of a transfer
 */
export async function download(
  action: Download,
  entry: CatalogueEntry,
  deps: DownloadDeps,
  onProgress: (progress: StepProgress) => void,
  cancel: Cancel,
): Promise<void> {
  const paths = modelFiles(deps.models, action);
  await deps.files.makeFolder(paths.partialFolder, 0o755);
  const lock = await acquire(deps.locks, paths);
  const run = new DownloadRun(action, entry, paths, deps, onProgress, cancel);
  try {
    if (await run.isThere()) return;
    await run.checkSpace();
    await run.carryOut();
  } finally {
    run.close();
    await lock.release();
  }
}

/** The lock of a model's file, and the model's own path in the sentence when somebody else has it. */
export async function acquire(locks: Locks, paths: ModelFiles): ReturnType<Locks['acquire']> {
  try {
    return await locks.acquire(paths.lock);
  } catch (thrown) {
    if (!hasCode(thrown, 'busy')) throw thrown;
    throw new HearthError('busy', { path: paths.file }, { cause: thrown });
  }
}

class DownloadRun {
  readonly #action: Download;
  readonly #entry: CatalogueEntry;
  readonly #paths: ModelFiles;
  readonly #deps: DownloadDeps;
  readonly #onProgress: (progress: StepProgress) => void;
  readonly #cancel: Cancel;
  readonly #rate = new RateMeter();
  #hash: GrowingHash | null = null;
  #host: string;
  /** Of the contact that is under way, in the ledger. */
  #contact: string | null = null;
  #savedEtag: string | null = null;

  constructor(
    action: Download,
    entry: CatalogueEntry,
    paths: ModelFiles,
    deps: DownloadDeps,
    onProgress: (progress: StepProgress) => void,
    cancel: Cancel,
  ) {
    this.#action = action;
    this.#entry = entry;
    this.#paths = paths;
    this.#deps = deps;
    this.#onProgress = onProgress;
    this.#cancel = cancel;
    this.#host = hostOf(action.url);
  }

  /** Whether the right file is in its place already. A wrong one is moved aside, never replaced. */
  async isThere(): Promise<boolean> {
    const { files } = this.#deps;
    const found = await files.stat(this.#paths.file);
    if (found === null) return false;
    if (await isVerified(files, this.#paths, this.#action.sha256)) return true;
    this.#tell('verifying', found.size, null);
    if (found.kind === 'file' && found.size === this.#action.size) {
      const hash = await this.#hashOf(this.#paths.file, found.size);
      if (hash === this.#action.sha256) {
        await this.#stamp();
        return true;
      }
    }
    await setAside(files, this.#paths.file);
    return false;
  }

  /** @throws no-space */
  async checkSpace(): Promise<void> {
    const { files, models } = this.#deps;
    const there = Math.min((await files.stat(this.#paths.part))?.size ?? 0, this.#action.size);
    const needed = this.#action.size - there;
    const free = await files.freeSpace(models);
    if (free >= needed) return;
    throw new HearthError('no-space', { path: models, needed, free, missing: needed - free });
  }

  async carryOut(): Promise<void> {
    await followDownload(
      startDownload(this.#action.size, this.#action.sha256, this.#host),
      await this.#look(),
      this.#deps.policy ?? downloadPolicy,
      (command, state) => this.#obey(command, state),
    );
  }

  close(): void {
    this.#hash?.abandon();
    this.#hash = null;
  }

  async #look(): Promise<DownloadEvent> {
    const sidecar = await readSidecar(this.#deps.files, this.#paths);
    const bytes = (await this.#deps.files.stat(this.#paths.part))?.size ?? 0;
    this.#savedEtag = sidecar !== null && sidecar.url === this.#action.url ? sidecar.etag : null;
    await this.#remember(this.#savedEtag);
    return { type: 'looked', bytes, etag: this.#savedEtag };
  }

  async #obey(command: DownloadCommand, state: DownloadState): Promise<DownloadEvent | null> {
    this.#cancel.throwIfCancelled();
    switch (command.do) {
      case 'cut':
        this.close();
        await this.#deps.transfers.cut(this.#paths.part, command.bytes);
        return null;
      case 'fetch':
        return this.#fetch(command.offset, command.etag);
      case 'wait':
        this.#tell(waitsFor(command.code), state.bytes, null);
        await this.#deps.clock.sleep(command.seconds * 1000, this.#cancel);
        return { type: 'waited' };
      case 'hash': {
        this.#tell('verifying', state.size, null);
        const sha256 = await this.#hashOf(this.#paths.part, state.size);
        return { type: 'hashed', sha256 };
      }
      case 'read-header':
        return {
          type: 'header-read',
          problem: await headerProblem(this.#deps.files, this.#paths.part, this.#entry),
        };
      case 'place':
        await this.#place();
        return { type: 'placed' };
      case 'fail':
        throw await this.#failure(command);
      case 'finish':
        return null;
    }
  }

  async #fetch(offset: number, etag: string | null): Promise<DownloadEvent> {
    const { transfers, caFile } = this.#deps;
    const { url, size } = this.#action;
    const request: TransferRequest = { url, to: this.#paths.part, offset, size, etag, caFile };
    this.#hash ??= await transfers.hash(this.#paths.part);
    const hash = this.#hash;
    this.#tell('connecting', offset, null);
    const seen = { head: null as AnswerHead | null, bytes: offset };
    const look = ({ bytes, head }: Parameters<Parameters<Transfers['fetch']>[1]>[0]): void => {
      if (bytes <= offset) return;
      seen.bytes = bytes;
      hash.advance(Math.min(bytes, size));
      if (head !== null && seen.head === null) {
        seen.head = head;
        this.#host = hostOf(head.movedTo ?? url);
        // A power cut later must not cost the bytes: whose version they are is noted while they come.
        this.#remember(strongEtag(head)).catch(() => {});
      }
      this.#tell('downloading', Math.min(bytes, size), this.#rate.add(this.#deps.clock.monotonic(), bytes));
    };
    await this.#begin();
    let report: TransferReport;
    try {
      report = await transfers.fetch(request, look, this.#cancel);
    } catch (thrown) {
      // Stopped: there was a contact all the same.
      await this.#log(
        seen.head ?? noHead,
        { host: this.#host, address: null, sent: null },
        seen.bytes - offset,
      );
      throw thrown;
    }
    await this.#log(report.head, report, report.bytes - offset);
    const verdict = judge(report, request);
    const good = verdict.tag === 'complete' || verdict.tag === 'again';
    const version = good && report.head.status !== 0 ? strongEtag(report.head) : null;
    if (good) await this.#remember(version ?? etag);
    return { type: 'fetched', verdict, report, etag: version };
  }

  /** Notes whom this attempt will contact, before it does. */
  async #begin(): Promise<void> {
    const { ledger } = this.#deps;
    this.#contact = await this.#noted(() =>
      ledger.begin({ ...this.#line(), host: hostOf(this.#action.url) }),
    );
  }

  /** Notes how it went: with the catalogue's host, and with the one that it sent on to. */
  async #log(
    head: AnswerHead,
    end: Pick<TransferReport, 'host' | 'address' | 'sent'>,
    came: number,
  ): Promise<void> {
    const { ledger } = this.#deps;
    const asked = hostOf(this.#action.url);
    const id = this.#contact;
    this.#contact = null;
    const { status } = head;
    const { address, sent } = end;
    const line = { ...this.#line(), address, sent, received: Math.max(0, came), status };
    const moved = end.host !== '' && end.host !== asked;
    await this.#noted(async () => {
      await ledger.write(moved ? { ...this.#line(), host: asked } : { ...line, host: asked }, id);
      if (moved) await ledger.write({ ...line, host: end.host });
    });
  }

  #line(): Omit<Contact, 'host'> {
    const subject = this.#action.modelId;
    const nothing = { address: null, received: 0, sent: null, status: 0 };
    return { why: 'download', subject, ...nothing, askedBy: 'person', task: 'model' };
  }

  async #noted<T>(write: () => Promise<T>): Promise<T | null> {
    try {
      return await write();
    } catch (thrown) {
      // A full disk is told by the download itself.
      if (!hasCode(thrown, 'no-space')) throw thrown;
      return null;
    }
  }

  async #hashOf(path: string, size: number): Promise<string> {
    const hash =
      path === this.#paths.part && this.#hash !== null ? this.#hash : await this.#deps.transfers.hash(path);
    this.#hash = null;
    const stop = this.#cancel.onCancel(() => hash.abandon());
    try {
      return await hash.finish(size);
    } catch (thrown) {
      this.#cancel.throwIfCancelled();
      throw thrown;
    } finally {
      stop();
    }
  }

  async #place(): Promise<void> {
    const { files } = this.#deps;
    this.#tell('writing', this.#action.size, null);
    await files.sync(this.#paths.part);
    await files.makeFolder(this.#paths.folder, 0o755);
    await files.rename(this.#paths.part, this.#paths.file);
    await files.sync(this.#paths.file);
    await this.#stamp();
    await files.remove(this.#paths.sidecar);
  }

  async #stamp(): Promise<void> {
    await writeStamp(this.#deps.files, this.#paths, this.#action.sha256, this.#deps.clock.now());
  }

  async #remember(etag: string | null): Promise<void> {
    const known = await readSidecar(this.#deps.files, this.#paths);
    if (known !== null && known.etag === etag && known.url === this.#action.url) return;
    await writeSidecar(this.#deps.files, this.#paths, this.#action, etag);
  }

  async #failure({ error }: Extract<DownloadCommand, { do: 'fail' }>): Promise<HearthError> {
    const detail = error.detail === null ? {} : { detail: error.detail };
    const args = { ...error.args, name: this.#entry.name };
    if (error.code === 'bad-gguf')
      return new HearthError(error.code, { ...args, path: this.#action.to }, detail);
    if (error.code !== 'no-space') return new HearthError(error.code, args, detail);
    // curl says only that writing failed; the disk says whether it was for want of space.
    const { files, models } = this.#deps;
    const needed = this.#action.size - ((await files.stat(this.#paths.part))?.size ?? 0);
    const free = await files.freeSpace(models);
    if (free >= needed) return new HearthError('io', { path: this.#paths.part }, detail);
    return new HearthError('no-space', { path: models, needed, free, missing: needed - free }, detail);
  }

  #tell(phase: StepProgress['phase'], done: number, rate: number | null): void {
    this.#onProgress({ phase, done, total: this.#action.size, rate, host: this.#host });
  }
}
