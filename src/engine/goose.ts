// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError, hasCode, type ErrorValue } from '../core/errors.ts';
import type { Clock, Files, Output, Paths, Processes, Sha256 } from '../core/ports.ts';
import type { Counters } from '../core/server/answers.ts';
import { parent } from '../core/server/sandbox.ts';
import type { Endpoint, ProgramFacts } from '../core/server/types.ts';
import type { WriteFile } from '../core/setup/plan.ts';
import { telltaleVariables } from '../core/tools/goose-cloud.ts';
import type { GooseConfig } from '../core/tools/goose-config.ts';
import {
  customProviderIn,
  gooseFiles,
  gooseModel,
  isOwnProvider,
  isProviderFor,
  providerFile,
  providerName,
  readGooseOutput,
  type CustomProvider,
  type GooseFiles,
  type ProviderInput,
} from '../core/tools/goose.ts';
import type { GooseAnswer, GooseFacts } from '../core/tools/types.ts';
import type { GoosePart, GooseTarget } from './parts.ts';
import type { ServerApi } from './serving-api.ts';

/** Milliseconds for one answer through Goose: on a slow processor its instructions alone take minutes to read. */
const patience = 30 * 60_000;
const counterTries = 3;

export interface GooseDeps {
  readonly processes: Processes;
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: Paths;
  readonly sha256: Sha256;
  readonly api: ServerApi;
  /** A variable of the environment that Goose would inherit. */
  readonly environment: (name: string) => string | null;
  programs(): Promise<ProgramFacts>;
}

/** A third of all of Hearth's code: loaded when there is something to read or to write. */
const yamlReader = () => import('../core/tools/goose-config.ts');

/** Goose: how it stands, what would be written for it, and a real question through it. */
export class Goose implements GoosePart {
  readonly #deps: GooseDeps;
  readonly #at: GooseFiles;

  constructor(deps: GooseDeps) {
    this.#deps = deps;
    this.#at = gooseFiles(deps.paths.config);
  }

  async observe(target: GooseTarget | null): Promise<GooseFacts> {
    const { goose: program } = await this.#deps.programs();
    let config: GooseConfig | null = null;
    let problem: ErrorValue | null = null;
    const custom = await this.#customProviders();
    const around = {
      localCustom: custom.filter(({ local }) => local).map(({ name }) => name),
      environment: this.#telltales(),
    };
    try {
      const text = await this.#read(this.#at.config);
      const found = text !== null || Object.keys(around.environment).length > 0;
      if (found) config = (await yamlReader()).readGooseConfig(text ?? '', this.#at.config, around);
    } catch (thrown) {
      if (!(thrown instanceof HearthError)) throw thrown;
      problem = thrown.toValue();
    }
    const cloud = custom.filter(({ local }) => !local).map(({ name }) => name);
    const activeProvider = config?.activeProvider ?? null;
    const ours = activeProvider === providerName && config?.activeModel === gooseModel;
    return {
      program,
      provider: await this.#providerStands(target, config),
      activeProvider,
      activeModel: (ours ? target?.alias : null) ?? config?.activeModel ?? null,
      telemetry: config?.telemetry ?? 'unset',
      cloudProviders: [...new Set([...(config?.cloudProviders ?? []), ...cloud])].sort(),
      stillCloud: config?.stillCloud ?? [],
      install: { offered: null, ours: null },
      problem,
    };
  }

  async #providerStands(
    target: GooseTarget | null,
    config: GooseConfig | null,
  ): Promise<'right' | 'other' | 'missing'> {
    const text = await this.#read(this.#at.provider).catch(() => '');
    if (text === null) return 'missing';
    const right =
      target !== null && isProviderFor(text, this.#input(target)) && config?.hearthModel === gooseModel;
    return right ? 'right' : 'other';
  }

  #input({ port, contextTokens }: GooseTarget): ProviderInput {
    return { port, contextTokens, keyFile: this.#deps.paths.keyFile };
  }

  /** The files to write, as steps of a plan; none when all is as it should be. @throws bad-config and what Files throw */
  async plan(target: GooseTarget, becomeDefault = false): Promise<readonly WriteFile[]> {
    return (await this.#changes(target, becomeDefault)).map(({ file }) => file);
  }

  async #changes(target: GooseTarget, becomeDefault: boolean) {
    const config = await this.#read(this.#at.config);
    const { mergeGooseConfig } = await yamlReader();
    const merged = mergeGooseConfig(config ?? '', this.#at.config, {
      model: gooseModel,
      becomeDefault,
      fewExtensions: target.small === true,
    });
    return [
      await this.#providerChange(target),
      this.#write(this.#at.config, config, merged, 'goose-config'),
    ].filter((change) => change !== null);
  }

  async #providerChange(target: GooseTarget) {
    const input = this.#input(target);
    const there = await this.#read(this.#at.provider);
    if (there !== null && isProviderFor(there, input)) return null;
    return this.#write(this.#at.provider, there, providerFile(input), 'goose-provider');
  }

  /**
   * What keeps Goose's picture of the model true when another model or context is served: Hearth's own file, and only
   * where it was set up before.
   */
  async follow(target: GooseTarget): Promise<readonly WriteFile[]> {
    const there = await this.#read(this.#at.provider).catch(() => null);
    if (there === null || !isOwnProvider(there)) return [];
    const change = await this.#providerChange(target);
    return change === null ? [] : [change.file];
  }

  #write(path: string, before: string | null, content: string, purpose: 'goose-config' | 'goose-provider') {
    if (before === content) return null;
    const file: WriteFile = {
      do: 'write-file',
      path,
      content,
      mode: 0o600,
      before: before === null ? null : this.#deps.sha256(before),
      owner: 'person',
      purpose,
    };
    return { file, before };
  }

  /**
   * Asks the model through the real Goose and judges by what the server counted: Goose says "completed" and exits 0
   * even when nothing answered.
   *
   * @throws no-goose, goose-silent, goose-failed, cancelled, timeout
   */
  async ask(
    endpoint: Endpoint,
    prompt: string,
    onLine: (line: string) => void,
    cancel: Cancel,
  ): Promise<GooseAnswer> {
    const { api, clock, files, paths, processes } = this.#deps;
    const program = (await this.#deps.programs()).goose;
    if (program === null) throw new HearthError('no-goose');
    const before = await this.#counters(endpoint, cancel);
    const started = clock.monotonic();
    const cwd = `${paths.state}/goose`;
    await files.makeFolder(cwd, 0o700);
    await api.key();
    const argv = [
      program.path,
      'run',
      ...['--text', prompt, '--no-session', '--no-profile', '--quiet'],
      ...['--output-format', 'json', '--max-turns', '2'],
    ];
    const output = await processes.run(argv, { cwd, env: this.#environment(), timeout: patience }, cancel);
    const after = await this.#counters(endpoint, cancel);
    const durationMs = clock.monotonic() - started;
    const prompted = after === null || before === null ? 0 : after.promptTokens - before.promptTokens;
    if (prompted <= 0) throw new HearthError('goose-silent', { exit: output.exit }, { detail: said(output) });
    if (output.exit !== 0)
      throw new HearthError('goose-failed', { exit: output.exit }, { detail: said(output) });
    const text = readGooseOutput(output.stdout);
    if (text === '') throw new HearthError('goose-silent', { exit: output.exit }, { detail: said(output) });
    for (const line of text.split('\n')) onLine(line);
    const answered = (after?.answerTokens ?? 0) - (before?.answerTokens ?? 0);
    return { text, tokensSeen: prompted + answered, durationMs };
  }

  /** The person's own configuration, with the local model for this one question whatever is active. */
  #environment(): Readonly<Record<string, string | null>> {
    const { paths } = this.#deps;
    return {
      HOME: paths.home,
      XDG_CONFIG_HOME: paths.config,
      XDG_DATA_HOME: parent(paths.data),
      XDG_STATE_HOME: parent(paths.state),
      GOOSE_PROVIDER: providerName,
      GOOSE_MODEL: gooseModel,
      GOOSE_MODE: 'chat',
      GOOSE_TELEMETRY_ENABLED: 'false',
      GOOSE_TELEMETRY_OFF: '1',
      GOOSE_DISABLE_SESSION_NAMING: 'true',
      GOOSE_DISABLE_KEYRING: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: null,
      NO_COLOR: '1',
      // A proxy of the session must not get what is meant for this computer.
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
    };
  }

  async #counters(endpoint: Endpoint, cancel: Cancel): Promise<Counters | null> {
    // A server at the end of its strength may miss one look; that is not silence.
    for (let left = counterTries; left > 0; left -= 1) {
      try {
        return await this.#deps.api.counters(endpoint.port, cancel);
      } catch (thrown) {
        if (hasCode(thrown, 'cancelled')) throw thrown;
        if (left > 1) await this.#deps.clock.sleep(500, cancel);
      }
    }
    return null;
  }

  async #customProviders(): Promise<readonly CustomProvider[]> {
    const names = await this.#deps.files.list(this.#at.providers).catch(() => []);
    const texts = await Promise.all(
      names
        .filter((name) => name.endsWith('.json') && name !== `${providerName}.json`)
        .map((name) => this.#read(`${this.#at.providers}/${name}`).catch(() => null)),
    );
    return texts
      .map((text) => (text === null ? null : customProviderIn(text)))
      .filter((provider) => provider !== null);
  }

  #telltales(): Readonly<Record<string, string>> {
    const pairs = telltaleVariables.map((name) => [name, this.#deps.environment(name) ?? ''] as const);
    return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
  }

  async #read(path: string): Promise<string | null> {
    try {
      return await this.#deps.files.readText(path);
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return null;
      throw thrown;
    }
  }
}

function said(output: Output): string {
  return `${output.stdout}\n${output.stderr}`.trim().slice(-4000);
}
