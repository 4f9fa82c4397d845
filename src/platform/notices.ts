// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { hasCode } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
}

/**
 * Notifications of a program that has ended by the time somebody reads them. GNOME's own interface keeps them, and brings
 * Hearth back when one is pressed; elsewhere the common one shows them.
 */
export class Notices {
  readonly #appId: string;
  readonly #files: Files;
  /** Where the number of a notification is kept, to take it back later. */
  readonly #folder: string;

  constructor(appId: string, files: Files, runtime: string) {
    this.#appId = appId;
    this.#files = files;
    this.#folder = runtime;
  }

  /** Shows a notification in the place of the one with the same id; with null takes that back. */
  async show(id: string, notice: Notice | null): Promise<void> {
    let bus: Gio.DBusConnection;
    try {
      bus = Gio.bus_get_sync(Gio.BusType.SESSION, null);
    } catch {
      // Nobody is there to be told.
      return;
    }
    if (await this.#byGnome(bus, id, notice)) return;
    await this.#byOthers(bus, id, notice);
  }

  async #byGnome(bus: Gio.DBusConnection, id: string, notice: Notice | null): Promise<boolean> {
    const target = ['org.gtk.Notifications', '/org/gtk/Notifications', 'org.gtk.Notifications'] as const;
    const parameters =
      notice === null
        ? new GLib.Variant('(ss)', [this.#appId, id])
        : new GLib.Variant('(ssa{sv})', [
            this.#appId,
            id,
            {
              title: new GLib.Variant('s', notice.title),
              body: new GLib.Variant('s', notice.body),
              priority: new GLib.Variant('s', 'high'),
              'default-action': new GLib.Variant('s', 'app.driver'),
            },
          ]);
    const method = notice === null ? 'RemoveNotification' : 'AddNotification';
    return (await send(bus, ...target, method, parameters)) !== null;
  }

  async #byOthers(bus: Gio.DBusConnection, id: string, notice: Notice | null): Promise<void> {
    const name = 'org.freedesktop.Notifications';
    const path = '/org/freedesktop/Notifications';
    const file = `${this.#folder}/notice-${id}`;
    const shown = await this.#shown(file);
    if (notice === null) {
      if (shown === 0) return;
      await send(bus, name, path, name, 'CloseNotification', new GLib.Variant('(u)', [shown]));
      await this.#files.remove(file);
      return;
    }
    const { title, body } = notice;
    const hints = {
      'desktop-entry': new GLib.Variant('s', this.#appId),
      urgency: new GLib.Variant('y', 2),
    };
    const parameters = new GLib.Variant('(susssasa{sv}i)', [
      'Hearth',
      shown,
      this.#appId,
      title,
      body,
      [],
      hints,
      0,
    ]);
    const answer = await send(bus, name, path, name, 'Notify', parameters);
    if (answer === null) return;
    await this.#files.makeFolder(this.#folder, 0o700);
    await this.#files.writeAtomic(file, String(answer[0]), 0o600);
  }

  async #shown(file: string): Promise<number> {
    try {
      return Number(await this.#files.readText(file)) || 0;
    } catch (thrown) {
      if (hasCode(thrown, 'not-found')) return 0;
      throw thrown;
    }
  }
}

/** Null where nobody answers to the name. */
function send(
  bus: Gio.DBusConnection,
  name: string,
  path: string,
  iface: string,
  method: string,
  parameters: GLib.Variant,
): Promise<unknown[] | null> {
  return new Promise((resolve) => {
    bus.call(
      name,
      path,
      iface,
      method,
      parameters,
      null,
      Gio.DBusCallFlags.NONE,
      10_000,
      null,
      (_source, result) => {
        try {
          resolve(bus.call_finish(result).recursiveUnpack() as unknown[]);
        } catch {
          resolve(null);
        }
      },
    );
  });
}
