// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import type GLib from 'gi://GLib?version=2.0';

import interfaces from '../../data/dbus/io.github.hearthdesktop.Hearth.Mechanism1.xml';
import { mechanismName, mechanismPath, verbs, type Verb } from '../core/driver/verbs.ts';
import { makeBox } from './box.ts';
import { Service } from './service.ts';

/** Milliseconds without a call until the service ends; systemd starts it again when it is called. */
const idleTime = 60_000;
/** Held here: the bus does not keep what is exported on it from being collected. */
let exported: Gio.DBusExportedObject | null = null;

/**
 * The root service. `--test=FOLDER` lets it see a computer below a folder instead of this one, and is never given by the
 * unit that is installed.
 *
 * @returns an exit status
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [flag, ...more] = argv;
  const root = flag?.startsWith('--test=/') ? flag.slice('--test='.length) : '';
  if (more.length > 0 || (flag !== undefined && root === '')) {
    printerr('hearth-mechanism is started by systemd when it is called on the system bus.');
    return 2;
  }
  const box = makeBox(root);
  return new Promise((resolve) => {
    let timer: GLib.Source | null = null;
    const idle = (is: boolean): void => {
      if (timer !== null) clearTimeout(timer);
      timer = is ? setTimeout(() => end(0), idleTime) : null;
    };
    const owner = Gio.bus_own_name(
      Gio.BusType.SYSTEM,
      mechanismName,
      Gio.BusNameOwnerFlags.DO_NOT_QUEUE,
      (connection) => {
        const service = new Service(box, connection, idle);
        exported = Gio.DBusExportedObject.wrapJSObject(interfaces, methodsOf(service));
        exported.export(connection, mechanismPath);
        idle(true);
      },
      null,
      () => end(1),
    );
    function end(status: number): void {
      exported?.unexport();
      exported = null;
      Gio.bus_unown_name(owner);
      resolve(status);
    }
  });
}

type Method = (params: readonly unknown[], invocation: Gio.DBusMethodInvocation) => void;

function methodsOf(service: Service): Record<string, Method> {
  const entries = Object.keys(verbs).map((verb): [string, Method] => [
    `${verb}Async`,
    (params, invocation) => void service.answer(verb as Verb, params, invocation),
  ]);
  return Object.fromEntries(entries);
}
