// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { Fit } from '../../core/models/types.ts';
import { memoryPartText, memoryPictures, type MemoryPartId } from '../../words/memory.ts';
import { redrawOnStyle } from '../widgets/drawing.ts';
import { paintPart } from './memory-paint.ts';

/** A part of a memory bar by itself, for beside its name. */
class MemorySwatch extends Gtk.Widget {
  readonly #id: MemoryPartId;

  static {
    GObject.registerClass({ GTypeName: 'HearthMemorySwatch' }, this);
  }

  constructor(id: MemoryPartId) {
    super({ accessibleRole: Gtk.AccessibleRole.PRESENTATION, valign: Gtk.Align.CENTER });
    this.#id = id;
    this.set_size_request(18, 12);
    redrawOnStyle(this);
  }

  override vfunc_snapshot(snapshot: Gtk.Snapshot): void {
    paintPart(this, snapshot, this.#id, { x: 0, y: 0, width: this.get_width(), height: this.get_height() });
  }
}

/** The parts of the memory bars with their sizes, as text beside what they look like. */
export class MemoryLegend extends Gtk.Box {
  static {
    GObject.registerClass({ GTypeName: 'HearthMemoryLegend' }, this);
  }

  constructor() {
    super({ orientation: Gtk.Orientation.VERTICAL, spacing: 6 });
  }

  setFit(fit: Fit): void {
    for (let child = this.get_first_child(); child !== null; child = this.get_first_child())
      this.remove(child);
    const pictures = memoryPictures(fit);
    for (const { label, parts } of pictures) {
      if (pictures.length > 1) this.append(text(label, 'caption-heading'));
      const line = new Adw.WrapBox({ childSpacing: 12, lineSpacing: 3 });
      for (const part of parts) {
        const item = new Gtk.Box({ spacing: 6 });
        item.append(new MemorySwatch(part.id));
        item.append(text(memoryPartText(part), 'caption'));
        line.append(item);
      }
      this.append(line);
    }
  }
}

function text(label: string, style: string): Gtk.Label {
  const result = new Gtk.Label({ label, xalign: 0, wrap: true });
  result.add_css_class(style);
  return result;
}
