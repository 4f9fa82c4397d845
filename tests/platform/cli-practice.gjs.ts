// SPDX-License-Identifier: GPL-3.0-or-later

// The main job end to end from the terminal, in practice mode: the real llama-server, and the real Goose where it is.

import GLib from 'gi://GLib?version=2.0';

import { documented } from '../../src/cli/json.ts';
import type { Ended, Running } from '../support/built.ts';
import { hearth, start, textOf, until } from '../support/built.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

const temporary = temporaryFolder();
const env = { LC_ALL: 'C.UTF-8', COLUMNS: '90', TMPDIR: temporary, HEARTH_GOOSE: goosePath() };

/** The real Goose of the developers' packages, or a path where there is none. */
function goosePath(): string {
  const given = GLib.getenv('HEARTH_GOOSE') ?? '';
  if (given !== '') return given;
  return `${GLib.get_current_dir()}/node_modules/@aaif/goose-binary-linux-x64/bin/goose`;
}

const hasGoose = GLib.file_test(env.HEARTH_GOOSE, GLib.FileTest.IS_EXECUTABLE);

function leftOver(): string[] {
  const names: string[] = [];
  const folder = GLib.Dir.open(temporary, 0);
  for (let name = folder.read_name(); name !== null; name = folder.read_name()) names.push(name);
  return names;
}

function practise(args: readonly string[], stdin = ''): Promise<Ended> {
  return hearth(['--practice', ...args], { env, stdin });
}

function begin(args: readonly string[]): Running {
  return start(['--practice', ...args], { env });
}

test('setup --unattended: from nothing to an answer, each part under its heading', async () => {
  const { exit, out, err } = await practise(['setup', '--unattended']);
  equal(exit, 0, `${err}\n${out}`);
  const parts = [
    'PRACTICE MODE',
    'Welcome to Hearth',
    'What was looked at',
    'RTX 4060',
    'What was chosen, and why',
    'Practice Model',
    'What was done',
    'from localhost:',
    'What the checks showed',
    'http://127.0.0.1:',
    'network of its own',
    'The answer of the model',
    'tokens per second',
    hasGoose ? 'The answer through Goose' : 'Goose is not installed',
    'Where things stand',
    'PRACTICE MODE ENDS',
  ];
  let at = -1;
  for (const part of parts) {
    const found = out.indexOf(part, at + 1);
    assert(found > at, `${part} after ${at} in\n${out}`);
    at = found;
  }
  if (hasGoose) match(out, /worked\s+through\s+\d+\s+tokens\s+for\s+Goose/);
  assert(!out.includes('\u001b'), 'no escape sequences in a pipe');
  // The whole of what is written for Goose is in it, 38 lines.
  assert(out.split('\n').length < 220, `${out.split('\n').length} lines are enough`);
  equal(leftOver(), []);
});

test('setup asks when it may, and stops at a no', async () => {
  const yes = await practise(['setup'], '\n\n1\ny\n\n\ny\n');
  equal(yes.exit, 0, `${yes.err}\n${yes.out}`);
  match(yes.out, /Which model\?[^]*Do this now\?[^]*What would you like to ask\?/);
  const no = await practise(['setup'], '\n\n1\nn\n');
  equal(no.exit, 4, no.out);
  match(no.out, /Nothing was done/);
  equal(leftOver(), []);
});

test('setup --json ends with the documented object', async () => {
  const { exit, out } = await practise(['setup', '--unattended', '--json']);
  equal(exit, 0, out);
  const value = JSON.parse(out) as Record<string, unknown>;
  equal(Object.keys(value), ['v', 'kind', 'practice', ...(documented['setup'] ?? [])]);
  equal(value['isolated'], true);
  assert(typeof value['answer'] === 'string' && value['answer'] !== '', 'an answer');
  assert(typeof value['practice'] === 'string', 'marked as practice');
});

test('try fetches the model first, and streams its answer', async () => {
  const asked = await practise(['try', 'why?', '--yes']);
  equal(asked.exit, 0, asked.err);
  match(asked.out, /not on this disk yet[^]*Download Practice Model[^]*tokens per second/);
  const json = await practise(['try', 'why?', '--yes', '--json']);
  const value = JSON.parse(json.out) as Record<string, unknown>;
  equal(Object.keys(value), ['v', 'kind', 'practice', ...(documented['answer'] ?? [])]);
  equal((await practise(['try', 'why?', '--json'])).exit, 2, 'JSON asks nothing');
});

test('serve answers until Ctrl+C, at the address that it prints, and only with the key', async () => {
  const running = begin(['serve', '--yes', '--json']);
  await until(() => running.soFar().trimEnd().endsWith('}'), 'the address', 60_000);
  const serving = JSON.parse(running.soFar()) as Record<string, string>;
  equal(Object.keys(serving), ['v', 'kind', 'practice', ...(documented['serving'] ?? [])]);
  const key = textOf(serving['keyFile'] ?? '').trim();
  const status = async (header: string): Promise<string> => {
    const curl = ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '-H', header];
    return (await hearth([`${serving['address'] ?? ''}/models`], { argv: curl })).out;
  };
  equal(await status(`Authorization: Bearer ${key}`), '200');
  equal(await status('X-None: 1'), '401');
  running.signal('INT');
  equal((await running.ended).exit, 0);
  equal(await status(`Authorization: Bearer ${key}`), '000', 'the server is gone');
});

if (hasGoose) {
  test('goose sets itself up when told so, and asks the model of this computer', async () => {
    const { exit, out, err } = await practise(['goose', 'hello', '--yes', '--json']);
    equal(exit, 0, err + out);
    const value = JSON.parse(out) as Record<string, unknown>;
    equal(Object.keys(value), ['v', 'kind', 'practice', ...(documented['goose-answer'] ?? [])]);
    assert(Number(value['tokensSeen']) > 0, 'the server counted it');
  });
}

test('plan and models say what practice would do', async () => {
  const plan = await practise(['plan', 'model', '--model', 'practice']);
  equal(plan.exit, 0, plan.err);
  match(plan.out, /PRACTICE MODE[^]*Download Practice Model[^]*PRACTICE MODE ENDS/);
  equal((await practise(['models', '--ids'])).out.split('\n').includes('practice'), true);
});

test('other recorded machines can be practised on, and a wrong name is refused', async () => {
  const { out, err } = await hearth(['status', '--practice=laptop-8gb', '--json'], { env, stdin: '' });
  const { practice, machine } = JSON.parse(out) as {
    practice: string;
    machine: { recording: { name: string } };
  };
  assert(practice !== '', err);
  equal(machine.recording.name, 'laptop-8gb');
  const own = `${temporaryFolder()}/own`;
  equal((await hearth(['record', own], { env, stdin: '' })).exit, 0);
  const mine = await hearth(['plan', 'model', `--practice=${own}`], { env, stdin: '' });
  equal(mine.exit, 0, mine.err);
  match(mine.out, /PRACTICE MODE/);
  const wrong = await hearth(['status', '--practice=nonesuch'], { env, stdin: '' });
  equal(wrong.exit, 1, wrong.out);
  match(wrong.err, /not a recorded machine/);
});

test('interrupted while it asks or works: 130, and nothing stays behind', async () => {
  const running = begin(['setup']);
  await until(() => running.soFar().includes('Continue?'), 'the first question');
  running.signal('INT');
  const { exit, err } = await running.ended;
  equal(exit, 130, err);
  const working = begin(['setup', '--unattended']);
  await until(() => working.soFar().includes('1 of '), 'the plan under way');
  working.signal('INT');
  const ended = await working.ended;
  equal(ended.exit, 130, `${ended.out}\n${ended.err}`);
  equal(leftOver(), []);
});

await run();
