// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import Graphene from 'gi://Graphene?version=1.0';
import type Gtk from 'gi://Gtk?version=4.0';

/** A colour from its name or notation in CSS. */
export function colour(text: string): Gdk.RGBA {
  const result = new Gdk.RGBA();
  result.parse(text);
  return result;
}

/** What is wrong, legible on the ground that the desktop has now. */
export function errorColour(): Gdk.RGBA {
  return colour(Adw.StyleManager.get_default().dark ? '#ff7b63' : '#c01c28');
}

/** A colour that lets the ground through. @param alpha 0 to 1 */
export function withAlpha({ red, green, blue }: Gdk.RGBA, alpha: number): Gdk.RGBA {
  const result = new Gdk.RGBA();
  Object.assign(result, { red, green, blue, alpha });
  return result;
}

/** A colour that steps back, except where contrast is wanted. */
export function faded(ink: Gdk.RGBA, alpha: number): Gdk.RGBA {
  return withAlpha(ink, Adw.StyleManager.get_default().highContrast ? Math.max(alpha, 0.9) : alpha);
}

export function rect(x: number, y: number, width: number, height: number): Graphene.Rect {
  const result = new Graphene.Rect();
  result.init(x, y, width, height);
  return result;
}

/** Draws a widget again whenever the desktop's colours change while it is shown. */
export function redrawOnStyle(widget: Gtk.Widget): void {
  const style = Adw.StyleManager.get_default();
  let handlers: readonly number[] = [];
  widget.connect('map', () => {
    handlers = ['notify::accent-color-rgba', 'notify::dark', 'notify::high-contrast'].map((signal) =>
      style.connect(signal, () => widget.queue_draw()),
    );
  });
  widget.connect('unmap', () => {
    for (const handler of handlers) style.disconnect(handler);
    handlers = [];
  });
}
