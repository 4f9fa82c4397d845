// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../core/cancel.ts';
import type { DescribeCards } from '../core/driver/actions.ts';
import { familyOf } from '../core/driver/advice.ts';
import { buildLogPlaces, buildNeedsOf } from '../core/driver/build-needs.ts';
import { imagesFor, parseImageList, type ListedImage } from '../core/driver/images.ts';
import { observeDriver } from '../core/driver/observe.ts';
import type { ModuleCache } from '../core/driver/observe-kernels.ts';
import { codeFrom } from '../core/driver/code.ts';
import { saltFrom, sha512Crypt } from '../core/driver/sha512-crypt.ts';
import type { SystemPackages } from '../core/driver/packages.ts';
import type { Mechanism } from '../core/driver/ports.ts';
import { rehearsedFacts } from '../core/driver/rehearsed.ts';
import { enabledHosts, repositoryHosts } from '../core/driver/repositories.ts';
import { assembleSight } from '../core/driver/sight.ts';
import type { DriverImage, DriverSight, MechanismState } from '../core/driver/types.ts';
import { HearthError, hasCode, toErrorValue, type ErrorValue } from '../core/errors.ts';
import { valueOr } from '../core/known.ts';
import { parseCdi } from '../core/machine/containers.ts';
import type { MachineFacts } from '../core/machine/facts.ts';
import type { Clock, Files, Look, Paths, Processes, Random } from '../core/ports.ts';
import type { DriverPart } from '../engine/driver-part.ts';
import type { Ledger } from '../engine/ledger.ts';
import {
  noted,
  NotedPackages,
  noteList,
  type NotedDeps,
  type SourceHosts,
} from '../engine/noted-packages.ts';
import { sha1, sha512 } from '../platform/digest.ts';
import { mechanism } from '../platform/mechanism.ts';
import { isOffered, systemBus } from '../platform/packages/bus.ts';
import { Dnf, dnfName } from '../platform/packages/dnf.ts';
import { RpmOstree } from '../platform/packages/ostree.ts';
import { PackageKit, packageKitName } from '../platform/packages/packagekit.ts';
import { PracticeDriver } from '../platform/practice/driver.ts';
import { restartComputer } from '../platform/restart.ts';

export interface DriverComposition {
  readonly look: Look;
  readonly files: Files;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly random: Random;
  readonly paths: Paths;
  readonly ledger: Pick<Ledger, 'begin' | 'write'>;
  readonly pkgDataDir: string;
  /** Lists of images that the vendor names by their paths, read last. */
  readonly further: readonly string[];
  /** 'recorded': a recorded machine is looked at, and nothing is done. */
  readonly on: 'this-computer' | 'recorded' | 'practice';
  observeMachine(): Promise<MachineFacts>;
}

/** The graphics driver of this computer, of a recorded one that is only looked at, or of one that is set up in play. */
export function driverPart(composition: DriverComposition): DriverPart {
  const { on, paths, files, clock, observeMachine } = composition;
  const looking = new DriverLooking(composition);
  if (on === 'practice') {
    const play = new PracticeDriver({
      ...{ files, clock, observeMachine, pace: practicePace },
      file: `${paths.state}/practice-driver.json`,
    });
    return {
      ...looking.part(play.mechanism, () => looking.rehearsed(play)),
      packages: () => Promise.resolve(play.packages),
      dropUpdate: (cancel) => play.dropUpdate(cancel),
      describeCards: () => play.describe(),
      restart: () => play.restart(),
    };
  }
  if (on === 'recorded') return looking.part(unreachable, () => looking.sight(unreachable));
  return looking.part(mechanism, () => looking.sight(mechanism));
}

/** Milliseconds that a step of a rehearsal takes. */
const practicePace = 350;

const refused = (): Promise<never> => Promise.reject(new HearthError('no-mechanism'));

/** A recorded machine has no services. */
const unreachable: Mechanism = {
  state: refused,
  prepareKey: refused,
  requestEnrolment: refused,
  cancelRequest: refused,
  rebuildModule: refused,
  setDefaultKernel: refused,
  setDriverArguments: refused,
  forgetKey: refused,
  placeKeyManager: refused,
};

class DriverLooking {
  readonly #composition: DriverComposition;
  readonly #cache: ModuleCache = new Map();
  readonly #ostree: RpmOstree;

  constructor(composition: DriverComposition) {
    this.#composition = composition;
    this.#ostree = new RpmOstree(composition.processes);
  }

  part(service: Mechanism, observe: () => Promise<DriverSight>): DriverPart {
    const here = this.#composition.on === 'this-computer';
    return {
      mechanism: service,
      observe,
      packages: () => (here ? this.#noted() : Promise.resolve(null)),
      hosts: () => this.#hosts(),
      image: async () => (here && (await this.#family()) === 'fedora-atomic' ? this.#ostree.current() : null),
      rebase: (image, onProgress, cancel) =>
        here
          ? this.#rebase(image, onProgress, cancel)
          : Promise.reject(new HearthError('no-package-service')),
      dropUpdate: (cancel) =>
        here ? this.#ostree.dropUpdate(cancel) : Promise.reject(new HearthError('no-package-service')),
      cards: () => this.#cards(),
      describeCards: (action) => this.#describe(action),
      buildNeeds: async (kernel) => buildNeedsOf(await this.#family(), kernel),
      buildLog: (kernel) => this.#buildLog(kernel),
      code: () => this.#code(),
      hash: (code) => this.#hash(code),
      restart: () => (here ? restartComputer() : Promise.reject(new HearthError('restart-refused'))),
    };
  }

  async sight(service: Mechanism): Promise<DriverSight> {
    const machine = await this.#composition.observeMachine();
    const [readings, state, images] = await Promise.all([
      this.#readings(machine),
      this.#state(service),
      this.#images(machine),
    ]);
    return assembleSight({ machine, readings, images, ...state, now: this.#composition.clock.now() });
  }

  async rehearsed(play: PracticeDriver): Promise<DriverSight> {
    const machine = await this.#composition.observeMachine();
    const [readings, images, done] = await Promise.all([
      this.#readings(machine),
      this.#images(machine),
      play.state(),
    ]);
    const facts = rehearsedFacts(done, machine, readings);
    const state = await this.#state(play.mechanism);
    return assembleSight({ ...facts, images, ...state, now: this.#composition.clock.now() });
  }

  #readings(machine: MachineFacts) {
    return observeDriver(this.#composition.look, machine, { sha1, cache: this.#cache });
  }

  async #state(
    service: Mechanism,
  ): Promise<{ readonly mechanism: MechanismState | null; readonly mechanismError: ErrorValue | null }> {
    try {
      return { mechanism: await service.state(), mechanismError: null };
    } catch (thrown) {
      return { mechanism: null, mechanismError: toErrorValue(thrown) };
    }
  }

  async #family() {
    return familyOf(valueOr((await this.#composition.observeMachine()).system, null));
  }

  async #packages(): Promise<SystemPackages | null> {
    const family = await this.#family();
    if (family === 'fedora-atomic') return this.#ostree;
    try {
      const bus = systemBus('PackageKit');
      // dnf5's own daemon says sizes exactly and can be stopped while it downloads; PackageKit is there on more systems.
      if (family === 'fedora' && (await isOffered(bus, dnfName)))
        return new Dnf(bus, (source) => noteList(this.#notes(), source));
      return (await isOffered(bus, packageKitName)) ? new PackageKit(bus) : null;
    } catch (thrown) {
      if (hasCode(thrown, 'no-package-service')) return null;
      throw thrown;
    }
  }

  /** What the service fetches for Hearth is in Hearth's ledger. */
  async #noted(): Promise<SystemPackages | null> {
    const packages = await this.#packages();
    return packages && new NotedPackages(packages, this.#notes());
  }

  #notes(): NotedDeps {
    return { ledger: this.#composition.ledger, hosts: () => this.#sources() };
  }

  async #rebase(...[image, onProgress, cancel]: Parameters<DriverPart['rebase']>): Promise<void> {
    const host = /docker:\/\/([^/]+)\//.exec(image)?.[1] ?? '';
    await noted(this.#composition.ledger, { why: 'packages', host, subject: image }, null, (heard) =>
      this.#ostree.rebase(
        image,
        (progress) => {
          heard(progress);
          onProgress(progress);
        },
        cancel,
      ),
    );
  }

  async #hosts(): Promise<Readonly<Record<string, readonly string[]>>> {
    const texts = await this.#settings('/etc/yum.repos.d', ['.repo']);
    return Object.assign({}, ...texts.map(repositoryHosts)) as Readonly<Record<string, readonly string[]>>;
  }

  async #sources(): Promise<SourceHosts> {
    const { look } = this.#composition;
    const texts = await Promise.all([
      this.#settings('/etc/yum.repos.d', ['.repo']),
      this.#settings('/etc/apt/sources.list.d', ['.list', '.sources']),
      look.readText('/etc/apt/sources.list').then(
        (text) => [text],
        () => [],
      ),
    ]);
    return { byId: await this.#hosts(), enabled: texts.flat().flatMap(enabledHosts) };
  }

  async #settings(folder: string, endings: readonly string[]): Promise<readonly string[]> {
    const { look } = this.#composition;
    const names = await look.list(folder).catch(() => []);
    const wanted = names.filter((name) => endings.some((ending) => name.endsWith(ending))).slice(0, 100);
    return Promise.all(wanted.map((name) => look.readText(`${folder}/${name}`).catch(() => '')));
  }

  /** Images of Hearth's own list, then of the vendor's and of the administrator's, later ones first. */
  async #images(machine: MachineFacts): Promise<readonly DriverImage[]> {
    const { files, look, pkgDataDir, further } = this.#composition;
    const system = valueOr(machine.system, null);
    if (system === null || familyOf(system) !== 'fedora-atomic') return [];
    const places = [`${pkgDataDir}/driver/images.json`];
    for (const folder of ['/usr/share/hearth/images.d', '/etc/hearth/images.d'])
      for (const name of await files.list(folder).catch(() => []))
        if (name.endsWith('.json')) places.push(`${folder}/${name}`);
    places.push(...further);
    const listed: ListedImage[] = [];
    for (const place of places) {
      const text = await files.readText(place).catch(() => '');
      listed.push(...(parseImageList(text) ?? []));
    }
    const policy = await look.readText('/etc/containers/policy.json').catch(() => null);
    return imagesFor(listed, system, policy);
  }

  async #cards() {
    const { processes, paths, on } = this.#composition;
    const program =
      on === 'practice'
        ? '/usr/bin/nvidia-ctk'
        : on === 'recorded'
          ? null
          : await processes.find('nvidia-ctk');
    if (program === null) return null;
    return {
      program,
      path: `${paths.config}/cdi/nvidia.yaml`,
      settings: `${paths.config}/containers/containers.conf.d/60-hearth-cdi.conf`,
    };
  }

  async #describe({ program, path }: DescribeCards): Promise<void> {
    const { processes, files } = this.#composition;
    await files.makeFolder(path.slice(0, path.lastIndexOf('/')), 0o755);
    const argv = [program, 'cdi', 'generate', '--format=yaml'];
    const { stdout, stderr, exit } = await processes.run(argv, { timeout: 120_000 }, never);
    // It ends well also where it found no card; what it wrote is what counts.
    if (parseCdi(stdout)?.kind !== 'nvidia.com/gpu')
      throw new HearthError('command-failed', { command: 'nvidia-ctk', exit }, { detail: stderr.trim() });
    await files.writeAtomic(path, stdout, 0o644);
  }

  async #buildLog(kernel: string): Promise<string | null> {
    const { look } = this.#composition;
    for (const place of await buildLogPlaces(look, kernel)) {
      const stat = await look.stat(place).catch(() => null);
      if (stat === null) continue;
      const offset = Math.max(0, stat.size - logTail);
      const bytes = await look.readBytes(place, { offset, length: logTail }).catch(() => null);
      if (bytes !== null) return new TextDecoder().decode(bytes);
    }
    return null;
  }

  async #code(): Promise<string> {
    const { random } = this.#composition;
    for (;;) {
      const code = codeFrom(await random.bytes(64));
      if (code !== null) return code;
    }
  }

  /** Made here, so that only the hash leaves this process. */
  async #hash(code: string): Promise<string> {
    return sha512Crypt(code, saltFrom(await this.#composition.random.bytes(16)), sha512);
  }
}

/** Bytes of a log that are shown: its end says what went wrong. */
const logTail = 64 * 1024;
