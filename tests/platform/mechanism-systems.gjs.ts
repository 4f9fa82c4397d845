// SPDX-License-Identifier: GPL-3.0-or-later

// What the root service would run on each family of distributions, and where it looks for keys there. The programs are
// simulated: their output is written here in the form that the real ones have.

import { loaderText, loaderVariable } from '../../src/core/driver/boot-menu.ts';
import type { Output } from '../../src/core/ports.ts';
import { adapterFor, judgeArguments } from '../../src/mechanism/distribution.ts';
import type { Box } from '../../src/mechanism/box.ts';
import { seeBootPath } from '../../src/mechanism/esp.ts';
import { findKey, placesForNew } from '../../src/mechanism/keys.ts';
import type { Refusal } from '../../src/mechanism/refusal.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { never } from '../../src/core/cancel.ts';
import { equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

interface Fake extends Box {
  readonly ran: string[];
}

/** A computer of files, with programs that answer what they are told to. */
async function computer(
  tree: Readonly<Record<string, string | Uint8Array>>,
  answers: Readonly<Record<string, string>> = {},
): Promise<Fake> {
  const root = temporaryFolder();
  for (const [path, content] of Object.entries(tree)) {
    await files.makeFolder(`${root}${path.slice(0, path.lastIndexOf('/'))}`, 0o755);
    await files.writeAtomic(`${root}${path}`, content, 0o644);
  }
  const ran: string[] = [];
  const answer = (argv: readonly string[]): Promise<Output> => {
    const line = argv.join(' ').replaceAll(root, '');
    ran.push(line);
    return Promise.resolve({ stdout: answers[line] ?? '', stderr: '', exit: 0 });
  };
  return {
    files,
    testing: true,
    at: (path) => root + path,
    run: answer,
    runOutside: (_unit, argv) => answer(argv),
    now: () => 0,
    ran,
  };
}

const release = (id: string, like = ''): Readonly<Record<string, string>> => ({
  '/etc/os-release': `ID=${id}\nID_LIKE="${like}"\n`,
});
const grubMenu = (extra: string, saved = true): string => `
${saved ? '  set default="${saved_entry}"' : '  set default="0"'}
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-aa11' {
	linux	/boot/vmlinuz-7.2.13+deb14-amd64 root=UUID=aa11 ro quiet${extra}
}
submenu 'Advanced options' $menuentry_id_option 'gnulinux-advanced-aa11' {
	menuentry 'Debian, 7.2.13' $menuentry_id_option 'gnulinux-7.2.13+deb14-amd64-advanced-aa11' {
		linux	/boot/vmlinuz-7.2.13+deb14-amd64 root=UUID=aa11 ro quiet${extra}
	}
	menuentry 'Debian, 7.2.12' $menuentry_id_option 'gnulinux-7.2.12+deb14-amd64-advanced-aa11' {
		linux	/boot/vmlinuz-7.2.12+deb14-amd64 root=UUID=aa11 ro quiet
	}
}
`;
const blacklist = 'rd.driver.blacklist=nouveau,nova_core modprobe.blacklist=nouveau,nova_core';

test('Fedora: akmods and grubby', async () => {
  const box = await computer(release('fedora'), {
    'grubby --default-kernel': '/boot/vmlinuz-7.2.12-300.fc44.x86_64\n',
    'grubby --info=DEFAULT': `index=0\nkernel="/boot/vmlinuz-7"\nargs="ro rhgb ${blacklist}"\n`,
  });
  const fedora = await adapterFor(box);
  equal(fedora.family, 'fedora');
  equal(await fedora.readDefault(box), '7.2.12-300.fc44.x86_64');
  equal(await fedora.readArguments(box), 'nvidia');
  equal(await fedora.rebuild(box, '7.2.12'), [['akmods', '--force', '--rebuild', '--kernels', '7.2.12']]);
  box.ran.length = 0;
  await fedora.setDefault(box, '7.2.12');
  await fedora.setArguments(box, 'nvidia');
  await fedora.setArguments(box, 'none');
  equal(box.ran, [
    'grubby --set-default=/boot/vmlinuz-7.2.12',
    `grubby --update-kernel=ALL --args=${blacklist}`,
    `grubby --update-kernel=ALL --remove-args=${blacklist}`,
  ]);
});

test('systemd-boot: the default is a variable of the firmware, on Fedora, Debian and others alike', async () => {
  const loader = '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';
  const variable = `/sys/firmware/efi/efivars/LoaderEntryDefault-${loader}`;
  const tree = {
    [`/sys/firmware/efi/efivars/LoaderInfo-${loader}`]: loaderVariable('systemd-boot 262~rc1-1'),
    '/lib/modules/7.2.12/x': '',
    '/lib/modules/7.2.13/x': '',
    '/lib/modules/6.1.0/x': '',
    '/boot/efi/loader/entries/hearth-7.2.12.conf': '',
    '/efi/EFI/Linux/hearth-7.2.13+3.efi': '',
    '/boot/grub/grub.cfg': grubMenu(` ${blacklist}`),
  };
  for (const [id, family] of [
    ['fedora', 'fedora'],
    ['debian', 'debian'],
    ['arch', null],
  ] as const) {
    const box = await computer({ ...release(id), ...tree });
    const adapter = await adapterFor(box);
    equal(adapter.family, family);
    equal(await adapter.readDefault(box), '7.2.13', 'the newest, unless something is set');
    await adapter.setDefault(box, '7.2.12');
    equal(await adapter.readDefault(box), '7.2.12');
    equal(loaderText((await files.readBytes(box.at(variable))).subarray(4)), 'hearth-7.2.12.conf');
    await adapter.setDefault(box, '7.2.13');
    equal(await adapter.readDefault(box), '7.2.13', 'a second time');
    equal(((await rejection(adapter.setDefault(box, '6.1.0'))) as Refusal).kind, 'Failed', 'no entry');
    equal(await adapter.readDefault(box), '7.2.13');
    // A menu of GRUB that is left over is not the one that was started.
    if (id !== 'fedora') equal(await adapter.readArguments(box), null);
  }
  const grub = await computer({
    ...release('debian'),
    ...tree,
    [`/sys/firmware/efi/efivars/LoaderInfo-${loader}`]: loaderVariable('GRUB 2.14'),
  });
  equal(await (await adapterFor(grub)).readArguments(grub), 'mixed', 'GRUB sets LoaderInfo as well');
});

test('image-based: rpm-ostree, and nothing that it does itself', async () => {
  const box = await computer(
    { ...release('bluefin', 'fedora'), '/run/ostree-booted': '' },
    { 'rpm-ostree kargs': `root=UUID=x rw modprobe.blacklist=nouveau,nova_core\n` },
  );
  const atomic = await adapterFor(box);
  equal(atomic.family, 'fedora-atomic');
  equal(await atomic.readArguments(box), 'mixed');
  box.ran.length = 0;
  await atomic.setArguments(box, 'nvidia');
  await atomic.setArguments(box, 'none');
  equal(box.ran, [
    'rpm-ostree kargs --append-if-missing=rd.driver.blacklist=nouveau,nova_core --append-if-missing=modprobe.blacklist=nouveau,nova_core',
    'rpm-ostree kargs --delete-if-present=rd.driver.blacklist=nouveau,nova_core --delete-if-present=modprobe.blacklist=nouveau,nova_core',
  ]);
  for (const work of [atomic.rebuild(box, '7'), atomic.setDefault(box, '7')])
    equal(((await rejection(work)) as Refusal).kind, 'Failed');
});

test('Debian and Ubuntu: DKMS and GRUB', async () => {
  const tree = {
    ...release('ubuntu', 'debian'),
    '/boot/grub/grub.cfg': grubMenu(''),
    '/boot/grub/grubenv': '',
    '/var/lib/dkms/nvidia/610.43.03/source': '',
    '/var/lib/dkms/nvidia/kernel-7.2/x': '',
    '/var/lib/dkms/v4l2loopback/1.0/source': '',
  };
  const saved = 'gnulinux-advanced-aa11>gnulinux-7.2.12+deb14-amd64-advanced-aa11';
  const box = await computer(tree, { 'grub-editenv /boot/grub/grubenv list': `saved_entry=${saved}\n` });
  const ubuntu = await adapterFor(box);
  equal(ubuntu.family, 'ubuntu');
  equal(await ubuntu.readDefault(box), '7.2.12+deb14-amd64');
  equal(await ubuntu.readArguments(box), 'none');
  const dkms = (verb: string): string[] => [
    'dkms',
    verb,
    '--force',
    '-m',
    'nvidia',
    '-v',
    '610.43.03',
    '-k',
    '7.2.13',
  ];
  equal(await ubuntu.rebuild(box, '7.2.13'), [dkms('build'), dkms('install')]);
  box.ran.length = 0;
  await ubuntu.setDefault(box, '7.2.12+deb14-amd64');
  equal(box.ran, [`grub-set-default ${saved}`]);
  equal(((await rejection(ubuntu.setDefault(box, '6.1'))) as Refusal).kind, 'Failed');
  box.ran.length = 0;
  await ubuntu.setArguments(box, 'nvidia');
  const file = box.at('/etc/default/grub.d/60-hearth-driver.cfg');
  equal(await files.readText(file), `GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX ${blacklist}"\n`);
  await ubuntu.setArguments(box, 'none');
  equal(await files.stat(file), null);
  equal(box.ran, ['update-grub', 'update-grub']);
});

test('Debian without a saved entry: the first of the menu starts, and saving is switched on', async () => {
  const box = await computer({
    ...release('debian'),
    '/boot/grub/grub.cfg': grubMenu(` ${blacklist}`, false),
    '/etc/default/grub.d/README': '',
  });
  const debian = await adapterFor(box);
  equal([debian.family, await debian.readDefault(box)], ['debian', '7.2.13+deb14-amd64']);
  equal(await debian.readArguments(box), 'mixed', 'not all entries have them');
  box.ran.length = 0;
  await debian.setDefault(box, '7.2.12+deb14-amd64');
  equal(await files.readText(box.at('/etc/default/grub.d/60-hearth-saved.cfg')), 'GRUB_DEFAULT=saved\n');
  equal(box.ran[0], 'update-grub');
  equal(((await rejection(debian.rebuild(box, '7'))) as Refusal).kind, 'Failed', 'no driver in DKMS');
});

test('a system that is not known: nothing is run', async () => {
  const box = await computer(release('plan9'));
  const unknown = await adapterFor(box);
  equal(
    [unknown.family, await unknown.readDefault(box), await unknown.readArguments(box)],
    [null, null, null],
  );
  for (const work of [
    unknown.rebuild(box, '7'),
    unknown.setDefault(box, '7'),
    unknown.setArguments(box, 'nvidia'),
  ])
    equal(((await rejection(work)) as Refusal).kind, 'Failed');
  equal(box.ran, []);
});

test('arguments are judged word by word', () => {
  equal(judgeArguments([`ro ${blacklist}`]), 'nvidia');
  equal(judgeArguments(['ro quiet']), 'none');
  equal(judgeArguments([`ro ${blacklist}`, 'ro']), 'mixed');
  equal(judgeArguments(['modprobe.blacklist=pcspkr,nouveau rd.driver.blacklist=nouveau']), 'nvidia');
  equal(judgeArguments(['modprobe.blacklist=nouveaux rd.driver.blacklist=xnouveau']), 'none');
});

/** A certificate by openssl. */
async function certificate(name: string): Promise<Uint8Array> {
  const folder = temporaryFolder();
  const make = `openssl req -new -x509 -nodes -newkey rsa:2048 -days 9 -subj /CN=${name} -outform DER -keyout k -out c`;
  await processes.run(['sh', '-c', make], { cwd: folder }, never);
  return files.readBytes(`${folder}/c`);
}

test('the key of each system is found where its builders have it', async () => {
  const [one, two] = [await certificate('one'), await certificate('two')];
  const found = async (box: Box): Promise<readonly (string | undefined)[]> => {
    const key = await findKey(box, await adapterFor(box), null);
    return [key?.source, key?.certificate.name];
  };
  const akmods = '/etc/pki/akmods/certs/public_key.der';
  equal(await found(await computer({ ...release('fedora'), [akmods]: one, '/var/lib/dkms/mok.pub': two })), [
    'akmods',
    'one',
  ]);
  equal(await found(await computer({ ...release('fedora'), '/var/lib/dkms/mok.pub': two })), ['dkms', 'two']);
  const mok = '/var/lib/shim-signed/mok/MOK.der';
  equal(
    await found(await computer({ ...release('ubuntu', 'debian'), [mok]: one, '/var/lib/dkms/mok.pub': two })),
    ['ubuntu', 'one'],
  );
  const elsewhere = {
    ...release('debian'),
    '/etc/dkms/framework.conf': '# mok_certificate=/nowhere\nmok_certificate="/root/dkms.der"\n',
    '/root/dkms.der': two,
    '/var/lib/dkms/mok.pub': one,
  };
  equal(await found(await computer(elsewhere)), ['dkms', 'two']);
  equal(await found(await computer(release('debian'))), [undefined, undefined]);
});

test('on an image, the key is the one that its module is signed with', async () => {
  const [image, akmods] = [await certificate('image'), await certificate('akmods')];
  const box = await computer({
    ...release('bluefin', 'fedora'),
    '/run/ostree-booted': '',
    '/etc/pki/akmods/certs/public_key.der': akmods,
    '/usr/share/ublue-os/akmods-ublue.der': image,
    '/usr/share/ublue-os/broken.der': 'no certificate',
  });
  const adapter = await adapterFor(box);
  const other = await findKey(box, adapter, []);
  equal([other?.source, other?.certificate.name], ['akmods', 'akmods']);
  const made = await findKey(
    await computer({ ...release('fedora'), '/var/lib/dkms/mok.pub': image }),
    adapter,
    null,
  );
  const { issuer = '', serial = '' } = made?.certificate ?? {};
  const key = await findKey(box, adapter, [{ issuer, serial, subjectKeyId: null }]);
  equal([key?.source, key?.certificate.name], ['image', 'image']);
});

test('a new key goes where the system’s builders look', async () => {
  const places = async (tree: Record<string, string>) => {
    const box = await computer(tree);
    return placesForNew(box, await adapterFor(box), 'ember-1');
  };
  equal(
    (await places({ ...release('fedora'), '/etc/pki/akmods/certs/x': '' })).privateKey,
    '/etc/pki/akmods/private/ember-1.priv',
  );
  equal((await places(release('fedora'))).certificate, '/var/lib/dkms/mok.pub');
  equal((await places(release('ubuntu', 'debian'))).certificate, '/var/lib/shim-signed/mok/MOK.der');
  equal((await places(release('debian'))).privateKey, '/var/lib/dkms/mok.key');
});

const global = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
const efivars = '/sys/firmware/efi/efivars';
function bootOption(path: string): Uint8Array {
  const text = Array.from(`${path}\0`).flatMap((letter) => [letter.charCodeAt(0), 0]);
  const nodes = [4, 4, text.length + 4, 0, ...text, 0x7f, 0xff, 4, 0];
  return new Uint8Array([7, 0, 0, 0, 1, 0, 0, 0, nodes.length, 0, 0x58, 0, 0, 0, ...nodes]);
}

test('the boot loader’s folder is found whatever the case and wherever the partition is', async () => {
  const box = await computer({
    [`${efivars}/BootCurrent-${global}`]: new Uint8Array([6, 0, 0, 0, 0x1a, 0]),
    [`${efivars}/Boot001A-${global}`]: bootOption('\\EFI\\FEDORA\\SHIMX64.EFI'),
    '/efi/EFI/fedora/shimx64.efi': '',
    '/efi/EFI/fedora/MMX64.EFI': '',
  });
  const path = await seeBootPath(box);
  equal(
    [path?.folder.replace(box.at(''), ''), path?.there, path?.manager],
    ['/efi/EFI/fedora', true, 'mmx64.efi'],
  );
});

test('a boot entry that leads nowhere, or is not there, is not guessed', async () => {
  const current = { [`${efivars}/BootCurrent-${global}`]: new Uint8Array([6, 0, 0, 0, 1, 0]) };
  equal(await seeBootPath(await computer(current)), null);
  equal(await seeBootPath(await computer({})), null);
  const away = { ...current, [`${efivars}/Boot0001-${global}`]: bootOption('\\EFI\\gone\\x.efi') };
  equal(await seeBootPath(await computer(away)), null);
  const garbled = { ...current, [`${efivars}/Boot0001-${global}`]: new Uint8Array([7, 0, 0, 0, 1]) };
  equal(await seeBootPath(await computer(garbled)), null);
});

await run();
