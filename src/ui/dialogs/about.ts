// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { BuildConfig } from '../../core/config.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { troubleshooting } from '../../words/about.ts';
import { appName } from '../../words/app.ts';
import { _ } from '../../words/translate.ts';

/** Who made it, and everything a bug report needs, with nothing in it that names a person. */
export function showAbout(parent: Gtk.Widget, state: HearthState, config: BuildConfig): void {
  const versions = {
    gtk: `${Gtk.get_major_version()}.${Gtk.get_minor_version()}.${Gtk.get_micro_version()}`,
    adwaita: `${Adw.get_major_version()}.${Adw.get_minor_version()}.${Adw.get_micro_version()}`,
    glib: `${GLib.MAJOR_VERSION}.${GLib.MINOR_VERSION}.${GLib.MICRO_VERSION}`,
  };
  const dialog = new Adw.AboutDialog({
    applicationName: appName,
    applicationIcon: config.appId,
    version: config.version,
    developerName: _('The Hearth Contributors'),
    comments: _('Private AI on this computer, set up properly'),
    licenseType: Gtk.License.GPL_3_0,
    debugInfo: troubleshooting(state, config, versions),
    debugInfoFilename: 'hearth-troubleshooting.txt',
    // TRANSLATORS: put names here, one a line.
    translatorCredits: _('translator-credits') === 'translator-credits' ? '' : _('translator-credits'),
  });
  dialog.present(parent);
}
