// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Files, Http, Look, Processes, Sha256 } from '../core/ports.ts';
import { withoutDesktopTelemetry } from '../core/proof/agents.ts';
import { parseCommandLine } from '../core/server/proc.ts';
import type { ProgramFacts } from '../core/server/types.ts';
import type { Action, HandOver, InstallApp, PlaceExtension, Undo, WriteFile } from '../core/setup/plan.ts';
import {
  desktopId,
  isDesktop,
  isInCatalogue,
  labLayouts,
  labModel,
  labVersion,
  layoutInUse,
  mergeLabCatalogue,
  parseTags,
  readLabSettings,
  type Flavour,
  type LabPlaces,
  type LabSettings,
} from '../core/tools/ai-lab.ts';
import type { AiLabFacts } from '../core/tools/types.ts';
import { FlatpakApps, type FlatpakDeps } from './flatpak.ts';
import { bring, wayFor } from './import.ts';
import type { LabExtension } from './lab-extension.ts';
import { openProgram } from './open-program.ts';
import type { AiLabPart, LabOffer } from './parts.ts';
import type { StepProgress } from './run.ts';

/** Milliseconds that AI Lab and other programs may take to answer. */
const patience = 3000;
const podmanSocket = 'podman.socket';

export interface AiLabDeps {
  readonly files: Files;
  readonly processes: Processes;
  readonly look: Look;
  readonly http: Http;
  readonly sha256: Sha256;
  readonly home: string;
  readonly config: string;
  /** `$XDG_DATA_HOME`. */
  readonly data: string;
  readonly desktopHome: string | null;
  /** Installations of Flatpak, and paths of a native program, to look in. */
  readonly flatpaks: FlatpakDeps['installations'];
  readonly native: readonly string[];
  readonly ledger: FlatpakDeps['ledger'];
  readonly extension: LabExtension;
  programs(): Promise<ProgramFacts>;
}

type Desktop = NonNullable<AiLabFacts['desktop']>;

const nothing: AiLabFacts = {
  desktop: null,
  open: false,
  places: null,
  version: null,
  telemetry: 'unset',
  asked: false,
  model: null,
  socket: null,
  from: null,
  extension: null,
  problem: null,
};

/** Podman Desktop and AI Lab: how they stand, and what gives them the local model and keeps them from reporting. */
export class AiLab implements AiLabPart {
  readonly #deps: AiLabDeps;
  readonly #flatpak: FlatpakApps;

  constructor(deps: AiLabDeps) {
    this.#deps = deps;
    const { processes, ledger, flatpaks } = deps;
    this.#flatpak = new FlatpakApps({ processes, ledger, installations: flatpaks });
  }

  async observe(offer: LabOffer | null): Promise<AiLabFacts> {
    const desktop = await this.#find();
    if (desktop === null) return { ...nothing, from: await this.#flatpak.remote() };
    const places = await this.#places(desktop.flavour);
    const [open, version, socket, pinned] = await Promise.all([
      this.#isOpen(desktop),
      this.#version(places),
      this.#socketOn(),
      this.#deps.extension.offered(),
    ]);
    const extension = version === null ? (pinned?.version ?? null) : null;
    const facts = { ...nothing, desktop, open, places, version, socket, extension };
    try {
      const settings = readLabSettings(await this.#text(places.settings), places.settings);
      const { telemetry, asked } = settings;
      return { ...facts, telemetry, asked, model: await this.#modelStands(offer, places, settings, open) };
    } catch (thrown) {
      if (!(thrown instanceof HearthError)) throw thrown;
      return { ...facts, problem: thrown.toValue() };
    }
  }

  async plan(offer: LabOffer | null): Promise<readonly Action[]> {
    const desktop = await this.#find();
    const remote = desktop === null ? await this.#flatpak.remote() : null;
    if (desktop === null && remote === null) throw new HearthError('no-desktop');
    const install = remote === null ? [] : [await this.#flatpak.plan(desktopId, remote)];
    const places = await this.#places(desktop?.flavour ?? 'flatpak');
    const before = await this.#text(places.settings);
    const settings = readLabSettings(before, places.settings);
    const quiet =
      settings.telemetry === 'off' && settings.asked
        ? []
        : [
            this.#write(
              places.settings,
              before,
              withoutDesktopTelemetry(before, places.settings),
              'desktop-telemetry',
            ),
          ];
    const placed =
      (await this.#version(places)) === null ? await this.#deps.extension.plan(places.plugins) : [];
    const whileClosed = quiet.length > 0 || placed.length > 0;
    if (whileClosed && desktop !== null && (await this.#isOpen(desktop)))
      throw new HearthError('desktop-open');
    const given =
      offer === null || offer.entry.own !== undefined ? [] : await this.#give(offer, places, settings);
    return [...install, ...quiet, ...placed, ...given, ...(await this.#socketSteps())];
  }

  /** The entry in the catalogue first: the folder of the models is watched, and a model is one that it knows. */
  async #give(
    { entry, path }: LabOffer,
    places: LabPlaces,
    settings: LabSettings,
  ): Promise<readonly Action[]> {
    const { files } = this.#deps;
    const before = await this.#text(places.catalogue);
    const content = mergeLabCatalogue(before, places.catalogue, entry);
    const listed =
      content === before ? [] : [this.#write(places.catalogue, before, content, 'ai-lab-catalogue')];
    const { id, file } = labModel(entry);
    const folder = `${settings.models ?? places.models}/${id}`;
    const to = `${folder}/${file}`;
    const ours = await files.stat(path);
    if (ours?.kind !== 'file') throw new HearthError('not-found', { path });
    const { size, mtime } = ours;
    const there = await files.stat(folder);
    if (there !== null) {
      const names = there.kind === 'directory' ? await files.list(folder) : null;
      if (names?.length === 1 && names[0] === file && (await this.#isHandedOver(to, size))) return listed;
      // What AI Lab fetched, or somebody put there, is not Hearth's to replace; what a cut left of ours is.
      if (names === null || names.some((name) => name !== besideName(file)))
        throw new HearthError('exists', { path: folder });
    }
    const how = await wayFor(path, ours.mode, this.#linking(folder), never);
    return [
      ...listed,
      { do: 'make-folder', path: folder, mode: 0o755 },
      { do: 'hand-over', modelId: entry.id, from: path, to, size, mtime, how },
    ];
  }

  install(action: InstallApp, onProgress: (progress: StepProgress) => void, cancel: Cancel): Promise<void> {
    return this.#flatpak.install(action, onProgress, cancel);
  }

  uninstall(undo: Extract<Undo, { undo: 'uninstall-app' }>): Promise<void> {
    return this.#flatpak.uninstall(undo);
  }

  placeExtension(action: PlaceExtension, cancel: Cancel): Promise<void> {
    return this.#deps.extension.place(action, cancel);
  }

  async removeExtension(undo: Extract<Undo, { undo: 'remove-extension' }>): Promise<void> {
    await this.refuseWhileOpen();
    await this.#deps.extension.remove(undo);
  }

  /** Safe to repeat: the name that AI Lab looks for is given last. @throws exists, not-found, changed-since, no-space */
  async handOver(action: HandOver, cancel: Cancel): Promise<void> {
    const { files } = this.#deps;
    const { from, to, size, mtime } = action;
    if (await this.#isStill(to, size, mtime)) return;
    if ((await files.stat(to)) !== null) throw new HearthError('exists', { path: to });
    const now = await files.stat(from);
    if (now === null) throw new HearthError('not-found', { path: from });
    if (now.size !== size || now.mtime !== mtime) throw new HearthError('changed-since', { path: from });
    const folder = to.slice(0, to.lastIndexOf('/'));
    const beside = `${folder}/${besideName(to.slice(folder.length + 1))}`;
    await files.makeFolder(folder, 0o755);
    await files.remove(beside);
    try {
      await bring({ from, how: action.how, size }, beside, this.#linking(folder), cancel);
      await files.rename(beside, to);
    } finally {
      await files.remove(beside).catch(() => {});
    }
    await files.sync(to);
  }

  async takeOut({ path, size, mtime }: Extract<Undo, { undo: 'take-out' }>): Promise<void> {
    const { files } = this.#deps;
    const folder = path.slice(0, path.lastIndexOf('/'));
    await files.remove(`${folder}/${besideName(path.slice(folder.length + 1))}`);
    if ((await files.stat(path)) === null) return;
    if (!(await this.#isStill(path, size, mtime))) throw new HearthError('changed-since', { path });
    await files.remove(path);
  }

  async refuseWhileOpen(): Promise<void> {
    const desktop = await this.#find();
    if (desktop !== null && (await this.#isOpen(desktop))) throw new HearthError('desktop-open');
  }

  async open(): Promise<void> {
    const desktop = await this.#find();
    if (desktop === null) throw new HearthError('no-desktop');
    const argv = desktop.flavour === 'flatpak' ? ['flatpak', 'run', desktopId] : [desktop.path];
    if (desktop.flavour === 'flatpak' && (await this.#deps.processes.find('flatpak')) === null)
      throw new HearthError('command-missing', { command: 'flatpak' });
    await openProgram(this.#deps.processes, argv);
  }

  /** The one that is there; of two, the one in whose folders AI Lab already lives, else the Flatpak. */
  async #find(): Promise<Desktop | null> {
    const found: Desktop[] = [];
    for (const installation of this.#deps.flatpaks) {
      const path = `${installation.path}/app/${desktopId}`;
      if (await this.#is(path)) found.push({ flavour: 'flatpak', path });
    }
    for (const path of this.#deps.native) if (await this.#is(path)) found.push({ flavour: 'native', path });
    if (found.length < 2) return found[0] ?? null;
    for (const desktop of found)
      if ((await this.#version(await this.#places(desktop.flavour))) !== null) return desktop;
    return found[0] ?? null;
  }

  async #places(flavour: Flavour): Promise<LabPlaces> {
    const { desktopHome } = this.#deps;
    const layouts = labLayouts(this.#deps);
    const old = layouts.legacy.settings;
    const legacyThere = await this.#is(old.slice(0, old.lastIndexOf('/')));
    return layouts[layoutInUse(flavour, legacyThere, desktopHome)];
  }

  async #isOpen({ flavour }: Desktop): Promise<boolean> {
    const { look, processes } = this.#deps;
    if (flavour === 'flatpak') {
      const ask = ['flatpak', 'ps', '--columns=application,pid'];
      const { stdout } = await processes
        .run(ask, { timeout: patience, env: { LC_ALL: 'C' } }, never)
        .catch(() => ({ stdout: '' }));
      const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/));
      // It lists what has ended for some seconds more.
      for (const [app, pid = ''] of lines)
        if (app === desktopId && (await look.stat(`/proc/${pid}`).catch(() => null)) !== null) return true;
      return false;
    }
    const pids = (await look.list('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => look.readText(`/proc/${pid}/cmdline`).catch(() => '')));
    return lines.some((line) => isDesktop(parseCommandLine(line)));
  }

  async #version({ plugins }: LabPlaces): Promise<string | null> {
    const { files } = this.#deps;
    for (const name of await files.list(plugins).catch(() => [])) {
      const manifest = await files.readText(`${plugins}/${name}/package.json`).catch(() => '');
      const version = labVersion(manifest);
      if (version !== null) return version;
    }
    return null;
  }

  async #modelStands(
    offer: LabOffer | null,
    places: LabPlaces,
    settings: LabSettings,
    open: boolean,
  ): Promise<AiLabFacts['model']> {
    if (offer === null) return null;
    if (offer.entry.own !== undefined) return 'own';
    const { files } = this.#deps;
    const { id, name, file } = labModel(offer.entry);
    if (open) {
      const names = await this.#tags(settings.apiPort);
      if (names?.includes(name) === true || names?.includes(id) === true) return 'listed';
    }
    const folder = `${settings.models ?? places.models}/${id}`;
    const inCatalogue = isInCatalogue(await this.#text(places.catalogue), places.catalogue, offer.entry);
    const there = (await files.stat(folder))?.kind === 'directory' ? await files.list(folder) : [];
    const lies =
      there.length === 1 &&
      there[0] === file &&
      (await this.#isHandedOver(`${folder}/${file}`, offer.entry.file.size));
    return inCatalogue && lies ? 'placed' : 'missing';
  }

  /** What AI Lab says it has; null where it does not answer. */
  async #tags(port: number): Promise<readonly string[] | null> {
    try {
      const url = `http://127.0.0.1:${port}/api/tags`;
      const { status, text } = await this.#deps.http.request(
        { method: 'GET', url, timeout: patience },
        never,
      );
      return status === 200 ? parseTags(text) : null;
    } catch (thrown) {
      if (thrown instanceof HearthError) return null;
      throw thrown;
    }
  }

  async #socketOn(): Promise<boolean | null> {
    if (!(await this.#deps.programs()).userManager) return null;
    const [enabled, active] = [await this.#systemctl('is-enabled'), await this.#systemctl('is-active')];
    return enabled === '' || enabled === 'not-found' ? null : enabled === 'enabled' && active === 'active';
  }

  async #socketSteps(): Promise<readonly Action[]> {
    if ((await this.#socketOn()) !== false) return [];
    const units = [podmanSocket];
    const enabled = (await this.#systemctl('is-enabled')) === 'enabled';
    const active = (await this.#systemctl('is-active')) === 'active';
    return [
      ...(enabled ? [] : [{ do: 'units', verb: 'enable', units } as const]),
      ...(active ? [] : [{ do: 'units', verb: 'start', units } as const]),
    ];
  }

  async #systemctl(verb: 'is-enabled' | 'is-active'): Promise<string> {
    const argv = ['systemctl', '--user', verb, '--', podmanSocket];
    const { stdout } = await this.#deps.processes
      .run(argv, { timeout: patience, env: { LC_ALL: 'C' } }, never)
      .catch(() => ({ stdout: '' }));
    return stdout.trim();
  }

  #write(path: string, before: string | null, content: string, purpose: WriteFile['purpose']): WriteFile {
    const digest = before === null ? null : this.#deps.sha256(before);
    return { do: 'write-file', path, content, mode: 0o644, before: digest, owner: 'person', purpose };
  }

  async #isHandedOver(path: string, size: number): Promise<boolean> {
    const stat = await this.#deps.files.stat(path);
    return stat?.kind === 'file' && stat.size === size;
  }

  async #isStill(path: string, size: number, mtime: number): Promise<boolean> {
    const stat = await this.#deps.files.stat(path);
    return stat?.kind === 'file' && stat.size === size && stat.mtime === mtime;
  }

  #linking(folder: string) {
    return { files: this.#deps.files, processes: this.#deps.processes, models: folder };
  }

  async #is(path: string): Promise<boolean> {
    return (await this.#deps.files.stat(path).catch(() => null)) !== null;
  }

  async #text(path: string): Promise<string | null> {
    try {
      return await this.#deps.files.readText(path);
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return null;
      throw thrown;
    }
  }
}

/** A name that AI Lab passes over. */
function besideName(file: string): string {
  return `${file}.tmp`;
}
