// SPDX-License-Identifier: GPL-3.0-or-later

// dnf5's daemon, the real one, on a system bus of its own with the real polkit, for a root of its own. The packages are
// simulated: they have real names and hold random bytes.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { CancelSource, never } from '../../../src/core/cancel.ts';
import type { PackageProgress } from '../../../src/core/driver/packages.ts';
import { HearthError } from '../../../src/core/errors.ts';
import { Ledger } from '../../../src/engine/ledger.ts';
import { noteList, NotedPackages, type NotedDeps } from '../../../src/engine/noted-packages.ts';
import { clock } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { Dnf } from '../../../src/platform/packages/dnf.ts';
import { processes } from '../../../src/platform/processes.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../../support/tap.ts';

const folder = ARGV[1] ?? temporaryFolder();
const here = GLib.get_current_dir();
/** This program once more, as somebody who may not do it. */
const stranger = ARGV[0] === 'refused';
const root = `${folder}/root`;

async function sh(command: string): Promise<string> {
  const { stdout, stderr, exit } = await processes.run(['sh', '-c', command], {}, never);
  if (exit !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

if (!stranger) {
  await sh(`${here}/tests/support/package-repositories.sh ${folder}/repo rpm`);
  await files.makeFolder(root, 0o755);
  await files.makeFolder(`${folder}/repos`, 0o755);
  await files.writeAtomic(
    `${folder}/repos/simulated.repo`,
    `[simulated]\nname=Simulated driver\nbaseurl=file://${folder}/repo/rpm\ngpgcheck=0\nenabled=1\n` +
      `[second]\nname=Second\nbaseurl=file://${folder}/repo/rpm\ngpgcheck=0\nenabled=0\n`,
    0o644,
  );
  // For who is not root: settings of a session are refused to them, so that they get this computer's own sources.
  await files.makeFolder('/etc/yum.repos.d', 0o755);
  await files.copy(`${folder}/repos/simulated.repo`, '/etc/yum.repos.d/simulated.repo', 0o644);
  await sh(`chmod -R a+rX ${folder}`);
}

const bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
const ledger = new Ledger(`${stranger ? temporaryFolder() : folder}/ledger.jsonl`, files, clock);
const notes: NotedDeps = {
  ledger,
  hosts: () => Promise.resolve({ byId: { simulated: ['rpm.example.org'] }, enabled: ['rpm.example.org'] }),
};
const daemon = new Dnf(bus, (source) => noteList(notes, source), {
  config: {
    installroot: root,
    reposdir: `${folder}/repos`,
    cachedir: `${folder}/cache`,
    system_cachedir: `${folder}/cache`,
    use_host_config: '1',
  },
  releasever: '44',
});
const packages = new NotedPackages(daemon, notes);
const silent = (): void => {};

async function refusal(work: Promise<unknown>): Promise<HearthError> {
  const thrown = await rejection(work);
  assert(thrown instanceof HearthError, String(thrown));
  return thrown;
}

async function installed(): Promise<readonly string[]> {
  return (await sh(`rpm --root ${root} -qa --qf '%{NAME}\\n'`)).split('\n').filter(Boolean).sort();
}

test('what is there and what could be had', async () => {
  equal(await packages.look(['akmod-nvidia', 'no-such-driver']), [
    { name: 'akmod-nvidia', installed: null, available: '610.43-1' },
    { name: 'no-such-driver', installed: null, available: null },
  ]);
});

test('the list that the daemon fetched for that is in Hearth’s ledger, and is not fetched again', async () => {
  const noted = async () =>
    (await ledger.read()).lines.map(({ why, host, subject, status, task }) => [
      why,
      host,
      subject,
      status,
      task,
    ]);
  const expected = [['package-list', 'rpm.example.org', 'simulated', 200, 'driver']];
  equal(await noted(), expected);
  await packages.look(['akmod-nvidia']);
  equal(await noted(), expected);
});

test('resolving names what comes along and how much, and changes nothing', async () => {
  const { installs, removes, downloadBytes } = await packages.resolve(
    'install',
    ['xorg-x11-drv-nvidia-cuda'],
    never,
  );
  equal([...installs].sort(), ['akmod-nvidia', 'nvidia-modprobe', 'xorg-x11-drv-nvidia-cuda']);
  equal(removes, []);
  assert((downloadBytes ?? 0) > 5_000_000, `${downloadBytes} bytes`);
  equal(await installed(), []);
});

test('installed with progress, again without effect, and removed with what needs it', async () => {
  const heard: PackageProgress[] = [];
  await packages.install(['xorg-x11-drv-nvidia-cuda'], (progress) => void heard.push(progress), never);
  equal(await installed(), ['akmod-nvidia', 'nvidia-modprobe', 'xorg-x11-drv-nvidia-cuda']);
  assert(heard.length > 0, 'progress was heard');
  const [line] = (await ledger.read()).lines.filter(({ why }) => why === 'packages');
  equal([line?.host, line?.subject, line?.status], ['rpm.example.org', 'xorg-x11-drv-nvidia-cuda', 200]);
  assert((line?.received ?? 0) > 5_000_000, `${line?.received} bytes`);
  await packages.install(['xorg-x11-drv-nvidia-cuda'], silent, never);
  const going = await packages.resolve('remove', ['akmod-nvidia'], never);
  assert(going.removes.includes('xorg-x11-drv-nvidia-cuda'), going.removes.join());
  await packages.remove(['akmod-nvidia'], silent, never);
  const left = await installed();
  assert(!left.includes('akmod-nvidia') && !left.includes('xorg-x11-drv-nvidia-cuda'), left.join());
  await packages.remove(['akmod-nvidia', 'nvidia-modprobe'], silent, never);
});

test('not found', async () => {
  const error = await refusal(packages.install(['no-such-driver'], silent, never));
  equal([error.code, error.args['package']], ['package-missing', 'no-such-driver']);
});

test('what it needs is nowhere', async () => {
  equal((await refusal(packages.resolve('install', ['nvidia-stranger'], never))).code, 'package-conflict');
});

test('two branches of the driver stand in each other’s way', async () => {
  await packages.install(['akmod-nvidia'], silent, never);
  const error = await refusal(packages.install(['akmod-nvidia-580xx'], silent, never));
  equal(error.code, 'package-conflict');
  match(error.detail ?? '', /conflict/i);
  equal((await installed()).includes('akmod-nvidia-580xx'), false);
  await packages.remove(['akmod-nvidia'], silent, never);
  await packages.install(['akmod-nvidia-580xx'], silent, never);
  equal((await installed()).includes('akmod-nvidia-580xx'), true);
  await packages.remove(['akmod-nvidia-580xx', 'nvidia-modprobe'], silent, never);
});

test('cancelled: all of it or nothing', async () => {
  const cancel = new CancelSource();
  const ended = await packages
    .install(['xorg-x11-drv-nvidia-cuda'], () => cancel.cancel(), cancel)
    .then(
      () => 'installed',
      (thrown: unknown) => (thrown as HearthError).code,
    );
  assert(ended === 'cancelled' || ended === 'installed', ended);
  equal((await installed()).includes('xorg-x11-drv-nvidia-cuda'), ended === 'installed');
  const early = new CancelSource();
  early.cancel();
  equal((await refusal(packages.install(['akmod-nvidia'], silent, early))).code, 'cancelled');
  await packages.remove(['akmod-nvidia', 'nvidia-modprobe'], silent, never);
});

test('package sources are listed, turned on and off again', async () => {
  const list = async () =>
    (await packages.repositories()).map(({ id, enabled }) => `${id} ${enabled}`).sort();
  equal(await list(), ['second false', 'simulated true']);
  await packages.setRepository('second', true, never);
  equal(await list(), ['second true', 'simulated true']);
  await packages.setRepository('second', false, never);
  equal(await list(), ['second false', 'simulated true']);
});

test('a source that is gone: nothing came, said as such', async () => {
  await sh(`mv ${folder}/repo/rpm ${folder}/repo/away; rm -rf ${folder}/cache`);
  equal((await installed()).includes('akmod-nvidia'), false);
  const error = await refusal(packages.install(['akmod-nvidia'], silent, never));
  assert(['offline', 'package-missing'].includes(error.code), `${error.code}: ${error.detail}`);
  const { lines, skipped } = await ledger.read();
  equal(
    [lines.at(-1)?.subject, lines.at(-1)?.status, skipped],
    ['simulated', 0, []],
    'asked in vain, and noted',
  );
  await sh(`mv ${folder}/repo/away ${folder}/repo/rpm; rm -rf ${folder}/cache`);
});

test('a person who is not asked and not allowed gets a sentence of their own', async () => {
  const { stdout, stderr } = await processes.run(
    [
      ...['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups', 'env', 'HOME=/tmp'],
      ...['gjs', '-m', `${here}/build/tests/platform/system/dnf.js`, 'refused', folder],
    ],
    {},
    never,
  );
  match(`${stdout}${stderr}`, /^refused (permission-denied|no-agent)$/m);
});

test('the daemon goes away half-way', async () => {
  const work = refusal(packages.install(['xorg-x11-drv-nvidia-cuda'], silent, never));
  setTimeout(() => {
    GLib.spawn_command_line_sync(
      "sh -c \"kill -9 $(cat /proc/[0-9]*/stat | grep '(dnf5daemon' | cut -d' ' -f1)\"",
    );
  }, 350);
  const error = await work;
  equal(error.code, 'no-package-service');
  await sh(`rpm --root ${root} -qa >/dev/null`);
  await packages.install(['xorg-x11-drv-nvidia-cuda'], silent, never);
  equal((await installed()).includes('xorg-x11-drv-nvidia-cuda'), true);
});

if (stranger) {
  const error = await refusal(packages.install(['akmod-nvidia'], silent, never));
  print(`refused ${error.code}`);
} else {
  await run(240_000);
}
