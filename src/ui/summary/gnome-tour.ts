// SPDX-License-Identifier: GPL-3.0-or-later

import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio?version=2.0';

const id = 'org.gnome.Tour.desktop';

/** GNOME's own tour of the desktop, where it is installed: it is not shown by itself where Hearth is. */
export function findTour(): Gio.AppInfo | null {
  return Gio.AppInfo.get_all().find((info) => info.get_id() === id) ?? null;
}

/** Opens it in front. @throws GLib.Error */
export function openTour(info: Gio.AppInfo): void {
  info.launch([], Gdk.Display.get_default()?.get_app_launch_context() ?? null);
}
