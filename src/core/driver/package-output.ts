// SPDX-License-Identifier: GPL-3.0-or-later

import type { Deployment, ImageReading, InstalledPackage, OfflineUpdate } from './readings.ts';

// What rpm, dpkg, rpm-ostree, PackageKit and dnf5 say about packages. Text in, facts out.

export const rpmCommand = [
  'rpm',
  '-qa',
  '--queryformat',
  '%{NAME} %{VERSION}-%{RELEASE}\\n',
  '*nvidia*',
  'cuda-toolkit*',
] as const;

export const dpkgCommand = [
  'dpkg-query',
  '-W',
  '-f',
  '${Package} ${Version} ${db:Status-Status}\\n',
  '*nvidia*',
  'libcuda1*',
  'cuda-toolkit*',
] as const;

/** Lines of `rpmCommand` or `dpkgCommand`; packages that are known but not installed are left out. */
export function parsePackages(stdout: string): readonly InstalledPackage[] {
  const found: InstalledPackage[] = [];
  for (const line of stdout.split('\n', 1000)) {
    const [name, version, status] = line.split(' ');
    if (!name || !version || (status !== undefined && status !== 'installed')) continue;
    if (/^[A-Za-z0-9][\w.+-]*$/.test(name)) found.push({ name, version });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** 'VERSION' of a package version such as '3:610.43.03-1.fc44' or '550.163.01-2'. */
export function upstreamVersion(version: string): string {
  return version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
}

/** Ids of the sections of a .repo file that are on. */
export function parseRepositories(text: string): readonly string[] {
  const on: string[] = [];
  let section: string | null = null;
  let enabled = true;
  const end = (): void => {
    if (section !== null && enabled) on.push(section);
  };
  for (const line of text.split('\n', 2000)) {
    const start = /^\[([\w.:-]+)\]\s*$/.exec(line)?.[1];
    if (start !== undefined) {
      end();
      section = start;
      enabled = true;
    }
    const value = /^enabled\s*=\s*(\w+)/i.exec(line)?.[1];
    if (value !== undefined) enabled = /^(?:1|true|yes|on)$/i.test(value);
  }
  end();
  return on;
}

/** `rpm-ostree status --json`; null when it is not that. */
export function parseOstreeStatus(stdout: string): ImageReading | null {
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    return null;
  }
  const deployments = property(value, 'deployments');
  if (!Array.isArray(deployments)) return null;
  const find = (mark: string): Deployment | null =>
    deploymentOf(deployments.find((one: unknown) => property(one, mark) === true));
  return { booted: find('booted'), staged: find('staged') };
}

function deploymentOf(value: unknown): Deployment | null {
  const os = property(value, 'osname');
  const checksum = property(value, 'checksum');
  if (typeof os !== 'string' || !/^[\w.-]{1,64}$/.test(os)) return null;
  if (typeof checksum !== 'string' || !/^[0-9a-f]{64}$/.test(checksum)) return null;
  const serial = property(value, 'serial');
  const text = (name: string): string | null => {
    const found = property(value, name);
    return typeof found === 'string' && found !== '' ? found.slice(0, 300) : null;
  };
  const layered = ['requested-packages', 'requested-local-packages', 'packages'].flatMap((name) => {
    const list = property(value, name);
    return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
  });
  return {
    os,
    checksum,
    serial: typeof serial === 'number' && Number.isInteger(serial) && serial >= 0 ? serial : 0,
    version: text('version'),
    origin: text('container-image-reference') ?? text('origin'),
    layered: [...new Set(layered)].sort(),
  };
}

/** Where a deployment lies, whether it runs or not. */
export function deploymentFolder({ os, checksum, serial }: Deployment): string {
  return `/ostree/deploy/${os}/deploy/${checksum}.${String(serial)}`;
}

/** Packages that bring a module, or what has to be of the same version as it. */
const ofDriver = /^(?:akmod-nvidia|xorg-x11-drv-nvidia|nvidia-driver|nvidia-kernel|nvidia-dkms)/;

type UpdateContent = Pick<OfflineUpdate, 'kernel' | 'driver'>;

/** PackageKit's prepared-update: package ids 'name;version;arch;repository', one a line (older ones in a key file). */
export function parsePreparedUpdate(text: string): UpdateContent {
  const ids = text.split(/[\n,]/).map((id) =>
    id
      .trim()
      .replace(/^prepared_ids=/, '')
      .split(';'),
  );
  const kernel = ids.find(([name, version, arch]) => name === 'kernel-core' && version && arch);
  return {
    kernel: kernel === undefined ? null : `${(kernel[1] ?? '').replace(/^\d+:/, '')}.${kernel[2] ?? ''}`,
    driver: ids.some(([name]) => ofDriver.test(name ?? '')),
  };
}

/** dnf5's offline-transaction-state.toml: whether the next restart carries the transaction out. */
export function parseDnfOfflineState(text: string): Pick<OfflineUpdate, 'armed'> | null {
  const status = /^status\s*=\s*["']([\w-]+)["']/m.exec(text)?.[1];
  if (status === undefined || status === 'download-incomplete') return null;
  return { armed: status === 'ready' || status === 'transaction-incomplete' };
}

/** dnf5's stored transaction.json: the kernel that it installs, and whether it changes the driver. */
export function parseDnfTransaction(text: string): UpdateContent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kernel: null, driver: false };
  }
  const rpms = property(value, 'rpms');
  let content: UpdateContent = { kernel: null, driver: false };
  for (const one of Array.isArray(rpms) ? (rpms as unknown[]) : []) {
    const nevra = property(one, 'nevra');
    const action = property(one, 'action');
    if (typeof nevra !== 'string' || (action !== 'Install' && action !== 'Upgrade')) continue;
    const kernel = /^kernel-core-(?:\d+:)?(\d\S*)$/.exec(nevra)?.[1];
    content = { kernel: kernel ?? content.kernel, driver: content.driver || ofDriver.test(nevra) };
  }
  return content;
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
