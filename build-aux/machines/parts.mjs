// SPDX-License-Identifier: GPL-3.0-or-later

// How the parts of a composed machine look in files and commands. Formats: proc(5), the kernel's ABI documents for
// sysfs (sysfs-bus-pci, amdgpu), os-release(5), df(1), systemd-detect-virt(1), NetworkManager's D-Bus reference,
// nvidia-smi --help-query-gpu, OCI image manifests as Ollama stores them.

import { addDriver } from './driver-parts.mjs';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

const x86Flags =
  'fpu vme de pse tsc msr pae mce cx8 apic sep cmov pat mmx fxsr sse sse2 ht syscall nx rdtscp lm pni pclmulqdq ssse3 cx16 sse4_1 sse4_2 popcnt aes xsave';
export const flags = {
  /** Up to SSE 4.2: Westmere. */
  sse42: x86Flags,
  avx2: `${x86Flags} avx f16c rdrand fma bmi1 avx2 bmi2 erms adx`,
  avxVnni: `${x86Flags} avx f16c rdrand fma bmi1 avx2 bmi2 erms adx sha_ni avx_vnni gfni vaes vpclmulqdq`,
  zen4: `${x86Flags} avx f16c rdrand fma bmi1 avx2 bmi2 erms avx512f avx512dq adx avx512ifma avx512cd sha_ni avx512bw avx512vl avx512_bf16 avx512vbmi avx512_vbmi2 gfni vaes vpclmulqdq avx512_vnni avx512_bitalg`,
  zen5: `${x86Flags} avx f16c rdrand fma bmi1 avx2 bmi2 erms avx512f avx512dq adx avx512ifma avx512cd sha_ni avx512bw avx512vl avx_vnni avx512_bf16 avx512vbmi avx512_vbmi2 gfni vaes vpclmulqdq avx512_vnni avx512_bitalg`,
  m1: 'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm jscvt fcma lrcpc dcpop sha3 asimddp sha512 asimdfhm dit uscat ilrcpc flagm ssbs sb paca pacg dcpodp flagm2 frint',
};

/** /proc/cpuinfo of an x86 machine. `cores` lists the core ids, one entry a thread. */
function x86CpuInfo({ vendor, family, model, name, cores, flags: text }) {
  const count = new Set(cores).size;
  return cores
    .map((core, index) =>
      [
        ['processor', index],
        ['vendor_id', vendor],
        ['cpu family', family],
        ['model', model],
        ['model name', name],
        ['physical id', 0],
        ['siblings', cores.length],
        ['core id', core],
        ['cpu cores', count],
        ['flags', text],
      ]
        .map(([key, value]) => `${key}${'\t'.repeat(key.length < 8 ? 2 : 1)}: ${value}`)
        .join('\n'),
    )
    .map((block) => `${block}\n\n`)
    .join('');
}

/** /proc/cpuinfo of an arm64 machine; one part number a core. */
function armCpuInfo({ implementer, parts, flags: text }) {
  return parts
    .map((part, index) =>
      [
        `processor\t: ${index}`,
        'BogoMIPS\t: 48.00',
        `Features\t: ${text}`,
        `CPU implementer\t: ${implementer}`,
        'CPU architecture: 8',
        'CPU variant\t: 0x1',
        `CPU part\t: ${part}`,
        'CPU revision\t: 1',
        '',
        '',
      ].join('\n'),
    )
    .join('');
}

function memInfo({ total, available, swap }) {
  const row = (name, bytes) =>
    `${(name + ':').padEnd(16)}${String(Math.round(bytes / KiB)).padStart(8)} kB\n`;
  return (
    row('MemTotal', total) +
    row('MemFree', available * 0.6) +
    row('MemAvailable', available) +
    row('Buffers', 4 * MiB) +
    row('Cached', available * 0.35) +
    row('SwapTotal', swap) +
    row('SwapFree', swap)
  );
}

function swaps({ swap, swapOn }) {
  const head = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
  if (swap === 0) return head;
  const type = swapOn.startsWith('/dev/') ? 'partition' : 'file\t';
  return `${head}${swapOn.padEnd(40)}${type}\t${swap / KiB}\t\t0\t\t${swapOn.includes('zram') ? 100 : -2}\n`;
}

function df({ source, type, size, free, target }) {
  const wide = (text, width) => String(text).padStart(width);
  return (
    `Filesystem${' '.repeat(Math.max(1, source.length - 9))}Type  ${wide('1B-blocks', 14)} ${wide('Avail', 14)} Mounted on\n` +
    `${source.padEnd(10)} ${type.padEnd(5)} ${wide(size, 14)} ${wide(free, 14)} ${target}\n`
  );
}

/** A PCI device in its real place below /sys/devices, linked from /sys/bus/pci/devices. */
function addPci(tree, device) {
  const place = ['/sys/devices/pci0000:00', ...(device.behind ?? []), device.address].join('/');
  const put = (name, text) => (tree.files[`${place}/${name}`] = `${text}\n`);
  put('class', device.class);
  put('vendor', `0x${device.id.split(':')[0]}`);
  put('device', `0x${device.id.split(':')[1]}`);
  if (device.bootVga !== undefined) put('boot_vga', device.bootVga ? 1 : 0);
  for (const [name, text] of Object.entries(device.files ?? {})) put(name, text);
  if (device.driver) {
    const up = '../'.repeat(place.split('/').length - 2);
    tree.links[`${place}/driver`] = `${up}bus/pci/drivers/${device.driver}`;
  }
  tree.links[`/sys/bus/pci/devices/${device.address}`] = `../../..${place.slice('/sys'.length)}`;
}

const globalGuid = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
const shimGuid = '605dab50-e046-4300-abb6-3dd810dd8b23';

/** efivarfs: attributes (4 bytes, little endian), then the value. Lists of keys are noted by size only. */
function addFirmware(tree, firmware) {
  if (firmware.kind === 'bios') {
    tree.files['/sys/class/dmi/id/sys_vendor'] = `${firmware.vendor}\n`;
    tree.files['/sys/class/dmi/id/product_name'] = `${firmware.product}\n`;
    return;
  }
  const at = '/sys/firmware/efi/efivars';
  if (firmware.kind === 'efi-without-variables') {
    tree.folders.push(at);
    return;
  }
  const flag = (on) => Uint8Array.of(6, 0, 0, 0, on ? 1 : 0);
  tree.files[`${at}/SecureBoot-${globalGuid}`] = flag(firmware.secureBoot === 'on');
  tree.files[`${at}/SetupMode-${globalGuid}`] = flag(firmware.secureBoot === 'setup');
  for (const name of ['BootCurrent', 'BootOrder']) tree.notes[`${at}/${name}-${globalGuid}`] = { size: 6 };
  if (!firmware.shim) return;
  tree.notes[`${at}/MokListRT-${shimGuid}`] = { size: 1010 };
  tree.notes[`${at}/SbatLevelRT-${shimGuid}`] = { size: 42 };
}

function addNvidia(tree, nvidia) {
  const kind = nvidia.open ? 'NVIDIA UNIX Open Kernel Module for x86_64' : 'NVIDIA UNIX x86_64 Kernel Module';
  const built = nvidia.open ? '  Release Build  (dvs-builder@U22-I3)' : '';
  tree.files['/proc/driver/nvidia/version'] =
    `NVRM version: ${kind}  ${nvidia.version}${built}  Tue Jul 14 10:21:35 UTC 2026\n` +
    'GCC version:  gcc version 16.1.1 20260601 (Red Hat 16.1.1-1) (GCC)\n';
  const rows = nvidia.cards.map((card) =>
    [`0000${card.address}`, card.name, nvidia.version, card.total, card.used].join(', '),
  );
  command(
    tree,
    'nvidia-smi --query-gpu=pci.bus_id,name,driver_version,memory.total,memory.used --format=csv,noheader,nounits',
    `${rows.join('\n')}\n`,
  );
}

function command(tree, argv, stdout, exit = 0, stderr = '') {
  tree.commands.push({ argv: argv.split(' '), stdout, stderr, exit });
}

/** A model in Ollama's store: a manifest, and blobs by size. */
function addOllama(tree, store, { name, tag, digest, size }) {
  const layer = (mediaType, hash, bytes) => ({ mediaType, digest: `sha256:${hash}`, size: bytes });
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: layer('application/vnd.docker.container.image.v1+json', digest.replace(/^./, '1'), 489),
    layers: [
      layer('application/vnd.ollama.image.model', digest, size),
      layer('application/vnd.ollama.image.template', digest.replace(/^./, '2'), 1482),
      layer('application/vnd.ollama.image.license', digest.replace(/^./, '3'), 11343),
    ],
  };
  tree.files[`${store}/manifests/registry.ollama.ai/library/${name}/${tag}`] = JSON.stringify(manifest);
}

/** What containers of an ordinary person need, as Fedora and Debian ship it with podman. */
function addContainers(tree, machine) {
  const { files, notes } = tree;
  files['/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers'] =
    'cpu memory pids\n';
  command(tree, 'id -un', 'user\n');
  command(tree, 'id -u', '1000\n');
  if (machine.selinux !== undefined) files['/sys/fs/selinux/enforce'] = machine.selinux;
  if (!machine.podman) return;
  notes['/usr/lib/systemd/user-generators/podman-user-generator'] = { size: 1_312_312 };
  notes['/usr/bin/newuidmap'] = { size: 46_288 };
  const ranges = machine.idRanges ?? '524288:65536';
  const lines = ['subuid', 'subgid'].map((name) => `/etc/${name}:user:${ranges}\n`).join('');
  const grep = 'grep -E ^(user|1000): /etc/subuid /etc/subgid';
  if (ranges === '') command(tree, grep, '', 1);
  else command(tree, grep, lines);
}

/** What `nvidia-ctk cdi generate` writes, without the mounts. */
export function nvidiaCdi(count) {
  const names = [...Array.from({ length: count }, (_, index) => String(index)), 'all'];
  const device = (name) =>
    `    - containerEdits:\n        deviceNodes:\n            - path: /dev/nvidia${name === 'all' ? '0' : name}\n      name: "${name}"\n`;
  return (
    '---\ncdiVersion: 0.7.0\ncontainerEdits:\n    deviceNodes:\n        - path: /dev/nvidiactl\n' +
    `devices:\n${names.map(device).join('')}kind: nvidia.com/gpu\n`
  );
}

/** Everything that `observeMachine` and `observeDriver` read of a machine, and nothing else. */
export function treeOf(machine) {
  /** @type {{ files: object, links: object, folders: string[], notes: object, commands: object[] }} */
  const tree = { files: {}, links: {}, folders: [], notes: {}, commands: [] };
  const { files, links, folders, notes } = tree;
  files['/usr/lib/os-release'] = machine.osRelease;
  links['/etc/os-release'] = '../usr/lib/os-release';
  files['/proc/sys/kernel/osrelease'] = `${machine.running ?? machine.kernels.at(-1)}\n`;
  for (const kernel of machine.kernels) folders.push(`/usr/lib/modules/${kernel}`);
  files['/proc/cpuinfo'] = machine.cpu.parts ? armCpuInfo(machine.cpu) : x86CpuInfo(machine.cpu);
  files['/proc/meminfo'] = memInfo(machine.memory);
  files['/proc/swaps'] = swaps(machine.memory);
  files['/proc/self/cgroup'] =
    '0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-hearth.scope\n';
  files['/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/memory.max'] = 'max\n';
  folders.push(`${machine.home}/.local/share`);
  folders.push('/sys/class/drm', '/sys/bus/pci/devices');
  for (const device of machine.pci) addPci(tree, device);
  if (machine.pci.length > 0) folders.splice(folders.indexOf('/sys/bus/pci/devices'), 1);
  if (machine.pciIds) files[machine.pciIdsPath ?? '/usr/share/hwdata/pci.ids'] = machine.pciIds;
  addFirmware(tree, machine.firmware);
  if (machine.nvidia) addNvidia(tree, machine.nvidia);
  command(
    tree,
    `df -B1 --output=source,fstype,size,avail,target ${machine.home}/.local/share`,
    df(machine.disk),
  );
  command(tree, 'systemd-detect-virt', `${machine.virt ?? 'none'}\n`, machine.virt ? 0 : 1);
  if (machine.podman) command(tree, 'podman --version', `podman version ${machine.podman}\n`);
  if (machine.flatpak) command(tree, 'flatpak --version', `Flatpak ${machine.flatpak}\n`);
  addContainers(tree, machine);
  for (const node of machine.nodes ?? []) notes[node] = { size: 0 };
  const [connectivity, metered] = machine.network ?? [4, 4];
  command(
    tree,
    'busctl --system --json=short get-property org.freedesktop.NetworkManager /org/freedesktop/NetworkManager org.freedesktop.NetworkManager Connectivity Metered',
    `{"type":"u","data":${connectivity}}\n{"type":"u","data":${metered}}\n`,
  );
  addDriver(tree, machine);
  for (const model of machine.ollama ?? []) addOllama(tree, `${machine.home}/.ollama/models`, model);
  Object.assign(files, machine.files ?? {});
  Object.assign(notes, machine.notes ?? {});
  Object.assign(links, machine.links ?? {});
  folders.push(...(machine.folders ?? []));
  // A mark belongs in empty folders only.
  const paths = [files, links, notes].flatMap((table) => Object.keys(table)).concat(folders);
  tree.folders = folders.filter((folder) => !paths.some((path) => path.startsWith(`${folder}/`)));
  return tree;
}

export const size = { KiB, MiB, GiB };
