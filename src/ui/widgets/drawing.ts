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
