// SPDX-License-Identifier: GPL-3.0-or-later

import { keyEnrolled } from '../../core/driver/next-kernel.ts';
import { flavours, type DriverSight } from '../../core/driver/types.ts';
import { HearthError } from '../../core/errors.ts';
import type { Plan } from '../../core/setup/plan.ts';
import { usageWords } from '../../words/cli.ts';
import { driverTerminalWords as words } from '../../words/driver-terminal.ts';
import { keySteps, stepsTitle } from '../../words/key-steps.ts';
import { agreeRows } from '../../words/key-page.ts';
import { obstacleWords } from '../../words/obstacles.ts';
import { terminalWords } from '../../words/terminal.ts';
import type { Context } from '../context.ts';
import { agree, ask, seen } from '../context.ts';
import { driverLines, endingLines, guardLines } from '../driver-views.ts';
import { driverJson, keyJson } from '../json.ts';
import { item, pairs } from '../text.ts';
import { heading } from '../views.ts';
import { applyAndReport, showAndApply } from './plans.ts';

/** `hearth driver [ACTION [NAME]]`. */
export async function driver(context: Context): Promise<void> {
  const { hearth, out, invocation } = context;
  await hearth.refresh();
  const [action, name = ''] = invocation.operands;
  switch (action) {
    case undefined:
      if (out.options.json) out.json(driverJson(seen(context)));
      else show(context);
      return;
    case 'install':
      return install(context, name);
    case 'remove':
      return remove(context);
    case 'key':
      return key(context, 'enrol');
    case 'forget-key':
      return key(context, 'delete');
    case 'cancel-key':
      return withdraw(context);
    case 'cure':
      return cure(context, name);
    case 'build':
      return applyAndReport(context, await hearth.driver.planBuild(named(context, name, 'KERNEL')));
    case 'keep-kernel':
      return applyAndReport(context, await hearth.driver.planKeepKernel(named(context, name, 'KERNEL')));
    case 'keep-system':
      return applyAndReport(context, await hearth.driver.planKeepSystem());
    case 'log':
      out.raw((await hearth.driver.buildLog(named(context, name, 'KERNEL'))) ?? '');
  }
}

function show(context: Context): void {
  const { out } = context;
  const state = seen(context);
  out.lines(driverLines(state, out.columns, Date.now()));
  const { driver: sight } = state;
  const wanted = sight?.advice.recommended ?? 'clean';
  const open = sight?.advice.flavours.find(({ flavour }) => flavour === wanted);
  if (wanted !== 'clean' && open !== undefined && !open.inUse) out.note(words.installWith(wanted));
}

function sightOf(context: Context): DriverSight {
  const { driver: sight } = seen(context);
  if (sight === null) throw new HearthError('driver-impossible');
  return sight;
}

function named({ invocation }: Context, name: string, what: string): string {
  if (name !== '') return name;
  throw new HearthError('usage', { text: words.needsName(invocation.operands[0] ?? '', what) });
}

async function install(context: Context, name: string): Promise<void> {
  const { hearth, out, invocation } = context;
  const flavour = flavours.find((each) => each === name);
  if (flavour === undefined)
    throw new HearthError('usage', {
      text:
        name === ''
          ? usageWords.missing('FLAVOUR', flavours)
          : usageWords.notOneOf(name, flavours.join(', ')),
    });
  const made = await hearth.driver.plan(flavour, { layer: invocation.layer });
  if (out.options.json) return applyAndReport(context, made);
  await carry(context, made);
  await goOn(context);
}

/** What comes after a plan: the key, a restart, and after a rehearsed one the rest. */
async function goOn(context: Context): Promise<void> {
  const { out } = context;
  const sight = sightOf(context);
  const built = sight.kernels.some(({ module }) => module.known && module.value !== null);
  const needsKey = sight.advice.flavours.some((each) => each.needsKey) && !keyEnrolled(sight);
  if (built && needsKey && sight.mechanism?.key != null) {
    out.say(words.wayWithKey());
    if (await wants(context, words.goOnToKey())) return key(context, 'enrol');
    out.note(words.keyLater());
    return;
  }
  if (built && !sight.verified) {
    out.say(words.restartNeeded());
    await offerRestart(context);
    return;
  }
  out.lines(guardLines(sight, out.columns, Date.now()));
}

async function remove(context: Context): Promise<void> {
  const { hearth, out } = context;
  const enrolled = keyEnrolled(sightOf(context));
  const made = await hearth.driver.planRemoval();
  await applyAndReport(context, made);
  if (enrolled) out.note(words.keyStays());
}

async function cure(context: Context, id: string): Promise<void> {
  const { hearth } = context;
  const finding = sightOf(context).findings.find((each) => each.id === named(context, id, 'FINDING'));
  if (finding === undefined) throw new HearthError('usage', { text: words.noFinding(id) });
  if (finding.cure === 'request-again') return key(context, 'enrol');
  if (finding.cure === 'restart') return offerRestart(context);
  return applyAndReport(context, await hearth.driver.planCure(id));
}

async function withdraw(context: Context): Promise<void> {
  const { hearth, out, cancel } = context;
  const { mechanism } = sightOf(context);
  const waits = (mechanism?.pendingEnrolment.length ?? 0) + (mechanism?.pendingDeletion.length ?? 0) > 0;
  if (!waits && mechanism !== null && !mechanism.staleAuth) out.say(words.nothingAsked());
  else {
    await hearth.driver.cancelRequest(cancel);
    out.say(words.withdrawn());
  }
  if (out.options.json) out.json(driverJson(seen(context)));
}

/** The guide in text: why, what agreeing means, the steps, the code in two groups, and the restart. */
async function key(context: Context, task: 'enrol' | 'delete'): Promise<void> {
  const { hearth, out, cancel, invocation } = context;
  const sight = sightOf(context);
  const { mechanism } = sight;
  if (mechanism === null) throw refusal(sight);
  const enrolled = keyEnrolled(sight);
  if (task === 'enrol' ? enrolled : !enrolled || mechanism.key === null) {
    if (out.options.json) out.json(keyJson(seen(context), task, null));
    else out.say(task === 'enrol' ? words.alreadyTrusted() : words.noKey());
    return;
  }
  if (task === 'enrol') refuseObstacles(context, sight);
  // Asked for where nobody would see the code, a request would only be in the way.
  if (!out.terminal && !invocation.showCode)
    throw new HearthError('usage', { text: words.codeNeedsTerminal() });
  const { key: certificate } = mechanism;
  if (certificate === null) throw new HearthError('key-refused', { obstacle: 'key-missing' });
  out.say(task === 'enrol' ? words.whyKey() : words.whyDelete());
  out.lines([
    '',
    ...pairs(
      agreeRows(certificate, task).map(({ title, text }) => [title, text] as const),
      out.columns,
    ),
    '',
    heading(stepsTitle(task)),
    ...keySteps(task).flatMap((step, at) => item(`${at + 1}.`, step, out.columns, '  ')),
    '',
  ]);
  await agree(context, words.stage(task), true);
  const code = await hearth.driver.newCode();
  await hearth.driver.request(task, code, cancel);
  if (out.options.json) {
    out.json(keyJson(seen(context), task, invocation.showCode ? code : null));
    return;
  }
  out.lines(['', words.code(`${code.slice(0, 4)} ${code.slice(4)}`)]);
  out.say(words.codeText());
  await offerRestart(context);
}

function refusal({ mechanismError }: DriverSight): HearthError {
  if (mechanismError === null) return new HearthError('no-mechanism');
  return new HearthError(mechanismError.code, mechanismError.args, { detail: mechanismError.detail ?? '' });
}

function refuseObstacles(context: Context, { mechanism }: DriverSight): void {
  const found = mechanism?.obstacles ?? [];
  if (found.length === 0) return;
  const { out } = context;
  for (const obstacle of found) {
    const { sentence, next } = obstacleWords(obstacle);
    out.complain(sentence);
    if (next !== '') out.complain(next, '  ');
  }
  throw new HearthError('key-refused', { obstacle: found[0] ?? '' });
}

/** A restart is never taken for granted, except where it is only played. */
async function offerRestart(context: Context): Promise<void> {
  const { hearth, out, invocation } = context;
  const practice = seen(context).mode.tag === 'practice';
  const sure = practice && invocation.yes;
  if (!sure && (invocation.yes || !(await wants(context, words.restartNow(), false)))) {
    out.note(words.restartLater());
    return;
  }
  out.say(practice ? words.practiceRestart() : words.restarting());
  await hearth.driver.restart();
  if (!practice) return;
  await hearth.refresh();
  const sight = sightOf(context);
  out.lines([...endingLines(sight, out.columns), '', ...guardLines(sight, out.columns, Date.now())]);
  const used = sight.advice.flavours.find((each) => each.inUse && each.flavour !== 'clean');
  const rest = await hearth.driver.plan(used?.flavour ?? sight.advice.recommended);
  const removed = sight.installed.known && sight.installed.value.length === 0;
  if (rest.steps.length === 0 || removed) return;
  await carry(context, rest);
  await goOn(context);
}

async function carry(context: Context, made: Plan): Promise<void> {
  if (made.steps.length === 0) context.out.say(terminalWords.nothingToDo());
  else await showAndApply(context, made);
}

async function wants(context: Context, question: string, standard = true): Promise<boolean> {
  if (context.invocation.yes) return true;
  const answer = await ask(context, `${question} ${terminalWords.yesNo(standard)} `);
  const word = answer?.trim().toLowerCase() ?? 'n';
  return word === 'y' || word === 'yes' || (word === '' && standard);
}
