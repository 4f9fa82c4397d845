// SPDX-License-Identifier: GPL-3.0-or-later

import Gtk from 'gi://Gtk?version=4.0';

/** Gives a control the name that assistive technology says. */
export function nameControl(widget: Gtk.Accessible, name: string): void {
  // A button is labelled by the text inside it, which would win.
  widget.reset_relation(Gtk.AccessibleRelation.LABELLED_BY);
  widget.update_property([Gtk.AccessibleProperty.LABEL], [name]);
}

/** Says more of a widget than its name: what a dialog is about, when it opens. */
export function describe(widget: Gtk.Accessible, text: string): void {
  widget.update_property([Gtk.AccessibleProperty.DESCRIPTION], [text]);
}
