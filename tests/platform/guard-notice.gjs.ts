// SPDX-License-Identifier: GPL-3.0-or-later

// Notifications of the guard, as they arrive at stand-ins for GNOME's own interface and for the common one.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { files } from '../../src/platform/files.ts';
import { Notices } from '../../src/platform/notices.ts';
import { hearth } from '../support/built.ts';
import { equal, match, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);
const notice = { title: 'The next start', body: 'would lack the driver' };
const seen: string[] = [];

const gnome = `<node><interface name="org.gtk.Notifications">
  <method name="AddNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/></method>
  <method name="RemoveNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
</interface></node>`;
const common = `<node><interface name="org.freedesktop.Notifications">
  <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
</interface></node>`;

/** Answers to a name until the returned function is called. */
async function standIn(
  name: string,
  path: string,
  xml: string,
  answer: (method: string) => GLib.Variant | null,
) {
  const info = Gio.DBusNodeInfo.new_for_xml(xml).lookup_interface(name);
  if (info === null) throw new Error(name);
  const id = bus.register_object(
    path,
    info,
    (_bus, _sender, _path, _iface, method, parameters, invocation) => {
      seen.push(`${method} ${JSON.stringify(parameters.recursiveUnpack())}`);
      invocation.return_value(answer(method));
    },
    null,
    null,
  );
  const owned = await new Promise<number>((resolve) => {
    const owner: number = Gio.bus_own_name_on_connection(
      bus,
      name,
      Gio.BusNameOwnerFlags.NONE,
      () => resolve(owner),
      null,
    );
  });
  return () => {
    Gio.bus_unown_name(owned);
    bus.unregister_object(id);
  };
}

test('on GNOME: one notification, which brings Hearth back, and which is taken back', async () => {
  const end = await standIn('org.gtk.Notifications', '/org/gtk/Notifications', gnome, () => null);
  const notices = new Notices('org.example.Hearth', files, `${folder}/run`);
  await notices.show('guard', notice);
  await notices.show('guard', null);
  end();
  equal(seen.length, 2);
  match(seen[0] ?? '', /^AddNotification \["org\.example\.Hearth","guard",.*"default-action":"app\.driver"/);
  match(seen[1] ?? '', /^RemoveNotification \["org\.example\.Hearth","guard"\]/);
});

test('elsewhere: one notification, in the place of the last one, and closed when it is no longer true', async () => {
  seen.length = 0;
  const end = await standIn(
    'org.freedesktop.Notifications',
    '/org/freedesktop/Notifications',
    common,
    (method) => (method === 'Notify' ? new GLib.Variant('(u)', [7]) : null),
  );
  const notices = new Notices('org.example.Hearth', files, `${folder}/run`);
  await notices.show('guard', null);
  equal(seen, []);
  await notices.show('guard', notice);
  await new Notices('org.example.Hearth', files, `${folder}/run`).show('guard', notice);
  await notices.show('guard', null);
  await notices.show('guard', null);
  end();
  equal(
    seen.map((line) => line.replace(/^(\w+) \[(?:"Hearth",)?(\d+).*$/, '$1 $2')),
    ['Notify 0', 'Notify 7', 'CloseNotification 7'],
  );
});

test('with nobody to show it, nothing fails', async () => {
  await new Notices('org.example.Hearth', files, `${folder}/run`).show('guard', notice);
});

const recorded = (name: string): string => `${GLib.get_current_dir()}/data/machines/${name}`;
const look = (name: string, ...words: readonly string[]) =>
  hearth(['guard', '--machine', recorded(name), ...words]);

test('the terminal: a kernel whose module is not trusted is told with 3, others with 0', async () => {
  const bad = await look('laptop-rtx4060-key', '--json');
  equal([bad.exit, (JSON.parse(bad.out) as { guard: { tag: string } }).guard.tag], [3, 'falls-back']);
  const good = await look('laptop-rtx4060-driver');
  equal(good.exit, 0);
  match(good.out, /Safe to Restart/);
  equal((await look('desktop-rx7900xtx')).exit, 0);
});

test('the unit’s look notifies where somebody must act, takes it back elsewhere, and ends with 0', async () => {
  seen.length = 0;
  const end = await standIn('org.gtk.Notifications', '/org/gtk/Notifications', gnome, () => null);
  const exits = [
    (await look('laptop-rtx4060-key', '--notify', '--quiet')).exit,
    (await look('desktop-kernel-update', '--notify', '--quiet')).exit,
    (await look('laptop-rtx4060-driver', '--notify', '--quiet')).exit,
  ];
  end();
  equal(exits, [0, 0, 0]);
  equal(
    seen.map((line) => line.split(' ')[0]),
    ['AddNotification', 'RemoveNotification', 'RemoveNotification'],
  );
});

await run(120_000);
