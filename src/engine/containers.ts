// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode, toErrorValue } from '../core/errors.ts';
import { RateMeter } from '../core/models/rate.ts';
import type { Clock, Files, Paths, Processes } from '../core/ports.ts';
import { pullError } from '../core/server/container-errors.ts';
import {
  imageReference,
  isPinned,
  joinImages,
  maxImageListBytes,
  parseImages,
  registryOf,
  type ImageList,
} from '../core/server/images.ts';
import type { Action } from '../core/setup/plan.ts';
import type { Ledger } from './ledger.ts';
import { quietProgress, type StepProgress } from './run.ts';

export interface ContainerDeps {
  readonly processes: Processes;
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: Paths;
  readonly ledger: Ledger;
  /** Hearth's own list of images. */
  readonly list: string;
  /** Folders of further lists, each in the order of names; see core/server/images.ts. */
  readonly folders: readonly string[];
  /** Lists that the vendor names by their paths, read last. */
  readonly further?: readonly string[];
}

/** Milliseconds between two looks at how much of an image is there. */
const lookEvery = 150;

/** Images for containers: which ones may be used, which ones are here, fetching one, taking one away. */
export class Containers {
  readonly #deps: ContainerDeps;
  #lists: Promise<ImageList> | null = null;

  constructor(deps: ContainerDeps) {
    this.#deps = deps;
  }

  /** Lists do not change while Hearth runs; they are read once. */
  images(): Promise<ImageList> {
    return (this.#lists ??= this.#read());
  }

  /** References of pinned images that are on this computer. */
  async present(): Promise<readonly string[]> {
    const { images } = await this.images();
    const references = images.map(imageReference).filter((reference) => reference !== null);
    if (references.length === 0 || (await this.#deps.processes.find('podman')) === null) return [];
    const there = await Promise.all(references.map((reference) => this.has(reference)));
    return references.filter((_reference, index) => there[index] === true);
  }

  async has(image: string): Promise<boolean> {
    const argv = ['podman', 'image', 'exists', image];
    return (await this.#deps.processes.run(argv, { timeout: 30_000 }, never)).exit === 0;
  }

  /**
   * Fetches an image by its digest, which podman checks. The contact goes into the ledger, however it ended.
   *
   * @throws usage, image-missing, cancelled and what pullError tells
   */
  async pull(
    action: Extract<Action, { do: 'pull-image' }>,
    onProgress: (progress: StepProgress) => void,
    cancel: Cancel,
  ): Promise<void> {
    const { image, size } = action;
    const { files, ledger, paths, processes } = this.#deps;
    if (!isPinned(image)) throw new HearthError('usage', { text: image });
    const host = registryOf(image);
    if (host === null) throw new HearthError('image-missing', { image });
    // podman keeps here what has come so far, which is how the progress is known.
    const folder = `${paths.data}/pull`;
    await this.#clear(folder);
    await files.makeFolder(folder, 0o700);
    const over = new CancelSource();
    const contact = {
      why: 'image',
      subject: image,
      askedBy: 'person',
      task: action.task ?? 'try',
      host,
      address: null,
      received: 0,
      sent: null,
      status: 0,
    } as const;
    const id = await ledger.begin(contact);
    const watching = this.#watch(folder, { host, total: size }, onProgress, over);
    let exit = -1;
    let said = '';
    try {
      const options = { env: { TMPDIR: folder, LC_ALL: 'C' } };
      const pulled = await processes.run(['podman', 'pull', image], options, cancel);
      exit = pulled.exit;
      said = pulled.stderr;
    } finally {
      over.cancel();
      const received = await watching;
      await ledger.write({ ...contact, received, status: exit === 0 ? 200 : 0 }, id);
      await this.#clear(folder);
    }
    if (exit !== 0) throw pullError(said, host, image);
  }

  /** Quiet when it is gone already. @throws command-failed when a container still needs it */
  async remove(image: string): Promise<void> {
    const argv = ['podman', 'image', 'rm', image];
    const { exit, stderr } = await this.#deps.processes.run(argv, { timeout: 120_000 }, never);
    if (exit === 0 || /image not known/.test(stderr)) return;
    const detail = stderr.trim().slice(-2000);
    throw new HearthError('command-failed', { command: 'podman image rm', exit }, { detail });
  }

  /** Tells how far it is until it is over; the bytes that came. What came after the last look is not counted. */
  async #watch(
    folder: string,
    of: { readonly host: string; readonly total: number | null },
    onProgress: (progress: StepProgress) => void,
    over: Cancel,
  ): Promise<number> {
    const { clock } = this.#deps;
    const meter = new RateMeter();
    // Parts are taken away once they are unpacked; what came of them came all the same.
    const most = new Map<string, number>();
    for (;;) {
      for (const [path, bytes] of await this.#parts(folder))
        most.set(path, Math.max(bytes, most.get(path) ?? 0));
      const done = [...most.values()].reduce((sum, bytes) => sum + bytes, 0);
      if (over.cancelled) return done;
      const { total, host } = of;
      const rate = meter.add(clock.monotonic(), done);
      // A list may be wrong about the size; more than all of it is never shown.
      const shown = total === null ? done : Math.min(done, total);
      const phase = done === 0 ? 'connecting' : 'downloading';
      onProgress({ ...quietProgress, done: shown, total, rate, phase, host });
      await clock.sleep(lookEvery, over).catch(() => {});
    }
  }

  async #parts(folder: string): Promise<readonly (readonly [path: string, bytes: number])[]> {
    const { files } = this.#deps;
    const found: (readonly [string, number])[] = [];
    for (const name of await files.list(folder).catch(() => [])) {
      const inner = `${folder}/${name}`;
      for (const part of await files.list(inner).catch(() => [])) {
        const stat = await files.stat(`${inner}/${part}`).catch(() => null);
        if (stat?.kind === 'file') found.push([`${inner}/${part}`, stat.size]);
      }
    }
    return found;
  }

  /** What an earlier fetch that was killed left behind. */
  async #clear(folder: string): Promise<void> {
    if ((await this.#deps.files.stat(folder)) === null) return;
    await this.#deps.processes.run(['rm', '-rf', '--one-file-system', '--', folder], {}, never);
  }

  async #read(): Promise<ImageList> {
    const { files, list, folders, further = [] } = this.#deps;
    const paths = [list];
    for (const folder of folders) {
      const names = await files.list(folder).catch((thrown: unknown) => {
        if (hasCode(thrown, 'not-found')) return [];
        throw thrown;
      });
      paths.push(...names.filter((name) => name.endsWith('.json')).map((name) => `${folder}/${name}`));
    }
    paths.push(...further);
    return joinImages(await Promise.all(paths.map((path) => this.#one(path))));
  }

  async #one(path: string): Promise<ImageList> {
    try {
      return parseImages(await this.#deps.files.readText(path, maxImageListBytes), path);
    } catch (thrown) {
      const { code, detail } = toErrorValue(thrown);
      return { images: [], problems: [{ file: path, problem: detail ?? code }] };
    }
  }
}
