// SPDX-License-Identifier: GPL-3.0-or-later

// The built terminal program, run as people run it, in a home where nothing was done yet.

import GLib from 'gi://GLib?version=2.0';

import { commands } from '../../src/cli/commands.ts';
import { documented } from '../../src/cli/json.ts';
import { width } from '../../src/cli/text.ts';
import { hearth, start, textOf, until } from '../support/built.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

const english = { LC_ALL: 'C.UTF-8', COLUMNS: '80' };

function object(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

/** Names of an object besides those that every one has. */
function names(value: Record<string, unknown>): string[] {
  return Object.keys(value).filter((name) => !['v', 'kind', 'practice'].includes(name));
}

/** Ticks of processor time that a process has used. */
function ticks(pid: number): number {
  const fields = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

test('says its version and its help', async () => {
  const version = await hearth(['--version'], { env: english });
  match(version.out, /^hearth \d+\.\d+/);
  equal(version.exit, 0);
  for (const { name } of commands) {
    const help = await hearth(['help', name], { env: english });
    equal(help.exit, 0, name);
    match(help.out, new RegExp(`hearth ${name}`));
  }
});

test('answers wrong arguments with exit code 2, a sentence and a guess', async () => {
  const wrong = await hearth(['statsu'], { env: english });
  equal(wrong.exit, 2);
  equal(wrong.out, '');
  match(wrong.err, /no command "statsu"[^]*Did you mean "status"/);
  const json = await hearth(['plan', '--json'], { env: english });
  equal(json.exit, 2);
  match(String(json.out), /"code": "usage"/);
});

test('status looks, and leaves nothing behind', async () => {
  const home = temporaryFolder();
  const folders = { XDG_DATA_HOME: `${home}/d`, XDG_STATE_HOME: `${home}/s`, XDG_CONFIG_HOME: `${home}/c` };
  const { exit, out, err } = await hearth(['status'], { env: { ...english, ...folders } });
  equal(exit, 0);
  equal(err, '');
  for (const task of ['This Computer', 'Graphics Driver', 'Model', 'Try It', 'Tools'])
    assert(out.includes(task), `${task} in ${out}`);
  for (const folder of Object.values(folders))
    assert(!GLib.file_test(`${folder}/hearth`, GLib.FileTest.EXISTS), `nothing in ${folder}`);
});

test('prints the documented objects', async () => {
  for (const [args, kind] of [
    [['status'], 'status'],
    [['models'], 'models'],
    [['plan', 'model'], 'plan'],
    [['journal'], 'journal'],
    [['models', 'verify'], 'verification'],
    [['--version'], 'version'],
  ] as const) {
    const { exit, out } = await hearth([...args, '--json'], { env: english });
    equal(exit, 0, out);
    const value = object(out);
    equal(value['kind'], kind);
    equal(value['v'], 1);
    equal(names(value), documented[kind]);
  }
  const ids = (await hearth(['models', '--ids'])).out.trim().split('\n');
  assert(ids.length >= 10, 'ten models');
  const shown = await hearth(['models', 'show', ids[0] ?? '', '--json']);
  equal(names(object(shown.out)), documented['model']);
});

test('prints an error as an object, with a sentence', async () => {
  const { exit, out } = await hearth(['models', 'show', 'nonesuch', '--json'], { env: english });
  equal(exit, 1);
  const { error } = object(out) as { error: Record<string, unknown> };
  equal(error['code'], 'unknown-model');
  match(String(error['sentence']), /nonesuch/);
});

test('never loads GTK', async () => {
  const running = start(['try']);
  await until(() => /libgjs/.test(textOf(`/proc/${running.pid}/maps`)), 'gjs');
  await new Promise((resolve) => setTimeout(resolve, 600));
  const maps = textOf(`/proc/${running.pid}/maps`);
  running.closeInput();
  const { exit } = await running.ended;
  equal(exit, 2, 'no question came');
  assert(!/libgtk|libadwaita|libgdk|libgsk/i.test(maps), 'no library of the window');
  const status = await hearth(['-f', '-qq', '-e', 'trace=openat', 'hearth', 'status'], { argv: ['strace'] });
  assert(/openat/.test(status.err), 'files were opened');
  assert(!/libgtk-|libadwaita|Gtk-4|Adw-1/.test(status.err), 'status opened none of them');
});

test('waits without using the processor', async () => {
  const running = start(['try']);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const before = ticks(running.pid);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const used = ticks(running.pid) - before;
  running.signal('INT');
  equal((await running.ended).exit, 130);
  assert(used < 20, `${used} ticks in a second`);
});

test('ends with 130 and 143 when it is told to stop', async () => {
  for (const [signal, exit] of [
    ['INT', 130],
    ['TERM', 143],
  ] as const) {
    const running = start(['setup'], { env: english });
    await until(() => running.soFar().includes('Continue?'), 'the first question');
    running.signal(signal);
    const ended = await running.ended;
    equal(ended.exit, exit);
    match(ended.err, /left as it is/);
  }
});

test('ends quietly when nobody reads', async () => {
  const { out, err } = await hearth(['-c', 'hearth help; echo $? >&2'], {
    argv: ['bash'],
  });
  match(out, /Commands/);
  equal(err, '0\n');
  const cut = await hearth(
    [
      '-c',
      'hearth models --all --json | (sleep 2; true); echo "${PIPESTATUS[0]}"; (sleep 2; hearth models; echo $? >&2) | true',
    ],
    { argv: ['bash'] },
  );
  match(cut.err, /^141\n$/);
});

test('speaks plain letters where there is no UTF-8, and colours only to a terminal that wants them', async () => {
  const plain = await hearth(['status'], { env: { LC_ALL: 'C', COLUMNS: '80' } });
  assert(/^\p{ASCII}*$/u.test(plain.out), 'ASCII only');
  const terminal = async (env: Record<string, string>): Promise<string> =>
    (await hearth(['-qec', 'hearth status', '/dev/null'], { argv: ['script'], env: { ...english, ...env } }))
      .out;
  assert((await terminal({ TERM: 'xterm' })).includes('\u001b['), 'colours');
  assert(!(await terminal({ TERM: 'xterm', NO_COLOR: '1' })).includes('\u001b'), 'NO_COLOR');
  assert(!(await terminal({ TERM: 'dumb' })).includes('\u001b'), 'TERM=dumb');
});

test('keeps to sixty columns', async () => {
  const sized = ['-qec', 'stty cols 60; TERM=dumb hearth help', '/dev/null'];
  const terminal = await hearth(sized, { argv: ['script'], env: { LC_ALL: 'C.UTF-8', COLUMNS: null } });
  const lines = terminal.out.split('\r\n');
  assert(lines.length > 20 && lines.every((line) => width(line) <= 60), terminal.out);
  assert(!/CRITICAL|WARNING/.test(terminal.out), terminal.out);
  for (const args of [['status'], ['models', '--all'], ['plan', 'model'], ['help', 'apply']]) {
    const { out } = await hearth(args, { env: { LC_ALL: 'C.UTF-8', COLUMNS: '60' } });
    const long = out.split('\n').filter((line) => width(line) > 60 && !/\S{36}/.test(line));
    equal(long, [], args.join(' '));
  }
});

test('takes the answers of the assistant from a pipe, and says when they end', async () => {
  const { exit, out, err } = await hearth(['setup'], { stdin: '\n', env: english });
  equal(exit, 4);
  match(out, /answers are read from it/);
  match(err, /ended before an answer/);
});

test('does nothing without a yes', async () => {
  const { exit, out } = await hearth(['apply', 'model'], { stdin: 'n\n', env: english });
  equal(exit, 4);
  match(out, /Download[^]*Do this now\?[^]*Nothing was done/);
  equal((await hearth(['apply', 'model', '--json'], { env: english })).exit, 2, 'JSON asks nothing');
});

test('records this computer and reads it back', async () => {
  const folder = `${temporaryFolder()}/machine`;
  const recorded = await hearth(['record', folder, '--json'], { env: english });
  equal(recorded.exit, 0, recorded.err);
  equal(names(object(recorded.out)), documented['recording']);
  const back = await hearth(['status', '--machine', folder, '--json'], { env: english });
  equal(back.exit, 0, back.err);
  const { machine } = object(back.out) as { machine: { recording: { kind: string } } };
  equal(machine.recording.kind, 'recorded');
  equal(
    (await hearth(['record', folder], { env: english })).exit,
    1,
    'a folder that is in use is left alone',
  );
});

await run();
