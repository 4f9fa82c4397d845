// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import type { Signer } from '../core/driver/types.ts';
import { moduleSigners, signatureCap } from '../core/driver/key/module-signature.ts';
import { isKernelRelease } from '../core/driver/key/validate.ts';
import { known, missing, type Known } from '../core/known.ts';
import { join } from '../platform/gio.ts';
import { isThere, namesIn, readLine, type Box } from './box.ts';

export interface ModuleSight {
  readonly path: string;
  readonly signers: readonly Signer[];
}

export function runningKernel(box: Box): Promise<string> {
  return readLine(box, box.at('/proc/sys/kernel/osrelease'));
}

export async function isInstalled(box: Box, kernel: string): Promise<boolean> {
  return isKernelRelease(kernel) && (await isThere(box, box.at(`/lib/modules/${kernel}`)));
}

/** Where packages and builders put it; modinfo knows better, unless its index is stale. */
const usual = ['extra/nvidia', 'extra/nvidia-580xx', 'extra', 'updates/dkms', 'updates'];
const forms = ['nvidia.ko.xz', 'nvidia.ko.zst', 'nvidia.ko', 'nvidia-current.ko.xz', 'nvidia-current.ko'];

/** Decompressing takes about a second; nothing changes between two looks. */
const seen = new Map<string, readonly Signer[]>();

/** The driver's module for an installed kernel, and who signed it; null where there is none. */
export async function seeModule(box: Box, kernel: string): Promise<Known<ModuleSight | null>> {
  const path = await findModule(box, kernel);
  if (path === null) return known(null, `/lib/modules/${kernel}`);
  try {
    const stat = await box.files.stat(path);
    const mark = `${path} ${stat?.size} ${stat?.mtime}`;
    const signers = seen.get(mark) ?? moduleSigners(await tailOf(path));
    seen.set(mark, signers);
    return known({ path, signers }, path);
  } catch (thrown) {
    return missing('garbled', path, String(thrown));
  }
}

async function findModule(box: Box, kernel: string): Promise<string | null> {
  const base = box.testing ? ['-b', box.at('')] : [];
  for (const name of ['nvidia', 'nvidia-current']) {
    const { stdout } = await box.run(['modinfo', ...base, '-k', kernel, '-F', 'filename', name]);
    const path = stdout.trim();
    if (path.startsWith('/') && path.includes(`/${kernel}/`) && (await isThere(box, path))) return path;
  }
  for (const folder of usual) {
    const place = box.at(`/lib/modules/${kernel}/${folder}`);
    const names = await namesIn(box, place);
    const form = forms.find((one) => names.includes(one));
    if (form !== undefined) return `${place}/${form}`;
  }
  return null;
}

/** Compressed modules are decompressed by the tools of their formats, and all but the end is thrown away. */
async function tailOf(path: string): Promise<Uint8Array> {
  const tool = path.endsWith('.xz')
    ? 'xz'
    : path.endsWith('.zst')
      ? 'zstd'
      : path.endsWith('.gz')
        ? 'gzip'
        : null;
  const flags = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_SILENCE;
  const argv = tool === null ? ['tail', '-c', String(signatureCap), '--', path] : [tool, '-dcq', '--', path];
  const child = Gio.Subprocess.new(argv, flags);
  const stream = child.get_stdout_pipe();
  const parts: Uint8Array[] = [];
  let size = 0;
  while (stream !== null) {
    const part = (await stream.read_bytes_async(256 * 1024, GLib.PRIORITY_DEFAULT, null)).toArray();
    if (part.length === 0) break;
    parts.push(part);
    size += part.length;
    while (size - (parts[0]?.length ?? 0) >= signatureCap) size -= parts.shift()?.length ?? 0;
  }
  await child.wait_async(null);
  if (!child.get_successful()) throw new Error(`${argv[0]} could not read ${path}`);
  return join(parts, size);
}
