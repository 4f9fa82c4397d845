// SPDX-License-Identifier: GPL-3.0-or-later

import Gdk from 'gi://Gdk?version=4.0';
import GObject from 'gi://GObject?version=2.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gsk from 'gi://Gsk?version=4.0';
import Gtk from 'gi://Gtk?version=4.0';
import Pango from 'gi://Pango?version=1.0';
import { codeSpoken, digitSpoken, keyTexts } from '../../words/key-page.ts';
import { nameControl } from '../widgets/accessible.ts';

/** How much larger than text the digits are, and how wide the gap between the groups is, in digits. */
const larger = 3;
const gap = 0.7;

/**
 * The one-time code in two groups of four. Drawn rather than written: it cannot be selected or copied, and nothing that
 * reads the window has it. Who cannot see it asks, and hears it: all of it, or digit by digit with the arrow keys.
 */
export class CodeView extends Gtk.Widget {
  #code = '';
  #at = -1;

  static {
    GObject.registerClass({ GTypeName: 'HearthCodeView', CssName: 'onetimecode' }, this);
  }

  constructor() {
    // Not a group: Orca leaves out the name of one, and says its description twice.
    super({ accessibleRole: Gtk.AccessibleRole.IMG, focusable: true, halign: Gtk.Align.CENTER });
    nameControl(this, keyTexts.codeName());
    this.update_property([Gtk.AccessibleProperty.DESCRIPTION], [keyTexts.codeHelp()]);
    const keys = new Gtk.EventControllerKey();
    keys.connect('key-pressed', (_keys, keyval: number) => this.#pressed(keyval));
    this.add_controller(keys);
    const focus = new Gtk.EventControllerFocus();
    focus.connect('leave', () => this.#point(-1));
    this.add_controller(focus);
  }

  /** The code; empty to forget it. */
  setCode(code: string): void {
    this.#code = code;
    this.#at = -1;
    this.queue_resize();
  }

  /** Says all digits, for a person who asked for it. */
  say(): void {
    if (this.#code !== '') this.announce(codeSpoken(this.#code), Gtk.AccessibleAnnouncementPriority.HIGH);
  }

  #pressed(keyval: number): boolean {
    const last = this.#code.length - 1;
    const to = {
      [Gdk.KEY_Right]: Math.min(last, this.#at + 1),
      [Gdk.KEY_Left]: Math.max(0, this.#at - 1),
      [Gdk.KEY_Home]: 0,
      [Gdk.KEY_End]: last,
    }[keyval];
    if (to === undefined || last < 0) return false;
    this.#point(to);
    this.announce(digitSpoken(this.#code, to), Gtk.AccessibleAnnouncementPriority.HIGH);
    return true;
  }

  #point(at: number): void {
    this.#at = at;
    this.queue_draw();
  }

  override vfunc_measure(orientation: Gtk.Orientation): [number, number, number, number] {
    const [width, height] = this.#layout('0').get_pixel_size();
    if (orientation === Gtk.Orientation.VERTICAL) return [height + 12, height + 12, -1, -1];
    const wide = (digit: number): number => Math.ceil(digit * 1.15 * (8 + gap)) + 12;
    // Where there is no room the digits are smaller, down to the size of text.
    return [wide(width / larger), wide(width), -1, -1];
  }

  override vfunc_snapshot(snapshot: Gtk.Snapshot): void {
    const ink = this.get_color();
    const [width] = this.#layout('0').get_pixel_size();
    const step = Math.min(width * 1.15, (this.get_width() - 12) / (8 + gap));
    const scale = step / (width * 1.15);
    Array.from(this.#code).forEach((digit, at) => {
      const layout = this.#layout(digit);
      const x = 6 + step * (at + (at >= 4 ? gap : 0));
      snapshot.save();
      const to = new Graphene.Point();
      to.init(x, 6);
      snapshot.translate(to);
      snapshot.scale(scale, scale);
      snapshot.append_layout(layout, ink);
      snapshot.restore();
      if (at !== this.#at) return;
      const line = new Gsk.PathBuilder();
      line.move_to(x, this.get_height() - 4);
      line.line_to(x + step * 0.87, this.get_height() - 4);
      snapshot.append_stroke(line.to_path(), Gsk.Stroke.new(3), ink);
    });
  }

  #layout(text: string): Pango.Layout {
    const layout = this.create_pango_layout(text);
    const font = (layout.get_context().get_font_description() ?? new Pango.FontDescription()).copy();
    font?.set_family('monospace');
    font?.set_weight(Pango.Weight.BOLD);
    if (font !== null) {
      if (font.get_size_is_absolute()) font.set_absolute_size(font.get_size() * larger);
      else font.set_size(font.get_size() * larger);
    }
    layout.set_font_description(font);
    return layout;
  }
}
