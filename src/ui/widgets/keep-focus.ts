// SPDX-License-Identifier: GPL-3.0-or-later

import type Gtk from 'gi://Gtk?version=4.0';

/**
 * Changes what a page shows without taking the focus away from it. GTK has none left when what had it goes away, and Tab then
 * leads nowhere. It goes to what has the same name now, and otherwise to the first that takes it.
 */
export function keepFocus(page: Gtk.Widget, change: () => void): void {
  const before = focusIn(page);
  const name = before?.name ?? '';
  change();
  if (before === null || focusIn(page) !== null) return;
  const window = page.get_root() as Gtk.Window | null;
  if (window?.get_focus()?.get_mapped() === true) return;
  // Not child_focus(): it starts from where the focus was, which does not show any more, and finds nothing.
  if (byName(page, name)?.grab_focus() !== true) focusFirst(page);
}

/** The name of what has the focus in a page, to come back to; empty where it has none of its own. */
export function focusedName(page: Gtk.Widget): string {
  return focusIn(page)?.name ?? '';
}

/** Gives the focus back to what has a name, also where it was made anew meanwhile. */
export function focusNamed(page: Gtk.Widget, name: string): void {
  byName(page, name)?.grab_focus();
}

/** What has the focus in a page and can be seen there. */
function focusIn(page: Gtk.Widget): Gtk.Widget | null {
  const focus = page.get_root()?.get_focus() ?? null;
  return focus?.is_ancestor(page) === true && focus.get_mapped() ? focus : null;
}

function focusFirst(widget: Gtk.Widget): boolean {
  if (!widget.get_mapped() || !widget.sensitive) return false;
  if (widget.focusable && isReached(widget) && widget.grab_focus()) return true;
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
    if (focusFirst(child)) return true;
  return false;
}

/** What holds others takes the focus for them, if at all. */
function isReached(widget: Gtk.Widget): boolean {
  return !['list', 'scrolledwindow'].includes(widget.get_css_name());
}

function byName(widget: Gtk.Widget, name: string): Gtk.Widget | null {
  // What was given no name has that of its kind.
  if (widget.name === name && !/^(Gtk|Adw|Hearth)/.test(name) && widget.get_mapped()) return widget;
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) {
    const found = byName(child, name);
    if (found !== null) return found;
  }
  return null;
}
