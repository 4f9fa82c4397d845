// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';

/** A widget by the id that it has in its blueprint. */
export function find<T extends Gtk.Widget>(root: Gtk.Widget, id: string): T {
  const [found] = all(root, (widget) => widget.get_buildable_id() === id);
  if (found === undefined) throw new Error(`There is no ${id}.`);
  return found as T;
}

export function all(root: Gtk.Widget, wanted: (widget: Gtk.Widget) => boolean): readonly Gtk.Widget[] {
  const found = wanted(root) ? [root] : [];
  for (let child = root.get_first_child(); child !== null; child = child.get_next_sibling()) {
    found.push(...all(child, wanted));
  }
  return found;
}

/** What can be pressed inside, by its label without the mark of its access key; buttons that show a picture only have none. */
export function buttons(root: Gtk.Widget): readonly string[] {
  return all(root, (widget) => widget instanceof Gtk.Button && widget.get_mapped()).flatMap((widget) => {
    const label = ((widget as Gtk.Button).label ?? '').replace('_', '');
    return label === '' ? [] : [label];
  });
}

/** Waits for layout and whatever is read meanwhile. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    GLib.timeout_add(GLib.PRIORITY_LOW, ms, () => {
      resolve();
      return GLib.SOURCE_REMOVE;
    });
  });
}
