// SPDX-License-Identifier: GPL-3.0-or-later

import type { BuildConfig } from '../core/config.ts';
import { CancelSource } from '../core/cancel.ts';
import { hasCode, toErrorValue } from '../core/errors.ts';
import type { CommandName } from '../words/cli.ts';
import { terminalWords } from '../words/terminal.ts';
import type { Invocation } from './arguments.ts';
import type { Backend, Context } from './context.ts';
import { complain } from './context.ts';
import { exitFor } from './exit.ts';
import type { Output } from './output.ts';
import { Exit, OutputClosed } from './output.ts';
import { goose, serve, tryModel } from './run/ask.ts';
import { connect } from './run/connect.ts';
import { driver } from './run/driver.ts';
import { guard } from './run/guard.ts';
import { tools } from './run/tools.ts';
import { models } from './run/models.ts';
import { ledger, proof } from './run/proof.ts';
import { apply, journal, plan, undo } from './run/plans.ts';
import { setup } from './run/setup.ts';
import { record, status } from './run/status.ts';
import { vendor } from './run/vendor.ts';
import { onStop } from './terminal.ts';
import { styled, wrap } from './text.ts';

/** What the composition root hands over. */
export interface Workplace {
  readonly build: BuildConfig;
  readonly out: Output;
  readonly input: Context['input'];
  readonly absolute: (path: string) => string;
  readonly readHeader: Context['readHeader'];
  readonly seconds: () => number;
  /** Puts Hearth together for an invocation. @throws bad-recording, not-found, command-missing */
  compose(invocation: Invocation): Promise<Backend>;
}

type Run = (context: Context) => Promise<void>;

const runs: Readonly<Record<Exclude<CommandName, 'help' | 'setup'>, Run>> = {
  status,
  record,
  models,
  plan,
  apply,
  undo,
  journal,
  proof,
  ledger,
  serve,
  try: tryModel,
  goose,
  connect,
  tools,
  vendor,
  driver,
  guard,
};

/** Runs one command from its arguments to its exit code, and leaves nothing running. */
export async function runCommand(
  place: Workplace,
  invocation: Invocation,
  name: Exclude<CommandName, 'help'>,
): Promise<number> {
  const cancel = new CancelSource();
  const interrupts = { ours: true };
  let signal: 'INT' | 'TERM' | 'HUP' | null = null;
  onStop((which) => {
    if (which === 'INT' && !interrupts.ours) return;
    signal ??= which;
    cancel.cancel();
  });
  const exit = await guarded({ ...place, interrupts }, invocation, name, cancel);
  // `serve` ends well by Ctrl+C; whatever else was under way did not.
  if (signal === null || exit === 0) return exit;
  return signal === 'INT' ? 130 : 143;
}

async function guarded(
  place: Workplace & Pick<Context, 'interrupts'>,
  invocation: Invocation,
  name: Exclude<CommandName, 'help'>,
  cancel: CancelSource,
): Promise<number> {
  const { out } = place;
  let backend: Backend | null = null;
  try {
    backend = await place.compose(invocation);
    cancel.throwIfCancelled();
    const context: Context = { ...place, ...backend, invocation, cancel };
    banner(context);
    if (name !== 'setup') {
      await runs[name](context);
      return 0;
    }
    const ended = await setup(context);
    if (ended.end === 'exit') return ended.exit;
  } catch (thrown) {
    if (thrown instanceof Exit) return thrown.code;
    if (thrown instanceof OutputClosed) throw thrown;
    if (hasCode(thrown, 'cancelled')) {
      out.complain(terminalWords.interrupted());
      return 130;
    }
    const error = toErrorValue(thrown);
    complain(out, error);
    return exitFor(error);
  } finally {
    await close(backend, out);
  }
  // The publisher was out of reach and the person goes on in practice mode.
  return guarded(place, { ...invocation, practice: '', model: null }, name, cancel);
}

/** Practice cannot be missed: at the top and at the bottom. */
function banner({ hearth, out, invocation }: Context): void {
  const { mode } = hearth.state.value;
  if (mode.tag === 'practice' && !invocation.ids) {
    const text = terminalWords.practiceBanner(mode.machine);
    out.lines([...wrap(text, out.columns).map((line) => styled('warn', line)), '']);
  }
}

async function close(backend: Backend | null, out: Output): Promise<void> {
  if (backend === null) return;
  const practice = backend.hearth.state.value.mode.tag === 'practice';
  await backend.hearth.close();
  if (practice) {
    const lines = wrap(terminalWords.practiceEnd(), out.columns);
    out.lines(['', ...lines.map((line) => styled('warn', line))]);
  }
}
