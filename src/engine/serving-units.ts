// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import { portsFrom } from '../core/server/choose.ts';
import { serverCommand } from '../core/server/command.ts';
import { containerDeath } from '../core/server/container-errors.ts';
import { deathError, deathsAllowed } from '../core/server/death.ts';
import type { ContainerRun } from '../core/server/engine-facts.ts';
import { quadletName, quadletText } from '../core/server/quadlet.ts';
import type { Endpoint, ProgramFacts, ServeRequest, ServingWay } from '../core/server/types.ts';
import {
  frontUnits,
  parseUnitState,
  portOfSocketUnit,
  unitFiles,
  unitNames,
  type UnitInput,
} from '../core/server/units.ts';
import type { Action, WriteFile } from '../core/setup/plan.ts';
import {
  frozenAfter,
  isGpuNode,
  loadLimit,
  refuseFrozen,
  serverFiles,
  verify,
  type ServingTools,
} from './serving-deps.ts';

/** Milliseconds that one request may wait while systemd starts the server behind the socket. */
const startPatience = 3_000;

type Texts = readonly (readonly [path: string, content: string])[];

/** Serving by the person's systemd: a socket that starts the model on the first request and lets it go when idle. */
export class ServingUnits {
  readonly #tools: ServingTools;
  readonly #folder: string;

  constructor(tools: ServingTools) {
    this.#tools = tools;
    this.#folder = `${tools.deps.paths.config}/systemd/user`;
  }

  /** What is not yet as the request wants it. Empty when the units are right and the socket listens. */
  async prepare(request: ServeRequest, programs: ProgramFacts): Promise<readonly Action[]> {
    const { deps } = this.#tools;
    const listening = await this.#active(unitNames.socket);
    const before = await this.#portOnDisk();
    const port = await this.#portFor(request.port, listening ? before : null);
    const container = request.engine?.way === 'container' ? request.engine.run : null;
    const texts =
      container === null
        ? await this.#native(request, programs, port)
        : await this.#boxed(request, container, programs, port);
    const writes: (WriteFile | Extract<Action, { do: 'remove-file' }>)[] = [];
    // Both would be the same service, and systemd would take the unit.
    const other = container === null ? this.#quadlet : `${this.#folder}/${unitNames.model}`;
    const stale = await this.#digest(other);
    if (stale !== null) writes.push({ do: 'remove-file', path: other, before: stale });
    for (const [path, content] of texts) {
      const there = await this.#digest(path);
      if (there === deps.sha256(content)) continue;
      writes.push({
        do: 'write-file',
        path,
        content,
        mode: 0o644,
        before: there,
        owner: 'hearth',
        purpose: 'server-unit',
      });
    }
    const fetch: Action[] =
      container === null || (await deps.hasImage(container.image))
        ? []
        : [{ do: 'pull-image', image: container.image, size: container.size }];
    if (writes.length === 0 && fetch.length === 0 && listening) return [];
    const unit = (verb: 'reload' | 'enable' | 'start' | 'stop', ...units: readonly string[]): Action => ({
      do: 'units',
      verb,
      units,
    });
    const { model, proxy, socket } = unitNames;
    const old = before === null ? [] : [unit('stop', socket, proxy, model)];
    return [...fetch, ...old, ...writes, unit('reload'), unit('enable', socket), unit('start', socket)];
  }

  /** Texts of the units by their path, for the installed llama-server. */
  async #native(request: ServeRequest, programs: ProgramFacts, port: number): Promise<Texts> {
    const files = serverFiles(programs.llamaServer?.path ?? '', this.#tools.deps.paths);
    const texts = unitFiles({
      command: serverCommand(request, files),
      files,
      modelPath: request.modelPath,
      stamp: request.stamp,
      checked: await this.#checked(request.modelPath),
      port,
      proxy: programs.socketProxy?.path ?? '',
      curl: programs.curl?.path ?? null,
      gpu: await this.#hasGpu(),
    });
    return Object.entries(texts).map(([name, text]) => [`${this.#folder}/${name}`, text]);
  }

  /** The same for a container. */
  async #boxed(
    request: ServeRequest,
    run: ContainerRun,
    programs: ProgramFacts,
    port: number,
  ): Promise<Texts> {
    // The image has a llama-server of its own in its PATH.
    const files = serverFiles('llama-server', this.#tools.deps.paths);
    const box = quadletText({
      run,
      command: serverCommand(request, files),
      files,
      modelPath: request.modelPath,
      modelId: request.modelId,
      stamp: request.stamp,
      checked: await this.#checked(request.modelPath),
      port,
      curl: programs.curl?.path ?? null,
    });
    const front = frontUnits({ files, port, proxy: programs.socketProxy?.path ?? '' });
    const units = Object.entries(front).map(([name, text]) => [`${this.#folder}/${name}`, text] as const);
    return [[this.#quadlet, box], ...units];
  }

  get #quadlet(): string {
    return `${this.#tools.deps.paths.config}/containers/systemd/${quadletName}`;
  }

  async #way(): Promise<ServingWay> {
    return (await this.#tools.deps.files.stat(this.#quadlet)) === null ? 'user-units' : 'container';
  }

  /** Makes the socket start the server, and looks at what answers. */
  async start(request: ServeRequest, cancel: Cancel): Promise<Endpoint> {
    const { deps, api } = this.#tools;
    const port = await this.#portOnDisk();
    if (port === null) throw new HearthError('not-found', { path: `${this.#folder}/${unitNames.socket}` });
    await this.#endUseless(cancel);
    // One that systemd gave up on is explained first. How any other start ended says nothing about this one.
    await this.#throwIfFailed(deathsAllowed);
    await this.#systemctl(['reset-failed', unitNames.model, unitNames.proxy]);
    const until = deps.clock.monotonic() + loadLimit;
    let again = false;
    while (deps.clock.monotonic() < until) {
      if ((await api.health(port, cancel, startPatience)) === 'ok') {
        try {
          return await verify(this.#tools, await this.#way(), port, request, cancel);
        } catch (thrown) {
          // The key was changed since the server read it, at its start.
          if (again || !hasCode(thrown, 'unauthorized')) throw thrown;
          again = true;
          await this.units('stop', [unitNames.proxy, unitNames.model]);
          continue;
        }
      }
      await this.#throwIfFailed(1);
      await this.#endIdleProxy();
      if (!(await this.#active(unitNames.socket))) {
        // systemd closes a socket that was woken often in half a minute; after that it opens again.
        await this.#systemctl(['reset-failed', unitNames.socket]);
        await this.units('start', [unitNames.socket]);
      }
      await deps.clock.sleep(250, cancel);
    }
    throw new HearthError('server-unhealthy', { after: `${loadLimit / 60_000} min` });
  }

  /** Ends the server and leaves its socket: the next request starts it. */
  async letGo(): Promise<void> {
    if ((await this.#portOnDisk()) === null) return;
    await this.units('stop', [unitNames.proxy, unitNames.model]);
    await this.#systemctl(['reset-failed', unitNames.model, unitNames.proxy]);
  }

  /** One that is frozen, or whose file is another one now, makes room for a new one. */
  async #endUseless(cancel: Cancel): Promise<void> {
    try {
      await this.check(cancel);
    } catch (thrown) {
      if (!hasCode(thrown, 'server-frozen', 'model-changed')) throw thrown;
      await this.letGo();
    }
  }

  async check(cancel: Cancel): Promise<Endpoint | null> {
    // A request would start it; only what runs already is asked.
    const port = await this.#portOnDisk();
    if (port === null || !(await this.#active(unitNames.model))) return null;
    try {
      const health = await this.#tools.api.health(port, cancel, frozenAfter);
      await refuseFrozen(this.#tools, health);
      if (health !== 'ok') return null;
      return await verify(this.#tools, await this.#way(), port, null, cancel);
    } catch (thrown) {
      if (hasCode(thrown, 'cancelled', 'no-isolation', 'server-frozen', 'model-changed')) throw thrown;
      return null;
    }
  }

  async stop(): Promise<void> {
    if ((await this.#portOnDisk()) === null) return;
    await this.units('stop', [unitNames.socket, unitNames.proxy, unitNames.model]);
    // What a person starts and stops does not count as dying.
    await this.#systemctl(['reset-failed', unitNames.model, unitNames.proxy]);
  }

  /** @throws command-failed */
  async units(
    verb: 'reload' | 'enable' | 'disable' | 'start' | 'stop' | 'restart',
    units: readonly string[],
  ): Promise<void> {
    // What is restarted is so for the sake of a file of its own that changed.
    if (verb === 'restart') await this.units('reload', units);
    const name = verb === 'restart' ? 'try-restart' : verb;
    const args = verb === 'reload' ? ['daemon-reload'] : [name, '--', ...units];
    const { exit, stderr } = await this.#systemctl(args);
    // systemd counts every start, so that a few changes of the model would look like a server that keeps on dying.
    if (verb === 'stop') await this.#systemctl(['reset-failed', '--', ...units]);
    // Stopping or disabling what is gone already is what was wanted.
    if (exit === 0 || (verb !== 'start' && /not (?:loaded|found)|does not exist/.test(stderr))) return;
    if (verb === 'start' && (await this.#portIsTaken(units)))
      throw new HearthError(
        'port-taken',
        { port: (await this.#portOnDisk()) ?? 0 },
        { detail: stderr.trim() },
      );
    throw new HearthError(
      'command-failed',
      { command: `systemctl --user ${verb}`, exit },
      { detail: stderr.trim() },
    );
  }

  async #portIsTaken(units: readonly string[]): Promise<boolean> {
    const port = await this.#portOnDisk();
    if (port === null || !units.includes(unitNames.socket)) return false;
    return (await this.#tools.look.holder(port)) !== 'nobody';
  }

  /** The port that the socket has already, where it is the wished one or stands in for one that is taken. */
  async #portFor(wished: number, own: number | null): Promise<number> {
    if (own === null) return this.#freePort(wished);
    if (own === wished || (await this.#tools.look.holder(wished)) !== 'nobody') return own;
    return wished;
  }

  async #freePort(first: number): Promise<number> {
    for (const port of portsFrom(first)) {
      if ((await this.#tools.look.holder(port)) === 'nobody') return port;
    }
    throw new HearthError('port-taken', { port: first });
  }

  /** A proxy that outlived its server takes requests and starts nothing; once it is gone, the socket starts both. */
  async #endIdleProxy(): Promise<void> {
    if (!(await this.#active(unitNames.proxy))) return;
    const { stdout } = await this.#systemctl(['show', '--value', '--property=ActiveState', unitNames.model]);
    if (['inactive', 'failed'].includes(stdout.trim())) await this.units('stop', [unitNames.proxy]);
  }

  /** @param least how often it must have died for that to be told */
  async #throwIfFailed(least: number): Promise<void> {
    const properties = ['ActiveState', 'Result', 'ExecMainCode', 'ExecMainStatus', 'NRestarts'];
    const asked = properties.map((name) => `--property=${name}`);
    const state = parseUnitState((await this.#systemctl(['show', unitNames.model, ...asked])).stdout);
    // The start that systemd refused is counted too.
    const times = Math.min(state.restarts + 1, deathsAllowed);
    if (!state.failed || times < least) return;
    const journal = [
      'journalctl',
      '--user',
      '--unit',
      unitNames.model,
      '--lines=30',
      '--output=cat',
      '--no-pager',
    ];
    const said = await this.#tools.deps.processes.run(journal, { timeout: 10_000 }, never);
    // systemd starts it again on the next request only once the failure is cleared, and the proxy that waits is gone.
    await this.#systemctl(['stop', unitNames.proxy]);
    await this.#systemctl(['reset-failed', unitNames.model, unitNames.proxy]);
    await this.#systemctl(['start', unitNames.socket]);
    const { exit, oomKilled } = state;
    const death = { exit, stderrTail: said.stdout, oomKilled, times };
    if ((await this.#way()) === 'user-units') throw deathError(death);
    const enforce = await this.#tools.deps.proc.readText('/sys/fs/selinux/enforce').catch(() => '0');
    const enforcing = enforce.trim() === '1';
    throw containerDeath(death, enforcing ? 'enforcing' : 'off', enforcing ? await this.#audit() : '');
  }

  /** What the audit log says of the last minutes; empty for those who may not read it. */
  async #audit(): Promise<string> {
    const argv = [
      'journalctl',
      '--quiet',
      '--no-pager',
      '--output=cat',
      '--since=-10min',
      '_TRANSPORT=audit',
    ];
    const { stdout } = await this.#tools.deps.processes.run(argv, { timeout: 10_000 }, never);
    return stdout;
  }

  async #active(unit: string): Promise<boolean> {
    return (await this.#systemctl(['is-active', '--quiet', unit])).exit === 0;
  }

  #systemctl(args: readonly string[]) {
    return this.#tools.deps.processes.run(['systemctl', '--user', ...args], { timeout: 120_000 }, never);
  }

  async #portOnDisk(): Promise<number | null> {
    try {
      return portOfSocketUnit(await this.#tools.deps.files.readText(`${this.#folder}/${unitNames.socket}`));
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return null;
      throw thrown;
    }
  }

  async #digest(path: string): Promise<string | null> {
    try {
      return this.#tools.deps.sha256(await this.#tools.deps.files.readBytes(path));
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return null;
      throw thrown;
    }
  }

  /** What the file looks like when its unit is written; another one later is not started. */
  async #checked(path: string): Promise<UnitInput['checked']> {
    const stat = await this.#tools.deps.files.stat(path);
    return stat === null ? undefined : { size: stat.size, seconds: Math.floor(stat.mtime / 1000) };
  }

  async #hasGpu(): Promise<boolean> {
    const names = await this.#tools.deps.proc.list('/dev');
    return names.some((name) => isGpuNode(name));
  }
}
