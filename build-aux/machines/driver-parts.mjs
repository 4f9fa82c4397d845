// SPDX-License-Identifier: GPL-3.0-or-later

// What is to be seen of a graphics driver: modules with their signatures, keys of the firmware, packages, builds.
// Formats: modinfo(8) and include/linux/module_signature.h, UEFI specification 32.4.1 (EFI_SIGNATURE_LIST), rpm(8),
// dpkg-query(1), systemctl(1), `rpm-ostree status --json`, `dkms status`, akmods' own folder of logs.

import { keys } from './keys.mjs';

const shimGuid = '605dab50-e046-4300-abb6-3dd810dd8b23';
const efivars = '/sys/firmware/efi/efivars';

const bytesOf = (base64) => Buffer.from(base64, 'base64');
/** A GUID as firmware stores it: the first three fields little-endian. */
const guid = (text) => {
  const [a, b, c, d, e] = text.split('-').map((part) => Buffer.from(part, 'hex'));
  return Buffer.concat([a.reverse(), b.reverse(), c.reverse(), d, e]);
};

/** A variable with one EFI_SIGNATURE_LIST a certificate. */
function keyList(names) {
  const lists = names.map((name) => {
    const certificate = bytesOf(keys[name].certificate);
    const head = Buffer.alloc(12);
    head.writeUInt32LE(28 + 16 + certificate.length, 0);
    head.writeUInt32LE(16 + certificate.length, 8);
    return Buffer.concat([guid('a5c059a1-94e4-4aa7-87b5-ab155c2bf072'), head, guid(shimGuid), certificate]);
  });
  return Buffer.concat([Buffer.of(6, 0, 0, 0), ...lists]);
}

/** The end of a signed module, as `od -An -v -tx1` shows it. */
function signedTail(signer) {
  const message = bytesOf(keys[signer].signature);
  const about = Buffer.from([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  about.writeUInt32BE(message.length, 8);
  const all = Buffer.concat([message, about, Buffer.from('~Module signature appended~\n')]);
  return Array.from({ length: Math.ceil(all.length / 16) }, (_, row) =>
    [...all.subarray(row * 16, row * 16 + 16)]
      .map((byte) => ` ${byte.toString(16).padStart(2, '0')}`)
      .join(''),
  ).join('\n');
}

/** An xz file's first bytes, with CRC32 as its check. */
const xzHead = Buffer.from('fd377a585a0000016922de36', 'hex');

function modinfo({ kernel, path, version, open, signer, srcversion }) {
  const rows = [
    ['filename', path],
    ['version', version],
    ['license', open ? 'Dual MIT/GPL' : 'NVIDIA'],
    ['alias', 'pci:v000010DEd*sv*sd*bc03sc02i00*'],
    ['srcversion', srcversion],
    ['name', 'nvidia'],
    ['vermagic', `${kernel} SMP preempt mod_unload `],
    ...(signer
      ? [
          ['sig_id', 'PKCS#7'],
          ['signer', signer],
          ['sig_key', '4D:2F'],
          ['sig_hashalgo', 'sha256'],
        ]
      : []),
  ];
  return rows.map(([name, value]) => `${`${name}:`.padEnd(16)}${value}\n`).join('');
}

const notFound = (name) => `modinfo: ERROR: Module ${name} not found.\n`;

/** One kernel's module, or that there is none. `folder` is where its kind of package puts it. */
function addModule(tree, kernel, module) {
  const run = (argv, stdout, exit = 0, stderr = '') => tree.commands.push({ argv, stdout, stderr, exit });
  const ask = (name) => ['/usr/sbin/modinfo', '-k', kernel, name];
  if (!module) {
    for (const name of ['nvidia', 'nvidia-current']) run(ask(name), '', 1, notFound(name));
    return;
  }
  const name = module.name ?? 'nvidia';
  const ending = module.ending ?? 'ko.xz';
  const path = `/lib/modules/${kernel}/${module.folder}/${name}.${ending}`;
  if (name !== 'nvidia') run(ask('nvidia'), '', 1, notFound('nvidia'));
  run(ask(name), modinfo({ ...module, kernel, path }));
  tree.links['/lib'] = 'usr/lib';
  tree.files[`/usr${path}`] = ending === 'ko.xz' ? xzHead : Buffer.from('28b52ffd', 'hex');
  if (!module.signer) return;
  const unpack = { 'ko.xz': 'xz -dc', 'ko.zst': 'zstd -dc' }[ending];
  const script = `${unpack} -- "$0" | tail -c 16384 | od -An -v -tx1`;
  run(['sh', '-c', script, path], `${signedTail(module.signer)}\n`);
}

/** `systemctl show` of the unit that builds for a kernel. */
function addUnit(tree, unit, since) {
  const argv = [
    'systemctl',
    'show',
    unit,
    '--property=ActiveState,InactiveExitTimestamp',
    '--timestamp=unix',
  ];
  const stdout = since
    ? `ActiveState=activating\nInactiveExitTimestamp=@${since}\n`
    : 'ActiveState=inactive\nInactiveExitTimestamp=\n';
  tree.commands.push({ argv, stdout, stderr: '', exit: 0 });
}

function addPackages(tree, family, packages) {
  const rpm = [
    'rpm',
    '-qa',
    '--queryformat',
    '%{NAME} %{VERSION}-%{RELEASE}\\n',
    '*nvidia*',
    'cuda-toolkit*',
  ];
  const dpkg = [
    'dpkg-query',
    '-W',
    '-f',
    '${Package} ${Version} ${db:Status-Status}\\n',
    '*nvidia*',
    'libcuda1*',
    'cuda-toolkit*',
  ];
  const debian = family === 'debian';
  const lines = packages.map(([name, version]) => `${name} ${version}${debian ? ' installed' : ''}\n`);
  const unmatched = debian ? 'dpkg-query: no packages found matching cuda-toolkit*\n' : '';
  tree.commands.push({
    argv: debian ? dpkg : rpm,
    stdout: lines.join(''),
    stderr: unmatched,
    exit: debian ? 1 : 0,
  });
}

/** Everything that `observeDriver` reads. Machines without a `driver` in their table have nothing of it. */
export function addDriver(tree, machine) {
  const { driver } = machine;
  if (driver === undefined) return;
  const { files } = tree;
  files['/proc/sys/kernel/random/boot_id'] = `${driver.bootId ?? 'b0a7c9de-3f51-4c44-9f0a-6d1f0c6e2a11'}\n`;
  files['/proc/cmdline'] =
    `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-${machine.running ?? machine.kernels.at(-1)} ro rhgb quiet ${driver.arguments ?? ''}`.trim() +
    '\n';
  if (driver.enrolled) {
    const list = `${efivars}/MokListRT-${shimGuid}`;
    delete tree.notes[list];
    files[list] = keyList(['distribution', ...driver.enrolled]);
    tree.folders.push('/sys/firmware/efi/mok-variables');
    tree.commands.push({
      argv: ['df', '-B1', '--output=avail', efivars],
      stdout: '     Avail\n     88064\n',
      stderr: '',
      exit: 0,
    });
  }
  for (const kernel of machine.kernels) {
    addModule(tree, kernel, driver.modules[kernel]);
    if (driver.family === 'fedora') addUnit(tree, `akmods@${kernel}.service`, driver.building?.[kernel]);
    if (driver.headers !== false) tree.notes[`/usr/src/kernels/${kernel}/Makefile`] = { size: 71_000 };
  }
  if (driver.family === 'fedora') addUnit(tree, 'akmods.service');
  addPackages(tree, driver.family, driver.packages ?? []);
  const loaded = driver.loaded && driver.modules[driver.loaded];
  if (loaded) {
    files['/sys/module/nvidia/version'] = `${loaded.version}\n`;
    files['/sys/module/nvidia/srcversion'] = `${loaded.srcversion}\n`;
    files['/sys/module/nvidia/taint'] = `${loaded.open ? 'O' : 'PO'}${driver.taint ?? ''}\n`;
    const cards = machine.nvidia.cards.map(
      ({ name }, index) => `GPU ${index}: ${name} (UUID: GPU-${index})\n`,
    );
    tree.commands.push({ argv: ['nvidia-smi', '-L'], stdout: cards.join(''), stderr: '', exit: 0 });
  }
  if (driver.dkms)
    tree.commands.push({ argv: ['/usr/sbin/dkms', 'status'], stdout: driver.dkms, stderr: '', exit: 0 });
  if (driver.ostree) {
    const stdout = `${JSON.stringify(driver.ostree, null, 2)}\n`;
    tree.commands.push({ argv: ['rpm-ostree', 'status', '--json'], stdout, stderr: '', exit: 0 });
  }
  for (const [path, text] of Object.entries(driver.files ?? {})) files[path] = text;
}

/** Modules as the packages of each distribution lay them down. */
export const akmod = (version, signer, more = {}) => ({
  folder: 'extra/nvidia',
  version,
  open: true,
  signer,
  srcversion: '8F2A61C0D3B94E57A1C6B20',
  ...more,
});
export const akmod580 = (signer) =>
  akmod('580.173.02', signer, {
    folder: 'extra/nvidia-580xx',
    open: false,
    srcversion: 'C94B07E21D8A6F35B0D1E77',
  });
