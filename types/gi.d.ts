// SPDX-License-Identifier: GPL-3.0-or-later

// The GObject namespaces that Hearth uses, from the @girs packages, which are also the API floor:
// libadwaita 1.8, GTK 4.20, GLib 2.86 (GNOME 49). Namespaces without a package have a file of their own beside this one.

import '@girs/gjs';
import '@girs/gjs/dom';
import '@girs/glib-2.0';
import '@girs/gobject-2.0';
import '@girs/gio-2.0';
import '@girs/pango-1.0';
import '@girs/graphene-1.0';
import '@girs/gdk-4.0';
import '@girs/gsk-4.0';
import '@girs/gtk-4.0';
import '@girs/adw-1';
