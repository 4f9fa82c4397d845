// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';

/** How a page or dialog uses a window with much more room than it needs. */
export interface Breadth {
  /** What shows and lies outside of the column that is read: 'startButton: 12 to 340'. */
  readonly strayed: readonly string[];
  /** Buttons that are wider than anything they say. */
  readonly stretched: readonly string[];
  /** Left of all that shows, and right of it. */
  readonly beside: readonly [left: number, right: number];
  /** Over what is scrolled, and under it; null where it is longer than its room. */
  readonly around: readonly [above: number, below: number] | null;
}

/** As wide as what is read may be: the widest clamp of a page with its margins, in pixels of the desktop. */
const column = 680;
/** No button that is not a row needs more. */
const widest = 440;

export function breadth(window: Adw.ApplicationWindow): Breadth {
  const room = window.get_width();
  const [from, to] = [(room - column) / 2, (room + column) / 2];
  const strayed: string[] = [];
  const stretched: string[] = [];
  let [left, right] = [room, 0];
  for (const widget of shown(window.visibleDialog ?? window)) {
    const { start, end } = extent(widget, window);
    if (end <= start) continue;
    [left, right] = [Math.min(left, start), Math.max(right, end)];
    if (start < from || end > to)
      strayed.push(`${nameOf(widget)}: ${Math.round(start)} to ${Math.round(end)}`);
    if (widget instanceof Gtk.Button && end - start > widest)
      stretched.push(`${nameOf(widget)}: ${Math.round(end - start)}`);
  }
  return { strayed, stretched, beside: [left, room - right], around: around(window) };
}

/** Everything that is seen by itself, but what frames a window: its header bar, banners and menus. */
function shown(root: Gtk.Widget): readonly Gtk.Widget[] {
  const found: Gtk.Widget[] = [];
  const frames = [Adw.HeaderBar, Adw.Banner, Gtk.Popover];
  const seen = [Gtk.Label, Gtk.Button, Gtk.Image, Gtk.Picture, Gtk.ProgressBar, Gtk.Entry, Gtk.ListBoxRow];
  const visit = (widget: Gtk.Widget): void => {
    if (!widget.get_mapped() || !widget.get_child_visible() || widget.get_opacity() === 0) return;
    if (frames.some((kind) => widget instanceof kind)) return;
    // A label with nothing to say has no size that means anything.
    const empty = widget instanceof Gtk.Label && widget.label === '';
    const drawn = widget.get_first_child() === null && typeName(widget).startsWith('Hearth');
    if (!empty && (drawn || seen.some((kind) => widget instanceof kind))) found.push(widget);
    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) visit(child);
  };
  visit(root);
  return found;
}

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
}

function extent(widget: Gtk.Widget, within: Gtk.Widget): Extent {
  const [known, bounds] = widget.compute_bounds(within);
  if (!known) return { start: 0, end: 0, top: 0, bottom: 0 };
  const [start, top] = [bounds.get_x(), bounds.get_y()];
  return { start, end: start + bounds.get_width(), top, bottom: top + bounds.get_height() };
}

/** Of the page's main scroller, which is the highest one that shows. */
function around(window: Adw.ApplicationWindow): Breadth['around'] {
  if (window.visibleDialog !== null) return null;
  const scrollers: Gtk.ScrolledWindow[] = [];
  const visit = (widget: Gtk.Widget): void => {
    if (!widget.get_mapped()) return;
    if (widget instanceof Gtk.ScrolledWindow) scrollers.push(widget);
    else for (let each = widget.get_first_child(); each !== null; each = each.get_next_sibling()) visit(each);
  };
  visit(window);
  const [scroller] = scrollers.toSorted((a, b) => b.get_height() - a.get_height());
  if (scroller === undefined || scroller.vadjustment.upper > scroller.vadjustment.pageSize) return null;
  const extents = shown(scroller).map((widget) => extent(widget, scroller));
  if (extents.length === 0) return null;
  const above = Math.min(...extents.map(({ top }) => top));
  return [above, scroller.get_height() - Math.max(...extents.map(({ bottom }) => bottom))];
}

function nameOf(widget: Gtk.Widget): string {
  const id = widget.get_buildable_id();
  if (id !== null && !id.startsWith('___object')) return id;
  if (widget instanceof Gtk.Label) return `“${widget.label.slice(0, 40)}”`;
  return typeName(widget);
}

function typeName(widget: Gtk.Widget): string {
  return GObject.type_name((widget.constructor as typeof Gtk.Widget).$gtype) ?? '';
}
