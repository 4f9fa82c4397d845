// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import type Gdk from 'gi://Gdk?version=4.0';
import GObject from 'gi://GObject?version=2.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gsk from 'gi://Gsk?version=4.0';
import Gtk from 'gi://Gtk?version=4.0';
import Pango from 'gi://Pango?version=1.0';
import type { ScreenText } from '../../core/driver/rehearsal-screen.ts';
import { colour, rect, redrawOnStyle } from '../widgets/drawing.ts';

/** A console as firmware has it at least; a narrow window gets fewer columns rather than letters nobody can read. */
const rows = 25;
const [fewest, most] = [40, 80];
/** How high a cell is for its width: as in the firmware, and lower where letters are large, so that the screen is seen whole. */
const tallFor = (columns: number): number => (columns < 60 ? 1.7 : 2.1);

/** The firmware's console, drawn from text in cells: blue, light grey, and black where a line is selected. */
export class FirmwareScreen extends Gtk.Widget {
  #text: ScreenText = { lines: [], selection: null };
  #columns = most;
  /** Called with the size of the console when it changes; answers with what to show on it. */
  fill: (size: { readonly columns: number; readonly rows: number }) => ScreenText = () => this.#text;

  static {
    GObject.registerClass({ GTypeName: 'HearthFirmwareScreen', CssName: 'firmware' }, this);
  }

  constructor() {
    super({
      // Not a group: Orca leaves out the name of one, and says its description twice.
      accessibleRole: Gtk.AccessibleRole.IMG,
      focusable: true,
      hexpand: true,
      overflow: Gtk.Overflow.HIDDEN,
    });
    redrawOnStyle(this);
    const click = new Gtk.GestureClick();
    click.connect('pressed', () => this.grab_focus());
    this.add_controller(click);
  }

  /** Draws what `fill` answers now. */
  refresh(): void {
    this.#text = this.fill({ columns: this.#columns, rows });
    this.queue_draw();
  }

  get columns(): number {
    return this.#columns;
  }

  override vfunc_get_request_mode(): Gtk.SizeRequestMode {
    return Gtk.SizeRequestMode.HEIGHT_FOR_WIDTH;
  }

  override vfunc_measure(orientation: Gtk.Orientation, forSize: number): [number, number, number, number] {
    if (orientation === Gtk.Orientation.HORIZONTAL) return [280, 600, -1, -1];
    const width = forSize > 0 ? forSize : 600;
    const columns = this.#columnsFor(width);
    const height = Math.ceil((width / columns) * tallFor(columns) * rows);
    return [height, height, -1, -1];
  }

  override vfunc_size_allocate(width: number, height: number, baseline: number): void {
    super.vfunc_size_allocate(width, height, baseline);
    const columns = this.#columnsFor(width);
    if (columns === this.#columns && this.#text.lines.length > 0) return;
    this.#columns = columns;
    this.#text = this.fill({ columns, rows });
  }

  /** As many columns as letters of the size that captions have find room. */
  #columnsFor(width: number): number {
    const [letter] = this.create_pango_layout('M').get_pixel_size();
    return Math.min(most, Math.max(fewest, Math.floor(width / Math.max(1, letter * 0.6))));
  }

  override vfunc_snapshot(snapshot: Gtk.Snapshot): void {
    const width = this.get_width() / this.#columns;
    const height = this.get_height() / rows;
    const contrast = Adw.StyleManager.get_default().highContrast;
    const [ink, blue, black] = [colour(contrast ? '#fff' : '#b4b4b4'), colour('#000098'), colour('#000')];
    const over = this.#text.lines.every((line) => line.trim() === '');
    snapshot.append_color(black, rect(0, 0, this.get_width(), this.get_height()));
    if (over) return;
    snapshot.append_color(blue, rect(0, 0, this.get_width(), (rows - 1) * height));
    const { selection } = this.#text;
    if (selection !== null) {
      const { row, from, to } = selection;
      snapshot.append_color(black, rect(from * width, row * height, (to - from) * width, height));
      // Black on blue is hard to tell apart for some: a selected line also has a mark where contrast is wanted.
      if (contrast) snapshot.append_color(ink, rect(from * width, row * height, 3, height));
    }
    const font = this.#fontFor(width);
    const lines = new Gsk.PathBuilder();
    this.#text.lines.forEach((line, row) => {
      for (const run of line.matchAll(/[^\s─│┌┐└┘]+(?: [^\s─│┌┐└┘]+)*/g))
        this.#write(snapshot, run[0], run.index * width, row * height, height, font, ink);
      frames(lines, line, row, width, height);
    });
    snapshot.append_stroke(lines.to_path(), Gsk.Stroke.new(Math.max(1, width / 8)), ink);
  }

  #write(
    snapshot: Gtk.Snapshot,
    text: string,
    x: number,
    y: number,
    height: number,
    font: Pango.FontDescription,
    ink: Gdk.RGBA,
  ): void {
    const layout = this.create_pango_layout(text);
    layout.set_font_description(font);
    const [, own] = layout.get_pixel_size();
    snapshot.save();
    const at = new Graphene.Point();
    at.init(x, y + (height - own) / 2);
    snapshot.translate(at);
    snapshot.append_layout(layout, ink);
    snapshot.restore();
  }

  /** A monospace font whose letters are as wide as a cell. */
  #fontFor(width: number): Pango.FontDescription {
    const font = Pango.FontDescription.from_string('monospace');
    font.set_absolute_size(100 * Pango.SCALE);
    const layout = this.create_pango_layout('M'.repeat(20));
    layout.set_font_description(font);
    const measured = layout.get_size()[0] / Pango.SCALE / 20;
    font.set_absolute_size((width / measured) * 100 * Pango.SCALE);
    return font;
  }
}

/** Frames as lines through the middle of cells: letters of a font would not meet. */
function frames(path: Gsk.PathBuilder, line: string, row: number, width: number, height: number): void {
  const y = (row + 0.5) * height;
  Array.from(line).forEach((cell, column) => {
    const x = (column + 0.5) * width;
    const to = (dx: number, dy: number): void => {
      path.move_to(x, y);
      path.line_to(x + (dx * width) / 2, y + (dy * height) / 2);
    };
    if ('─┌└'.includes(cell)) to(1, 0);
    if ('─┐┘'.includes(cell)) to(-1, 0);
    if ('│┌┐'.includes(cell)) to(0, 1);
    if ('│└┘'.includes(cell)) to(0, -1);
  });
}
