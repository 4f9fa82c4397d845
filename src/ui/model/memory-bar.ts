// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import GObject from 'gi://GObject?version=2.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gsk from 'gi://Gsk?version=4.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { Fit } from '../../core/models/types.ts';
import { memoryDescription, memoryParts, type MemoryPart, type MemoryPartId } from '../../words/memory.ts';
import { nameControl } from '../widgets/accessible.ts';

const height = 10;
/** Between the parts, so that they can be told apart without colour. */
const gap = 2;

/** How strongly the accent colour is laid on; parts that are not the model's are drawn in the text's colour. */
const strength: Readonly<Record<MemoryPartId, number>> = {
  weights: 1,
  context: 0.65,
  working: 0.4,
  spare: 0.12,
  missing: 1,
};

/** What a model takes of the memory, drawn from data. */
export class MemoryBar extends Gtk.Widget {
  #parts: readonly MemoryPart[] = [];
  #handlers: number[] = [];

  static {
    GObject.registerClass({ GTypeName: 'HearthMemoryBar', CssName: 'memorybar' }, this);
  }

  constructor() {
    super({ accessibleRole: Gtk.AccessibleRole.IMG, hexpand: true, heightRequest: height });
  }

  setFit(fit: Fit): void {
    this.#parts = memoryParts(fit);
    const text = memoryDescription(fit);
    nameControl(this, text);
    this.tooltipText = text;
    this.queue_draw();
  }

  override vfunc_map(): void {
    super.vfunc_map();
    const style = Adw.StyleManager.get_default();
    const redraw = (): void => this.queue_draw();
    this.#handlers = ['notify::accent-color-rgba', 'notify::dark', 'notify::high-contrast'].map((signal) =>
      style.connect(signal, redraw),
    );
  }

  override vfunc_unmap(): void {
    for (const handler of this.#handlers) Adw.StyleManager.get_default().disconnect(handler);
    this.#handlers = [];
    super.vfunc_unmap();
  }

  override vfunc_measure(orientation: Gtk.Orientation): [number, number, number, number] {
    const size = orientation === Gtk.Orientation.VERTICAL ? height : 60;
    return [size, size, -1, -1];
  }

  override vfunc_snapshot(snapshot: Gtk.Snapshot): void {
    const width = this.get_width();
    const total = this.#parts.reduce((sum, part) => sum + part.bytes, 0);
    if (total <= 0 || width <= 0) return;
    const top = Math.floor((this.get_height() - height) / 2);
    const whole = new Gsk.RoundedRect();
    whole.init_from_rect(rect(0, top, width, height), height / 2);
    snapshot.push_rounded_clip(whole);
    const mirrored = this.get_direction() === Gtk.TextDirection.RTL;
    let x = 0;
    for (const part of this.#parts) {
      const length = (part.bytes / total) * width;
      const drawn = Math.max(1, length - (Adw.StyleManager.get_default().highContrast ? 2 * gap : gap));
      snapshot.append_color(
        this.#colour(part.id),
        rect(mirrored ? width - x - drawn : x, top, drawn, height),
      );
      x += length;
    }
    snapshot.pop();
    if (!Adw.StyleManager.get_default().highContrast) return;
    const line = this.get_color();
    snapshot.append_border(whole, [1, 1, 1, 1], [line, line, line, line]);
  }

  #colour(id: MemoryPartId): Gdk.RGBA {
    const style = Adw.StyleManager.get_default();
    const base = id === 'spare' ? this.get_color() : style.accentColorRgba;
    const colour = new Gdk.RGBA();
    if (id === 'missing') colour.parse(style.dark ? '#ff7b63' : '#c01c28');
    else Object.assign(colour, { red: base.red, green: base.green, blue: base.blue });
    colour.alpha = style.highContrast && id === 'spare' ? 0.3 : strength[id];
    return colour;
  }
}

function rect(x: number, y: number, width: number, h: number): Graphene.Rect {
  const result = new Graphene.Rect();
  result.init(x, y, width, h);
  return result;
}
