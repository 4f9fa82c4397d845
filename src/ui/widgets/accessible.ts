// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';

/** Gives a control the name that assistive technology says. */
export function nameControl(widget: Gtk.Accessible, name: string): void {
  // A button is labelled by the text inside it, which would win.
  widget.reset_relation(Gtk.AccessibleRelation.LABELLED_BY);
  widget.update_property([Gtk.AccessibleProperty.LABEL], [name]);
}

/** A row whose name has its title: the title is not read once more. Before the row shows: a role cannot be changed later. */
export function titleInName(row: Adw.PreferencesRow): void {
  const title = titleLabel(row);
  if (title !== null) title.accessibleRole = Gtk.AccessibleRole.PRESENTATION;
}

function titleLabel(widget: Gtk.Widget): Gtk.Label | null {
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) {
    const found = child instanceof Gtk.Label && child.has_css_class('title') ? child : titleLabel(child);
    if (found !== null) return found;
  }
  return null;
}

/** Says more of a widget than its name: what a dialog is about, when it opens. */
export function describe(widget: Gtk.Accessible, text: string): void {
  widget.update_property([Gtk.AccessibleProperty.DESCRIPTION], [text]);
}
