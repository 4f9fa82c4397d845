// SPDX-License-Identifier: GPL-3.0-or-later

// The units of the guard under the real systemd of a person: nothing runs while nothing changes, a kernel that comes starts
// one look, and a computer without NVIDIA's driver is left alone. The folders that they watch are put elsewhere, and the
// program that they start is one that writes down that it was started.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../../src/core/cancel.ts';
import { files } from '../../../src/platform/files.ts';
import { processes } from '../../../src/platform/processes.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../../support/tap.ts';
import { until } from '../../support/serving.ts';

const folder = temporaryFolder();
const units = `${GLib.get_user_config_dir()}/systemd/user`;
const modules = `${folder}/modules`;
const looks = `${folder}/looks`;

const systemctl = async (...words: readonly string[]) =>
  processes.run(['systemctl', '--user', ...words], {}, never);

async function count(): Promise<number> {
  return (await files.stat(looks)) === null ? 0 : (await files.readText(looks)).trim().split('\n').length;
}

/** The shipped units, with other folders and another program. */
async function install(nvidia: boolean): Promise<void> {
  const source = `${GLib.get_current_dir()}/data/systemd/user`;
  await files.makeFolder(units, 0o755);
  await files.makeFolder(modules, 0o755);
  await files.makeFolder(`${folder}/bin`, 0o755);
  await files.writeAtomic(`${folder}/bin/hearth`, `#!/bin/sh\necho "$@" >> ${looks}\n`, 0o755);
  if (nvidia) await files.makeFolder(`${folder}/sys/module/nvidia`, 0o755);
  for (const name of ['hearth-guard.path', 'hearth-guard.service', 'hearth-guard-start.service']) {
    const text = (await files.readText(`${source}/${name}.in`))
      .replaceAll('@bindir@', `${folder}/bin`)
      .replaceAll('/usr/lib/modules/', `${folder}/none/`)
      .replaceAll('/usr/lib/modules', modules)
      .replaceAll('/sys/module/nvidia', `${folder}/sys/module/nvidia`)
      .replaceAll('/var/', `${folder}/var/`)
      .replaceAll('/run/ostree', `${folder}/ostree`)
      // There is no graphical session here.
      .replace(/^(PartOf|After)=graphical-session.target$/gm, '');
    await files.writeAtomic(`${units}/${name}`, text, 0o644);
  }
  equal((await systemctl('daemon-reload')).exit, 0);
}

test('without NVIDIA’s driver nothing is watched', async () => {
  await install(false);
  await systemctl('start', 'hearth-guard.path');
  equal((await systemctl('is-active', 'hearth-guard.path')).stdout.trim(), 'inactive');
  await files.makeFolder(`${modules}/7.3.0`, 0o755);
  await systemctl('start', 'hearth-guard-start.service');
  equal(await count(), 0);
});

test('with it, nothing runs until a kernel comes, and that starts one look', async () => {
  await install(true);
  equal((await systemctl('start', 'hearth-guard.path')).stderr, '');
  equal((await systemctl('is-active', 'hearth-guard.path')).stdout.trim(), 'active');
  match((await systemctl('show', '-P', 'MainPID,ActiveState', 'hearth-guard.service')).stdout, /inactive/);
  equal(await count(), 0);
  await files.makeFolder(`${modules}/7.4.0`, 0o755);
  await until('somebody looked', async () => (await count()) > 0);
  match(await files.readText(looks), /^guard --notify --quiet$/m);
  await until('it has ended', async () => {
    const { stdout } = await systemctl('is-active', 'hearth-guard.service');
    return stdout.trim() === 'inactive';
  });
  const before = await count();
  await files.makeFolder(`${modules}/7.4.0/kernel`, 0o755);
  equal((await systemctl('is-active', 'hearth-guard.service')).stdout.trim(), 'inactive');
  equal(await count(), before, 'what happens inside of a kernel’s folder is nothing to look at');
});

test('the first login with a new kernel is looked at once', async () => {
  const before = await count();
  await systemctl('start', 'hearth-guard-start.service');
  await until('somebody looked', async () => (await count()) > before);
  const release = (await files.readText('/proc/sys/kernel/osrelease')).trim();
  const state = GLib.get_user_state_dir();
  await files.makeFolder(`${state}/hearth/guard`, 0o700);
  await files.writeAtomic(`${state}/hearth/guard/${release}`, '', 0o600);
  const seen = await count();
  await systemctl('start', 'hearth-guard-start.service');
  equal((await systemctl('is-active', 'hearth-guard-start.service')).stdout.trim(), 'inactive');
  equal(await count(), seen);
  assert(seen > before, 'once');
});

await run(120_000);
