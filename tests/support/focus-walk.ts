// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gtk from 'gi://Gtk?version=4.0';
import { known, pressKeys } from './keyboard.ts';
import { all, pause } from './widgets.ts';

export interface FocusWalk {
  /** How many stops Tab makes before it begins again. */
  readonly stops: number;
  /** Buttons and entries that show, can be used, and are not among them. */
  readonly unreached: readonly string[];
  /** Stops that lie above or before the one that they come after. */
  readonly disorder: readonly string[];
  /** Kinds of widgets that look the same with and without the focus. */
  readonly unseen: readonly string[];
  /** Kinds that were compared. */
  readonly compared: number;
}

/** More stops than any page has. */
const most = 200;

/** Kinds whose focus was seen already: one of each is looked at in each process. */
const looked = new Set<string>();

/** Goes once through everything that Tab reaches in the page or dialog that shows. */
export async function walkFocus(window: Adw.ApplicationWindow): Promise<FocusWalk> {
  const root: Gtk.Widget = window.visibleDialog ?? window;
  const stops = await tabStops(window);
  const unseen: string[] = [];
  let compared = 0;
  window.focusVisible = true;
  for (const stop of stops) {
    const kind = kindOf(stop);
    // A page that has it itself, because there is nothing yet that could, shows it by moving with the arrow keys.
    if (looked.has(kind) || !stop.get_mapped() || stop instanceof Gtk.ScrolledWindow) continue;
    looked.add(kind);
    compared += 1;
    if (!(await showsFocus(window, stop))) unseen.push(kind);
  }
  const reached = new Set(stops);
  const unreached = all(root, (widget) => isUsed(widget) && !isPartOf(widget, reached)).map(known);
  return { stops: stops.length, unreached, disorder: disorder(stops), unseen, compared };
}

/** Everything that gets the focus while Tab is pressed, through the compositor, more often than there are stops. */
async function tabStops(window: Adw.ApplicationWindow): Promise<readonly Gtk.Widget[]> {
  const stops = new Set<Gtk.Widget>();
  const note = (): void => {
    const focus = window.get_focus();
    if (focus !== null) stops.add(focus);
  };
  note();
  const handler = window.connect('notify::focus-widget', note);
  for (let before = -1; stops.size > before && stops.size < most;) {
    before = stops.size;
    await pressKeys(...Array.from({ length: 20 }, () => 'Tab'));
  }
  window.disconnect(handler);
  return [...stops];
}

/** What is pressed or written into and can be; of a group of radio buttons Tab reaches one, of a row the row. */
function isUsed(widget: Gtk.Widget): boolean {
  const kinds = [Gtk.Button, Gtk.Text, Gtk.Switch, Gtk.Scale, Adw.SwitchRow];
  return (
    kinds.some((kind) => widget instanceof kind) &&
    widget.get_mapped() &&
    widget.is_sensitive() &&
    widget.focusable &&
    widget.get_ancestor(Gtk.Popover.$gtype) === null &&
    // Those of the window are reached with the window's own keys, that of a dialog is Escape.
    widget.get_ancestor(Gtk.WindowControls.$gtype) === null &&
    !widget.has_css_class('close')
  );
}

function isPartOf(widget: Gtk.Widget, reached: ReadonlySet<Gtk.Widget>): boolean {
  for (let each: Gtk.Widget | null = widget; each !== null; each = each.get_parent())
    if (reached.has(each)) return true;
  return [...reached].some((stop) => stop.is_ancestor(widget));
}

/** In a page: from the top down, and in a line in the direction of reading. Header bars come after what they are above of. */
function disorder(stops: readonly Gtk.Widget[]): readonly string[] {
  const found: string[] = [];
  stops.forEach((stop, at) => {
    const before = stops[at - 1];
    if (before === undefined) return;
    const [frame, other] = [frameOf(stop), frameOf(before)];
    if (frame === null || frame !== other) return;
    const [here, there] = [boundsIn(stop, frame), boundsIn(before, frame)];
    if (here === null || there === null) return;
    // A row holds what is in it.
    if (stop.is_ancestor(before) || before.is_ancestor(stop)) return;
    const above = here.get_y() + here.get_height() <= there.get_y() + 1;
    const sameLine =
      Math.abs(here.get_y() + here.get_height() / 2 - (there.get_y() + there.get_height() / 2)) < 4;
    const rtl = Gtk.Widget.get_default_direction() === Gtk.TextDirection.RTL;
    const earlier = rtl ? here.get_x() > there.get_x() + 1 : here.get_x() < there.get_x() - 1;
    if (above || (sameLine && earlier)) found.push(`${known(stop)} after ${known(before)}`);
  });
  return found;
}

/** The scrolled content that a widget is in: places in it do not change with scrolling. */
function frameOf(widget: Gtk.Widget): Gtk.Widget | null {
  const scrolled = widget.get_ancestor(Gtk.Viewport.$gtype);
  return scrolled?.get_first_child() ?? null;
}

function boundsIn(widget: Gtk.Widget, frame: Gtk.Widget): Graphene.Rect | null {
  const [fits, bounds] = widget.compute_bounds(frame);
  return fits ? bounds : null;
}

/** By what its looks are decided: its kind, its classes, and those of the list that it is in. */
function kindOf(widget: Gtk.Widget): string {
  const outer = widget.get_parent();
  const classes = [...widget.get_css_classes()].toSorted().join('.');
  return `${widget.get_css_name()}.${classes} in ${outer?.get_css_name()}.${[...(outer?.get_css_classes() ?? [])].toSorted().join('.')}`;
}

async function showsFocus(window: Gtk.Window, widget: Gtk.Widget): Promise<boolean> {
  widget.grab_focus();
  window.focusVisible = true;
  await pause(80);
  const having = picture(window, widget);
  // To nothing: the place must stay, so nothing else may scroll.
  window.set_focus(null);
  await pause(80);
  const lacking = picture(window, widget);
  widget.grab_focus();
  return having.some((byte, at) => byte !== lacking[at]);
}

/** Pixels of the window around a widget. */
function picture(window: Gtk.Window, widget: Gtk.Widget): Uint8Array {
  const [known_, bounds] = widget.compute_bounds(window);
  const snapshot = new Gtk.Snapshot();
  const [width, height] = [window.get_width(), window.get_height()];
  new Gtk.WidgetPaintable({ widget: window }).snapshot(snapshot, width, height);
  const node = snapshot.to_node();
  const renderer = window.get_renderer();
  if (!known_ || node === null || renderer === null) return new Uint8Array();
  const around = new Graphene.Rect();
  around.init(bounds.get_x() - 6, bounds.get_y() - 6, bounds.get_width() + 12, bounds.get_height() + 12);
  const texture: Gdk.Texture = renderer.render_texture(node, around);
  const downloader = Gdk.TextureDownloader.new(texture);
  const [bytes] = downloader.download_bytes();
  return bytes.get_data() ?? new Uint8Array();
}
