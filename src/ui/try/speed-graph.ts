// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { PacePoint } from '../../core/server/pace.ts';
import { paceDescription } from '../../words/health.ts';
import { nameControl } from '../widgets/accessible.ts';

const height = 36;

/** How fast an answer is written, from its beginning to now: a bar for each moment, drawn from data. */
export class SpeedGraph extends Gtk.Widget {
  #points: readonly PacePoint[] = [];

  static {
    GObject.registerClass({ GTypeName: 'HearthSpeedGraph', CssName: 'speedgraph' }, this);
  }

  constructor(params: Partial<Gtk.Widget.ConstructorProps> = {}) {
    super({ accessibleRole: Gtk.AccessibleRole.IMG, hexpand: true, visible: false, ...params });
  }

  /** One moment is no course of time. */
  setPoints(points: readonly PacePoint[]): void {
    this.visible = points.length > 1;
    if (points.length <= 1) return;
    this.#points = points;
    const text = paceDescription(points);
    nameControl(this, text);
    this.tooltipText = text;
    this.queue_draw();
  }

  override vfunc_measure(orientation: Gtk.Orientation): [number, number, number, number] {
    const size = orientation === Gtk.Orientation.VERTICAL ? height : 60;
    return [size, size, -1, -1];
  }

  override vfunc_snapshot(snapshot: Gtk.Snapshot): void {
    const width = this.get_width();
    const most = Math.max(...this.#points.map(({ rate }) => rate));
    if (width <= 0 || !(most > 0)) return;
    const style = Adw.StyleManager.get_default();
    const colour = style.highContrast ? this.get_color() : style.accentColorRgba;
    const step = width / Math.max(this.#points.length, 24);
    const mirrored = this.get_direction() === Gtk.TextDirection.RTL;
    for (const [index, { rate }] of this.#points.entries()) {
      const tall = Math.max(2, (rate / most) * height);
      const wide = Math.max(1, step - 1);
      const left = mirrored ? width - index * step - wide : index * step;
      const bar = new Graphene.Rect();
      bar.init(left, height - tall, wide, tall);
      snapshot.append_color(colour, bar);
    }
  }
}
