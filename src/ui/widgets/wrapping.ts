// SPDX-License-Identifier: GPL-3.0-or-later

import Gtk from 'gi://Gtk?version=4.0';
import Pango from 'gi://Pango?version=1.0';

/** Lets the label of a button take a second line: in many languages it is longer than a narrow window. */
export function wrapButton(button: Gtk.Button, mode = Pango.WrapMode.WORD): void {
  const { child } = button;
  if (!(child instanceof Gtk.Label)) return;
  child.wrap = true;
  child.wrapMode = mode;
  child.justify = Gtk.Justification.CENTER;
}

/** The same for all buttons below a widget, which in large text may break within a word. */
export function wrapButtons(root: Gtk.Widget): void {
  for (let child = root.get_first_child(); child !== null; child = child.get_next_sibling()) {
    if (child instanceof Gtk.Button && child.child instanceof Gtk.Label)
      wrapButton(child, Pango.WrapMode.WORD_CHAR);
    else wrapButtons(child);
  }
}
