// SPDX-License-Identifier: GPL-3.0-or-later

import Gtk from 'gi://Gtk?version=4.0';
import Pango from 'gi://Pango?version=1.0';

/** Lets the labels of the buttons below a widget have a second line, for large text in a narrow window. */
export function wrapButtons(root: Gtk.Widget): void {
  for (let child = root.get_first_child(); child !== null; child = child.get_next_sibling()) {
    const label = child instanceof Gtk.Button ? child.get_child() : null;
    if (label instanceof Gtk.Label) {
      label.wrap = true;
      label.wrapMode = Pango.WrapMode.WORD_CHAR;
      label.justify = Gtk.Justification.CENTER;
    } else wrapButtons(child);
  }
}
