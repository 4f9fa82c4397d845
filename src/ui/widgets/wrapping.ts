// SPDX-License-Identifier: GPL-3.0-or-later

import Gtk from 'gi://Gtk?version=4.0';

/** Lets the label of a button take a second line: in many languages it is longer than a narrow window. */
export function wrapButton(button: Gtk.Button): void {
  const { child } = button;
  if (!(child instanceof Gtk.Label)) return;
  child.wrap = true;
  child.justify = Gtk.Justification.CENTER;
}
