// SPDX-License-Identifier: GPL-3.0-or-later

// Who decides that the desktop's search does not find Hearth: an administrator with a file, a distributor or an
// administrator with a key. The installed provider, started by a session bus each time anew; as root, in a root that is
// thrown away, because it reads what only root may write.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import { equal, run, test } from '../../support/tap.ts';

const name = 'io.github.hearthdesktop.Hearth.SearchProvider';
const searches: readonly (readonly string[])[] = [['goose'], ['nvidia'], ['local', 'ai']];

if (System.programArgs[0] === '--ask') {
  print(`FOUND ${JSON.stringify(searches.map(ask))}`);
  System.exit(0);
}

/** What the provider that this session bus starts answers. */
function ask(terms: readonly string[]): readonly string[] {
  const bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);
  const call = (method: string, parameters: GLib.Variant): readonly string[] => {
    const path = '/io/github/hearthdesktop/Hearth/SearchProvider';
    const iface = 'org.gnome.Shell.SearchProvider2';
    const answer = bus.call_sync(name, path, iface, method, parameters, null, 0, 60_000, null);
    return (answer.recursiveUnpack() as [string[]])[0];
  };
  const first = call('GetInitialResultSet', new GLib.Variant('(as)', [[...terms]]));
  // A longer term finds no more than the shorter one did.
  const all = ['computer', 'driver', 'model', 'try', 'tools'];
  equal(call('GetSubsearchResultSet', new GLib.Variant('(asas)', [all, [...terms]])), first);
  return first;
}

/** In a session of its own. */
function found(): unknown {
  const argv = ['dbus-run-session', '--', 'gjs', '-m', System.programPath ?? '', '--ask'];
  const flags = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_MERGE;
  const [, output] = Gio.Subprocess.new(argv, flags).communicate_utf8(null, null);
  const line = output.split('\n').find((each) => each.startsWith('FOUND '));
  if (line === undefined) throw new Error(output.slice(-2000));
  return JSON.parse(line.slice(6));
}

function put(path: string, text: string): void {
  GLib.mkdir_with_parents(GLib.path_get_dirname(path), 0o755);
  GLib.file_set_contents(path, new TextEncoder().encode(text));
}
const distributor = '/usr/share/hearth/vendor.d/50-example.yaml';
const administrator = '/etc/hearth/vendor.d/50-example.yaml';
const everything = [['tools'], ['driver'], ['computer', 'model', 'try', 'tools']];
const nothing = [[], [], []];

test('nobody decided anything: the tasks are found', () => {
  equal(found(), everything);
});

test('the file of an administrator turns it off, and without it it is on again', () => {
  put('/etc/hearth/search-off', '');
  equal(found(), nothing);
  GLib.unlink('/etc/hearth/search-off');
  equal(found(), everything);
});

test('so does a distributor’s key, and an administrator may turn it on again', () => {
  put(distributor, 'version: 1\nsearch: false\n');
  equal(found(), nothing);
  put(administrator, 'version: 1\nsearch: true\n');
  equal(found(), everything);
  GLib.unlink(administrator);
});

test('a page that is hidden is not found either', () => {
  put(distributor, 'version: 1\npages: { hidden: [tools] }\n');
  equal(found(), [[], ['driver'], ['computer', 'model', 'try']]);
});

test('a file that cannot be used closes the search as well', () => {
  put(distributor, 'version: 1\nserch: true\n');
  equal(found(), nothing);
});

await run(240_000);
