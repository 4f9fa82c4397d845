// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import { ProofMap } from '../../src/ui/proof/proof-map.ts';

/** What a window looks like that no screenshot needs to be compared for. */
export interface Layout {
  readonly width: number;
  /** Texts that a person can read, once each. */
  readonly texts: readonly string[];
  /** Labels that do not show all of their text, or not inside the window. */
  readonly cut: readonly string[];
  /** Labels that something beside them leaves so little room that they become a column of words. */
  readonly squeezed: readonly string[];
  /** What has to be scrolled sideways to be read. */
  readonly sideways: readonly string[];
  /** Icons that point somewhere and have no form for the other direction. */
  readonly unmirrored: readonly string[];
}

/** Looks at everything that shows in a window, its dialogs included. */
export function inspect(window: Gtk.Window): Layout {
  const texts = new Set<string>();
  const found = {
    cut: [] as string[],
    squeezed: [] as string[],
    sideways: [] as string[],
    unmirrored: [] as string[],
  };
  const theme = Gtk.IconTheme.get_for_display(window.get_display());
  const visit = (widget: Gtk.Widget): void => {
    if (!widget.get_mapped() || !widget.get_child_visible() || widget.get_opacity() === 0) return;
    const tooltip = widget.get_tooltip_text() ?? '';
    if (tooltip !== '') texts.add(tooltip);
    if (widget instanceof Gtk.Label) {
      const text = widget.get_text();
      if (text !== '') texts.add(text);
      const why = cutOff(widget, window);
      if (isSqueezed(widget, window)) found.squeezed.push(text.slice(0, 60));
      if (why !== '') found.cut.push(`${why}: ${text.slice(0, 60)}`);
    }
    if (widget instanceof Gtk.Entry && (widget.placeholderText ?? '') !== '')
      texts.add(widget.placeholderText ?? '');
    if (widget instanceof ProofMap) for (const text of widget.cutTexts) found.cut.push(`drawn: ${text}`);
    if (widget instanceof Gtk.ScrolledWindow) {
      const { upper, pageSize } = widget.hadjustment;
      if (upper > pageSize + 1 && !(widget.child instanceof Gtk.TextView))
        found.sideways.push(
          `${widget.get_buildable_id() ?? widget.constructor.name}: ${upper} of ${pageSize}`,
        );
    }
    if (widget instanceof Gtk.Image) {
      const name = widget.iconName ?? '';
      if (directional.test(name) && !theme.has_icon(`${name}-rtl`)) found.unmirrored.push(name);
    }
    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) visit(child);
  };
  visit(window);
  return { width: window.get_width(), texts: [...texts], ...found };
}

const directional = /(next|previous|forward|(^|-)back(-|$)|left|right|undo|redo|send|reply|first|last)/;

/**
 * Titles in a header bar have the same words below them, the hint in an entry goes away with the first letter, and the title
 * of a group cannot have a second line in libadwaita. Everything else must be there in full.
 */
function mayEnd(label: Gtk.Label): boolean {
  if (label.get_ancestor(Adw.HeaderBar.$gtype) !== null || label.get_parent() instanceof Gtk.Text)
    return true;
  const group = label.get_ancestor(Adw.PreferencesGroup.$gtype);
  return group instanceof Adw.PreferencesGroup && group.title === label.get_text();
}

function isSqueezed(label: Gtk.Label, window: Gtk.Window): boolean {
  return label.get_layout().get_line_count() >= 6 && label.get_width() < window.get_width() / 2;
}

function cutOff(label: Gtk.Label, window: Gtk.Window): string {
  if (label.get_width() === 0 || label.get_height() === 0) return '';
  const layout = label.get_layout();
  if (layout.is_ellipsized()) return mayEnd(label) ? '' : 'ellipsized';
  const [wide] = layout.get_pixel_size();
  if (wide > label.get_width() + 1) return `${wide} wide in ${label.get_width()}`;
  // A popover is a surface of its own, which the compositor keeps on the screen when it is no wider than that.
  const surface = (label.get_native() as Gtk.Widget | null) ?? window;
  const [known, bounds] = label.compute_bounds(surface);
  if (!known) return '';
  if (surface.get_width() > window.get_width()) return `in a popover ${surface.get_width()} wide`;
  const [from, to] = [bounds.get_x(), bounds.get_x() + bounds.get_width()];
  const scrolled = label.get_ancestor(Gtk.ScrolledWindow.$gtype);
  const code =
    scrolled instanceof Gtk.ScrolledWindow && scrolled.hscrollbarPolicy === Gtk.PolicyType.AUTOMATIC;
  if (!code && (from < -1 || to > window.get_width() + 1))
    return `at ${from} to ${to} of ${window.get_width()}`;
  return '';
}
