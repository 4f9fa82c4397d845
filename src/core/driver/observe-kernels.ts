// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, valueOr, type Known } from '../known.ts';
import { complaint, exists, listNames, readBytes, readText, runCommand } from '../machine/read.ts';
import { parseRelease } from '../machine/kernel.ts';
import type { Look } from '../ports.ts';
import { akmodsLog, buildFailure, isBadXz, parseDkmsStatus, parseModinfo } from './module-output.ts';
import { parseSignersDump, parseUnitState, type ModuleInfo } from './module-output.ts';
import { deploymentFolder } from './package-output.ts';
import type { Deployment, KernelReading } from './readings.ts';
import type { BuildState, Family, ModuleFile, Signer } from './types.ts';

/** Modules by kernel and by when its list of modules was written, so that a large file is unpacked once. */
export type ModuleCache = Map<string, Known<ModuleFile | null>>;

export interface KernelsAsked {
  readonly family: Family | null;
  readonly running: string;
  readonly installed: readonly string[];
  /** The system is an image; without a deployment to ask, what it has is its own. */
  readonly image: boolean;
  readonly booted: Deployment | null;
  readonly staged: Deployment | null;
  readonly cache: ModuleCache;
}

/** Not on the path of everybody, and in the same place everywhere. */
const modinfo = '/usr/sbin/modinfo';
/** The end of a module, which has its signature: two signers with keys of 4096 bits need a quarter of it. */
const tail = 16_384;

export async function observeKernels(look: Look, asked: KernelsAsked): Promise<readonly KernelReading[]> {
  const dkms =
    asked.family === 'ubuntu' || asked.family === 'debian'
      ? await runCommand(look, ['/usr/sbin/dkms', 'status'])
      : null;
  const status = dkms?.known === true ? dkms.value.stdout : '';
  const here: KernelReading[] = [];
  // One after the other: each unpacks a file of some ten megabytes.
  for (const kernel of asked.installed) here.push(await observeKernel(look, asked, kernel, status));
  const staged = asked.staged === null ? [] : await observeStaged(look, asked, asked.staged);
  return [...here, ...staged];
}

async function observeKernel(
  look: Look,
  asked: KernelsAsked,
  kernel: string,
  dkms: string,
): Promise<KernelReading> {
  const folder = `/usr/lib/modules/${kernel}`;
  const inImage = asked.image && !(asked.booted !== null && layersModule(asked.booted));
  const key = await cacheKey(look, folder, inImage);
  const module =
    (key === null ? undefined : asked.cache.get(key)) ?? (await observeModule(look, kernel, inImage));
  if (key !== null && module.known) asked.cache.set(key, module);
  const [headers, build] = await Promise.all([
    hasHeaders(look, kernel),
    observeBuild(look, asked, kernel, module, dkms),
  ]);
  return { kernel, staged: false, headers, module, build, ofDistribution: isOfDistribution(kernel) };
}

async function cacheKey(look: Look, folder: string, inImage: boolean): Promise<string | null> {
  const stat = await look.stat(`${folder}/modules.dep`).catch(() => null);
  if (stat === null) return null;
  return `${folder} ${String(stat.mtime)} ${String(stat.size)} ${String(inImage)}`;
}

/** Debian calls its module otherwise, so that several branches can be installed side by side. */
const moduleNames = ['nvidia', 'nvidia-current'] as const;

async function observeModule(
  look: Look,
  kernel: string,
  inImage: boolean,
): Promise<Known<ModuleFile | null>> {
  for (const name of moduleNames) {
    const argv = [modinfo, '-k', kernel, name];
    const output = await runCommand(look, argv, 20_000);
    if (!output.known) return output;
    const info = parseModinfo(output.value.stdout);
    if (info !== null) return readModule(look, info, inImage || isPackaged(info.path));
    if (!/not found/i.test(output.value.stderr))
      return missing('tool-failed', output.source, complaint(output.value));
  }
  return known(null, `/usr/lib/modules/${kernel}`);
}

/** The signers are in the file itself: modinfo shows one only, and not whom it means. */
async function readModule(look: Look, info: ModuleInfo, prebuilt: boolean): Promise<Known<ModuleFile>> {
  const { signed, ...rest } = info;
  const head = await readBytes(look, info.path, 12);
  const badCompression = head.known && isBadXz(head.value);
  if (!signed) return known({ ...rest, signers: [], prebuilt, badCompression }, info.path);
  const signers = await readSigners(look, info.path);
  return signers.known
    ? known({ ...rest, signers: signers.value, prebuilt, badCompression }, info.path)
    : signers;
}

const unpackers: readonly (readonly [ending: string, command: string])[] = [
  ['.ko.xz', 'xz -dc'],
  ['.ko.zst', 'zstd -dc'],
  ['.ko.gz', 'gzip -dc'],
  ['.ko', 'cat'],
];

async function readSigners(look: Look, path: string): Promise<Known<readonly Signer[]>> {
  const unpack = unpackers.find(([ending]) => path.endsWith(ending))?.[1];
  if (unpack === undefined) return missing('garbled', path);
  // The text of the command is fixed; the path travels as a parameter.
  const script = `${unpack} -- "$0" | tail -c ${String(tail)} | od -An -v -tx1`;
  const output = await runCommand(look, ['sh', '-c', script, path], 30_000);
  if (!output.known) return output;
  const signers = parseSignersDump(output.value.stdout);
  // It says that it is signed, so no signer means that it could not be read.
  if (signers === null || signers.length === 0) return missing('tool-failed', path, complaint(output.value));
  return known(signers, path);
}

/** Ubuntu's modules with a signature of Canonical's; nobody builds into this folder on the machine. */
function isPackaged(path: string): boolean {
  return /\/kernel\/nvidia-\d[^/]*\/nvidia\.ko(?:\.(?:xz|zst))?$/.test(path);
}

export function layersModule(deployment: Deployment): boolean {
  return deployment.layered.some((name) => name.startsWith('akmod-nvidia') || name.startsWith('kmod-nvidia'));
}

async function hasHeaders(look: Look, kernel: string): Promise<boolean> {
  const places = [`/usr/src/kernels/${kernel}/Makefile`, `/usr/lib/modules/${kernel}/build/Makefile`];
  const found = await Promise.all(places.map((path) => exists(look, path)));
  return found.some((fact) => fact.known && fact.value);
}

/** Kernels of Fedora, Debian and Ubuntu themselves: only those take keys of a machine owner for modules. */
export function isOfDistribution(kernel: string): boolean {
  return (
    /^\d+\.\d+\.\d+-(?:0\.rc\d\S*\.)?\d+\.fc\d+\.(?:x86_64|aarch64)$/.test(kernel) ||
    /^\d+\.\d+(?:\.\d+)?(?:~rc\d+)?(?:\+deb\d+u?\d*|\+bpo|-\d+)?-(?:(?:cloud|rt)-)?(?:amd64|arm64)$/.test(
      kernel,
    ) ||
    /^\d+\.\d+\.\d+-\d+-(?:generic|lowlatency|oem|nvidia|aws|azure|gcp|oracle)(?:-[\w.]+)?$/.test(kernel)
  );
}

async function observeBuild(
  look: Look,
  asked: KernelsAsked,
  kernel: string,
  module: Known<ModuleFile | null>,
  dkms: string,
): Promise<BuildState> {
  if (asked.family === 'fedora') return akmodsBuild(look, asked, kernel, module);
  if (module.known && module.value !== null) return { tag: 'idle' };
  const failed = parseDkmsStatus(dkms, kernel) === 'not-installed';
  return failed ? { tag: 'failed', ...(await dkmsFailure(look)) } : { tag: 'idle' };
}

const akmodsFolders = ['/var/cache/akmods/nvidia', '/var/cache/akmods/nvidia-580xx'];
const logCap = 4 * 1024 * 1024;

async function akmodsBuild(
  look: Look,
  asked: KernelsAsked,
  kernel: string,
  module: Known<ModuleFile | null>,
): Promise<BuildState> {
  const units = [`akmods@${kernel}.service`, ...(kernel === asked.running ? ['akmods.service'] : [])];
  for (const unit of units) {
    const properties = ['--property=ActiveState,InactiveExitTimestamp', '--timestamp=unix'];
    const output = await runCommand(look, ['systemctl', 'show', unit, ...properties]);
    const state = output.known ? parseUnitState(output.value.stdout) : null;
    if (state?.tag === 'building') return state;
  }
  if (module.known && module.value !== null) return { tag: 'idle' };
  const log = await newestAkmodsLog(look, kernel);
  if (log?.what !== 'failed') return { tag: 'idle' };
  const text = await readText(look, log.path, logCap);
  return { tag: 'failed', log: log.path, reason: text.known ? buildFailure(text.value) : 'other' };
}

async function newestAkmodsLog(
  look: Look,
  kernel: string,
): Promise<{ path: string; what: 'built' | 'failed' } | null> {
  let newest: { path: string; what: 'built' | 'failed'; mtime: number } | null = null;
  for (const folder of akmodsFolders) {
    for (const name of valueOr(await listNames(look, folder), [])) {
      const what = akmodsLog(name, kernel);
      if (what === null) continue;
      const path = `${folder}/${name}`;
      const mtime = (await look.stat(path).catch(() => null))?.mtime ?? 0;
      if (newest === null || mtime >= newest.mtime) newest = { path, what, mtime };
    }
  }
  return newest;
}

async function dkmsFailure(look: Look): Promise<Omit<Extract<BuildState, { tag: 'failed' }>, 'tag'>> {
  for (const module of ['nvidia', 'nvidia-current']) {
    for (const version of valueOr(await listNames(look, `/var/lib/dkms/${module}`), [])) {
      const log = `/var/lib/dkms/${module}/${version}/build/make.log`;
      const text = await readText(look, log, logCap);
      if (text.known) return { log, reason: buildFailure(text.value) };
    }
  }
  return { log: null, reason: 'other' };
}

/** What a deployment that waits for the next start carries: it is on the disk already and can be looked at. */
async function observeStaged(look: Look, asked: KernelsAsked, staged: Deployment): Promise<KernelReading[]> {
  const folder = `${deploymentFolder(staged)}/usr/lib/modules`;
  const names = valueOr(await listNames(look, folder), []).filter((name) => parseRelease(name) !== null);
  return Promise.all(
    names.map(async (kernel): Promise<KernelReading> => ({
      kernel,
      staged: true,
      headers: false,
      module: await observeStagedModule(look, `${folder}/${kernel}/extra`, asked, staged),
      build: { tag: 'idle' },
      ofDistribution: isOfDistribution(kernel),
    })),
  );
}

async function observeStagedModule(
  look: Look,
  folder: string,
  { cache }: KernelsAsked,
  staged: Deployment,
): Promise<Known<ModuleFile | null>> {
  const key = `${folder} ${staged.checksum}`;
  const before = cache.get(key);
  if (before !== undefined) return before;
  const extra = await listNames(look, folder);
  if (!extra.known) return extra.reason === 'absent' ? known(null, folder) : extra;
  for (const name of extra.value.filter((each) => each.startsWith('nvidia'))) {
    const files = valueOr(await listNames(look, `${folder}/${name}`), []);
    const file = files.find((each) => /^nvidia\.ko(?:\.(?:xz|zst|gz))?$/.test(each));
    if (file === undefined) continue;
    const output = await runCommand(look, [modinfo, `${folder}/${name}/${file}`], 20_000);
    if (!output.known) return output;
    const info = parseModinfo(output.value.stdout);
    if (info === null) return missing('tool-failed', output.source, complaint(output.value));
    const module = await readModule(look, info, !layersModule(staged));
    if (module.known) cache.set(key, module);
    return module;
  }
  return known(null, folder);
}
