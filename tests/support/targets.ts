// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';

/**
 * How big what is pressed has to be, in pixels of the desktop either way, for fingers:
 *
 * - 44 for what a page, dialog or row is there for: buttons that stand out (pill, suggested, destructive, or offered by a row), and
 *   rows that are pressed anywhere. That is WCAG 2.2's target size for level AAA (2.5.5); libadwaita's pills are 44 high, its
 *   rows 50.
 * - 34 for every other button, entry and slider: what libadwaita gives its own.
 * - 24 for what stands in a line with something else and is the toolkit's own, as what closes a window: WCAG 2.2, level AA (2.5.8).
 *
 * What stands in a row that is pressed anywhere is as big as the row. The toolkit's own dialogs are as high as it makes them.
 */
export const least = { main: 44, plain: 34, inline: 24 } as const;

export interface Targets {
  /** What is hard to hit: 'main retryButton: 80×34'. */
  readonly small: readonly string[];
  /** Rows that look as if they could be pressed anywhere, and cannot. */
  readonly dead: readonly string[];
  /** How many were measured of each kind. */
  readonly measured: Readonly<Record<keyof typeof least, number>>;
}

export function targets(window: Gtk.Window): Targets {
  const found = { small: [] as string[], dead: [] as string[] };
  const measured = { main: 0, plain: 0, inline: 0 };
  const visit = (widget: Gtk.Widget): void => {
    if (!widget.get_mapped() || !widget.get_child_visible() || widget.get_opacity() === 0) return;
    const kind = kindOf(widget);
    if (kind !== null) {
      measured[kind] += 1;
      // What is drawn and takes the finger, with its padding, which the width and height of a widget leave out.
      const [, bounds] = widget.compute_bounds(widget);
      const [wide, high] = [bounds.get_width(), bounds.get_height()];
      if (Math.min(wide, high) < least[kind]) found.small.push(`${kind} ${nameOf(widget)}: ${wide}×${high}`);
    }
    if (widget instanceof Gtk.ListBoxRow && !widget.activatable && promises(widget))
      found.dead.push(nameOf(widget));
    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) visit(child);
  };
  visit(window);
  return { ...found, measured };
}

const standOut = ['pill', 'offer', 'suggested-action', 'destructive-action'];

function kindOf(widget: Gtk.Widget): keyof typeof least | null {
  if (widget instanceof Gtk.ListBoxRow) return widget.activatable ? 'main' : null;
  if (widget instanceof Gtk.Switch || widget instanceof Gtk.CheckButton)
    return pressedByRow(widget) ? null : 'plain';
  const kinds = [Gtk.Button, Gtk.Entry, Gtk.Scale, Gtk.TextView, Gtk.DropDown, Gtk.SpinButton];
  if (!kinds.some((kind) => widget instanceof kind)) return null;
  const own = [Gtk.WindowControls, Adw.AboutDialog];
  if (own.some((kind) => widget.get_ancestor(kind.$gtype) !== null) || inEntry(widget)) return 'inline';
  if (widget.get_ancestor(Adw.AlertDialog.$gtype) !== null) return 'plain';
  return standOut.some((name) => widget.has_css_class(name)) ? 'main' : 'plain';
}

function inEntry(widget: Gtk.Widget): boolean {
  const parent = widget.get_parent();
  return parent instanceof Gtk.Entry || parent instanceof Gtk.SearchEntry;
}

function pressedByRow(widget: Gtk.Widget): boolean {
  if (widget.get_ancestor(Adw.SwitchRow.$gtype) !== null) return true;
  const row = widget.get_ancestor(Adw.ActionRow.$gtype);
  return row instanceof Adw.ActionRow && row.activatable && row.activatableWidget === widget;
}

/** A sign of leading somewhere, or something to switch that stands alone. */
function promises(row: Gtk.Widget): boolean {
  const visit = (widget: Gtk.Widget): boolean => {
    if (!widget.get_mapped()) return false;
    if (widget instanceof Gtk.ListBoxRow && widget !== row) return false;
    if (widget instanceof Gtk.Button) return false;
    if (widget instanceof Gtk.Switch || widget instanceof Gtk.CheckButton) return true;
    if (widget instanceof Gtk.Image && /^(go-next|adw-external-link)-symbolic$/.test(widget.iconName ?? ''))
      return true;
    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
      if (visit(child)) return true;
    return false;
  };
  return visit(row);
}

function nameOf(widget: Gtk.Widget): string {
  const id = widget.get_buildable_id();
  if (id !== null && !id.startsWith('___object')) return id;
  if (widget instanceof Gtk.Button && (widget.label ?? '') !== '') return `“${widget.label}”`;
  if (widget instanceof Adw.PreferencesRow) return `row “${widget.title}”`;
  if (widget instanceof Gtk.Button && (widget.iconName ?? '') !== '') return widget.iconName ?? '';
  return `${widget.name} in ${widget.get_parent()?.name}`;
}
