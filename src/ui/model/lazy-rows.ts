// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import type { Offer } from '../../core/models/types.ts';
import type { ModelRow } from './model-row.ts';

/** Made at once; the others follow within a few frames. */
const firstRows = 1;
/**
 * After so many microseconds no further row is made in a frame, and no more than so many are added: laying one out takes
 * about a millisecond, whether it is new or was shown before.
 */
const budget = 1000;
const most = 3;
/** How far beyond what can be seen rows are made, in heights of the view. */
const ahead = 1.5;

/** Fills a list as far as somebody scrolls, a few rows a frame: a thousand rows at once would be seen as a stutter. */
export class LazyRows {
  readonly #list: Gtk.ListBox;
  readonly #scroller: Gtk.ScrolledWindow;
  readonly #make: (offer: Offer) => ModelRow;
  /** Rows that were made, also those that are not shown now. */
  readonly #made = new Map<string, ModelRow>();
  #offers: readonly Offer[] = [];
  #shown: ModelRow[] = [];
  #ticking = false;

  constructor(list: Gtk.ListBox, scroller: Gtk.ScrolledWindow, make: (offer: Offer) => ModelRow) {
    this.#list = list;
    this.#scroller = scroller;
    this.#make = make;
    const adjustment = scroller.get_vadjustment();
    adjustment.connect('value-changed', () => this.#wake());
    adjustment.connect('changed', () => this.#wake());
  }

  /** Rows that can be seen or scrolled to without making more. */
  get shown(): readonly ModelRow[] {
    return this.#shown;
  }

  row(id: string): ModelRow | null {
    return this.#made.get(id) ?? null;
  }

  /** Shows these, in this order. Rows of models that were shown before are used again. */
  show(offers: readonly Offer[]): void {
    this.#offers = offers;
    // What stays at the top stays in place, and keeps the focus.
    const same = this.#shown.findIndex((row, index) => row.offer.entry.id !== offers[index]?.entry.id);
    const keep = same < 0 ? this.#shown.length : same;
    for (const row of this.#shown.splice(keep)) this.#list.remove(row);
    while (this.#shown.length < Math.min(firstRows, offers.length)) this.#add();
    this.#wake();
  }

  /** Forgets all rows: after the catalogue itself changed. */
  clear(): void {
    for (const row of this.#shown) this.#list.remove(row);
    this.#shown = [];
    this.#offers = [];
    this.#made.clear();
  }

  #add(): void {
    const offer = this.#offers[this.#shown.length];
    if (offer === undefined) return;
    const row = this.#made.get(offer.entry.id) ?? this.#make(offer);
    this.#made.set(offer.entry.id, row);
    this.#list.append(row);
    this.#shown.push(row);
  }

  #wanted(): boolean {
    if (this.#shown.length >= this.#offers.length) return false;
    const { value, pageSize, upper } = this.#scroller.get_vadjustment();
    return upper - (value + pageSize) < ahead * pageSize;
  }

  #wake(): void {
    if (this.#ticking || !this.#wanted()) return;
    this.#ticking = true;
    this.#scroller.add_tick_callback(() => {
      const until = GLib.get_monotonic_time() + budget;
      const end = Math.min(this.#offers.length, this.#shown.length + most);
      while (this.#shown.length < end && GLib.get_monotonic_time() < until) this.#add();
      // The height of the new rows is known after this frame only; `changed` then asks again.
      this.#ticking = this.#wanted();
      return this.#ticking ? GLib.SOURCE_CONTINUE : GLib.SOURCE_REMOVE;
    });
  }
}
