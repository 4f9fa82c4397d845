// SPDX-License-Identifier: GPL-3.0-or-later

// PackageKit and its apt backend, the real ones, on a system bus of their own with the real polkit. The packages are simulated:
// they have real names and hold random bytes.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { CancelSource, never } from '../../../src/core/cancel.ts';
import type { PackageProgress } from '../../../src/core/driver/packages.ts';
import { HearthError } from '../../../src/core/errors.ts';
import { Ledger } from '../../../src/engine/ledger.ts';
import { NotedPackages, type SourceHosts } from '../../../src/engine/noted-packages.ts';
import { clock } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { PackageKit } from '../../../src/platform/packages/packagekit.ts';
import { processes } from '../../../src/platform/processes.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../../support/tap.ts';
import { until } from '../../support/serving.ts';

const folder = temporaryFolder();
const here = GLib.get_current_dir();

async function sh(command: string): Promise<string> {
  const { stdout, stderr, exit } = await processes.run(['sh', '-c', command], {}, never);
  if (exit !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

const source = `deb [trusted=yes] file:${folder}/repo/deb ./`;
/** This program once more, as somebody who may not do it. */
const stranger = ARGV.includes('refused');
if (!stranger) {
  await sh(`${here}/tests/support/package-repositories.sh ${folder}/repo deb`);
  await sh('rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*');
  await sh(`chmod -R a+rX ${folder}`);
  await files.writeAtomic('/etc/apt/sources.list', `${source}\n`, 0o644);
  await files.writeAtomic('/usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n', 0o755);
  await sh('apt-get update -q');
  await files.writeAtomic('/etc/dpkg/dpkg.cfg.d/quick', 'force-unsafe-io\n', 0o644);
}

const bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
const packages = new PackageKit(bus);
const silent = (): void => {};

async function refusal(work: Promise<unknown>): Promise<HearthError> {
  const thrown = await rejection(work);
  assert(thrown instanceof HearthError, String(thrown));
  return thrown;
}

async function installed(name: string): Promise<boolean> {
  return (
    (await processes.run(['dpkg-query', '-W', '-f', '${Status}', name], {}, never)).stdout ===
    'install ok installed'
  );
}

test('what is there and what could be had', async () => {
  const seen = await packages.look(['nvidia-driver', 'no-such-driver', 'dpkg']);
  equal(
    seen.map(({ name, installed: here, available }) => [name, here !== null, available !== null]),
    [
      ['nvidia-driver', false, true],
      ['no-such-driver', false, false],
      ['dpkg', true, true],
    ],
  );
  equal(seen[0]?.available, '610.43-1');
});

test('resolving names what comes along and how much, and changes nothing', async () => {
  const { installs, removes, downloadBytes, diskBytes } = await packages.resolve(
    'install',
    ['nvidia-driver'],
    never,
  );
  equal([...installs].sort(), ['nvidia-driver', 'nvidia-kernel-dkms', 'nvidia-modprobe']);
  equal(removes, []);
  assert(downloadBytes === null || downloadBytes > 4_000_000, `${downloadBytes} bytes`);
  assert(diskBytes === null || diskBytes > 4_000_000, `${diskBytes} bytes`);
  equal(await installed('nvidia-driver'), false);
});

test('installed with progress, again without effect, and removed with what needs it', async () => {
  const heard: PackageProgress[] = [];
  await packages.install(['nvidia-driver'], (progress) => void heard.push(progress), never);
  equal(await installed('nvidia-driver'), true);
  assert(
    heard.some(({ phase }) => phase === 'working'),
    JSON.stringify(heard.slice(0, 5)),
  );
  await packages.install(['nvidia-driver'], silent, never);
  equal((await packages.look(['nvidia-driver']))[0]?.installed, '610.43-1');
  const going = await packages.resolve('remove', ['nvidia-kernel-dkms'], never);
  equal([...going.removes].sort(), ['nvidia-driver', 'nvidia-kernel-dkms']);
  await packages.remove(['nvidia-kernel-dkms'], silent, never);
  equal([await installed('nvidia-driver'), await installed('nvidia-modprobe')], [false, true]);
  await packages.remove(['nvidia-kernel-dkms', 'nvidia-modprobe'], silent, never);
  equal(await installed('nvidia-modprobe'), false);
});

test('what the service fetches for Hearth is in Hearth’s ledger, before it begins and with its size', async () => {
  const ledger = new Ledger(`${folder}/ledger.jsonl`, files, clock);
  const hosts = (): Promise<SourceHosts> => Promise.resolve({ byId: {}, enabled: ['deb.example.org'] });
  const seen = new NotedPackages(packages, { ledger, hosts });
  await seen.resolve('install', ['nvidia-driver'], never);
  equal((await ledger.read()).lines, [], 'asking fetches nothing');
  let during = 0;
  await seen.install(['nvidia-driver'], () => void (during ||= 1), never);
  equal(during, 1);
  const { lines, skipped } = await ledger.read();
  equal(
    lines.map(({ why, host, subject, status, task }) => [why, host, subject, status, task]),
    [['packages', 'deb.example.org', 'nvidia-driver', 200, 'driver']],
  );
  assert((lines[0]?.received ?? 0) > 4_000_000, `${lines[0]?.received} bytes`);
  equal(skipped, []);
  equal((await refusal(seen.install(['no-such-driver'], silent, never))).code, 'package-missing');
  equal((await ledger.read()).lines[1]?.status, 0, 'one that failed is there, too');
  await seen.remove(['nvidia-kernel-dkms', 'nvidia-modprobe'], silent, never);
  equal((await ledger.read()).lines.length, 2, 'removing fetches nothing');
});

test('not found', async () => {
  const error = await refusal(packages.install(['no-such-driver'], silent, never));
  equal([error.code, error.args['package']], ['package-missing', 'no-such-driver']);
});

test('what it needs is nowhere: a conflict, before anything is done', async () => {
  const error = await refusal(packages.resolve('install', ['nvidia-stranger'], never));
  equal(error.code, 'package-conflict');
});

test('two packages with one file: the second is refused with the words of dpkg', async () => {
  await packages.install(['nvidia-driver'], silent, never);
  const error = await refusal(packages.install(['nvidia-clashing'], silent, never));
  equal(error.code, 'package-conflict');
  match(error.detail ?? '', /overwrite/);
  await sh('dpkg --remove --force-all nvidia-clashing || true');
  await packages.remove(['nvidia-kernel-dkms'], silent, never);
});

test('another program holds the lock', async () => {
  const script =
    'import fcntl, time; f = open("/var/lib/dpkg/lock-frontend", "w"); fcntl.lockf(f, fcntl.LOCK_EX); print("held", flush=True); time.sleep(12)';
  let held = false;
  const holder = await processes.start(['python3', '-c', script], {
    onLine: (line) => {
      held ||= line === 'held';
    },
  });
  try {
    await until('it is held', () => Promise.resolve(held));
    const cancel = new CancelSource();
    const work = refusal(packages.install(['nvidia-driver'], silent, cancel));
    // The backend waits for as long as it takes; a person may stop waiting.
    setTimeout(() => cancel.cancel(), 4000);
    const { code } = await work;
    assert(code === 'packages-busy' || code === 'cancelled', code);
    equal(await installed('nvidia-driver'), false);
  } finally {
    holder.signal('KILL');
    await holder.exited;
  }
});

test('cancelled on the way: all of it or nothing', async () => {
  const cancel = new CancelSource();
  const work = packages
    .install(['nvidia-driver'], () => cancel.cancel(), cancel)
    .then(
      () => 'installed',
      (thrown: unknown) => (thrown as HearthError).code,
    );
  const ended = await work;
  assert(ended === 'cancelled' || ended === 'installed', ended);
  equal(await installed('nvidia-driver'), ended === 'installed');
  equal((await sh('dpkg --audit')).trim(), '');
});

test('package sources are listed, turned off and on again', async () => {
  const [first] = await packages.repositories();
  assert(first !== undefined, 'one source');
  equal(first.enabled, true);
  await packages.setRepository(first.id, false, never);
  const off = (await packages.repositories()).find(({ id }) => id === first.id);
  equal(off?.enabled ?? false, false);
  await files.writeAtomic('/etc/apt/sources.list', `${source}\n`, 0o644);
});

test('a person who is not asked and not allowed gets a sentence of their own', async () => {
  const { stdout, stderr } = await processes.run(
    [
      'setpriv',
      '--reuid=1000',
      '--regid=1000',
      '--clear-groups',
      'env',
      'HOME=/tmp',
      'gjs',
      '-m',
      `${here}/build/tests/platform/system/packagekit.js`,
      'refused',
    ],
    {},
    never,
  );
  match(`${stdout}${stderr}`, /^refused (permission-denied|no-agent)$/m);
});

test('the service goes away half-way', async () => {
  await packages.remove(['nvidia-kernel-dkms'], silent, never);
  let killed = false;
  const error = await refusal(
    packages.install(
      ['nvidia-driver'],
      () => {
        if (killed) return;
        killed = true;
        GLib.spawn_command_line_sync(
          'sh -c "kill -9 $(cat /proc/[0-9]*/stat | grep packagekitd | cut -d\' \' -f1)"',
        );
      },
      never,
    ),
  );
  equal(error.code, 'no-package-service');
  // It is started anew by the next call, and puts right what was left.
  await sh('dpkg --configure -a');
  await packages.install(['nvidia-driver'], silent, never);
  equal(await installed('nvidia-driver'), true);
});

if (stranger) {
  const error = await refusal(packages.install(['nvidia-driver'], silent, never));
  print(`refused ${error.code}`);
} else {
  await run(240_000);
}
