// SPDX-License-Identifier: GPL-3.0-or-later

import Gettext from 'gettext';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import interfaceXml from '../../data/dbus/org.gnome.Shell.SearchProvider2.xml';
import type { BuildConfig } from '../core/config.ts';
import { taskIds, type Standings, type TaskId } from '../core/setup/tasks.ts';
import { shownTasks, vendorFolders } from '../core/vendor/types.ts';
import { systemFormats } from '../platform/locale.ts';
import { setFormats } from '../words/locale.ts';
import { setTranslator } from '../words/translate.ts';
import { SearchAnswers } from './provider.ts';

/** Seconds without a question after which the provider ends. */
const idleAfter = 8;
/** An administrator puts this file where nobody is to find Hearth by searching; `search: false` in a file of the vendor does so too. */
const offFile = '/etc/hearth/search-off';

/**
 * The composition root of the search provider: answers the desktop's searches on the session bus, without GTK, and ends
 * when nobody asks. The part of Hearth that looks is loaded with the first task that was found. Resolves to the exit status.
 */
export async function main(config: BuildConfig): Promise<number> {
  Gettext.bindtextdomain('hearth', config.localeDir);
  setTranslator(Gettext.domain('hearth'));
  setFormats(systemFormats());
  return new Promise((resolve) => new SearchService(config, resolve).own());
}

class SearchService {
  readonly #config: BuildConfig;
  readonly #end: (status: number) => void;
  readonly #answers: SearchAnswers;
  /** The tasks that may be found; none where searching is off. */
  #shown: Promise<readonly TaskId[]> | null = null;
  /** Questions that are not answered yet. */
  #open = 0;
  #timer = 0;

  constructor(config: BuildConfig, end: (status: number) => void) {
    this.#config = config;
    this.#end = end;
    this.#answers = new SearchAnswers({
      look: () => this.#look(),
      after: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
      now: () => GLib.get_monotonic_time() / 1000,
    });
  }

  own(): void {
    const { appId, resourceBase } = this.#config;
    const info = Gio.DBusNodeInfo.new_for_xml(interfaceXml).lookup_interface(
      'org.gnome.Shell.SearchProvider2',
    );
    Gio.bus_own_name(
      Gio.BusType.SESSION,
      `${appId}.SearchProvider`,
      Gio.BusNameOwnerFlags.NONE,
      (bus) => {
        if (info === null) return;
        bus.register_object(
          `${resourceBase}/SearchProvider`,
          info,
          (
            _bus: unknown,
            _sender: unknown,
            _path: unknown,
            _name: unknown,
            method: string,
            parameters: GLib.Variant,
            invocation: Gio.DBusMethodInvocation,
          ) => void this.#call(bus, method, parameters, invocation),
          null,
          null,
        );
      },
      null,
      // There is no session bus, or another provider answers already.
      () => this.#end(1),
    );
    this.#wait();
  }

  async #call(
    bus: Gio.DBusConnection,
    method: string,
    parameters: GLib.Variant,
    invocation: Gio.DBusMethodInvocation,
  ): Promise<void> {
    this.#open += 1;
    this.#wait();
    try {
      invocation.return_value(await this.#answer(bus, method, parameters));
    } catch (thrown) {
      logError(thrown as Error, method);
      invocation.return_dbus_error(`${this.#config.appId}.Error.Failed`, String(thrown));
    }
    this.#open -= 1;
    this.#wait();
  }

  async #answer(
    bus: Gio.DBusConnection,
    method: string,
    parameters: GLib.Variant,
  ): Promise<GLib.Variant | null> {
    const given = parameters.deepUnpack() as unknown[];
    const texts = (at: number): readonly string[] => given[at] as readonly string[];
    switch (method) {
      case 'GetInitialResultSet':
        return results(await this.#allowed(this.#answers.find(texts(0))));
      case 'GetSubsearchResultSet':
        return results(await this.#allowed(this.#answers.narrow(texts(0), texts(1))));
      case 'GetResultMetas':
        return this.#metas(texts(0));
      case 'ActivateResult':
        await this.#activate(bus, given[0] as string, given[2] as number);
        return null;
      case 'LaunchSearch':
        await this.#activate(bus, null, given[1] as number);
        return null;
      default:
        throw new Error(`no method ${method}`);
    }
  }

  /** What a vendor leaves of them. Without files of a vendor nothing is read for that. */
  async #allowed(found: readonly TaskId[]): Promise<readonly TaskId[]> {
    if (found.length === 0) return found;
    this.#shown ??= shown();
    const tasks = await this.#shown;
    return found.filter((task) => tasks.includes(task));
  }

  async #metas(ids: readonly string[]): Promise<GLib.Variant> {
    const icon = Gio.ThemedIcon.new(this.#config.appId).serialize();
    const metas = (await this.#answers.describe(ids)).map(({ id, name, description }) => ({
      id: new GLib.Variant('s', id),
      name: new GLib.Variant('s', name),
      description: new GLib.Variant('s', description),
      ...(icon === null ? {} : { icon }),
    }));
    return new GLib.Variant('(aa{sv})', [metas]);
  }

  /** The window is asked over the bus, which starts it where it does not run. @param page null for the window as it is */
  async #activate(bus: Gio.DBusConnection, page: string | null, timestamp: number): Promise<void> {
    const { appId } = this.#config;
    const platform = { 'desktop-startup-id': new GLib.Variant('s', `_TIME${timestamp}`) };
    const call: readonly [string, GLib.Variant] =
      page === null
        ? ['Activate', new GLib.Variant('(a{sv})', [platform])]
        : [
            'ActivateAction',
            new GLib.Variant('(sava{sv})', ['page', [new GLib.Variant('s', page)], platform]),
          ];
    await new Promise<void>((resolve, reject) => {
      bus.call(
        appId,
        `/${appId.replaceAll('.', '/')}`,
        'org.freedesktop.Application',
        call[0],
        call[1],
        null,
        Gio.DBusCallFlags.NONE,
        -1,
        null,
        (_bus, result) => {
          try {
            bus.call_finish(result);
            resolve();
          } catch (thrown) {
            reject(thrown as Error);
          }
        },
      );
    });
  }

  async #look(): Promise<Standings> {
    const { composeReal } = await import('../compose/compose.ts');
    const { hearth } = await composeReal(this.#config, { machine: null });
    try {
      await hearth.refresh('quick');
      return hearth.state.value.standings;
    } finally {
      await hearth.close();
    }
  }

  /** Counts from the last question on. */
  #wait(): void {
    if (this.#timer !== 0) GLib.source_remove(this.#timer);
    this.#timer = GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, idleAfter, () => {
      this.#timer = 0;
      if (this.#open > 0) this.#wait();
      else this.#end(0);
      return GLib.SOURCE_REMOVE;
    });
  }
}

async function shown(): Promise<readonly TaskId[]> {
  const there = (path: string): boolean => GLib.file_test(path, GLib.FileTest.EXISTS);
  if (there(offFile)) return [];
  if (!vendorFolders.some(there)) return taskIds;
  const { decided } = await import('../compose/compose.ts');
  const vendor = await decided();
  return vendor.search ? shownTasks(vendor) : [];
}

function results(ids: readonly string[]): GLib.Variant {
  return new GLib.Variant('(as)', [[...ids]]);
}
