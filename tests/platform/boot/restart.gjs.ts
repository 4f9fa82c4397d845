// SPDX-License-Identifier: GPL-3.0-or-later
// as: root

// The restart that Hearth asks for, by the real logind, polkit and systemd. What systemd would do at the very end is
// replaced: its target for a restart leaves a mark instead of taking the computer down.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { never } from '../../../src/core/cancel.ts';
import { HearthError } from '../../../src/core/errors.ts';
import type { Child } from '../../../src/core/ports.ts';
import { files } from '../../../src/platform/files.ts';
import { processes } from '../../../src/platform/processes.ts';
import { restartComputer } from '../../../src/platform/restart.ts';
import { errorWords } from '../../../src/words/errors.ts';
import { until } from '../../support/serving.ts';
import { assert, equal, match, rejection, run, test } from '../../support/tap.ts';

const units = '/run/systemd/system';
const mark = '/run/hearth-restart';

async function command(...argv: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await processes.run(argv, { env: { LC_ALL: 'C' } }, never);
  equal([argv.join(' '), exit], [argv.join(' '), 0], stderr);
  return stdout.trim();
}

/** What logind says of a restart, asked by a person. */
async function canReboot(uid: number): Promise<string> {
  const name = 'org.freedesktop.login1';
  const call = ['busctl', 'call', name, '/org/freedesktop/login1', `${name}.Manager`, 'CanReboot'];
  const who = uid === 0 ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  return /"(.*)"/.exec(await command(...who, ...call))?.[1] ?? '';
}

async function asSomebody(): Promise<string> {
  const program = `${GLib.get_current_dir()}/build/tests/platform/boot/restart.js`;
  const who = [
    'setpriv',
    '--reuid=1000',
    '--regid=1000',
    '--clear-groups',
    'env',
    '-i',
    'HOME=/tmp',
    'PATH=/usr/bin',
  ];
  const { stdout, stderr } = await processes.run([...who, 'gjs', '-m', program, 'somebody'], {}, never);
  return /^restart: (.*)$/m.exec(stdout)?.[1] ?? `${stdout}${stderr}`;
}

async function marked(): Promise<boolean> {
  return (await files.stat(mark)) !== null;
}

/** A lock as akmods takes it while it builds. */
async function hold(mode: 'block' | 'delay'): Promise<Child> {
  const why = ['--who=akmods', '--why=Akmods Transaction running', `--mode=${mode}`];
  let held = false;
  const child = await processes.start(
    [
      'systemd-inhibit',
      `--what=${mode === 'block' ? 'idle:' : ''}sleep:shutdown`,
      ...why,
      'sh',
      '-c',
      'echo held; exec sleep 600',
    ],
    { onLine: (line) => void (held ||= line === 'held') },
  );
  await until('the lock', () => Promise.resolve(held));
  return child;
}

async function release(child: Child): Promise<void> {
  child.signal('KILL');
  await child.exited;
  await until(
    'no lock',
    async () => !(await command('systemd-inhibit', '--list', '--no-legend')).includes('akmods'),
  );
}

function refused(thrown: unknown): HearthError {
  assert(thrown instanceof HearthError, String(thrown));
  return thrown;
}

test('somebody who is not at the computer is not allowed, and nobody could be asked', async () => {
  equal([await canReboot(0), await canReboot(1000)], ['yes', 'challenge']);
  match(await asSomebody(), /^no-agent /);
  equal(await marked(), false);
});

test('somebody to whom polkit says no', async () => {
  const rules = '/etc/polkit-1/rules.d/00-hearth-test.rules';
  await files.makeFolder('/etc/polkit-1/rules.d', 0o755);
  await files.writeAtomic(
    rules,
    "polkit.addRule(function (action) { if (action.id.indexOf('org.freedesktop.login1.reboot') === 0) return polkit.Result.NO; });\n",
    0o644,
  );
  await until('polkit knows the rule', async () => (await canReboot(1000)) === 'no');
  match(await asSomebody(), /^permission-denied /);
  await files.remove(rules);
  await until('polkit forgot it', async () => (await canReboot(1000)) === 'challenge');
  equal(await marked(), false);
});

test('while a driver is built the restart is held back, and it is said by whom', async () => {
  const akmods = await hold('block');
  const error = refused(await rejection(restartComputer()));
  equal(
    [error.code, error.args],
    ['restart-inhibited', { program: 'akmods', reason: 'Akmods Transaction running' }],
  );
  match(errorWords(error).sentence, /akmods.*Akmods Transaction running/);
  match(await asSomebody(), /^restart-inhibited/);
  equal(await marked(), false);
  await release(akmods);
});

test('without logind there is one sentence as well', async () => {
  await command('systemctl', 'mask', '--runtime', 'systemd-logind.service');
  await command('systemctl', 'stop', 'systemd-logind.service');
  equal(refused(await rejection(restartComputer())).code, 'restart-refused');
  equal(await marked(), false);
  await command('systemctl', 'unmask', '--runtime', 'systemd-logind.service');
  await command('systemctl', 'start', 'systemd-logind.service');
});

test('with nothing in the way, logind announces the restart and systemd begins it', async () => {
  const bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
  const announced: boolean[] = [];
  bus.signal_subscribe(
    'org.freedesktop.login1',
    'org.freedesktop.login1.Manager',
    'PrepareForShutdown',
    '/org/freedesktop/login1',
    null,
    Gio.DBusSignalFlags.NONE,
    (_bus, _sender, _path, _iface, _signal, values) =>
      void announced.push((values.deepUnpack() as [boolean])[0]),
  );
  // One that only delays is waited for, not reported.
  const delay = await hold('delay');
  equal(await marked(), false);
  const asked = restartComputer();
  await until('it is announced', () => Promise.resolve(announced[0] === true));
  await release(delay).catch(() => {});
  await asked;
  await until('systemd began it', marked, 30_000);
});

/** This program once more, as somebody: prints what it came to. */
if (ARGV.includes('somebody')) {
  const said = await restartComputer().then(
    () => 'done',
    (thrown: unknown) =>
      thrown instanceof HearthError ? `${thrown.code} ${thrown.detail ?? ''}` : String(thrown),
  );
  print(`restart: ${said}`);
} else {
  // No session that could be asked first.
  GLib.unsetenv('DBUS_SESSION_BUS_ADDRESS');
  GLib.unsetenv('XDG_RUNTIME_DIR');
  await files.makeFolder(units, 0o755);
  await files.writeAtomic(
    `${units}/reboot.target`,
    '[Unit]\nDescription=Restart that only leaves a mark\nDefaultDependencies=no\nRequires=hearth-mark.service\nAllowIsolate=yes\n',
    0o644,
  );
  await files.writeAtomic(
    `${units}/hearth-mark.service`,
    `[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/usr/bin/touch ${mark}\n`,
    0o644,
  );
  await command('systemctl', 'daemon-reload');
  await command('systemctl', 'start', 'systemd-logind.service');
  await run();
}
