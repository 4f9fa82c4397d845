// SPDX-License-Identifier: GPL-3.0-or-later

// The installed search provider, started by a session bus of its own as the Shell would: what it finds, what it tells, what
// it opens, what it costs, and that it ends when nobody asks. The window is stood in for by this process.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import { textOf } from '../support/built.ts';
import { assert, equal, match, run, test } from '../support/tap.ts';

const appId = 'io.github.hearthdesktop.Hearth';
const name = `${appId}.SearchProvider`;
const path = '/io/github/hearthdesktop/Hearth/SearchProvider';
const bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);

/** Off the main loop's thread of thought: this process answers calls meanwhile. */
function call(
  to: string,
  at: string,
  iface: string,
  method: string,
  parameters: GLib.Variant | null,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    bus.call(
      to,
      at,
      iface,
      method,
      parameters,
      null,
      Gio.DBusCallFlags.NONE,
      30_000,
      null,
      (_bus, result) => {
        try {
          resolve(bus.call_finish(result).recursiveUnpack() as unknown[]);
        } catch (thrown) {
          reject(thrown as Error);
        }
      },
    );
  });
}

const provider = (method: string, signature: string, ...values: unknown[]): Promise<unknown[]> =>
  call(name, path, 'org.gnome.Shell.SearchProvider2', method, new GLib.Variant(signature, values as never));

const dbus = (method: string): Promise<unknown[]> =>
  call(
    'org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus',
    method,
    new GLib.Variant('(s)', [name]),
  );

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    GLib.timeout_add(GLib.PRIORITY_DEFAULT, milliseconds, () => {
      resolve();
      return GLib.SOURCE_REMOVE;
    });
  });

interface Meta {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

async function metas(...ids: readonly string[]): Promise<readonly Meta[]> {
  const [found] = await provider('GetResultMetas', '(as)', ids);
  return found as readonly Meta[];
}

test('the bus starts it, and it finds tasks by what people type', async () => {
  const find = async (...terms: readonly string[]): Promise<unknown> =>
    (await provider('GetInitialResultSet', '(as)', terms))[0];
  equal(await find('goose'), ['tools']);
  equal(await find('nvidia'), ['driver']);
  equal(await find('Secure', 'Boot'), ['driver']);
  equal(await find('local', 'ai'), ['computer', 'model', 'try', 'tools']);
  equal(await find('holiday', 'pictures'), []);
  equal((await provider('GetSubsearchResultSet', '(asas)', ['model', 'try'], ['chat']))[0], ['try']);
});

test('each is told with its standing, from a look at this computer that starts nothing', async () => {
  // The first look may take longer than a search waits.
  let found = await metas('tools', 'model', 'driver');
  for (
    let tries = 0;
    tries < 20 && !found.some(({ description }) => description.startsWith('Ready · '));
    tries += 1
  ) {
    await sleep(500);
    found = await metas('tools', 'model', 'driver');
  }
  equal(
    found.map((meta) => [meta.id, meta.name]),
    [
      ['driver', 'Graphics Driver'],
      ['model', 'Model'],
      ['tools', 'Tools'],
    ],
  );
  const model = found.find(({ id }) => id === 'model');
  match(model?.description ?? '', /^Ready · No model is on this disk yet$/);
  equal(await metas('nonsense'), []);
});

test('it maps no GTK, and stays small', async () => {
  const [pid] = await dbus('GetConnectionUnixProcessID');
  const maps = textOf(`/proc/${String(pid)}/maps`);
  assert(/libgjs/.test(maps) && !/libgtk|libadwaita/.test(maps), 'GTK is loaded');
  const status = textOf(`/proc/${String(pid)}/status`);
  const kilobytes = Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]);
  print(`# ${Math.round(kilobytes / 1024)} MiB of its own`);
  assert(kilobytes > 0 && kilobytes < 80 * 1024, `${kilobytes} kB`);
  // One look serves what is typed after it.
  await metas('model');
  const before = GLib.get_monotonic_time();
  await metas('model');
  const took = (GLib.get_monotonic_time() - before) / 1000;
  print(`# ${took.toFixed(1)} ms for an answer`);
  assert(took < 3000, `${took} ms`);
});

test('a result opens its page of the window, and the search itself opens the window', async () => {
  const calls: unknown[] = [];
  const xml = `<node><interface name="org.freedesktop.Application">
    <method name="Activate"><arg type="a{sv}" direction="in"/></method>
    <method name="ActivateAction">
      <arg type="s" direction="in"/><arg type="av" direction="in"/><arg type="a{sv}" direction="in"/>
    </method></interface></node>`;
  const info = Gio.DBusNodeInfo.new_for_xml(xml).lookup_interface('org.freedesktop.Application');
  if (info === null) throw new Error('no interface');
  const answer = (method: string, parameters: GLib.Variant, invocation: Gio.DBusMethodInvocation): void => {
    calls.push([method, ...(parameters.recursiveUnpack() as unknown[])]);
    invocation.return_value(null);
  };
  bus.register_object(
    `/${appId.replaceAll('.', '/')}`,
    info,
    (_bus, _sender, _path, _iface, method, parameters, invocation) => answer(method, parameters, invocation),
    null,
    null,
  );
  Gio.bus_own_name_on_connection(bus, appId, Gio.BusNameOwnerFlags.NONE, null, null);
  await provider('ActivateResult', '(sasu)', 'driver', ['nvidia'], 1234);
  await provider('LaunchSearch', '(asu)', ['local', 'ai'], 5678);
  equal(calls, [
    ['ActivateAction', 'page', ['driver'], { 'desktop-startup-id': '_TIME1234' }],
    ['Activate', { 'desktop-startup-id': '_TIME5678' }],
  ]);
});

test('nobody asks: it ends within ten seconds, and comes back when somebody does', async () => {
  let alive = true;
  for (let tenths = 0; alive && tenths < 120; tenths += 1) {
    await sleep(100);
    alive = (await dbus('NameHasOwner'))[0] as boolean;
  }
  equal(alive, false);
  equal((await provider('GetInitialResultSet', '(as)', ['goose']))[0], ['tools']);
});

await run(60_000);
