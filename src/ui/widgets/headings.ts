// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';

/**
 * Makes headings of what looks like one: the title in the header bar is the first level, the titles of groups are the second.
 * Before the widgets show: a role cannot be changed later.
 */
export function markHeadings(widget: Gtk.Widget): void {
  if (widget instanceof Adw.HeaderBar) {
    if (widget.showTitle)
      mark(
        labelled(widget, (label) => label.has_css_class('title')),
        1,
      );
    return;
  }
  if (widget instanceof Adw.PreferencesGroup)
    mark(
      labelled(widget, (label) => label.has_css_class('heading')),
      2,
    );
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
    markHeadings(child);
}

function mark(label: Gtk.Label | null, level: number): void {
  if (label === null) return;
  label.accessibleRole = Gtk.AccessibleRole.HEADING;
  label.update_property([Gtk.AccessibleProperty.LEVEL], [level]);
}

function labelled(widget: Gtk.Widget, fits: (label: Gtk.Label) => boolean): Gtk.Label | null {
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) {
    if (child instanceof Gtk.Label && fits(child)) return child;
    // Rows of a group have labels of their own.
    const found = child instanceof Gtk.ListBox ? null : labelled(child, fits);
    if (found !== null) return found;
  }
  return null;
}
