// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gsk from 'gi://Gsk?version=4.0';
import Gtk from 'gi://Gtk?version=4.0';
import type Pango from 'gi://Pango?version=1.0';
import type { Fit } from '../../core/models/types.ts';
import { memoryDescription, memoryPictures, type MemoryPicture } from '../../words/memory.ts';
import { nameControl } from '../widgets/accessible.ts';
import { rect, redrawOnStyle } from '../widgets/drawing.ts';
import { paintPart } from './memory-paint.ts';

const thickness = 12;
/** Between the parts, between the bars, and beside their names. */
const [gap, between, beside] = [2, 6, 9];

/** What a model takes of each memory, drawn from data: a bar for each, with names where there are two. */
export class MemoryBar extends Gtk.Widget {
  #pictures: readonly MemoryPicture[] = [];
  #names: readonly Pango.Layout[] = [];

  static {
    GObject.registerClass({ GTypeName: 'HearthMemoryBar', CssName: 'memorybar' }, this);
  }

  constructor() {
    super({ accessibleRole: Gtk.AccessibleRole.IMG, hexpand: true });
    this.add_css_class('caption');
    redrawOnStyle(this);
  }

  setFit(fit: Fit): void {
    const before = this.#pictures.length;
    this.#pictures = memoryPictures(fit);
    this.#names = [];
    const text = memoryDescription(fit);
    nameControl(this, text);
    this.tooltipText = text;
    if (before === this.#pictures.length) this.queue_draw();
    else this.queue_resize();
  }

  override vfunc_css_changed(change: Gtk.CssStyleChange): void {
    super.vfunc_css_changed(change);
    this.#names = [];
  }

  /** One memory needs no name: there is nothing that it could be mistaken for. */
  #layouts(): readonly Pango.Layout[] {
    if (this.#pictures.length < 2) return [];
    if (this.#names.length === 0)
      this.#names = this.#pictures.map(({ short }) => this.create_pango_layout(short));
    return this.#names;
  }

  #row(): number {
    return Math.max(thickness, ...this.#layouts().map((name) => name.get_pixel_size()[1]));
  }

  override vfunc_measure(orientation: Gtk.Orientation): [number, number, number, number] {
    const count = Math.max(1, this.#pictures.length);
    const size = orientation === Gtk.Orientation.VERTICAL ? count * this.#row() + (count - 1) * between : 120;
    return [size, size, -1, -1];
  }

  override vfunc_snapshot(snapshot: Gtk.Snapshot): void {
    const names = this.#layouts();
    const widest = Math.max(0, ...names.map((name) => name.get_pixel_size()[0]));
    const start = names.length === 0 ? 0 : widest + beside;
    const row = this.#row();
    const mirrored = this.get_direction() === Gtk.TextDirection.RTL;
    const width = this.get_width();
    for (const [index, picture] of this.#pictures.entries()) {
      const top = index * (row + between);
      const name = names[index];
      if (name !== undefined) {
        const [length, height] = name.get_pixel_size();
        snapshot.save();
        snapshot.translate(
          new Graphene.Point({ x: mirrored ? width - length : 0, y: top + Math.floor((row - height) / 2) }),
        );
        snapshot.append_layout(name, this.get_color());
        snapshot.restore();
      }
      const y = top + Math.floor((row - thickness) / 2);
      this.#bar(snapshot, picture, mirrored ? 0 : start, y, width - start, mirrored);
    }
  }

  #bar(
    snapshot: Gtk.Snapshot,
    { parts }: MemoryPicture,
    left: number,
    top: number,
    width: number,
    mirrored: boolean,
  ): void {
    const missing = parts.find(({ id }) => id === 'missing')?.bytes ?? 0;
    // What is missing is the end of the need, not beside it.
    const drawn = parts.filter(({ id }) => id !== 'missing');
    const total = drawn.reduce((sum, part) => sum + part.bytes, 0);
    if (total <= 0 || width <= 0) return;
    const whole = new Gsk.RoundedRect();
    whole.init_from_rect(rect(left, top, width, thickness), thickness / 3);
    snapshot.push_rounded_clip(whole);
    const paint = (id: MemoryPicture['parts'][number]['id'], from: number, size: number): void => {
      const length = Math.max(1, size - (from + size < width - 0.5 ? gap : 0));
      const x = mirrored ? left + width - from - length : left + from;
      paintPart(this, snapshot, id, { x, y: top, width: length, height: thickness });
    };
    let at = 0;
    for (const { id, bytes } of drawn) {
      const size = (bytes / total) * width;
      paint(id, at, size);
      at += size;
    }
    if (missing > 0) paint('missing', (1 - missing / total) * width, (missing / total) * width);
    snapshot.pop();
  }
}
