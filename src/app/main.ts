// SPDX-License-Identifier: GPL-3.0-or-later

import Gettext from 'gettext';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import type { BuildConfig } from '../core/config.ts';
import type { Report } from '../core/ports.ts';
import type { Hearth } from '../engine/api.ts';
import { composePractice, composeReal } from '../compose/compose.ts';
import { systemFormats } from '../platform/locale.ts';
import { setFormats } from '../words/locale.ts';
import { setTranslator } from '../words/translate.ts';
import { HearthApplication } from './application.ts';
import { windowOptions, type WindowOptions } from './options.ts';

/** The composition root of the window. Returns the exit status. */
export async function main(config: BuildConfig, argv: readonly string[]): Promise<number> {
  translate(config);
  GLib.set_application_name('Hearth');
  const options = windowOptions(argv);
  const app = new HearthApplication(config, options, () => compose(config, options), report);
  if (options.gooseIn !== null) app.openGooseIn(absolute(options.gooseIn));
  const status = await app.runAsync([System.programInvocationName, ...options.rest]);
  await app.end();
  return status;
}

async function compose(config: BuildConfig, { practice, machine }: WindowOptions): Promise<Hearth> {
  const composed =
    practice === null
      ? await composeReal(config, { machine })
      : await composePractice(config, { machine: practice === '' ? null : practice });
  return composed.hearth;
}

/** A folder as a file manager or a terminal names it. */
function absolute(folder: string): string {
  return GLib.canonicalize_filename(folder, null);
}

function translate(config: BuildConfig): void {
  const domain = 'hearth';
  Gettext.bindtextdomain(domain, config.localeDir);
  Gettext.textdomain(domain);
  setTranslator(Gettext.domain(domain));
  setFormats(systemFormats());
}

/** `logError` reads source maps; `console.error` does not. */
const report: Report = (thrown, context) => {
  logError(thrown instanceof Error ? thrown : new Error(String(thrown)), context);
};
