// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import Gsk from 'gi://Gsk?version=4.0';
import type Gtk from 'gi://Gtk?version=4.0';
import type { MemoryPartId } from '../../words/memory.ts';
import { errorColour, rect } from '../widgets/drawing.ts';

/** Colours and patterns of the parts: each has a pattern of its own, so that colour is never needed to tell them apart. */

type Pattern = 'solid' | 'stripes' | 'lines' | 'back' | 'cross' | 'empty';

interface Look {
  readonly pattern: Pattern;
  /** Of the model in the accent colour, of others in the text's. */
  readonly of: 'accent' | 'text' | 'error';
  /** How strongly the ground is laid on, and with high contrast. */
  readonly ground: readonly [number, number];
}

const looks: Readonly<Record<MemoryPartId, Look>> = {
  weights: { pattern: 'solid', of: 'accent', ground: [1, 1] },
  context: { pattern: 'stripes', of: 'accent', ground: [0.45, 0.15] },
  working: { pattern: 'lines', of: 'accent', ground: [0.25, 0] },
  kept: { pattern: 'back', of: 'text', ground: [0.1, 0] },
  spare: { pattern: 'empty', of: 'text', ground: [0.1, 0] },
  missing: { pattern: 'cross', of: 'error', ground: [0.6, 0.3] },
};

/** Between strokes, and how wide they are, in pixels. */
const [distance, stroke] = [5, 1.5];

export function paintPart(
  widget: Gtk.Widget,
  snapshot: Gtk.Snapshot,
  id: MemoryPartId,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  const { pattern, of, ground } = looks[id];
  const style = Adw.StyleManager.get_default();
  const bounds = rect(area.x, area.y, area.width, area.height);
  const strong = colourOf(widget, of, 1);
  snapshot.append_color(colourOf(widget, of, ground[style.highContrast ? 1 : 0] ?? 0), bounds);
  const path = pathOf(pattern, area);
  if (path !== null) {
    snapshot.push_clip(bounds);
    snapshot.append_stroke(path, Gsk.Stroke.new(stroke), of === 'text' ? colourOf(widget, of, 0.45) : strong);
    snapshot.pop();
  }
  if (!style.highContrast) return;
  const line = colourOf(widget, 'text', 1);
  const edge = new Gsk.RoundedRect();
  edge.init_from_rect(bounds, 0);
  snapshot.append_border(edge, [1, 1, 1, 1], [line, line, line, line]);
}

function pathOf(
  pattern: Pattern,
  {
    x,
    y,
    width,
    height,
  }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Gsk.Path | null {
  if (pattern === 'solid' || pattern === 'empty') return null;
  const path = new Gsk.PathBuilder();
  // Strokes begin at whole steps of the widget, so that they stand still while a part grows.
  const first = Math.floor((x - height) / distance) * distance;
  for (let at = first; at < x + width + height; at += distance) {
    if (pattern === 'stripes' || pattern === 'cross') line(path, at, y + height, at + height, y);
    if (pattern === 'back' || pattern === 'cross') line(path, at, y, at + height, y + height);
    if (pattern === 'lines') line(path, at, y, at, y + height);
  }
  return path.to_path();
}

function line(path: Gsk.PathBuilder, x1: number, y1: number, x2: number, y2: number): void {
  path.move_to(x1, y1);
  path.line_to(x2, y2);
}

function colourOf(widget: Gtk.Widget, of: Look['of'], alpha: number): Gdk.RGBA {
  if (of === 'error') {
    const result = errorColour();
    result.alpha = alpha;
    return result;
  }
  const base = of === 'accent' ? Adw.StyleManager.get_default().accentColorRgba : widget.get_color();
  const result = new Gdk.RGBA();
  Object.assign(result, { red: base.red, green: base.green, blue: base.blue, alpha });
  return result;
}
