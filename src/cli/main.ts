// SPDX-License-Identifier: GPL-3.0-or-later

import Gettext from 'gettext';
import GLib from 'gi://GLib?version=2.0';

import type { BuildConfig } from '../core/config.ts';
import type { GgufHeader } from '../core/models/gguf.ts';
import { usageWords } from '../words/cli.ts';
import { systemFormats } from '../platform/locale.ts';
import { setFormats } from '../words/locale.ts';
import { setTranslator } from '../words/translate.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import { closest, parseArguments } from './arguments.ts';
import type { Backend } from './context.ts';
import { findCommand, helpTopics } from './commands.ts';
import { commandHelp, overview, topicHelp } from './help.ts';
import { errorJson, versionJson } from './json.ts';
import { Output, OutputClosed } from './output.ts';
import { columnsOf, Input, isTerminal, seconds, sink, speaksUtf8 } from './terminal.ts';

/**
 * The composition root of the terminal. Never loads GTK, and loads the engine only for commands that need it.
 * Returns the exit code.
 */
export async function main(config: BuildConfig, argv: readonly string[]): Promise<number> {
  translate(config);
  const parsed = parseArguments(argv);
  const out = makeOutput(parsed.ok ? parsed.invocation : null, parsed.ok ? false : parsed.json);
  try {
    if (!parsed.ok) return misunderstood(out, parsed);
    return await answer(config, out, parsed.invocation);
  } catch (thrown) {
    // Like a program that dies of SIGPIPE: quietly.
    if (thrown instanceof OutputClosed) return 141;
    throw thrown;
  }
}

function translate(config: BuildConfig): void {
  Gettext.bindtextdomain('hearth', config.localeDir);
  setTranslator(Gettext.domain('hearth'));
  // Few terminals lay text out from the right, and columns are counted here.
  setFormats({ ...systemFormats(), rightToLeft: false });
}

function makeOutput(invocation: Invocation | null, json: boolean): Output {
  const dumb = (GLib.getenv('TERM') ?? 'dumb') === 'dumb';
  const terminal = isTerminal(1);
  return new Output(sink(1), sink(2), {
    color: (invocation?.color ?? true) && (GLib.getenv('NO_COLOR') ?? '') === '' && !dumb,
    utf8: speaksUtf8(),
    json: invocation?.json ?? json,
    quiet: invocation?.quiet ?? false,
    columns: columnsOf(terminal),
    rewrites: terminal && !dumb,
  });
}

async function answer(config: BuildConfig, out: Output, invocation: Invocation): Promise<number> {
  const { command } = invocation;
  if (invocation.version) {
    if (out.options.json) out.json(versionJson(config.version, config.appId));
    else out.raw(`hearth ${config.version}`);
    return 0;
  }
  if (command?.name === 'help' || invocation.help) {
    const topic = command?.name === 'help' ? invocation.operands[0] : command?.name;
    return help(out, topic);
  }
  const input = new Input();
  // With nothing said: the assistant where somebody can answer it, else what there is to say.
  const name = command?.name ?? (input.terminal && isTerminal(1) ? 'setup' : null);
  if (name === null) {
    out.lines(overview(out.columns));
    return 2;
  }
  const { runCommand } = await import('./session.ts');
  return runCommand(
    {
      build: config,
      out,
      input,
      absolute,
      readHeader,
      seconds,
      compose: (wanted) => compose(config, wanted),
    },
    invocation,
    name,
  );
}

function help(out: Output, topic: string | undefined): number {
  const known = helpTopics.find((each) => each === topic);
  const command = topic === undefined ? undefined : findCommand(topic);
  if (known !== undefined) out.lines(topicHelp(known, out.columns));
  else if (command !== undefined) out.lines(commandHelp(command, out.columns));
  else if (topic === undefined) out.lines(overview(out.columns));
  else {
    const suggestion = closest(topic, helpTopics);
    return misunderstood(out, {
      problem: usageWords.unknownCommand(topic),
      suggestion,
      command: null,
      json: false,
    });
  }
  return 0;
}

function misunderstood(out: Output, { problem, suggestion, command }: UsageProblem): number {
  const seeHelp = usageWords.seeHelp(command === null ? 'hearth help' : `hearth help ${command.name}`);
  const next = suggestion === null ? seeHelp : `${usageWords.suggestion(suggestion)} ${seeHelp}`;
  if (out.options.json) out.json(errorJson({ code: 'usage', args: {}, detail: null }, problem, next));
  else {
    out.complain(problem);
    out.complain(next);
  }
  return 2;
}

async function readHeader(path: string): Promise<GgufHeader> {
  const [{ readHeader: read }, { files }] = await Promise.all([
    import('../engine/gguf-file.ts'),
    import('../platform/files.ts'),
  ]);
  return read(files, path);
}

function absolute(path: string): string {
  return GLib.canonicalize_filename(path, null);
}

async function compose(config: BuildConfig, invocation: Invocation): Promise<Backend> {
  const { composePractice, composeReal } = await import('../compose/compose.ts');
  const { practice, machine } = invocation;
  if (practice !== null) {
    // A name with a slash is a folder.
    const named = practice.includes('/') ? absolute(practice) : practice;
    return composePractice(config, { machine: practice === '' ? null : named });
  }
  return composeReal(config, { machine: machine === null ? null : absolute(machine) });
}
