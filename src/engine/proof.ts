// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, type Cancel } from '../core/cancel.ts';
import { hasCode } from '../core/errors.ts';
import type { Clock, Files, Look, Paths, Report } from '../core/ports.ts';
import {
  desktopSettingsPaths,
  judgeCloud,
  judgeDesktopTelemetry,
  judgeGooseTelemetry,
  keyNames,
  type GooseReading,
  type SettingsFile,
} from '../core/proof/agents.ts';
import type { Firewall } from '../core/proof/firewall.ts';
import type { Listener } from '../core/proof/listeners.ts';
import { judgeOthers, mayBeContainer } from '../core/proof/others.ts';
import type { Probe } from '../core/proof/probe.ts';
import { endpoints, judgeKey, judgeOrigin, strangeOrigin, wrongKey } from '../core/proof/strangers.ts';
import { checkIds, fails, noted, unknown, type Check, type CheckId } from '../core/proof/types.ts';
import { judgeLan, judgeListeners, judgeWall, unreadable } from '../core/proof/wall.ts';
import type { OtherServer } from '../core/server/engine-facts.ts';
import { otherPorts } from '../core/server/others.ts';
import { gooseFiles } from '../core/tools/goose.ts';
import type { Ledger } from './ledger.ts';
import type { GoosePart, ProofPart } from './parts.ts';
import { ProofLook } from './proof-look.ts';
import type { ServerApi } from './serving-api.ts';
import { ServingLook } from './serving-look.ts';

/** Milliseconds that one check may take. */
const patience = 20_000;
/** Variables that Goose heeds more than its settings. */
const gooseVariables = ['GOOSE_PROVIDER', 'GOOSE_TELEMETRY_ENABLED'] as const;

export interface ProofDeps {
  /** The computer that does the work, in practice mode too. */
  readonly look: Look;
  readonly probe: Probe;
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: Paths;
  readonly api: ServerApi;
  readonly goose: Pick<GoosePart, 'observe'>;
  readonly ledger: Ledger;
  readonly firewall: Pick<Firewall, 'look'>;
  readonly report: Report;
  /** Port of the model's address. */
  port(): number;
  /** The program of somebody else's making that was chosen to answer; null where Hearth serves. */
  other(): OtherServer['program'] | null;
  /** A variable of the session, or null. */
  variable(name: string): string | null;
  /** The person's containers of Podman, where there are any. */
  readonly containerStorage: string;
  /** Folders that are there when Podman Desktop is installed, each with the settings it reads. */
  readonly desktopInstalled: readonly { readonly folder: string; readonly settings: string }[];
}

/** Looks for what would leave this computer, live, and says what was looked at. */
export class ProofRun implements ProofPart {
  readonly #deps: ProofDeps;
  readonly #look: ProofLook;
  readonly #serving: ServingLook;

  constructor(deps: ProofDeps) {
    this.#deps = deps;
    this.#look = new ProofLook(deps.look);
    this.#serving = new ServingLook(deps.look, deps.paths.socket);
  }

  /** Runs every check, side by side; each is handed over as it ends. Starts nothing. @throws cancelled */
  async run(onCheck: (check: Check) => void, cancel: Cancel): Promise<void> {
    cancel.throwIfCancelled();
    const goose = once(() => this.#goose());
    const pid = await this.#serving.server();
    const checks: Readonly<Record<CheckId, (cancel: Cancel) => Promise<Check>>> = {
      wall: async () => this.#notOurs('wall') ?? (await this.#wall(pid)),
      listeners: () => this.#listeners(pid),
      lan: (stop) => this.#lan(stop),
      key: async (stop) => this.#notOurs('key') ?? (await this.#key(pid, stop)),
      origin: async (stop) => this.#notOurs('origin') ?? (await this.#origin(pid, stop)),
      others: () => this.#others(),
      'desktop-telemetry': () => this.#desktopTelemetry(),
      'goose-telemetry': async () => judgeGooseTelemetry(await goose()),
      cloud: async () => judgeCloud(await goose()),
    };
    await Promise.all(
      checkIds.map(async (id) => {
        const check = this.#withCure(await this.#inTime(id, checks[id], cancel));
        cancel.throwIfCancelled();
        onCheck(check);
      }),
    );
  }

  async #inTime(id: CheckId, work: (cancel: Cancel) => Promise<Check>, cancel: Cancel): Promise<Check> {
    const { clock, report } = this.#deps;
    const stop = new CancelSource();
    const forget = cancel.onCancel(() => stop.cancel());
    const late = clock.sleep(patience, stop).then(
      () => null,
      () => null,
    );
    try {
      const done = work(stop);
      const first = await Promise.race([done, late]);
      if (first !== null) return first;
      done.catch(() => {});
      return { id, verdict: unknown('timeout'), evidence: [], cure: null };
    } catch (thrown) {
      if (hasCode(thrown, 'cancelled')) throw thrown;
      report(thrown, `proof: ${id}`);
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      return { id, verdict: unknown('unreadable'), evidence: [unreadable(id, detail)], cure: null };
    } finally {
      forget();
      stop.cancel();
    }
  }

  /** What says that the address in use is not Hearth's; null where it is. */
  #notOurs(id: CheckId): Check | null {
    const program = this.#deps.other();
    if (program === null) return null;
    const owner = program === 'lmstudio' ? 'lm-studio' : program;
    const evidence = noted('served-by-other', `127.0.0.1:${otherPorts[program]}`, { owner });
    return { id, verdict: fails, evidence: [evidence], cure: { cure: 'own-server', owner } };
  }

  /** Hearth cannot start somebody else's server again as it would its own. */
  #withCure(check: Check): Check {
    const program = this.#deps.other();
    if (program === null || check.cure?.cure !== 'restart-server') return check;
    return { ...check, cure: { cure: 'own-server', owner: program === 'lmstudio' ? 'lm-studio' : program } };
  }

  /** The port that answers questions now. */
  #port(): number {
    const program = this.#deps.other();
    return program === null ? this.#deps.port() : otherPorts[program];
  }

  async #wall(pid: number | null): Promise<Check> {
    if (pid === null) return off('wall');
    return judgeWall(await this.#look.wall(pid, this.#deps.paths.socket));
  }

  async #listeners(pid: number | null): Promise<Check> {
    const all = await this.#look.listeners();
    const port = this.#port();
    const ours = new Set([pid, await this.#self(), await this.#serving.proxy()]);
    const held = await this.#look.held(all);
    const own = held.filter(({ listener, holder }) => listener.port === port || ours.has(holder?.pid ?? -1));
    return judgeListeners(own.map(({ listener }) => listener));
  }

  async #lan(cancel: Cancel): Promise<Check> {
    const { ledger, probe } = this.#deps;
    const port = this.#port();
    if ((await this.#serving.holder(port)) === 'nobody') return off('lan');
    const knocks = [];
    for (const own of await this.#look.addresses()) {
      const at = own.address.includes(':') ? `[${own.address}]:${port}` : `${own.address}:${port}`;
      const { result, said } = await probe.knock(own, port, cancel);
      knocks.push({ at, result, said });
      await ledger.write({
        host: at,
        address: own.address,
        why: 'proof',
        subject: 'lan',
        received: 0,
        sent: 0,
        status: 0,
        askedBy: 'person',
        task: 'proof',
      });
    }
    return judgeLan(knocks);
  }

  async #key(pid: number | null, cancel: Cancel): Promise<Check> {
    if (pid === null) return off('key');
    const { api, probe } = this.#deps;
    const port = this.#deps.port();
    const ask = (method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>) => {
      const body = method === 'POST' ? '{}' : null;
      const type: Readonly<Record<string, string>> =
        body === null ? {} : { 'Content-Type': 'application/json' };
      return probe.exchange({ port, method, path, headers: { ...type, ...headers }, body }, cancel);
    };
    const withKey = await ask('GET', '/v1/models', await api.headers());
    // Without an answer to the right key, refusals would prove nothing.
    if (withKey?.status !== 200) return judgeKey([], withKey?.status ?? null);
    const tries = [];
    for (const endpoint of endpoints) {
      const { method, path } = endpoint;
      const [none, wrong] = await Promise.all([
        ask(method, path, {}),
        ask(method, path, { Authorization: `Bearer ${wrongKey}` }),
      ]);
      tries.push(
        { endpoint, key: 'none', reply: none } as const,
        { endpoint, key: 'wrong', reply: wrong } as const,
      );
    }
    return judgeKey(tries, withKey?.status ?? null);
  }

  async #origin(pid: number | null, cancel: Cancel): Promise<Check> {
    if (pid === null) return off('origin');
    const port = this.#deps.port();
    const origin = { Origin: strangeOrigin };
    const path = '/v1/chat/completions';
    const preflight = {
      ...origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type',
    };
    const text = { ...origin, 'Content-Type': 'text/plain' };
    const { probe } = this.#deps;
    return judgeOrigin({
      preflight: await probe.exchange(
        { port, method: 'OPTIONS', path, headers: preflight, body: null },
        cancel,
      ),
      post: await probe.exchange({ port, method: 'POST', path, headers: text, body: '{}' }, cancel),
      read: await probe.exchange(
        { port, method: 'GET', path: '/health', headers: origin, body: null },
        cancel,
      ),
    });
  }

  async #others(): Promise<Check> {
    const all = await this.#look.listeners();
    const port = this.#deps.port();
    const ours = [await this.#serving.proxy(), await this.#self()];
    const held = await this.#look.held(all.filter((listener: Listener) => listener.port !== port));
    const others = held.filter(({ holder }) => holder === null || !ours.includes(holder.pid));
    // Podman makes folders of its own where it never was used.
    const ask = others.some(mayBeContainer) && (await this.#look.exists(this.#deps.containerStorage));
    return judgeOthers(others, ask ? await this.#look.containers() : [], await this.#deps.firewall.look());
  }

  async #desktopTelemetry(): Promise<Check> {
    const { paths, files, desktopInstalled } = this.#deps;
    const known = desktopSettingsPaths(
      paths.home,
      paths.config,
      this.#deps.variable('PODMAN_DESKTOP_HOME_DIR'),
    );
    const found: SettingsFile[] = [];
    for (const path of known) {
      const text = await this.#text(path, files);
      if (text !== null) found.push({ path, text });
    }
    for (const { folder, settings } of desktopInstalled) {
      const named = found.some(({ path }) => path === settings);
      if (!named && found.length === 0 && (await this.#look.exists(folder)))
        found.push({ path: settings, text: null });
    }
    return judgeDesktopTelemetry(found);
  }

  async #goose(): Promise<GooseReading> {
    const { goose, paths, files, variable } = this.#deps;
    const at = gooseFiles(paths.config);
    const secretsPath = `${paths.config}/goose/secrets.yaml`;
    const facts = await goose.observe(null);
    const keys: { name: string; path: string }[] = [];
    let garbled: string | null = null;
    const { gooseValues } = await import('../core/tools/goose-config.ts');
    for (const path of [at.config, secretsPath]) {
      const text = await this.#text(path, files);
      if (text === null) continue;
      try {
        keys.push(...keyNames(gooseValues(text, path)).map((name) => ({ name, path })));
      } catch (thrown) {
        if (!hasCode(thrown, 'bad-config')) throw thrown;
        garbled = path;
      }
    }
    const [provider, telemetry] = gooseVariables.map((name) => variable(name) || null);
    return {
      facts,
      configPath: at.config,
      secretsPath,
      providersPath: at.providers,
      keys,
      garbled,
      environment: { GOOSE_PROVIDER: provider ?? null, GOOSE_TELEMETRY_ENABLED: telemetry ?? null },
    };
  }

  /** Process id of this Hearth. */
  async #self(): Promise<number> {
    return Number(await this.#deps.look.readLink('/proc/self'));
  }

  async #text(path: string, files: Files): Promise<string | null> {
    try {
      return await files.readText(path);
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return null;
      throw thrown;
    }
  }
}

function off(id: CheckId): Check {
  return { id, verdict: unknown('server-off'), evidence: [], cure: null };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => (result ??= work());
}
