// SPDX-License-Identifier: GPL-3.0-or-later

import Gtk from 'gi://Gtk?version=4.0';
import { nameControl } from './accessible.ts';

/**
 * Names the items of a menu for assistive technology by their own text. GTK 4.24 labels each by a widget that it does
 * not show to assistive technology, and so they would have no name.
 */
export function nameMenuItems(button: Gtk.MenuButton): void {
  const { popover } = button;
  popover?.connect('map', () => nameItemsIn(popover));
}

function nameItemsIn(widget: Gtk.Widget): void {
  if (widget.accessibleRole === Gtk.AccessibleRole.MENU_ITEM) {
    const text = firstText(widget);
    if (text !== '') nameControl(widget, text);
    return;
  }
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
    nameItemsIn(child);
}

/** The displayed text of the first label; the key that opens an item comes after it. */
function firstText(widget: Gtk.Widget): string {
  if (widget instanceof Gtk.Label) return widget.get_text();
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) {
    const text = firstText(child);
    if (text !== '') return text;
  }
  return '';
}
