// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode, toErrorValue } from '../core/errors.ts';
import type { Child } from '../core/ports.ts';
import { portsFrom } from '../core/server/choose.ts';
import { logFile, serverCommand } from '../core/server/command.ts';
import { backOff, deathError, deathsAllowed, deathWindow } from '../core/server/death.ts';
import { isProxyOf, parseCommandLine } from '../core/server/proc.ts';
import { parent, sandboxCommand } from '../core/server/sandbox.ts';
import type { Endpoint, ProgramFacts, ServeRequest } from '../core/server/types.ts';
import {
  frozenAfter,
  isGpuNode,
  loadLimit,
  refuseChanged,
  refuseFrozen,
  serverFiles,
  verify,
  type ServingTools,
} from './serving-deps.ts';

interface Chain {
  readonly request: ServeRequest;
  readonly port: number;
  readonly proxy: Child;
  readonly server: Child;
  /** Hearth itself lets it go: its end is no accident. */
  stopping: boolean;
}

/** Milliseconds that a killed server may take to give its memory back. */
const orphanLimit = 10_000;

/** Most bytes of a UNIX socket's path (sun_path). */
const socketPathCap = 107;

/**
 * Serving without a user manager: `systemd-socket-activate` opens the loopback port and becomes `systemd-socket-proxyd`,
 * which leads to the UNIX socket of llama-server inside bubblewrap. All of them die with Hearth.
 */
export class ServingChildren {
  readonly #tools: ServingTools;
  /** Has a start wait for its turn behind others. */
  readonly #inTurn: (work: () => Promise<void>) => Promise<void>;
  #chain: Chain | null = null;
  /** When the server died, in the last minutes. */
  #deaths: readonly number[] = [];
  /** Cancelled when somebody lets the server go, so that nothing brings it back. */
  #revival = new CancelSource();
  /** Somebody holds the address open on purpose: it is not let go for being idle. */
  held = false;

  constructor(tools: ServingTools, inTurn: (work: () => Promise<void>) => Promise<void>) {
    this.#tools = tools;
    this.#inTurn = inTurn;
  }

  /** A server of this Hearth runs. */
  get owns(): boolean {
    return this.#chain !== null;
  }

  get restarts(): number {
    return this.#deaths.length;
  }

  async start(request: ServeRequest, programs: ProgramFacts, cancel: Cancel): Promise<Endpoint> {
    const own = this.#chain;
    if (own !== null) {
      const endpoint = sameRequest(own.request, request) ? await this.#still(cancel) : null;
      if (endpoint !== null) return endpoint;
      await this.stop();
    }
    for (const port of portsFrom(request.port)) {
      const endpoint = await this.#startAt(port, request, programs, cancel);
      if (endpoint !== null) return endpoint;
    }
    throw new HearthError('port-taken', { port: request.port });
  }

  /** Null when the port belongs to something else. */
  async #startAt(
    port: number,
    request: ServeRequest,
    programs: ProgramFacts,
    cancel: Cancel,
  ): Promise<Endpoint | null> {
    const { look } = this.#tools;
    // The port is the lock between two Hearths: who opens it starts the server, the other one joins.
    for (;;) {
      cancel.throwIfCancelled();
      const holder = await look.holder(port);
      if (holder === 'other') return null;
      if (holder === 'nobody') {
        const proxy = await this.#openPort(port, programs, cancel);
        if (proxy !== null) return this.#startServer({ port, request, programs, proxy, cancel });
        continue;
      }
      if ((await look.proxy()) === null) return null;
      const joined = await this.#join(port, request, cancel);
      if (joined !== 'gone') return joined;
    }
  }

  /** Uses the server of another Hearth of the same person. 'gone' when it went away meanwhile. */
  async #join(port: number, request: ServeRequest, cancel: Cancel): Promise<Endpoint | null | 'gone'> {
    const { api, look, deps } = this.#tools;
    const end = deps.clock.monotonic() + loadLimit;
    while (deps.clock.monotonic() < end) {
      if ((await api.health(port, cancel)) === 'ok') {
        try {
          return await verify(this.#tools, 'children', port, request, cancel);
        } catch (thrown) {
          // Not the server of these settings: a program of this person, but not Hearth's.
          if (hasCode(thrown, 'unauthorized')) return null;
          throw thrown;
        }
      }
      if ((await look.holder(port)) !== 'self') return 'gone';
      await deps.clock.sleep(200, cancel);
    }
    throw new HearthError('server-unhealthy', { after: minutes(loadLimit) });
  }

  /** The process that holds the port; null when somebody else was quicker. */
  async #openPort(port: number, programs: ProgramFacts, cancel: Cancel): Promise<Child | null> {
    const { deps } = this.#tools;
    const activate = programs.socketActivate?.path ?? 'systemd-socket-activate';
    const proxyd = programs.socketProxy?.path ?? 'systemd-socket-proxyd';
    const listen = ['--now', `--listen=127.0.0.1:${port}`];
    // The proxy dies of a reader that goes away in the middle of an answer, unless the signal for that is ignored, as
    // systemd does for its units. It has a session of its own, since Ctrl+C may be meant for a program beside it.
    const deaf = ['setsid', 'env', '--ignore-signal=PIPE'];
    const argv = [...deaf, activate, ...listen, proxyd, deps.paths.socket];
    const child = await deps.processes.start(argv, {});
    const ended = child.exited.then((end) => end);
    for (let attempt = 0; attempt < 500; attempt += 1) {
      const end = await Promise.race([ended, deps.clock.sleep(10, never).then(() => null)]);
      if (end !== null) {
        if (/already in use/i.test(end.stderrTail)) return null;
        throw new HearthError(
          'command-failed',
          { command: activate, exit: end.exit },
          { detail: end.stderrTail },
        );
      }
      // It becomes the proxy only once the port is open.
      if (isProxyOf(await this.#commandLine(child.pid), deps.paths.socket)) return child;
      if (cancel.cancelled) break;
    }
    child.signal('KILL');
    cancel.throwIfCancelled();
    throw new HearthError('timeout', { command: activate });
  }

  async #startServer(start: {
    readonly port: number;
    readonly request: ServeRequest;
    readonly programs: ProgramFacts;
    readonly proxy: Child;
    readonly cancel: Cancel;
  }): Promise<Endpoint> {
    const { port, request, programs, proxy, cancel } = start;
    const { deps, look } = this.#tools;
    const oomBefore = await look.oomKills();
    let chain: Chain | null = null;
    try {
      const server = await this.#spawn(request, programs);
      chain = { request, port, proxy, server, stopping: false };
      this.#chain = chain;
      await this.#ready(chain, oomBefore, cancel);
      const endpoint = await verify(this.#tools, 'children', port, request, cancel);
      this.#watch(chain, programs, oomBefore);
      return endpoint;
    } catch (thrown) {
      if (chain === null) await end(proxy, deps.clock);
      else await this.stop();
      throw thrown;
    }
  }

  async #spawn(request: ServeRequest, programs: ProgramFacts): Promise<Child> {
    const { deps, look } = this.#tools;
    const { socket } = deps.paths;
    if (new TextEncoder().encode(socket).length > socketPathCap)
      throw new HearthError('usage', { path: socket }, { detail: 'Too long for the path of a UNIX socket.' });
    // One that was just let go takes a moment to be gone.
    const until = deps.clock.monotonic() + 2000;
    for (;;) {
      const other = await look.server();
      if (other === null) break;
      if (deps.clock.monotonic() > until) throw new HearthError('busy', { pid: other });
      await deps.clock.sleep(50, never);
    }
    const folder = parent(socket);
    await deps.files.makeFolder(folder, 0o700);
    // A server that was killed leaves its socket behind, and a new one cannot open it.
    await deps.files.remove(socket);
    await deps.files.remove(logFile(socket));
    const files = serverFiles(programs.llamaServer?.path ?? '', deps.paths);
    const bwrap = programs.bwrap?.path ?? '';
    const gpuNodes = await this.#gpuNodes();
    const sandbox = { bwrap, files, modelPath: request.modelPath, gpuNodes };
    return deps.processes.start(sandboxCommand(sandbox, serverCommand(request, files)), {});
  }

  async #gpuNodes(): Promise<readonly string[]> {
    const names = await this.#tools.deps.proc.list('/dev');
    return names.filter((name) => isGpuNode(name)).map((name) => `/dev/${name}`);
  }

  /** Until the model is loaded, or the server has ended. */
  async #ready(chain: Chain, oomBefore: number | null, cancel: Cancel): Promise<void> {
    const { deps, api, look } = this.#tools;
    const dead = chain.server.exited.then((death) => death);
    const until = deps.clock.monotonic() + loadLimit;
    while (deps.clock.monotonic() < until) {
      const death = await Promise.race([dead, deps.clock.sleep(25, cancel).then(() => null)]);
      if (death !== null) {
        const oomAfter = await look.oomKills();
        throw deathError({ ...death, oomKilled: rose(oomBefore, oomAfter) });
      }
      if ((await deps.files.stat(deps.paths.socket)) === null) continue;
      if ((await api.health(chain.port, cancel)) === 'ok') return;
    }
    throw new HearthError('server-unhealthy', { after: minutes(loadLimit) });
  }

  #watch(chain: Chain, programs: ProgramFacts, oomBefore: number | null): void {
    const { deps, look } = this.#tools;
    void this.#letGoWhenIdle(chain).catch(() => {});
    const first = Promise.race([chain.server.exited, chain.proxy.exited]);
    void first.then(async (death) => {
      if (chain.stopping) return;
      if (this.#chain !== chain) return;
      await this.#end(chain);
      const now = deps.clock.monotonic();
      this.#deaths = [...this.#deaths.filter((at) => now - at < deathWindow), now];
      const times = this.#deaths.length;
      const oomKilled = rose(oomBefore, await look.oomKills());
      const error = deathError({ ...death, oomKilled, times });
      if (times >= deathsAllowed || error.code === 'no-isolation') this.#tell(error);
      else await this.#revive(chain, programs, backOff[times - 1] ?? 0);
    });
  }

  /** Starts a server that died again, after a pause, unless somebody let it go meanwhile. */
  async #revive(chain: Chain, programs: ProgramFacts, pause: number): Promise<void> {
    const { deps } = this.#tools;
    const revival = new CancelSource();
    this.#revival = revival;
    deps.onRestart?.(null);
    try {
      await deps.clock.sleep(pause, revival);
      await this.#inTurn(async () => {
        revival.throwIfCancelled();
        // A question may have started it by now.
        if (this.#chain !== null) return;
        await refuseChanged(deps.files, chain.request.modelPath, chain.request.stamp);
        deps.onRestart?.(await this.start({ ...chain.request, port: chain.port }, programs, revival));
      });
    } catch (thrown) {
      if (!hasCode(thrown, 'cancelled')) this.#tell(thrown);
    }
  }

  #tell(thrown: unknown): void {
    this.#deaths = [];
    this.#tools.deps.onDied?.(toErrorValue(thrown));
  }

  /** Nothing runs while nobody asks: the server's own counters tell whether somebody did. */
  async #letGoWhenIdle(chain: Chain): Promise<void> {
    const { deps, api } = this.#tools;
    const { idleAfter } = deps;
    if (idleAfter === undefined) return;
    let [last, since] = ['', deps.clock.monotonic()];
    while (this.#chain === chain) {
      await deps.clock.sleep(Math.min(idleAfter / 4, 30_000), never);
      if (this.#chain !== chain) return;
      const counters = await api.counters(chain.port).catch(() => null);
      if (counters === null) continue;
      const now = deps.clock.monotonic();
      const { promptTokens, answerTokens, busy, waiting } = counters;
      const seen = `${promptTokens} ${answerTokens}`;
      if (seen !== last || busy + waiting > 0 || this.held) [last, since] = [seen, now];
      if (now - since < idleAfter) continue;
      await this.#inTurn(async () => {
        if (this.#chain !== chain) return;
        await this.stop();
        deps.onIdle?.();
      });
      return;
    }
  }

  /** The server as it is, or null when it has to be started anew. */
  async #still(cancel: Cancel): Promise<Endpoint | null> {
    try {
      return await this.check(cancel);
    } catch (thrown) {
      if (hasCode(thrown, 'server-frozen', 'model-changed')) return null;
      throw thrown;
    }
  }

  async check(cancel: Cancel): Promise<Endpoint | null> {
    const { api, look, deps } = this.#tools;
    const chain = this.#chain;
    const port = chain?.port ?? deps.port();
    try {
      if ((await look.holder(port)) !== 'self' || (await look.proxy()) === null) return null;
      const health = await api.health(port, cancel, frozenAfter);
      await refuseFrozen(this.#tools, health);
      if (health !== 'ok') return null;
      return await verify(this.#tools, 'children', port, chain?.request ?? null, cancel);
    } catch (thrown) {
      if (hasCode(thrown, 'cancelled', 'no-isolation', 'server-frozen', 'model-changed')) throw thrown;
      return null;
    }
  }

  /** Ends Hearth's own server; one that another Hearth started is left to it. */
  async stop(): Promise<void> {
    this.#revival.cancel();
    this.held = false;
    if (this.#chain !== null) await this.#end(this.#chain);
  }

  async #end(chain: Chain): Promise<void> {
    this.#chain = null;
    chain.stopping = true;
    const { clock, files, paths } = this.#tools.deps;
    // The port is the lock: while the proxy holds it, whatever serves at the socket is this Hearth's.
    await end(chain.server, clock);
    await this.#endOrphan();
    await end(chain.proxy, clock);
    await files.remove(paths.socket);
  }

  /** Bubblewrap that is ended before its child is bound to it leaves a server behind. */
  async #endOrphan(): Promise<void> {
    const { deps, look } = this.#tools;
    const until = deps.clock.monotonic() + orphanLimit;
    for (;;) {
      const pid = await look.meantForServer();
      if (pid === null) return;
      // Somebody else's, or one that the kernel cannot end: the next start says that it is busy.
      if (deps.clock.monotonic() > until) return;
      await deps.processes.run(['kill', '-KILL', String(pid)], { timeout: 5000 }, never);
      await deps.clock.sleep(25, never);
    }
  }

  async #commandLine(pid: number): Promise<readonly string[]> {
    try {
      return parseCommandLine(await this.#tools.deps.proc.readText(`/proc/${pid}/cmdline`));
    } catch {
      return [];
    }
  }
}

/** Asks a child to end, and makes it after three seconds. */
async function end(child: Child, clock: ServingTools['deps']['clock']): Promise<void> {
  child.signal('TERM');
  const late = clock.sleep(3000, never).then(() => 'late' as const);
  if ((await Promise.race([child.exited, late])) === 'late') child.signal('KILL');
  await child.exited;
}

function rose(before: number | null, after: number | null): boolean {
  return before !== null && after !== null && after > before;
}

function sameRequest(a: ServeRequest, b: ServeRequest): boolean {
  // The port is where it ended up, not what was asked for.
  return JSON.stringify({ ...a, port: 0 }) === JSON.stringify({ ...b, port: 0 });
}

function minutes(milliseconds: number): string {
  return `${Math.round(milliseconds / 60_000)} min`;
}
