// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { qrCells, quietZone } from '../../core/driver/qr.ts';
import { nameControl } from '../widgets/accessible.ts';
import { colour, rect } from '../widgets/drawing.ts';

/** Smallest and wanted width of a cell, in pixels: a camera needs some. */
const [smallest, wanted] = [2, 4];

/** A QR code, black on white whatever the style: cameras expect it so. */
export class QrView extends Gtk.Widget {
  #cells: readonly (readonly boolean[])[] = [];

  static {
    GObject.registerClass({ GTypeName: 'HearthQrView', CssName: 'qrcode' }, this);
  }

  constructor() {
    super({ accessibleRole: Gtk.AccessibleRole.IMG, halign: Gtk.Align.CENTER });
  }

  /** @returns whether the text fits into a code */
  setText(text: string, name: string): boolean {
    const cells = qrCells(text);
    this.#cells = cells ?? [];
    nameControl(this, name);
    this.queue_resize();
    return cells !== null;
  }

  override vfunc_get_request_mode(): Gtk.SizeRequestMode {
    return Gtk.SizeRequestMode.HEIGHT_FOR_WIDTH;
  }

  override vfunc_measure(orientation: Gtk.Orientation, forSize: number): [number, number, number, number] {
    const count = this.#cells.length + 2 * quietZone;
    if (orientation === Gtk.Orientation.HORIZONTAL) return [count * smallest, count * wanted, -1, -1];
    if (forSize < 0) return [count * smallest, count * wanted, -1, -1];
    const cell = Math.min(wanted, Math.max(smallest, Math.floor(forSize / count)));
    return [count * cell, count * cell, -1, -1];
  }

  override vfunc_snapshot(snapshot: Gtk.Snapshot): void {
    const count = this.#cells.length + 2 * quietZone;
    // Whole pixels: edges between cells stay sharp.
    const cell = Math.max(1, Math.floor(Math.min(this.get_width(), this.get_height()) / count));
    const left = Math.floor((this.get_width() - cell * count) / 2);
    const top = Math.floor((this.get_height() - cell * count) / 2);
    const [white, black] = [colour('#fff'), colour('#000')];
    snapshot.append_color(white, rect(left, top, cell * count, cell * count));
    this.#cells.forEach((row, y) => {
      for (let x = 0; x < row.length; x += 1) {
        if (row[x] !== true) continue;
        let end = x + 1;
        while (row[end] === true) end += 1;
        const from = left + (x + quietZone) * cell;
        snapshot.append_color(black, rect(from, top + (y + quietZone) * cell, (end - x) * cell, cell));
        x = end;
      }
    });
  }
}
