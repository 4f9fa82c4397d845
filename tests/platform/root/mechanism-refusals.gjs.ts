// SPDX-License-Identifier: GPL-3.0-or-later

// The root service on a real system bus with the real polkit: every verb, and everybody who must not get it done.
// After each of them the computer is the same, byte for byte.

import GLib from 'gi://GLib?version=2.0';

import { errorName, verbs, type Verb } from '../../../src/core/driver/verbs.ts';
import { files } from '../../../src/platform/files.ts';
import { until } from '../../support/serving.ts';
import {
  Agent,
  people,
  rawCall,
  runOrCall,
  sh,
  Stage,
  type Caller,
  type Outcome,
} from '../../support/mechanism/stage.ts';
import { assert, equal, run, test } from '../../support/tap.ts';

let stage: Stage;
let before = '';
const newer = '7.2.13-300.fc44.x86_64';
const hash = `$6$abcdefghijklmnop$${'x'.repeat(86)}`;

/** A good call of each verb, by the method of the port. */
const calls = (): Readonly<Record<Verb, readonly [string, ...string[]]>> => ({
  GetState: ['state'],
  PrepareKey: ['prepareKey'],
  RequestEnrolment: ['requestEnrolment', stage.fingerprints.key, hash],
  CancelRequest: ['cancelRequest'],
  RebuildModule: ['rebuildModule', newer],
  SetDefaultKernel: ['setDefaultKernel', newer],
  SetDriverArguments: ['setDriverArguments', 'none'],
  ForgetKey: ['forgetKey', stage.fingerprints.old, hash],
  PlaceKeyManager: ['placeKeyManager'],
});
const names = Object.keys(verbs) as Verb[];

async function unchanged(): Promise<void> {
  equal(await stage.tree(), before, 'the computer was changed');
}
async function each(caller: Caller, expected: (verb: Verb) => string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const verb of names) {
    const outcome = await caller.call(...calls()[verb]);
    equal([verb, outcome.code, outcome.detail], [verb, expected(verb), outcome.detail]);
    outcomes.push(outcome);
  }
  await unchanged();
  return outcomes;
}

test('whoever may not, gets nothing done', async () => {
  stage = await Stage.start();
  before = await stage.tree();
  const barred = await stage.caller('barred');
  await each(barred, () => 'permission-denied');
  await barred.end();
});

test('with nobody to ask, it is said so', async () => {
  const asked = await stage.caller('asked');
  await each(asked, () => 'no-agent');
  await asked.end();
});

test('a dialog that is closed, and a wrong password', async () => {
  const asked = await stage.caller('asked');
  const agent = await Agent.register(asked, people.asked);
  // Looking asks nobody: it is refused where it is not allowed anyway.
  const looking = (code: string) => (verb: Verb) => (verb === 'GetState' ? 'no-agent' : code);
  await each(asked, looking('permission-dismissed'));
  equal(agent.messages.length, names.length - 1);
  assert(
    agent.messages.every((message) => !/\$\(|x{8}/.test(message)),
    agent.messages.join('\n'),
  );
  agent.way = 'wrong';
  await each(asked, looking('permission-denied'));
  await asked.end();
});

test('a caller who goes while somebody is asked: the dialog is closed', async () => {
  for (const verb of names.filter((name) => verbs[name].changes)) {
    const asked = await stage.caller('asked');
    const agent = await Agent.register(asked, people.asked);
    agent.way = 'wait';
    const outcome = asked.call(...calls()[verb]);
    await until(`a dialog for ${verb}`, () => agent.messages.length > 0, 60_000);
    await asked.end();
    equal((await outcome).code, 'gone');
    await until(`${verb}: the dialog is closed`, () => agent.cancelled > 0, 60_000);
  }
  await unchanged();
});

test('a call that is taken back: the dialog is closed', async () => {
  const asked = await stage.caller('asked');
  const agent = await Agent.register(asked, people.asked);
  agent.way = 'wait';
  const outcome = asked.call('placeKeyManager');
  await until('a dialog', () => agent.messages.length > 0, 60_000);
  await asked.cancel();
  equal((await outcome).code, 'cancelled');
  // polkit closes it by itself when the caller is gone, and the mechanism asks it to.
  await until('the dialog is closed', () => agent.cancelled > 0, 60_000);
  await asked.end();
  await unchanged();
});

test('arguments of another type, too many and too few', async () => {
  const wrong = [
    new GLib.Variant('(i)', [1]),
    new GLib.Variant('(as)', [['x']]),
    new GLib.Variant('(ssss)', ['a', 'b', 'c', 'd']),
    new GLib.Variant('(v)', [new GLib.Variant('s', 'x')]),
  ];
  for (const verb of names) {
    const few = verbs[verb].args.length === 0 ? [] : [null];
    for (const args of [...wrong, ...few])
      equal([verb, await rawCall(verb, args)], [verb, 'org.freedesktop.DBus.Error.InvalidArgs']);
  }
  equal(await rawCall('Run', new GLib.Variant('(s)', ['id'])), 'org.freedesktop.DBus.Error.UnknownMethod');
  await unchanged();
});

test('paths, options, lines and whole books in place of arguments', async () => {
  const bad = [
    '',
    '..',
    '../../etc',
    '/etc/shadow',
    `${newer}/../${newer}`,
    `../${newer}`,
    '--all',
    `${newer}\n`,
    `${newer} rm`,
    '$(id)',
    '%n%s',
    `${stage.fingerprints.key}\n`,
    stage.fingerprints.key.toUpperCase(),
    'x'.repeat(1024 * 1024),
  ];
  const permitted = await stage.caller('permitted');
  for (const verb of names) {
    const [method, ...good] = calls()[verb];
    for (const [index] of good.entries()) {
      for (const value of bad) {
        const args = good.map((one, at) => (at === index ? value : one));
        const outcome = await permitted.call(method, ...args);
        equal([verb, value.slice(0, 50), outcome.code], [verb, value.slice(0, 50), 'usage']);
        assert((outcome.detail ?? '').length < 40, 'the answer does not repeat it');
      }
    }
  }
  // Good in itself, but not of this computer.
  equal((await permitted.call('rebuildModule', '9.9.9-9.fc99.x86_64')).code, 'usage');
  equal((await permitted.call('setDefaultKernel', '9.9.9-9.fc99.x86_64')).code, 'usage');
  for (const method of ['requestEnrolment', 'forgetKey']) {
    const outcome = await permitted.call(method, stage.fingerprints.other, hash);
    equal([method, outcome.code, outcome.args['obstacle']], [method, 'key-refused', 'key-missing']);
  }
  await permitted.end();
  await unchanged();
});

test('two at once: while one thing is done, everything else waits for another call', async () => {
  await sh(`touch ${stage.root}.made/slow`);
  const [one, two] = [await stage.caller('permitted'), await stage.caller('permitted')];
  const first = one.call(...calls().RebuildModule);
  const building = async (): Promise<boolean> => (await files.stat(`${stage.root}.made/building`)) !== null;
  await until('the build runs', building, 60_000);
  for (const verb of names) {
    const outcome = await two.call(...calls()[verb]);
    equal([verb, outcome.code], [verb, verb === 'GetState' ? 'done' : 'busy']);
  }
  await sh(`rm ${stage.root}.made/slow`);
  equal((await first).code, 'done');
  await sh(`rm ${stage.root}/lib/modules/${newer}/extra/nvidia/nvidia.ko
    depmod -b ${stage.root} ${newer} 2>/dev/null`);
  await one.end();
  await two.end();
  await unchanged();
});

test('the same call again: a hash is taken once, and what is done already is not done again', async () => {
  const permitted = await stage.caller('permitted');
  equal((await permitted.call(...calls().RequestEnrolment)).code, 'done');
  const staged = await stage.tree();
  equal((await permitted.call(...calls().RequestEnrolment)).code, 'changed-since');
  equal((await permitted.call(...calls().ForgetKey)).code, 'changed-since');
  equal((await permitted.call('placeKeyManager')).code, 'changed-since');
  equal((await permitted.call('prepareKey')).code, 'done');
  equal((await permitted.call('setDriverArguments', 'none')).code, 'done');
  equal(await stage.tree(), staged, 'nothing more was changed');
  equal((await permitted.call('cancelRequest')).code, 'done');
  equal((await permitted.call('cancelRequest')).code, 'changed-since');
  await sh(`rm -r ${stage.root}/var/lib/hearth`);
  await permitted.end();
  await unchanged();
});

test('without polkit nothing is done, not even for those it would allow', async () => {
  const permitted = await stage.caller('permitted');
  const service = '/usr/share/dbus-1/system-services/org.freedesktop.PolicyKit1.service';
  await sh(`mv ${service} /tmp/`);
  // The bus reads its services again when the folder changes; the wait is for that.
  await stage.stopPolkit();
  await sh('gdbus call --system -d org.freedesktop.DBus -o / -m org.freedesktop.DBus.ReloadConfig');
  await each(permitted, () => 'mechanism-failed');
  equal(await rawCall('PrepareKey', null), errorName('Failed'));
  await sh(`mv /tmp/org.freedesktop.PolicyKit1.service ${service}`);
  await stage.startPolkit();
  equal((await permitted.call('state')).code, 'done', 'and with it, again');
  await permitted.end();
});

test('nobody but root may have the service’s name, or speak to its other interfaces', async () => {
  const { denied } = await barredFromTheBus();
  assert(/AccessDenied/.test(denied), denied);
  assert((await files.stat(`${stage.root}/var/lib/hearth`)) === null, 'there is no record of all this');
});

async function barredFromTheBus(): Promise<{ readonly denied: string }> {
  const denied =
    await sh(`setpriv --reuid=${people.barred} --regid=${people.barred} --clear-groups gdbus call --system \\
    -d org.freedesktop.DBus -o / -m org.freedesktop.DBus.RequestName io.github.hearthdesktop.Hearth.Mechanism1 0 2>&1 || true`);
  return { denied };
}

await runOrCall(() => run());
