// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { HearthError } from '../core/errors.ts';
import type { MachineFacts } from '../core/machine/facts.ts';
import { parseControlGroups } from '../core/machine/memory.ts';
import type { ObserveOptions } from '../core/machine/observe.ts';
import { recordMachine, type RecordedTree } from '../core/machine/record.ts';
import { folderMark, type AboutRecording } from '../core/machine/recording.ts';
import { Redactor, type Secrets } from '../core/machine/redact.ts';
import type { Look } from '../core/ports.ts';
import { toHearthError } from './errors.ts';
import { listFolder, statFile } from './gio.ts';

export interface Recorded {
  readonly facts: MachineFacts;
  readonly about: AboutRecording;
  /** Files, folders and links written below `root/`. */
  readonly files: number;
  readonly commands: number;
  /** Files that could not be read, which the recording says of them too. */
  readonly skipped: number;
}

/**
 * Looks at a computer and writes what was read to `folder`, which must be empty or not there yet.
 *
 * @param look this computer's, or that of a recorded machine, which gives a copy
 * @param hearth version of Hearth, for the recording
 * @throws exists when the folder has something in it; denied, no-space, io
 */
export async function record(
  look: Look,
  folder: string,
  options: ObserveOptions,
  hearth: string,
): Promise<Recorded> {
  await refuseUsed(folder);
  const redactor = new Redactor(await gatherSecrets(look, options.home));
  const label = {
    name: recordingName(folder),
    date: GLib.DateTime.new_now_utc().format('%Y-%m-%d') ?? '1970-01-01',
    hearth,
  };
  const { facts, tree } = await recordMachine(look, options, label, redactor);
  try {
    writeTree(folder, tree);
  } catch (thrown) {
    throw toHearthError(thrown, { path: folder });
  }
  const skipped = Object.values(tree.notes).filter((note) => note.error !== undefined).length;
  return {
    facts,
    about: tree.about,
    files: tree.entries.length,
    commands: tree.commands.length,
    skipped,
  };
}

async function refuseUsed(folder: string): Promise<void> {
  if ((await statFile(folder)) === null) return;
  if ((await listFolder(folder)).length > 0) throw new HearthError('exists', { path: folder });
}

/** The folder's own name, as far as a recording's name may have its letters. */
function recordingName(folder: string): string {
  const name = GLib.path_get_basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name.slice(0, 64) || 'machine';
}

/** What must not get into the recording. Files that only root can read are asked too: Hearth may run as root. */
export async function gatherSecrets(look: Look, home: string): Promise<Secrets> {
  const read = (path: string): Promise<string> => look.readText(path, 4096).catch(() => '');
  const interfaces = await look.list('/sys/class/net').catch(() => []);
  const ids = await Promise.all([
    ...['/etc/machine-id', '/var/lib/dbus/machine-id', '/proc/sys/kernel/random/boot_id'].map(read),
    ...['product_serial', 'board_serial', 'chassis_serial', 'product_uuid', 'chassis_asset_tag'].map((name) =>
      read(`/sys/class/dmi/id/${name}`),
    ),
    read('/proc/device-tree/serial-number').then((text) => text.replaceAll('\0', '')),
    ...controlGroupNames(await read('/proc/self/cgroup')).map((name) => Promise.resolve(name)),
    ...interfaces.filter((name) => name !== 'lo').map((name) => read(`/sys/class/net/${name}/address`)),
  ]);
  const realName = GLib.get_real_name() ?? '';
  return {
    userName: GLib.get_user_name() ?? '',
    // GLib says 'Unknown' where there is none; other accounts have the system's word for it.
    realName: realName === 'Unknown' || realName === 'root' ? '' : realName,
    hostName: GLib.get_host_name(),
    home,
    ids: ids
      .map((id) => id.trim())
      .filter((id) => !/^(?:[0:.-]*|none|default string|to be filled.*|not.*)$/i.test(id)),
  };
}

/** Names of control groups that tell which program or container this is; systemd's own slices tell nothing. */
function controlGroupNames(text: string): string[] {
  const { unified, memory } = parseControlGroups(text);
  return [unified, memory]
    .flatMap((path) => path?.split('/') ?? [])
    .filter(
      (name) => name.length >= 4 && !/^(?:[a-z-]+\.slice|user-\d+\.slice|user@\d+\.service)$/.test(name),
    );
}

/** Small files, once, at a person's request: written in one go. */
function writeTree(folder: string, tree: RecordedTree): void {
  const root = `${folder}/root`;
  makeFolders(root);
  const parents = new Set(tree.entries.map(([path]) => path.slice(0, path.lastIndexOf('/')) || '/'));
  for (const [path, entry] of tree.entries) {
    const place = `${root}${path}`;
    if (entry.kind === 'folder') {
      makeFolders(place);
      if (!parents.has(path)) writeFile(`${place}/${folderMark}`, new Uint8Array());
      continue;
    }
    makeFolders(GLib.path_get_dirname(place));
    if (entry.kind === 'link') Gio.File.new_for_path(place).make_symbolic_link(entry.target, null);
    else writeFile(place, entry.content ?? new Uint8Array());
  }
  writeJson(`${folder}/commands.json`, tree.commands);
  writeJson(`${folder}/notes.json`, tree.notes);
  writeJson(`${folder}/machine.json`, tree.about);
}

function makeFolders(path: string): void {
  const file = Gio.File.new_for_path(path);
  if (!file.query_exists(null)) file.make_directory_with_parents(null);
}

function writeJson(path: string, value: unknown): void {
  writeFile(path, new TextEncoder().encode(JSON.stringify(value, null, 2) + '\n'));
}

function writeFile(path: string, content: Uint8Array): void {
  const flags = Gio.FileCreateFlags.NONE;
  const stream = Gio.File.new_for_path(path).create(flags, null);
  if (content.length > 0) stream.write_all(content, null);
  stream.close(null);
}
