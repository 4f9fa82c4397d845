// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import type Gdk from 'gi://Gdk?version=4.0';
import GObject from 'gi://GObject?version=2.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gsk from 'gi://Gsk?version=4.0';
import Gtk from 'gi://Gtk?version=4.0';
import Pango from 'gi://Pango?version=1.0';
import type { MapProgram, ProofMap as Map } from '../../core/proof/map.ts';
import { mapDescription, mapWords } from '../../words/proof-map.ts';
import { ownerName } from '../../words/proof.ts';
import { nameControl } from '../widgets/accessible.ts';
import { errorColour, faded, rect, redrawOnStyle, withAlpha } from '../widgets/drawing.ts';

/** Between boxes, and around them. */
const gap = 14;
const margin = 20;
/** Between the text of a box and its edge. */
const inset = 8;
/** Between the model and the wall around it. */
const moat = 9;
const empty: Map = { wall: 'unknown', running: false, programs: [] };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What talks to what: programs on this computer, the model behind its wall, the network outside. Drawn from data. */
export class ProofMap extends Gtk.Widget {
  #map: Map = empty;
  readonly #cut = new Set<string>();

  static {
    GObject.registerClass({ GTypeName: 'HearthProofMap', CssName: 'proofmap' }, this);
  }

  constructor() {
    super({ accessibleRole: Gtk.AccessibleRole.IMG, hexpand: true });
    redrawOnStyle(this);
  }

  setMap(map: Map): void {
    this.#map = map;
    const text = mapDescription(map);
    nameControl(this, text);
    this.queue_resize();
  }

  /** Texts that did not fit when they were drawn last. */
  get cutTexts(): readonly string[] {
    return [...this.#cut];
  }

  override vfunc_get_request_mode(): Gtk.SizeRequestMode {
    return Gtk.SizeRequestMode.CONSTANT_SIZE;
  }

  override vfunc_measure(orientation: Gtk.Orientation): [number, number, number, number] {
    if (orientation === Gtk.Orientation.HORIZONTAL) return [280, 480, -1, -1];
    const height = this.#computerHeight() + 2 * gap + this.#rowHeight();
    return [height, height, -1, -1];
  }

  #rowHeight(): number {
    return this.#text('X').get_pixel_size()[1] + 2 * inset;
  }

  #computerHeight(): number {
    // The model with its wall needs the room of two.
    const rows = Math.max(2, this.#map.programs.length);
    const title = this.#text('X').get_pixel_size()[1] + inset;
    return title + rows * this.#rowHeight() + (rows - 1) * gap + 2 * margin;
  }

  override vfunc_snapshot(snapshot: Gtk.Snapshot): void {
    this.#cut.clear();
    const width = this.get_width();
    const row = this.#rowHeight();
    const title = this.#text('X').get_pixel_size()[1];
    const computer: Box = { x: 1, y: 1, width: width - 2, height: this.#computerHeight() - 2 };
    const top = computer.y + margin + title + inset;
    const inner = width - 4 * margin;
    const [column, narrower] = [Math.floor(inner * 0.5), Math.floor(inner * 0.38)];
    const modelText = this.#map.running ? mapWords.model() : mapWords.modelOff();
    // Two lines of it are no higher than two programs.
    const high = this.#fitted(modelText, narrower, 2).get_pixel_size()[1] + 2 * inset;
    const model: Box = {
      x: width - margin - moat - narrower,
      y: top + (computer.height - top - margin - high) / 2,
      width: narrower,
      height: high,
    };
    const network: Box = {
      x: (width - narrower) / 2,
      y: this.#computerHeight() + 2 * gap - 1,
      width: narrower,
      height: row,
    };
    const ink = this.get_color();
    this.#frame(snapshot, computer, faded(ink, 0.35), 1, []);
    this.#label(snapshot, mapWords.computer(), { ...computer, y: 1 + inset, height: title }, faded(ink, 0.8));
    this.#map.programs.forEach((program, index) => {
      const box: Box = { x: margin + 8, y: top + index * (row + gap), width: column, height: row };
      this.#lines(snapshot, program, box, model, network, index);
      this.#box(snapshot, ownerName(program.owner), box, program.open ? errorColour() : ink);
    });
    this.#wall(snapshot, model, network);
    this.#box(snapshot, modelText, model, ink, 2);
    this.#box(snapshot, mapWords.network(), network, ink);
  }

  /** What a program asks, and how the network and it reach each other. */
  #lines(
    snapshot: Gtk.Snapshot,
    program: MapProgram,
    box: Box,
    model: Box,
    network: Box,
    lane: number,
  ): void {
    const ink = this.get_color();
    const middle = box.y + box.height / 2;
    if (program.asks) {
      const end = model.y + model.height / 2;
      const half = (box.x + box.width + model.x) / 2;
      this.#line(
        snapshot,
        [
          [box.x + box.width, middle],
          [half, middle],
          [half, end],
          [model.x, end],
        ],
        ink,
        1.5,
        [],
      );
    }
    if (!program.open && !program.online) return;
    const x = margin - 2 - lane * 4;
    const way: readonly (readonly [number, number])[] = [
      [box.x, middle],
      [x, middle],
      [x, network.y + network.height / 2],
      [network.x, network.y + network.height / 2],
    ];
    this.#line(
      snapshot,
      way,
      program.open ? errorColour() : ink,
      program.open ? 2 : 1.5,
      program.open ? [] : [3, 3],
    );
  }

  /** The wall, and what comes of the network's way to the model: it ends there, or it goes through. */
  #wall(snapshot: Gtk.Snapshot, model: Box, network: Box): void {
    const { wall } = this.#map;
    const around: Box = {
      x: model.x - moat,
      y: model.y - moat,
      width: model.width + 2 * moat,
      height: model.height + 2 * moat,
    };
    const colour =
      wall === 'closed'
        ? Adw.StyleManager.get_default().accentColorRgba
        : wall === 'open'
          ? errorColour()
          : this.get_color();
    this.#frame(snapshot, around, colour, wall === 'unknown' ? 1.5 : 3, wall === 'closed' ? [] : [6, 5]);
    if (wall === 'unknown') return;
    const x = model.x + model.width / 2;
    const from = network.y + network.height / 2;
    const bottom = around.y + around.height;
    const end = wall === 'closed' ? bottom + 9 : model.y + model.height;
    this.#line(
      snapshot,
      [
        [network.x + network.width, from],
        [x, from],
        [x, end],
      ],
      wall === 'open' ? errorColour() : this.get_color(),
      1.5,
      [],
    );
    if (wall === 'open') return;
    for (const slope of [1, -1])
      this.#line(
        snapshot,
        [
          [x - 5, end + 5 * slope],
          [x + 5, end - 5 * slope],
        ],
        this.get_color(),
        2.5,
        [],
      );
  }

  #box(snapshot: Gtk.Snapshot, text: string, box: Box, colour: Gdk.RGBA, lines = 1): void {
    const rounded = this.#rounded(box);
    snapshot.push_rounded_clip(rounded);
    snapshot.append_color(withAlpha(this.get_color(), 0.06), this.#rect(box));
    snapshot.pop();
    this.#frame(
      snapshot,
      box,
      Adw.StyleManager.get_default().highContrast ? colour : faded(colour, 0.5),
      1,
      [],
    );
    this.#label(snapshot, text, box, this.get_color(), lines);
  }

  /** A text in the middle of a box, in as many lines as it may have; smaller rather than cut. */
  #fitted(text: string, width: number, lines: number): Pango.Layout {
    const layout = this.#text(text);
    layout.set_width(Math.max(1, width - 2 * inset) * Pango.SCALE);
    layout.set_height(-lines);
    layout.set_ellipsize(Pango.EllipsizeMode.END);
    layout.set_alignment(Pango.Alignment.CENTER);
    const font = this.get_pango_context().get_font_description();
    for (let part = 0.9; font !== null && part > 0.5 && layout.is_ellipsized(); part -= 0.1) {
      const smaller = font.copy() ?? font;
      const size = Math.floor(font.get_size() * part);
      if (font.get_size_is_absolute()) smaller.set_absolute_size(size);
      else smaller.set_size(size);
      layout.set_font_description(smaller);
    }
    return layout;
  }

  #label(snapshot: Gtk.Snapshot, text: string, box: Box, colour: Gdk.RGBA, lines = 1): void {
    const layout = this.#fitted(text, box.width, lines);
    if (layout.is_ellipsized()) this.#cut.add(text);
    snapshot.save();
    const at = new Graphene.Point();
    at.init(
      this.#x(box.x, box.width) + inset,
      box.y + Math.max(0, (box.height - layout.get_pixel_size()[1]) / 2),
    );
    snapshot.translate(at);
    snapshot.append_layout(layout, colour);
    snapshot.restore();
  }

  #frame(snapshot: Gtk.Snapshot, box: Box, colour: Gdk.RGBA, thick: number, dash: number[]): void {
    const path = new Gsk.PathBuilder();
    path.add_rounded_rect(this.#rounded(box));
    this.#stroke(snapshot, path, colour, thick, dash);
  }

  #line(
    snapshot: Gtk.Snapshot,
    points: readonly (readonly [number, number])[],
    colour: Gdk.RGBA,
    thick: number,
    dash: number[],
  ): void {
    const path = new Gsk.PathBuilder();
    points.forEach(([x, y], index) => {
      if (index === 0) path.move_to(this.#x(x, 0), y);
      else path.line_to(this.#x(x, 0), y);
    });
    this.#stroke(snapshot, path, colour, thick, dash);
  }

  #stroke(
    snapshot: Gtk.Snapshot,
    path: Gsk.PathBuilder,
    colour: Gdk.RGBA,
    thick: number,
    dash: number[],
  ): void {
    const stroke = new Gsk.Stroke(thick);
    if (dash.length > 0) stroke.set_dash(dash);
    snapshot.append_stroke(path.to_path(), stroke, colour);
  }

  /** Left edge of something that is `width` wide, mirrored where text runs from right to left. */
  #x(x: number, width: number): number {
    return this.get_direction() === Gtk.TextDirection.RTL ? this.get_width() - x - width : x;
  }

  #rect(box: Box): Graphene.Rect {
    return rect(this.#x(box.x, box.width), box.y, box.width, box.height);
  }

  #rounded(box: Box): Gsk.RoundedRect {
    const rounded = new Gsk.RoundedRect();
    rounded.init_from_rect(this.#rect(box), 8);
    return rounded;
  }

  #text(text: string): Pango.Layout {
    return this.create_pango_layout(text);
  }
}
