// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

import { never, type Cancel } from '../core/cancel.ts';
import type { BuildConfig } from '../core/config.ts';
import { HearthError } from '../core/errors.ts';
import { observeConditions } from '../core/machine/conditions.ts';
import { observeMachine, type ObserveOptions } from '../core/machine/observe.ts';
import type { CatalogueEntry } from '../core/models/types.ts';
import type { Clock, Look, Paths, Report, Settings } from '../core/ports.ts';
import type { Mode } from '../core/setup/state.ts';
import { AiLab } from '../engine/ai-lab.ts';
import type { Hearth } from '../engine/api.ts';
import { catalogueFrom, type CataloguePlaces } from '../engine/catalogue.ts';
import { checkCapability, keptCapability } from '../engine/capability.ts';
import { findClients, openGoose } from '../engine/connect.ts';
import { Chat } from '../engine/chat.ts';
import { ProofRun } from '../engine/proof.ts';
import { Containers } from '../engine/containers.ts';
import { Goose } from '../engine/goose.ts';
import { OfflineGoose } from '../engine/goose-offline.ts';
import { Engine } from '../engine/hearth.ts';
import { modelStore } from '../engine/installed.ts';
import { LabExtension } from '../engine/lab-extension.ts';
import { Ledger } from '../engine/ledger.ts';
import { measureRates } from '../engine/measure.ts';
import { otherProgram } from '../core/server/engine-facts.ts';
import { observeOtherServers } from '../engine/other-servers.ts';
import type { Parts } from '../engine/parts.ts';
import { observePrograms } from '../engine/programs.ts';
import { ToolStore } from '../engine/tools.ts';
import { Serving } from '../engine/serving.ts';
import { driverPart } from './driver.ts';
import { withLocks } from '../engine/locked.ts';
import { readVendor, readVendorFile } from '../engine/vendor.ts';
import type { VendorFile } from '../core/vendor/parse.ts';
import { noLists, vendorFolders, type Vendor } from '../core/vendor/types.ts';
import { clock, random, sha256 } from '../platform/clock.ts';
import { files } from '../platform/files.ts';
import { firewall } from '../platform/firewall.ts';
import { loopbackHttp } from '../platform/http.ts';
import { fileLocks } from '../platform/locks.ts';
import { LocalLook } from '../platform/look.ts';
import { probe } from '../platform/probe.ts';
import { chosenPaths, practicePaths, realPaths } from '../platform/paths.ts';
import { Notices, type Notice } from '../platform/notices.ts';
import { openMachine } from '../platform/practice/look.ts';
import { startPublisher } from '../platform/practice/publisher.ts';
import { processes } from '../platform/processes.ts';
import { record } from '../platform/record.ts';
import { gsettings, memorySettings } from '../platform/settings.ts';
import { curlTransfers } from '../platform/transfers.ts';

/** What a composition root gets: Hearth itself, and the few things that are not its state. */
export interface Composed {
  readonly hearth: Hearth;
  readonly paths: Paths;
  record(folder: string): Promise<RecordCounts>;
  /** A file of a distributor or an administrator, judged. */
  vendorFile(path: string): Promise<VendorFile>;
  notify(id: string, notice: Notice | null): Promise<void>;
  guardLooked(): Promise<void>;
  pause(milliseconds: number, cancel: Cancel): Promise<void>;
}

export interface RecordCounts {
  readonly files: number;
  readonly commands: number;
  readonly skipped: number;
}

export interface RealOptions {
  /** Folder of a recorded machine to look at instead of this one, or null. */
  readonly machine: string | null;
}

export interface PracticeOptions {
  /** Name of a recorded machine that comes with Hearth, the absolute path of one, or null or '' for the usual one. */
  readonly machine: string | null;
}

export const usualMachine = 'laptop-rtx4060';
/** An answer of random words says no more when it is longer. */
const practiceAnswerTokens = 48;
/** Bytes per second of the practice publisher: the download can be watched, and is over in a few seconds. */
const publisherRate = 1_500_000;

/** Hearth on this computer. @throws bad-recording */
export async function composeReal(config: BuildConfig, options: RealOptions): Promise<Composed> {
  const usual = realPaths();
  const keyFile = `${usual.config}/hearth/settings.ini`;
  const settings = gsettings(config.appId, schemaFolder(config), keyFile);
  if (settings === null) {
    throw new HearthError(
      'unexpected',
      {},
      { detail: `The settings schema ${config.appId} is not installed.` },
    );
  }
  const paths = chosenPaths(usual, settings);
  const here: Scene = {
    look: new LocalLook(),
    options: {
      home: paths.home,
      get modelsPath() {
        return paths.models;
      },
      recording: null,
    },
  };
  const scene = options.machine === null ? here : await openMachine(options.machine);
  return compose(config, {
    mode: { tag: 'real' },
    paths,
    scene,
    settings,
    vendor: await decided(),
    extra: [],
    caFile: null,
    close: null,
  });
}

/**
 * Hearth to try out: a recorded machine, a publisher on loopback, a model of random weights; all of it in one temporary
 * folder that is removed at the end. The programs that do the work are the real ones.
 */
export async function composePractice(config: BuildConfig, options: PracticeOptions): Promise<Composed> {
  const name = options.machine || usualMachine;
  if (!name.startsWith('/') && !/^[a-z0-9][a-z0-9-]*$/.test(name))
    throw new HearthError('bad-recording', { path: name });
  const scene = await openMachine(name.startsWith('/') ? name : `${config.pkgDataDir}/machines/${name}`);
  const folder = GLib.dir_make_tmp('hearth-practice-XXXXXX');
  const settings = memorySettings();
  const paths = chosenPaths(practicePaths(folder), settings);
  const removeFolder = async (): Promise<void> => {
    await processes.run(['rm', '-rf', '--one-file-system', '--', folder], {}, never);
  };
  try {
    await files.makeFolder(paths.runtime, 0o700);
    const publisher = await startPublisher({
      pkgDataDir: config.pkgDataDir,
      folder,
      processes,
      files,
      clock,
      rate: publisherRate,
    });
    return compose(config, {
      mode: { tag: 'practice', machine: scene.options.recording?.title ?? name, folder },
      paths,
      scene,
      settings,
      // A rehearsal has models of its own, and installs nothing.
      vendor: { ...(await decided()), lists: noLists },
      extra: [publisher.entry],
      caFile: publisher.caFile,
      close: async () => {
        await publisher.close();
        await removeFolder();
      },
    });
  } catch (thrown) {
    await removeFolder();
    throw thrown;
  }
}

/** Milliseconds after which a server that nobody asks is let go; the units say the same. */
const idleAfter = 15 * 60_000;

interface Scene {
  readonly look: Look;
  readonly options: ObserveOptions;
}

interface Composition {
  readonly mode: Mode;
  readonly paths: Paths;
  readonly scene: Scene;
  readonly settings: Settings;
  readonly vendor: Vendor;
  readonly extra: readonly CatalogueEntry[];
  readonly caFile: string | null;
  readonly close: (() => Promise<void>) | null;
}

function compose(config: BuildConfig, composition: Composition): Composed {
  const { mode, paths, scene, settings, vendor, extra, caFile } = composition;
  const practice = mode.tag === 'practice';
  const http = loopbackHttp();
  const programs = fresh(clock, (versions: boolean) =>
    observePrograms(
      { processes, files, home: GLib.get_home_dir(), goose: GLib.getenv('HEARTH_GOOSE') },
      versions,
    ),
  );
  const proc = new LocalLook();
  const ledger = new Ledger(`${paths.state}/ledger.jsonl`, files, clock);
  const containers = new Containers({
    processes,
    files,
    clock,
    paths,
    ledger,
    list: `${config.pkgDataDir}/engines/images.json`,
    folders: ['/usr/share/hearth/engines.d', '/etc/hearth/engines.d'],
    further: vendor.lists.engines,
  });
  const serving = new Serving({
    processes,
    http,
    files,
    proc,
    clock,
    paths,
    sha256,
    practice,
    programs,
    hasImage: (image) => containers.has(image),
    port: () => settings.read().port,
    idleAfter,
    onDied: (error) => engine.serverDied(error),
    onRestart: (endpoint) => engine.serverRestarts(endpoint),
    onIdle: () => engine.serverIdle(),
  });
  const goose = new Goose({
    files,
    processes,
    clock,
    paths,
    sha256,
    api: serving.api,
    environment: practice ? () => null : (name) => GLib.getenv(name),
    programs,
  });
  const transfers = curlTransfers({ files, processes, clock });
  const tools = new ToolStore({
    files,
    clock,
    transfers,
    locks: fileLocks(processes),
    ledger,
    caFile,
    processes,
    tools: `${paths.data}/tools`,
    // A rehearsal contacts nobody.
    own: practice ? '' : `${config.pkgDataDir}/tools/hearth.json`,
    folders: practice ? [] : ['/usr/share/hearth/tools.d', '/etc/hearth/tools.d'],
    further: vendor.lists.tools,
    data: paths.data,
    home: paths.home,
    searched: (GLib.getenv('PATH') ?? '').split(':'),
  });
  const models = modelStore({
    files,
    clock,
    transfers,
    locks: fileLocks(processes),
    ledger,
    get models() {
      return paths.models;
    },
    usualModels: paths.usualModels,
    caFile,
    processes,
    home: paths.home,
  });
  const connecting = {
    files,
    processes,
    home: paths.home,
    dataFolders: [GLib.get_user_data_dir(), ...GLib.get_system_data_dirs()],
  };
  const aiLab = new AiLab({
    files,
    processes,
    look: new LocalLook(),
    http,
    sha256,
    home: paths.home,
    config: paths.config,
    data: paths.data.slice(0, paths.data.lastIndexOf('/')),
    desktopHome: practice ? null : GLib.getenv('PODMAN_DESKTOP_HOME_DIR'),
    // A rehearsal has no other programs installed.
    flatpaks: practice
      ? []
      : [
          { path: '/var/lib/flatpak', scope: 'system' },
          { path: GLib.getenv('FLATPAK_USER_DIR') ?? `${GLib.get_user_data_dir()}/flatpak`, scope: 'user' },
        ],
    ledger,
    extension: new LabExtension({
      files,
      processes,
      // A rehearsal contacts nobody.
      own: practice ? '' : `${config.pkgDataDir}/tools/hearth.json`,
      folders: practice ? [] : ['/usr/share/hearth/tools.d', '/etc/hearth/tools.d'],
      hasImage: (image) => containers.has(image),
    }),
    native: practice ? [] : ['/opt/podman-desktop/podman-desktop', '/usr/bin/podman-desktop'],
    programs,
  });
  // A rehearsal changes nothing of this computer.
  const walls = practice
    ? { look: () => Promise.resolve(null), add: firewall.add, remove: firewall.remove }
    : firewall;
  const offlineGoose = new OfflineGoose({
    processes,
    files,
    proc: new LocalLook(),
    clock,
    random,
    paths,
    home: GLib.get_home_dir(),
    userName: GLib.get_user_name(),
    environment: terminalEnvironment(),
    programs,
  });
  const parts: Parts = {
    mode,
    paths,
    files,
    processes,
    clock,
    random,
    settings,
    sha256,
    report,
    cores: Math.max(1, GLib.get_num_processors()),
    maxAnswerTokens: practice ? practiceAnswerTokens : null,
    observeMachine: (quick) => observeMachine(scene.look, { ...scene.options, quick }),
    observeConditions: () => observeConditions(scene.look),
    observePrograms: programs,
    observeEngines: async () => {
      // Practice uses neither: it keeps to its folder.
      if (practice) return { images: [], problems: [], present: [], others: [] };
      const [list, present, others] = await Promise.all([
        containers.images(),
        containers.present(),
        observeOtherServers(proc, http, clock),
      ]);
      return { ...list, present, others };
    },
    observeOthers: async () => (practice ? [] : observeOtherServers(proc, http, clock)),
    containers,
    vendor,
    catalogue: catalogueFrom(files, cataloguePlaces(config, vendor), extra),
    models,
    serving,
    chat: new Chat({ http, api: serving.api, clock }),
    offlineGoose,
    connect: {
      find: () => (practice ? Promise.resolve([]) : findClients(connecting)),
      open: (program, endpoint, where, cancel) => openGoose(program, endpoint, where, connecting, cancel),
    },
    capability: {
      kept: (model) => keptCapability(model, files),
      check: (endpoint, model, cancel) =>
        checkCapability(
          endpoint,
          model,
          { http, api: serving.api, files, processes, clock, runOffline: (r, c) => offlineGoose.run(r, c) },
          cancel,
        ),
    },
    measureRates: (endpoint, cancel) => measureRates(endpoint, { http, api: serving.api, clock }, cancel),
    goose,
    tools,
    aiLab,
    ledger,
    firewall: walls,
    proof: new ProofRun({
      look: new LocalLook(),
      probe,
      files,
      clock,
      paths,
      api: serving.api,
      goose,
      ledger,
      firewall: walls,
      report,
      port: () => settings.read().port,
      other: () => (practice ? null : otherProgram(settings.read().engine)),
      variable: (name) => (practice ? null : GLib.getenv(name)),
      containerStorage: `${GLib.get_user_data_dir()}/containers/storage`,
      // A rehearsal has no other programs installed.
      desktopInstalled: practice ? [] : desktopPlaces(paths),
    }),
    driver: driverPart({
      ...{ files, processes, clock, random, paths, ledger, look: scene.look },
      pkgDataDir: config.pkgDataDir,
      further: vendor.lists.driver,
      on: practice ? 'practice' : scene.options.recording === null ? 'this-computer' : 'recorded',
      observeMachine: fresh(clock, () => observeMachine(scene.look, { ...scene.options, quick: false })),
    }),
    close: async () => {
      await serving.close();
      await composition.close?.();
    },
  };
  const engine = new Engine(parts);
  const notices = new Notices(config.appId, files, paths.runtime);
  return {
    hearth: withLocks<Hearth>(engine, vendor),
    paths,
    vendorFile: (path) => readVendorFile(files, path),
    // A rehearsed computer notifies nobody.
    notify: (id, notice) => (practice ? Promise.resolve() : notices.show(id, notice)),
    guardLooked: async () => {
      if (practice || scene.options.recording !== null) return;
      const kernel = await new LocalLook().readText('/proc/sys/kernel/osrelease');
      await files.makeFolder(`${paths.state}/guard`, 0o700);
      await files.writeAtomic(`${paths.state}/guard/${kernel.trim()}`, '', 0o600);
    },
    pause: (milliseconds, cancel) => clock.sleep(milliseconds, cancel),
    record: async (folder) => {
      const { about, files, commands, skipped } = await record(
        scene.look,
        folder,
        scene.options,
        config.version,
      );
      return { files, commands, skipped, about };
    },
  };
}

/** What a program needs to write to this terminal in this language, and how Goose asks before it does something. */
function terminalEnvironment(): Readonly<Record<string, string>> {
  const kept = [
    ...['TERM', 'COLORTERM', 'NO_COLOR', 'LANG', 'LANGUAGE', 'TZ', 'GOOSE_MODE'],
    ...GLib.listenv().filter((name) => /^LC_[A-Z]+$/.test(name)),
  ];
  const pairs = kept.map((name) => [name, GLib.getenv(name)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null));
}

/** Where Podman Desktop is when it was installed but never started, and the settings that it would then begin with. */
function desktopPlaces({ home, config }: Paths) {
  const flatpak = 'io.podman_desktop.PodmanDesktop';
  const own = `${home}/.var/app/${flatpak}/config/containers/podman-desktop/settings.json`;
  return [
    { folder: `/var/lib/flatpak/app/${flatpak}`, settings: own },
    { folder: `${home}/.local/share/flatpak/app/${flatpak}`, settings: own },
    { folder: '/opt/podman-desktop', settings: `${config}/containers/podman-desktop/settings.json` },
  ];
}

/** What the distributor and the administrator decided, for a person with these languages. */
export function decided(): Promise<Vendor> {
  return readVendor(files, vendorFolders, GLib.get_language_names());
}

function cataloguePlaces(config: BuildConfig, vendor: Vendor): CataloguePlaces {
  return {
    own: `${config.pkgDataDir}/catalogue/hearth.json`,
    folders: ['/usr/share/hearth/catalogue.d', '/etc/hearth/catalogue.d'],
    further: vendor.lists.catalogue,
  };
}

/** Milliseconds for which an answer about programs holds: one refresh asks several times. */
const freshFor = 2000;

function fresh<T>(
  { monotonic }: Clock,
  ask: (versions: boolean) => Promise<T>,
): (versions?: boolean) => Promise<T> {
  const answers = new Map<boolean, { readonly at: number; readonly answer: Promise<T> }>();
  return (versions = false) => {
    const last = answers.get(versions);
    if (last !== undefined && monotonic() - last.at < freshFor) return last.answer;
    const answer = ask(versions);
    answers.set(versions, { at: monotonic(), answer });
    return answer;
  };
}

/** Compiled schemas beside this installation, where it is not in one of the system's places. */
function schemaFolder(config: BuildConfig): string | null {
  const folder = GLib.canonicalize_filename('../glib-2.0/schemas', config.pkgDataDir);
  return GLib.file_test(`${folder}/gschemas.compiled`, GLib.FileTest.EXISTS) ? folder : null;
}

/** `logError` reads source maps; `console.error` does not. */
const report: Report = (thrown, context) => {
  logError(thrown instanceof Error ? thrown : new Error(String(thrown)), context);
};
