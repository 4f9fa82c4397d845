// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, valueOr, type Known } from '../known.ts';
import { observeCdi } from '../machine/containers.ts';
import type { MachineFacts } from '../machine/facts.ts';
import { efiVariables } from '../machine/firmware.ts';
import { parseNvidiaModule } from '../machine/nvidia.ts';
import { complaint, exists, listNames, parsed, plainText, readText, runCommand } from '../machine/read.ts';
import type { Look } from '../ports.ts';
import { familyOf } from './advice.ts';
import { parseUbuntuDrivers } from './advice-sight.ts';
import type { Digest } from './key/certificate.ts';
import { keyLists, listFiles, shimGuid, variableValue } from './key/efi.ts';
import { keysOf, listCap, parseSignatureLists } from './key/signature-list.ts';
import { countsCards, parseInhibitors } from './module-output.ts';
import { observeKernels, type ModuleCache } from './observe-kernels.ts';
import { observeOfflineUpdate, observePackages, observeImage } from './observe-packages.ts';
import type { DriverReadings } from './readings.ts';
import type { LoadedModule, TrustedKey } from './types.ts';

export interface DriverLookOptions {
  readonly sha1: Digest;
  /** Kept between looks by whoever looks often. */
  readonly cache?: ModuleCache;
}

/** Reads everything about the driver. Files and commands that only look, no root. Never rejects. */
export async function observeDriver(
  look: Look,
  machine: MachineFacts,
  { sha1, cache = new Map() }: DriverLookOptions,
): Promise<DriverReadings> {
  const gpus = valueOr(machine.gpus, []);
  const nvidia = gpus.some((gpu) => gpu.vendor === 'nvidia');
  const family = familyOf(valueOr(machine.system, null));
  const isImage = valueOr(machine.system, null)?.image === true;
  const [variables, image] = await Promise.all([
    listNames(look, efiVariables),
    isImage ? observeImage(look) : null,
  ]);
  const files = valueOr(variables, []);
  const deployments = image?.known === true ? image.value : { booted: null, staged: null };
  const kernel = valueOr(machine.kernel, { running: '', installed: [] });
  const asked = { family, ...kernel, image: isImage, ...deployments, cache };
  const [common, driver, packages, kernels, cuda] = await Promise.all([
    observeAround(look, files, variables, sha1),
    observeLoaded(look),
    nvidia ? observePackages(look, family) : { installed: notAsked('rpm'), repositories: [] },
    nvidia ? observeKernels(look, asked) : [],
    nvidia ? observeCuda(look) : { cuda: notAsked('nvidia-smi'), complaint: null },
  ]);
  const [offered, offlineUpdate, restartHeld, kernelLog, cdi] = await Promise.all([
    nvidia && family === 'ubuntu' ? observeOffered(look) : [],
    nvidia ? observeOfflineUpdate(look) : null,
    nvidia && family === 'fedora' ? observeHeld(look) : false,
    nvidia ? observeKernelLog(look) : notAsked('journalctl'),
    machine.containers?.cdi ?? observeCdi(look),
  ]);
  return {
    ...common,
    ...packages,
    ...cuda,
    loaded: driver,
    kernels,
    image,
    offered,
    offlineUpdate,
    restartHeld,
    kernelLog,
    cdi: cdi.some((file) => file.kind === 'nvidia.com/gpu'),
  };
}

function notAsked(source: string): Known<never> {
  return missing('not-asked', source);
}

type Around = Pick<
  DriverReadings,
  'bootId' | 'arguments' | 'keys' | 'mokVariables' | 'throughShim' | 'nvramFree' | 'layout' | 'encrypted'
>;

async function observeAround(
  look: Look,
  files: readonly string[],
  variables: Known<readonly string[]>,
  sha1: Digest,
): Promise<Around> {
  const [bootId, line, keys, throughShim, nvramFree, layout, encrypted] = await Promise.all([
    readText(look, '/proc/sys/kernel/random/boot_id', 64),
    readText(look, '/proc/cmdline', 16 * 1024),
    variables.known ? observeKeys(look, files, sha1) : variables,
    exists(look, '/sys/firmware/efi/mok-variables'),
    files.length === 0 ? notAsked('df') : observeNvram(look),
    observeLayout(look),
    observeEncrypted(look),
  ]);
  const mokVariables = files
    .filter((name) => name.endsWith(`-${shimGuid}`))
    .map((name) => name.slice(0, -shimGuid.length - 1));
  return {
    bootId: parsed(bootId, (text) => /^[0-9a-f-]{36}$/.exec(text.trim())?.[0] ?? null),
    arguments: line.known ? known(line.value.trim(), line.source) : line,
    keys,
    mokVariables,
    throughShim,
    nvramFree,
    layout,
    encrypted,
  };
}

/** All lists that there are. One that is there and cannot be read makes all of them unknown: a block may hide in it. */
async function observeKeys(
  look: Look,
  files: readonly string[],
  sha1: Digest,
): Promise<Known<readonly TrustedKey[]>> {
  const found: TrustedKey[] = [];
  for (const { name, place } of keyLists) {
    for (const file of listFiles(name, files)) {
      const path = `${efiVariables}/${file}`;
      try {
        const bytes = await look.readBytes(path, { offset: 0, length: listCap });
        found.push(...keysOf(parseSignatureLists(variableValue(bytes)), place, sha1));
      } catch {
        return missing('garbled', path);
      }
    }
  }
  return known(found, efiVariables);
}

async function observeLoaded(look: Look): Promise<Known<LoadedModule | null>> {
  const folder = '/sys/module/nvidia';
  const there = await exists(look, folder);
  if (!there.known) return there;
  if (!there.value) return known(null, folder);
  const [version, srcversion, taint, about] = await Promise.all([
    readText(look, `${folder}/version`, 64),
    readText(look, `${folder}/srcversion`, 64),
    readText(look, `${folder}/taint`, 64),
    readText(look, '/proc/driver/nvidia/version', 4096),
  ]);
  const module = about.known ? parseNvidiaModule(about.value) : null;
  const said = version.known ? plainText(version.value) : (module?.version ?? '');
  if (said === '') return missing('garbled', folder);
  return known(
    {
      version: said,
      srcversion: srcversion.known ? plainText(srcversion.value) : null,
      taint: taint.known ? plainText(taint.value) : '',
      open: module?.open ?? null,
    },
    folder,
  );
}

/** The driver wakes a sleeping card for this; it is asked only while its module is loaded. */
async function observeCuda(look: Look): Promise<Pick<DriverReadings, 'cuda' | 'complaint'>> {
  const loaded = await exists(look, '/sys/module/nvidia');
  if (!(loaded.known && loaded.value)) return { cuda: notAsked('nvidia-smi -L'), complaint: null };
  const output = await runCommand(look, ['nvidia-smi', '-L'], 15_000);
  if (!output.known) return { cuda: output, complaint: null };
  const works = output.value.exit === 0 && countsCards(output.value.stdout) > 0;
  return { cuda: known(works, output.source), complaint: works ? null : complaint(output.value) };
}

async function observeOffered(look: Look): Promise<DriverReadings['offered']> {
  const output = await runCommand(look, ['ubuntu-drivers', 'list'], 20_000);
  return output.known ? parseUbuntuDrivers(output.value.stdout) : [];
}

async function observeHeld(look: Look): Promise<boolean> {
  const login = 'org.freedesktop.login1';
  const call = [login, '/org/freedesktop/login1', `${login}.Manager`, 'ListInhibitors'];
  const output = await runCommand(look, ['busctl', '--system', '--json=short', 'call', ...call]);
  return output.known && parseInhibitors(output.value.stdout);
}

/** What is said of modules and of NVIDIA since the start. Members of the journal's groups see it, others nothing. */
async function observeKernelLog(look: Look): Promise<Known<string>> {
  const wanted = 'NVRM|nvidia|Loading of|decompression failed|MokList';
  const argv = [
    'journalctl',
    '-k',
    '-b',
    '0',
    '-q',
    '--no-pager',
    '-o',
    'cat',
    '-n',
    '400',
    `--grep=${wanted}`,
  ];
  const output = await runCommand(look, argv);
  if (!output.known) return output;
  const text = output.value.stdout;
  return text.trim() === '' ? missing('not-told', 'journalctl') : known(text, 'journalctl');
}

async function observeNvram(look: Look): Promise<Known<number>> {
  const output = await runCommand(look, ['df', '-B1', '--output=avail', efiVariables]);
  if (!output.known) return output;
  const free = /^\s*(\d{1,15})\s*$/m.exec(output.value.stdout)?.[1];
  return free === undefined ? missing('garbled', output.source) : known(Number(free), output.source);
}

const layoutFiles: readonly (readonly [path: string, pattern: RegExp])[] = [
  ['/etc/X11/xorg.conf.d/00-keyboard.conf', /^\s*Option\s+"XkbLayout"\s+"([a-z]{2,8})/m],
  ['/etc/vconsole.conf', /^XKBLAYOUT="?([a-z]{2,8})/m],
  ['/etc/vconsole.conf', /^KEYMAP="?([a-z]{2,8})/m],
  ['/etc/default/keyboard', /^XKBLAYOUT="?([a-z]{2,8})/m],
];

async function observeLayout(look: Look): Promise<string | null> {
  for (const [path, pattern] of layoutFiles) {
    const text = await readText(look, path, 64 * 1024);
    const layout = text.known ? pattern.exec(text.value)?.[1] : undefined;
    if (layout !== undefined) return layout;
  }
  return null;
}

async function observeEncrypted(look: Look): Promise<boolean> {
  const disks = valueOr(await listNames(look, '/sys/block'), []).filter((name) => /^dm-\d{1,4}$/.test(name));
  const kinds = await Promise.all(
    disks.slice(0, 64).map((name) => readText(look, `/sys/block/${name}/dm/uuid`, 256)),
  );
  return kinds.some((kind) => kind.known && kind.value.startsWith('CRYPT-LUKS'));
}
