// SPDX-License-Identifier: GPL-3.0-or-later

// The root service on a real system bus with the real polkit, doing what it is permitted to, with the real mokutil,
// openssl and modinfo on a computer made of files. akmods and grubby are simulated.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../../src/core/cancel.ts';
import type { MechanismState } from '../../../src/core/driver/types.ts';
import { makeOneTimeCode } from '../../../src/engine/one-time-code.ts';
import { random } from '../../../src/platform/clock.ts';
import { sha512 } from '../../../src/platform/digest.ts';
import { files } from '../../../src/platform/files.ts';
import { processes } from '../../../src/platform/processes.ts';
import {
  Agent,
  people,
  polkitLog,
  runOrCall,
  sh,
  Stage,
  type Caller,
} from '../../support/mechanism/stage.ts';
import { assert, equal, match, run, test } from '../../support/tap.ts';
import { until } from '../../support/serving.ts';

const older = '7.2.12-300.fc44.x86_64';
const newer = '7.2.13-300.fc44.x86_64';
let stage: Stage;
let caller: Caller;
let hashes = 0;
const hash = (): string => {
  hashes += 1;
  return `$6$abcdefghijklm${String(hashes).padStart(3, '0')}$${'x'.repeat(86)}`;
};
async function state(): Promise<MechanismState> {
  const outcome = await caller.call('state');
  equal([outcome.code, outcome.detail], ['done', null]);
  return outcome.value as MechanismState;
}
async function done(method: string, ...args: readonly string[]): Promise<unknown> {
  const outcome = await caller.call(method, ...args);
  equal([method, outcome.code, outcome.args, outcome.detail], [method, 'done', {}, null]);
  return outcome.value;
}
const refusedWith = async (method: string, ...args: readonly string[]): Promise<unknown> => {
  const outcome = await caller.call(method, ...args);
  return outcome.code === 'key-refused' ? outcome.args['obstacle'] : outcome.code;
};
/** Does something to the computer, looks, and puts everything back. */
async function with_(change: string, body: () => Promise<void>): Promise<void> {
  await sh(`cp -a ${stage.root} ${stage.root}.kept; cd ${stage.root}; ${change}`);
  try {
    await body();
  } finally {
    await sh(`umount ${stage.root}/sys/firmware/efi/efivars 2>/dev/null || true
      find ${stage.root} -mindepth 1 -delete; cp -a ${stage.root}.kept/. ${stage.root}/; rm -rf ${stage.root}.kept`);
  }
}
const vars = 'sys/firmware/efi/efivars';
const shimGuid = '605dab50-e046-4300-abb6-3dd810dd8b23';

test('polkit takes the policy and the rules as they are installed', async () => {
  stage = await Stage.start();
  const errors = polkitLog.filter((line) => /error|syntax|warning/i.test(line) && /hearth/i.test(line));
  equal(errors, []);
  assert(
    polkitLog.some((line) => /rules/i.test(line)),
    'polkit says which rules it reads',
  );
  const text = await sh(
    'pkaction --verbose --action-id io.github.hearthdesktop.Hearth.Mechanism1.request-enrolment',
  );
  match(text, /implicit any: +no[^]*implicit active: +auth_admin\n/);
  caller = await stage.caller('permitted');
});

test('a rules file with a mistake would be seen in the same log', async () => {
  const path = '/etc/polkit-1/rules.d/99-mistake.rules';
  await files.writeAtomic(path, 'polkit.addRule((a) => a);\n', 0o644);
  await stage.stopPolkit();
  await stage.startPolkit();
  assert(
    polkitLog.some((line) => /99-mistake/.test(line) && /error/i.test(line)),
    polkitLog.slice(-30).join('\n'),
  );
  await files.remove(path);
  await stage.stopPolkit();
  await stage.startPolkit();
});

test('the state of the computer: its key, what is staged, what speaks against a request', async () => {
  const seen = await state();
  equal(
    [seen.key?.fingerprint, seen.key?.source, seen.key?.name],
    [stage.fingerprints.key, 'akmods', 'ember-1234'],
  );
  equal([seen.pendingEnrolment, seen.pendingDeletion, seen.staleAuth, seen.request], [[], [], false, null]);
  equal([seen.obstacles, seen.defaultKernel, seen.driverArguments, seen.verified], [[], older, 'none', null]);
  assert((seen.nvramFree ?? 0) > 0, 'room for variables');
});

test('a key that is there is not made anew', async () => {
  const before = await stage.tree();
  equal(await done('prepareKey'), stage.fingerprints.key);
  equal(await stage.tree(), before);
});

test('an enrolment is staged with the hash, and the countdown is off', async () => {
  await done('requestEnrolment', stage.fingerprints.key, hash());
  equal(await stage.staged(), ['MokAuth', 'MokNew', 'MokTimeout']);
  match(
    await stage.mokutil('--list-new', '--short'),
    new RegExp(`^${stage.fingerprints.key.slice(0, 10)} ember-1234`),
  );
  match(await stage.mokutil('--timeout', '-1'), /^$/);
  const seen = await state();
  equal(seen.pendingEnrolment, [stage.fingerprints.key]);
  equal([seen.request?.kind, seen.request?.attempts], ['enrol', 1]);
  const { mode } = (await files.stat(`${stage.root}/var/lib/hearth/record.json`)) ?? { mode: 0 };
  equal(mode, 0o600);
  const record = await files.readText(`${stage.root}/var/lib/hearth/record.json`);
  assert(!record.includes('x'.repeat(20)), 'the record has no hash');
});

test('asked again, the older code does not stay; nor does one that somebody else staged', async () => {
  const salt = async (): Promise<string> =>
    sh(`tail -c +17 ${stage.root}/${vars}/MokAuth-${shimGuid} | head -c 16`);
  const first = await salt();
  await done('requestEnrolment', stage.fingerprints.key, hash());
  assert((await salt()) !== first, 'another salt');
  equal((await state()).request?.attempts, 1, 'the same attempt');
  await stage.mokutil('--revoke-import');
  const other = `${stage.root}.made/hash`;
  await sh(`printf other-code | openssl passwd -6 -salt somebodyelsessal -stdin >${other}`);
  await stage.mokutil('--import', `${stage.root}.made/key.der`, '--hash-file', other);
  equal(await salt(), 'somebodyelsessal');
  await done('requestEnrolment', stage.fingerprints.key, hash());
  match(await salt(), /^abcdefghijklm/);
});

test('after a restart without the key, the same is a second attempt', async () => {
  const boot = `${stage.root}/proc/sys/kernel/random/boot_id`;
  const id = await files.readText(boot);
  await files.writeAtomic(boot, '22222222-2222-4222-8222-222222222222\n', 0o644);
  await done('requestEnrolment', stage.fingerprints.key, hash());
  equal((await state()).request?.attempts, 2);
  await files.writeAtomic(boot, id, 0o644);
});

test('a request is withdrawn, with everything that it left', async () => {
  await done('cancelRequest');
  equal(await stage.staged(), []);
  equal((await state()).request, null);
  equal(await refusedWith('cancelRequest'), 'changed-since');
});

test('what a power cut left over is cleared by the next request', () =>
  with_('true', async () => {
    await done('requestEnrolment', stage.fingerprints.key, hash());
    await sh(`rm ${stage.root}/${vars}/MokNew-${shimGuid}`);
    equal((await state()).staleAuth, true);
    await done('requestEnrolment', stage.fingerprints.key, hash());
    equal(await stage.staged(), ['MokAuth', 'MokNew', 'MokTimeout']);
  }));

const obstacles: readonly [string, string, string][] = [
  ['no mmx64.efi beside the loader', 'rm boot/efi/EFI/fedora/mmx64.efi', 'no-key-manager'],
  [
    'the removable path without mmx64.efi',
    `printf '\\6\\0\\0\\0\\2\\0' >${vars}/BootCurrent-8be4df61-93ca-11d2-aa0d-00e098032b8c`,
    'no-key-manager',
  ],
  ['no shim', 'rmdir sys/firmware/efi/mok-variables', 'no-shim'],
  [
    'Secure Boot off',
    `printf '\\6\\0\\0\\0\\0' >${vars}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c`,
    'secure-boot-off',
  ],
  ['validation off', `printf '\\6\\0\\0\\0\\1' >${vars}/MokSBStateRT-${shimGuid}`, 'validation-off'],
  [
    'a full NVRAM',
    `cp -a ${vars} kept; mount -t tmpfs -o size=40k tmpfs ${vars}; cp -a kept/. ${vars}/; rm -r kept; head -c 20000 /dev/zero >${vars}/fill 2>/dev/null || true`,
    'nvram-full',
  ],
  [
    'a key that is enrolled already',
    `cp ${vars}/MokListRT-${shimGuid} x; cp ../computer.made/old.der etc/pki/akmods/certs/ember-1234.der; rm x`,
    'key-missing',
  ],
  ['no module', 'rm -r lib/modules/7.2.12-300.fc44.x86_64/extra', 'module-missing'],
  [
    'a module that is not signed',
    'cp ../computer.made/7.2.12-300.fc44.x86_64.ko lib/modules/7.2.12-300.fc44.x86_64/extra/nvidia/nvidia.ko; rm lib/modules/7.2.12-300.fc44.x86_64/extra/nvidia/nvidia.ko.xz',
    'module-unsigned',
  ],
  [
    'a module of another key',
    'cp ../computer.made/foreign.ko lib/modules/7.2.12-300.fc44.x86_64/extra/nvidia/nvidia.ko; rm lib/modules/7.2.12-300.fc44.x86_64/extra/nvidia/nvidia.ko.xz',
    'module-other-key',
  ],
  [
    'a deletion that somebody staged',
    `EFIVARFS_PATH=$PWD/${vars}/ mokutil --delete ../computer.made/old.der --hash-file ../computer.made/hash`,
    'foreign-request',
  ],
  [
    'a key that somebody else staged',
    `EFIVARFS_PATH=$PWD/${vars}/ mokutil --import ../computer.made/other.der --hash-file ../computer.made/hash`,
    'foreign-request',
  ],
  [
    'a password for MokManager',
    `cp ${vars}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c ${vars}/MokPW-${shimGuid}`,
    'foreign-request',
  ],
];
for (const [name, change, obstacle] of obstacles) {
  test(`refused before anything is staged: ${name}`, () =>
    with_(change, async () => {
      const before = await stage.tree();
      equal(await refusedWith('requestEnrolment', stage.fingerprints.key, hash()), obstacle);
      equal(await stage.tree(), before, 'nothing was changed');
    }));
}

test('an enrolled key is not asked for again', () =>
  with_(
    `cp ../computer.made/old.der etc/pki/akmods/certs/ember-1234.der
     cp ../computer.made/old.key etc/pki/akmods/private/ember-1234.priv`,
    async () =>
      equal(await refusedWith('requestEnrolment', stage.fingerprints.old, hash()), 'already-enrolled'),
  ));

test('MokManager is put beside the loader that was started, and nothing is replaced', () =>
  with_(`printf '\\6\\0\\0\\0\\2\\0' >${vars}/BootCurrent-8be4df61-93ca-11d2-aa0d-00e098032b8c`, async () => {
    equal((await state()).obstacles, ['no-key-manager']);
    await done('placeKeyManager');
    equal(await files.readText(`${stage.root}/boot/efi/EFI/BOOT/mmx64.efi`), 'a key manager');
    equal((await state()).obstacles, []);
    equal(await refusedWith('placeKeyManager'), 'changed-since');
  }));

test('a module is built for an installed kernel, and its failure is one', async () => {
  await done('rebuildModule', newer);
  assert(
    (await files.stat(`${stage.root}/lib/modules/${newer}/extra/nvidia/nvidia.ko`)) !== null,
    'the module',
  );
  await with_(`rm lib/modules/${newer}/extra/nvidia/nvidia.ko; touch ../computer.made/broken`, async () => {
    const outcome = await caller.call('rebuildModule', newer);
    equal(outcome.code, 'mechanism-failed');
    match(outcome.detail ?? '', /Building rpms failed/);
    await sh(`rm ${stage.root}.made/broken`);
  });
  equal(await refusedWith('rebuildModule', '6.6.6-not.installed'), 'usage');
});

test('the kernel that starts is chosen among the installed ones', async () => {
  await done('setDefaultKernel', newer);
  equal((await state()).defaultKernel, newer);
  equal(await refusedWith('setDefaultKernel', '6.6.6-not.installed'), 'usage');
  await done('setDefaultKernel', older);
});

test('nouveau is kept away only once the next start trusts the driver', async () => {
  equal(await refusedWith('setDriverArguments', 'nvidia'), 'module-other-key');
  equal((await state()).driverArguments, 'none');
  await with_(
    `python3 - <<'PYTHON'
import struct, uuid
name = '${vars}/MokListRT-${shimGuid}'
der = open('../computer.made/key.der', 'rb').read()
entry = uuid.UUID('${shimGuid}').bytes_le + der
x509 = uuid.UUID('a5c059a1-94e4-4aa7-87b5-ab155c2bf072').bytes_le
open(name, 'ab').write(x509 + struct.pack('<III', 28 + len(entry), 0, len(entry)) + entry)
PYTHON`,
    async () => {
      await done('setDriverArguments', 'nvidia');
      equal((await state()).driverArguments, 'nvidia');
      match(
        await files.readText(`${stage.root}/boot/arguments`),
        /^ro quiet rd\.driver\.blacklist=nouveau,nova_core modprobe/,
      );
      equal(await refusedWith('forgetKey', stage.fingerprints.key, hash()), 'keep-one-driver');
      equal(await stage.staged(), []);
      await done('setDriverArguments', 'none');
      equal(await files.readText(`${stage.root}/boot/arguments`), 'ro quiet\n');
      await done('forgetKey', stage.fingerprints.key, hash());
      equal((await state()).pendingDeletion, [stage.fingerprints.key]);
    },
  );
});

test('an enrolled key is forgotten in the same way, and that is withdrawn too', async () => {
  await done('forgetKey', stage.fingerprints.old, hash());
  equal(await stage.staged(), ['MokDel', 'MokDelAuth', 'MokTimeout']);
  match(
    await stage.mokutil('--list-delete', '--short'),
    new RegExp(`^${stage.fingerprints.old.slice(0, 10)}`),
  );
  equal((await state()).request?.kind, 'delete');
  await done('cancelRequest');
  equal(await stage.staged(), []);
  equal(await refusedWith('forgetKey', stage.fingerprints.other, hash()), 'key-missing');
});

test('a start with the driver loaded and trusted is remembered', () =>
  with_(
    `mkdir -p sys/module/nvidia; echo 610.43.03 >sys/module/nvidia/version; echo O >sys/module/nvidia/taint`,
    async () => {
      const verified = { kernel: older, version: '610.43.03', fingerprint: null };
      equal((await state()).verified, verified);
      await sh(`rm -r ${stage.root}/sys/module/nvidia`);
      equal((await state()).verified, verified, 'also when it is gone');
    },
  ));

test('a new key is for modules only, root’s and the builders’ alone, and replaces nothing', () =>
  with_(
    'rm etc/pki/akmods/certs/* etc/pki/akmods/private/*; groupadd akmods 2>/dev/null || true',
    async () => {
      const fingerprint = await done('prepareKey');
      const certs = `${stage.root}/etc/pki/akmods/certs`;
      const text = await sh(
        `openssl x509 -inform DER -in ${certs}/public_key.der -noout -text -fingerprint -sha1`,
      );
      equal(/Fingerprint=(.*)/.exec(text)?.[1]?.replaceAll(':', '').toLowerCase(), fingerprint);
      match(
        text,
        /CA:FALSE[^]*Code Signing, 1\.3\.6\.1\.4\.1\.2312\.16\.1\.2|Code Signing, 1\.3\.6\.1\.4\.1\.2312\.16\.1\.2/,
      );
      match(text, /Public-Key: \(4096 bit\)/);
      const modes = await sh(
        `cd ${stage.root}/etc/pki/akmods; stat -L -c '%a %U %G' private/private_key.priv certs/public_key.der`,
      );
      equal(modes, '640 root akmods\n640 root akmods\n');
      equal((await state()).key?.modulesOnly, true);
      await sh(`rm ${certs}/public_key.der`);
      equal(await refusedWith('prepareKey'), 'changed-since', 'half a pair is not replaced');
    },
  ));

test('a password is asked for with the key’s fingerprint as the firmware shows it', async () => {
  const asked = await stage.caller('asked');
  const agent = await Agent.register(asked, people.asked);
  agent.way = 'give';
  const outcome = await asked.call('requestEnrolment', stage.fingerprints.key, hash());
  equal([outcome.code, outcome.detail], ['done', null]);
  const shown = stage.fingerprints.key.toUpperCase().replace(/..(?=.)/g, '$& ');
  assert(agent.messages[0]?.includes(shown) ?? false, agent.messages.join());
  equal((await asked.call('cancelRequest')).code, 'done');
  equal((await asked.call('rebuildModule', newer)).code, 'done');
  assert(agent.messages.at(-1)?.includes(newer) ?? false, agent.messages.join());
  await asked.end();
});

test('a build that its caller takes back is stopped, and the next one is done', async () => {
  await sh(`rm -f ${stage.root}.made/building; touch ${stage.root}.made/slow`);
  const outcome = caller.call('rebuildModule', newer);
  const building = async (): Promise<boolean> => (await files.stat(`${stage.root}.made/building`)) !== null;
  await until('the build runs', building, 60_000);
  await caller.cancel();
  equal((await outcome).code, 'cancelled');
  await sh(`rm ${stage.root}.made/slow`);
  await until(
    'it is free again',
    async () => (await caller.call('rebuildModule', newer)).code === 'done',
    60_000,
  );
});

test('the code that the app makes opens the lock that mokutil set, by openssl’s word', async () => {
  const { code, hash: made } = await makeOneTimeCode(random, sha512);
  const salt = made.split('$')[2] ?? '';
  equal(await sh(`printf '%s\n' ${code} | openssl passwd -6 -salt '${salt}' -stdin`), `${made}\n`);
  await done('requestEnrolment', stage.fingerprints.key, made);
  // MokManager works out the same from the salt in the variable and what is typed.
  match(await stage.mokutil('--list-new', '--short'), /ember-1234/);
  equal(await sh(`tail -c +17 ${stage.root}/${vars}/MokAuth-${shimGuid} | head -c 16`), salt);
  await done('cancelRequest');
});

test('the unit is walled in', async () => {
  const unit = `${GLib.get_current_dir()}/build/root/install/lib/systemd/system/hearth-mechanism.service`;
  const { stdout, stderr } = await processes.run(
    ['systemd-analyze', 'security', '--offline=true', '--no-pager', unit],
    {},
    never,
  );
  const score = Number(/Overall exposure level for \S+: (\d+\.\d)/.exec(stdout)?.[1] ?? Number.NaN);
  print(`# systemd-analyze security: ${score}`);
  assert(score <= 1.5, `${score}\n${stdout}${stderr}`);
  match(stdout, /^[✗-] MemoryDenyWriteExecute=/m);
  assert(!(await files.readText(unit)).includes('--test'), 'the flag for tests is not given');
});

await runOrCall(() => run());
