// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import type { SeenPages } from '../core/first-boot/news.ts';
import type { Choices, Settings } from '../core/ports.ts';
import { engineChoices } from '../core/server/engine-facts.ts';

/** Port of the model's address where nobody chose another: H-E-A-R on a telephone's keys. */
export const defaultPort = 4327;

export const freshChoices: Choices = {
  modelId: null,
  contextTokens: null,
  port: defaultPort,
  firstRunDone: false,
  modelsFolder: null,
  engine: 'auto',
};

/**
 * Choices in GSettings; null when the schema is not installed.
 *
 * @param schemaFolder compiled schemas of an installation that is not in the system's places, or null
 * @param keyFile where choices go when the session has no lasting store of its own (a terminal without a session bus)
 */
export function gsettings(schemaId: string, schemaFolder: string | null, keyFile: string): Settings | null {
  const fallback = Gio.SettingsSchemaSource.get_default();
  const source =
    schemaFolder === null
      ? fallback
      : Gio.SettingsSchemaSource.new_from_directory(schemaFolder, fallback, false);
  const schema = source?.lookup(schemaId, true);
  if (schema === null || schema === undefined) return null;
  const settings = new Gio.Settings({ settings_schema: schema, backend: lastingBackend(keyFile) });
  return {
    read: () => {
      const model = settings.get_string('chosen-model');
      const context = settings.get_uint('context-length');
      return {
        modelId: model === '' ? null : model,
        contextTokens: context === 0 ? null : context,
        port: settings.get_uint('port'),
        firstRunDone: settings.get_boolean('first-run-done'),
        modelsFolder: folderIn(settings.get_string('models-folder')),
        engine: engineChoices[settings.get_enum('engine')] ?? 'auto',
        otherModel: settings.get_string('other-model') || null,
        firstRunPage: settings.get_string('first-run-page') || null,
        pagesSeen: settings.get_value('pages-seen').recursiveUnpack() as SeenPages,
      };
    },
    write: (change) => {
      if (change.modelId !== undefined) settings.set_string('chosen-model', change.modelId ?? '');
      if (change.contextTokens !== undefined) settings.set_uint('context-length', change.contextTokens ?? 0);
      if (change.port !== undefined) settings.set_uint('port', change.port);
      if (change.firstRunDone !== undefined) settings.set_boolean('first-run-done', change.firstRunDone);
      if (change.modelsFolder !== undefined) settings.set_string('models-folder', change.modelsFolder ?? '');
      if (change.engine !== undefined) settings.set_enum('engine', engineChoices.indexOf(change.engine));
      if (change.otherModel !== undefined) settings.set_string('other-model', change.otherModel ?? '');
      if (change.firstRunPage !== undefined) settings.set_string('first-run-page', change.firstRunPage ?? '');
      if (change.pagesSeen !== undefined)
        settings.set_value('pages-seen', new GLib.Variant('a{su}', { ...change.pagesSeen }));
      // The terminal may end at once; what was chosen must not be lost with it.
      Gio.Settings.sync();
    },
    subscribe: (watcher) => {
      const id = settings.connect('changed', () => watcher());
      return () => settings.disconnect(id);
    },
  };
}

/** Anybody may write settings: what is no absolute path is none. */
function folderIn(text: string): string | null {
  return text.startsWith('/') && text.length <= 4096 ? text : null;
}

/** Choices that live as long as the program: practice mode. */
export function memorySettings(initial: Partial<Choices> = {}): Settings {
  let choices: Choices = { ...freshChoices, ...initial };
  const watchers = new Set<() => void>();
  return {
    read: () => choices,
    write: (change) => {
      choices = { ...choices, ...change };
      for (const watcher of [...watchers]) watcher();
    },
    subscribe: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

/** The session's own store, or a file where that forgets (memory) or cannot write (dconf without a session bus). */
function lastingBackend(keyFile: string): Gio.SettingsBackend {
  const backend = Gio.SettingsBackend.get_default();
  const kind = backend.constructor.name;
  const forgets = /Memory/.test(kind) || (/DConf/.test(kind) && !hasSessionBus());
  return forgets ? Gio.keyfile_settings_backend_new(keyFile, '/', null) : backend;
}

function hasSessionBus(): boolean {
  const address = GLib.getenv('DBUS_SESSION_BUS_ADDRESS') ?? '';
  return address !== '' || GLib.file_test(`${GLib.get_user_runtime_dir()}/bus`, GLib.FileTest.EXISTS);
}
