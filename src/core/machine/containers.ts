// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { parse as parseYaml } from 'yaml';
import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { CdiFile, ContainerFacts, Selinux } from './facts.ts';
import { exists, listNames, readText, runCommand } from './read.ts';

/** systemd runs this for a person's own container files: without it Quadlets are only text. */
const generators = [
  '/usr/lib/systemd/user-generators/podman-user-generator',
  '/usr/local/lib/systemd/user-generators/podman-user-generator',
];

/** Where descriptions of devices for containers may lie. The last two are one place on most systems. */
export const cdiFolders = ['/etc/cdi', '/run/cdi', '/var/run/cdi'] as const;
/** NVIDIA's own is some hundred kilobytes with many cards. */
const cdiCap = 2 * 1024 * 1024;

const cdiSchema = v.object({
  kind: v.pipe(v.string(), v.maxLength(200)),
  devices: v.array(v.object({ name: v.pipe(v.union([v.string(), v.number()]), v.transform(String)) })),
});

/** A description of devices for containers (CDI), in YAML or JSON; null when it is none. */
export function parseCdi(text: string): Pick<CdiFile, 'kind' | 'devices'> | null {
  let value: unknown;
  try {
    value = parseYaml(text, { maxAliasCount: 0 });
  } catch {
    return null;
  }
  const found = v.safeParse(cdiSchema, value);
  if (!found.success) return null;
  return { kind: found.output.kind, devices: found.output.devices.map((device) => device.name) };
}

/**
 * Whether `grep` found a range of this person in both files. A system that asks a directory for them has none there,
 * so that nothing found is "not told" when the system says it looks elsewhere.
 */
export function hasIdRanges(lines: string): boolean {
  const big = (file: string): boolean =>
    lines.split('\n').some((line) => {
      const [from, , , count] = line.split(':');
      return from === file && Number(count) >= 1000;
    });
  return big('/etc/subuid') && big('/etc/subgid');
}

/** What there is for containers of an ordinary person. Files and two small commands, no root, no podman started. */
export async function observeContainers(look: Look): Promise<ContainerFacts> {
  const [quadlet, idMapper, selinux, controllers, cdi, nodes, idRanges] = await Promise.all([
    anyOf(look, generators),
    anyOf(look, ['/usr/bin/newuidmap', '/bin/newuidmap']),
    observeSelinux(look),
    observeControllers(look),
    observeCdi(look),
    observeNodes(look),
    observeIdRanges(look),
  ]);
  return { quadlet, idMapper, idRanges, selinux, controllers, cdi, nodes };
}

async function anyOf(look: Look, paths: readonly string[]): Promise<Known<boolean>> {
  const found = await Promise.all(paths.map((path) => exists(look, path)));
  const there = found.find((fact) => fact.known && fact.value);
  return there ?? found[0] ?? known(false, '');
}

async function observeSelinux(look: Look): Promise<Known<Selinux>> {
  const path = '/sys/fs/selinux/enforce';
  const text = await readText(look, path, 64);
  if (text.known) return known(text.value.trim() === '1' ? 'enforcing' : 'permissive', path);
  // The folder is only there while SELinux is on.
  return text.reason === 'absent' ? known('off', path) : text;
}

/** What the system lets the person's systemd limit: 'cpu', 'memory', 'pids'. */
async function observeControllers(look: Look): Promise<Known<readonly string[]>> {
  const groups = await readText(look, '/proc/self/cgroup');
  if (!groups.known) return groups;
  const own = /^0::(\/\S*?user-(\d+)\.slice)\//m.exec(groups.value);
  if (own === null) return missing('not-told', groups.source);
  const file = `/sys/fs/cgroup${own[1] ?? ''}/user@${own[2] ?? ''}.service/cgroup.controllers`;
  const text = await readText(look, file, 4096);
  if (!text.known) return text;
  return known(text.value.split(/\s+/).filter(Boolean), file);
}

export async function observeCdi(look: Look): Promise<readonly CdiFile[]> {
  const all = await Promise.all(cdiFolders.map((folder) => cdiIn(look, folder)));
  return all.flat();
}

async function cdiIn(look: Look, folder: string): Promise<readonly CdiFile[]> {
  const names = await listNames(look, folder);
  if (!names.known) return [];
  const files = names.value.filter((name) => /^[^./][^/]*\.(yaml|json)$/.test(name)).slice(0, 32);
  const found = await Promise.all(
    files.map(async (name): Promise<CdiFile | null> => {
      const path = `${folder}/${name}`;
      const text = await readText(look, path, cdiCap);
      const content = text.known ? parseCdi(text.value) : null;
      return content === null ? null : { path, ...content };
    }),
  );
  return found.filter((file) => file !== null);
}

async function observeNodes(look: Look): Promise<readonly string[]> {
  const wanted = ['/dev/dri', '/dev/kfd', '/dev/nvidiactl'];
  const there = await Promise.all(wanted.map((path) => exists(look, path)));
  return wanted.filter((_path, index) => {
    const fact = there[index];
    return fact?.known === true && fact.value;
  });
}

async function observeIdRanges(look: Look): Promise<Known<boolean>> {
  const [name, number] = await Promise.all([runCommand(look, ['id', '-un']), runCommand(look, ['id', '-u'])]);
  if (!name.known) return name;
  const user = name.value.stdout.trim();
  const uid = number.known ? number.value.stdout.trim() : '';
  if (!/^[\w.@-]{1,256}$/.test(user) || !/^\d*$/.test(uid)) return missing('garbled', name.source);
  // Only the person's own lines: the files name everybody on the computer.
  const pattern = `^(${user.replaceAll('.', String.raw`\.`)}|${uid}):`;
  const lines = await runCommand(look, ['grep', '-E', pattern, '/etc/subuid', '/etc/subgid']);
  if (!lines.known) return lines;
  if (hasIdRanges(lines.value.stdout)) return known(true, lines.source);
  const services = await readText(look, '/etc/nsswitch.conf', 64 * 1024);
  const elsewhere = services.known && /^subid:(?!\s*files\s*$)/m.test(services.value);
  return elsewhere ? missing('not-told', '/etc/nsswitch.conf') : known(false, lines.source);
}
