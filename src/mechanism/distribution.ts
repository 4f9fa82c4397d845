// SPDX-License-Identifier: GPL-3.0-or-later

import type { Family, MechanismState } from '../core/driver/types.ts';
import type { ArgumentPreset } from '../core/driver/key/validate.ts';
import { never } from '../core/cancel.ts';
import type { Output } from '../core/ports.ts';
import { readMenuDefault, setMenuDefault, startedBySystemdBoot } from './boot-menu.ts';
import { isThere, namesIn, type Box } from './box.ts';
import { Refusal } from './refusal.ts';

/** What keeps nouveau and nova away, from the first start on; as RPM Fusion's packages set it. */
const kept = 'nouveau,nova_core';
const driverArguments = [`rd.driver.blacklist=${kept}`, `modprobe.blacklist=${kept}`];

/** How one family of distributions builds modules and starts kernels: fixed programs with fixed arguments. */
export interface Adapter {
  readonly family: Family | null;
  /** Programs that build and sign the driver's module for a kernel, one after the other. */
  rebuild(box: Box, kernel: string): Promise<readonly (readonly string[])[]>;
  readDefault(box: Box): Promise<string | null>;
  setDefault(box: Box, kernel: string): Promise<Output>;
  readArguments(box: Box): Promise<MechanismState['driverArguments']>;
  setArguments(box: Box, preset: ArgumentPreset): Promise<Output>;
}

export async function adapterFor(box: Box): Promise<Adapter> {
  const text = await box.files.readText(box.at('/etc/os-release'), 64 * 1024).catch(() => '');
  const word = (key: string): string => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  const ids = [word('ID'), ...word('ID_LIKE').split(' ')];
  if (await isThere(box, box.at('/run/ostree-booted'))) return atomic;
  const menu = (await startedBySystemdBoot(box)) ? systemdBoot : {};
  if (ids.includes('fedora') || ids.includes('rhel')) return { ...fedora, ...menu };
  // Where the arguments of such a menu's entries come from is not known: only Fedora's grubby changes them.
  const family = ids.includes('ubuntu') ? 'ubuntu' : 'debian';
  const { readArguments, setArguments } = menu === systemdBoot ? unknown : debian;
  if (ids.includes('ubuntu') || ids.includes('debian'))
    return { ...debian, ...menu, readArguments, setArguments, family };
  return { ...unknown, ...menu };
}

/** Kernels are chosen in the same way on every distribution that uses this menu. */
const systemdBoot: Pick<Adapter, 'readDefault' | 'setDefault'> = {
  readDefault: readMenuDefault,
  setDefault: setMenuDefault,
};

function cannot(what: string): Refusal {
  return new Refusal('Failed', `${what} is not known for this system`);
}

const unknown: Adapter = {
  family: null,
  rebuild: () => Promise.reject(cannot('building modules')),
  readDefault: () => Promise.resolve(null),
  setDefault: () => Promise.reject(cannot('choosing a kernel')),
  readArguments: () => Promise.resolve(null),
  setArguments: () => Promise.reject(cannot('setting kernel arguments')),
};

const fedora: Adapter = {
  family: 'fedora',
  rebuild: (_box, kernel) => Promise.resolve([['akmods', '--force', '--rebuild', '--kernels', kernel]]),
  readDefault: async (box) => {
    const { stdout } = await quietly(box, ['grubby', '--default-kernel']);
    return /\/vmlinuz-(\S+)$/.exec(stdout.trim())?.[1] ?? null;
  },
  setDefault: (box, kernel) =>
    box.runOutside('hearth-default-kernel', ['grubby', `--set-default=/boot/vmlinuz-${kernel}`], never),
  readArguments: async (box) => {
    const { stdout } = await quietly(box, ['grubby', '--info=DEFAULT']);
    const line = /^args="(.*)"$/m.exec(stdout)?.[1];
    return line === undefined ? null : judgeArguments([line]);
  },
  setArguments: (box, preset) => {
    const option = preset === 'nvidia' ? '--args' : '--remove-args';
    const argv = ['grubby', '--update-kernel=ALL', `${option}=${driverArguments.join(' ')}`];
    return box.runOutside('hearth-arguments', argv, never);
  },
};

/** rpm-ostree builds with the deployment, and starts deployments rather than kernels. */
const atomic: Adapter = {
  ...unknown,
  family: 'fedora-atomic',
  readArguments: async (box) => {
    const { stdout } = await quietly(box, ['rpm-ostree', 'kargs']);
    return stdout.trim() === '' ? null : judgeArguments([stdout]);
  },
  setArguments: (box, preset) => {
    const option = preset === 'nvidia' ? '--append-if-missing' : '--delete-if-present';
    const argv = ['rpm-ostree', 'kargs', ...driverArguments.map((one) => `${option}=${one}`)];
    return box.runOutside('hearth-arguments', argv, never);
  },
};

const grubMenu = '/boot/grub/grub.cfg';
const grubFolder = '/etc/default/grub.d';
const argumentsFile = `${grubFolder}/60-hearth-driver.cfg`;
const savedFile = `${grubFolder}/60-hearth-saved.cfg`;

const debian: Adapter = {
  family: 'debian',
  rebuild: async (box, kernel) => {
    const commands: string[][] = [];
    // DKMS names its folders after module and version; of several versions the installed one is built by name order.
    for (const name of (await namesIn(box, box.at('/var/lib/dkms'))).filter((one) =>
      /^nvidia[a-z0-9-]*$/.test(one),
    )) {
      const versions = await namesIn(box, box.at(`/var/lib/dkms/${name}`));
      const version = versions.filter((one) => /^\d[0-9A-Za-z.+~-]*$/.test(one)).at(-1);
      if (version === undefined) continue;
      for (const verb of ['build', 'install'])
        commands.push(['dkms', verb, '--force', '-m', name, '-v', version, '-k', kernel]);
    }
    if (commands.length === 0) throw new Refusal('Failed', 'DKMS knows no driver of NVIDIA');
    return commands;
  },
  readDefault: async (box) => {
    const menu = await box.files.readText(box.at(grubMenu), 4 * 1024 * 1024).catch(() => '');
    const { stdout } = await quietly(box, ['grub-editenv', box.at('/boot/grub/grubenv'), 'list']);
    const saved = /^saved_entry=(.*)$/m.exec(stdout)?.[1] ?? '';
    const named = /gnulinux-([0-9][^>]*)-advanced-/.exec(saved)?.[1];
    if (named !== undefined && /set default="\$\{saved_entry\}"/.test(menu)) return named;
    // Otherwise the first entry of the menu, which has the newest kernel.
    return /^\s*linux\s+\S*\/vmlinuz-(\S+)/m.exec(menu)?.[1] ?? null;
  },
  setDefault: async (box, kernel) => {
    const menu = await box.files.readText(box.at(grubMenu), 4 * 1024 * 1024).catch(() => '');
    const ids = [...menu.matchAll(/'(gnulinux-[^']*)'\s*\{/g)].map((match) => match[1] ?? '');
    const above = ids.find((id) => id.startsWith('gnulinux-advanced-'));
    const entry = ids.find((id) => id.startsWith(`gnulinux-${kernel}-advanced-`));
    if (entry === undefined) throw new Refusal('Failed', `the boot menu has no entry for ${kernel}`);
    if (!/set default="\$\{saved_entry\}"/.test(menu)) {
      await box.files.makeFolder(box.at(grubFolder), 0o755);
      await box.files.writeAtomic(box.at(savedFile), 'GRUB_DEFAULT=saved\n', 0o644);
      await box.runOutside('hearth-update-grub', ['update-grub'], never);
    }
    const path = above === undefined ? entry : `${above}>${entry}`;
    return box.runOutside('hearth-default-kernel', ['grub-set-default', path], never);
  },
  readArguments: async (box) => {
    const menu = await box.files.readText(box.at(grubMenu), 4 * 1024 * 1024).catch(() => '');
    const lines = [...menu.matchAll(/^\s*linux\s+(.*)$/gm)].map((match) => match[1] ?? '');
    return lines.length === 0 ? null : judgeArguments(lines);
  },
  setArguments: async (box, preset) => {
    if (preset === 'none') await box.files.remove(box.at(argumentsFile));
    else {
      const line = `GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX ${driverArguments.join(' ')}"\n`;
      await box.files.makeFolder(box.at(grubFolder), 0o755);
      await box.files.writeAtomic(box.at(argumentsFile), line, 0o644);
    }
    return box.runOutside('hearth-arguments', ['update-grub'], never);
  },
};

/** Whether nouveau is kept away by all of these command lines, by none, or by some or half. */
export function judgeArguments(lines: readonly string[]): 'nvidia' | 'none' | 'mixed' {
  const marks = lines.flatMap((line) =>
    ['rd.driver.blacklist', 'modprobe.blacklist'].map((name) =>
      line.split(/\s+/).some((word) => word.startsWith(`${name}=`) && /[=,]nouveau(,|$)/.test(word)),
    ),
  );
  return marks.every(Boolean) ? 'nvidia' : marks.some(Boolean) ? 'mixed' : 'none';
}

/** What a reading program says; nothing where there is none. */
async function quietly(box: Box, argv: readonly string[]): Promise<Output> {
  return box.run(argv).catch(() => ({ stdout: '', stderr: '', exit: 127 }));
}
