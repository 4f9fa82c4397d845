// SPDX-License-Identifier: GPL-3.0-or-later

// The adapter for rpm-ostree with a program in its place that says what rpm-ostree is documented to say. SIMULATED: no image
// is replaced and no package laid over one.

import GLib from 'gi://GLib?version=2.0';

import { CancelSource, never } from '../../src/core/cancel.ts';
import type { PackageProgress } from '../../src/core/driver/packages.ts';
import { HearthError } from '../../src/core/errors.ts';
import { files } from '../../src/platform/files.ts';
import { RpmOstree } from '../../src/platform/packages/ostree.ts';
import { processes } from '../../src/platform/processes.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';
import { until } from '../support/serving.ts';

const folder = temporaryFolder();
const reference = 'ostree-image-signed:docker://ghcr.io/ublue-os/silverblue-main:44';
const status = {
  deployments: [
    { checksum: 'b'.repeat(64), booted: false, staged: true, 'container-image-reference': 'other' },
    { checksum: 'a'.repeat(64), booted: true, 'container-image-reference': reference },
  ],
};

await files.makeFolder(`${folder}/bin`, 0o755);
const fake = `#!/bin/sh
echo "$@" >> ${folder}/said
case "$1" in
  status) cat ${folder}/status.json ;;
  cancel) touch ${folder}/cancelled ;;
  *)
    if [ -e ${folder}/error ]; then cat ${folder}/error >&2; exit 1; fi
    echo 'Receiving objects: 42% (420/1000) 5.2 MB/s'
    echo 'Fetching ostree chunk layer 3/4'
    echo 'Checking out tree a1b2c3d...'
    [ ! -e ${folder}/slow ] || sleep 30
    ;;
esac
`;
await files.writeAtomic(`${folder}/bin/rpm-ostree`, fake, 0o755);
await files.writeAtomic(
  `${folder}/bin/rpm`,
  `#!/bin/sh\necho 'akmod-nvidia 610.43-1.fc44'\necho 'package xorg-x11-drv-nvidia-cuda is not installed'\nexit 1\n`,
  0o755,
);
await files.writeAtomic(`${folder}/status.json`, JSON.stringify(status), 0o644);
GLib.setenv('PATH', `${folder}/bin:${GLib.getenv('PATH') ?? ''}`, true);

const system = new RpmOstree(processes);
const silent = (): void => {};

async function failing(text: string): Promise<HearthError> {
  await files.writeAtomic(`${folder}/error`, text, 0o644);
  const thrown = await rejection(system.install(['akmod-nvidia'], silent, never));
  await files.remove(`${folder}/error`);
  assert(thrown instanceof HearthError, String(thrown));
  return thrown;
}

test('the image that runs is the one that was started from, not the one that waits', async () => {
  equal(await system.current(), reference);
  await files.writeAtomic(`${folder}/status.json`, '{"deployments": "none"}', 0o644);
  equal(await system.current(), null);
  await files.writeAtomic(`${folder}/status.json`, JSON.stringify(status), 0o644);
});

test('packages are looked up by rpm, laid over once, and taken off where they are', async () => {
  equal(
    (await system.look(['akmod-nvidia', 'xorg-x11-drv-nvidia-cuda'])).map(({ installed }) => installed),
    ['610.43-1.fc44', null],
  );
  const heard: PackageProgress[] = [];
  await system.install(['xorg-x11-drv-nvidia-cuda'], (progress) => void heard.push(progress), never);
  equal(
    heard.map(({ phase, part }) => `${phase} ${part}`),
    ['checking null', 'downloading 0.42', 'downloading 0.75', 'working null'],
  );
  await system.remove(['akmod-nvidia', 'xorg-x11-drv-nvidia-cuda'], silent, never);
  const said = await files.readText(`${folder}/said`);
  match(said, /^install --idempotent --allow-inactive xorg-x11-drv-nvidia-cuda$/m);
  match(said, /^uninstall --idempotent akmod-nvidia$/m);
});

test('another image, and back to the one from before', async () => {
  await system.rebase('ostree-image-signed:docker://ghcr.io/ublue-os/silverblue-nvidia:44', silent, never);
  await system.rebase(reference, silent, never);
  const said = (await files.readText(`${folder}/said`))
    .split('\n')
    .filter((line) => line.startsWith('rebase'));
  equal(said.length, 2);
  equal(said[1], `rebase ${reference}`);
});

test('an update that waits is discarded, and nothing else', async () => {
  await system.dropUpdate(never);
  const said = (await files.readText(`${folder}/said`)).trim().split('\n');
  equal(said.at(-1), 'cleanup --pending');
});

test('each way to fail has a code of its own', async () => {
  const told = {
    'error: Packages not found: akmod-nvidia': 'package-missing',
    'error: Transaction in progress: upgrade': 'packages-busy',
    'error: GDBus.Error:org.freedesktop.DBus.Error.AccessDenied: Not authorized': 'permission-denied',
    'error: Interactive authentication required. Not authorized': 'no-agent',
    'error: Writing content object: No space left on device': 'no-space',
    'error: Could not depsolve transaction; 1 problem detected:\n Problem: conflicting requests':
      'package-conflict',
    'error: Source image rejected: A signature was required, but no signature exists': 'package-untrusted',
    'error: pinging container registry ghcr.io: dial tcp: no such host': 'offline',
    'error: something new': 'packages-failed',
  };
  for (const [text, code] of Object.entries(told)) equal((await failing(text)).code, code, text);
});

test('cancelled: the service is told as well', async () => {
  await files.writeAtomic(`${folder}/slow`, '', 0o644);
  const cancel = new CancelSource();
  const work = rejection(system.rebase(reference, () => setTimeout(() => cancel.cancel(), 200), cancel));
  const thrown = await work;
  assert(thrown instanceof HearthError, String(thrown));
  equal(thrown.code, 'cancelled');
  await until('the service was told', async () => (await files.stat(`${folder}/cancelled`)) !== null);
});

await run(60_000);
