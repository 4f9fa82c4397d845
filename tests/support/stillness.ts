// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import { all, pause } from './widgets.ts';

export interface Stillness {
  /** How often the window was drawn in a third of a second in which nothing happened. */
  readonly frames: number;
  /** Type, id and style of the smallest widget without which it would stand still; null when it does. */
  readonly mover: string | null;
}

const span = 300;
/** A caret, a late picture: not more in a third of a second. */
const still = 4;

/** Without its spinners, which turn while work goes on without a measure. They are gone from the window afterwards. */
export async function stillness(window: Gtk.Window): Promise<Stillness> {
  for (const spinner of all(window, turns)) spinner.visible = false;
  let frames = await framesIn(window);
  // What comes late on a busy machine comes to an end.
  for (let again = 0; frames > still && again < 3; again += 1) frames = await framesIn(window);
  return { frames, mover: frames > still ? await moverIn(window, window) : null };
}

const turns = (widget: Gtk.Widget): boolean =>
  widget instanceof Adw.Spinner ||
  (widget instanceof Adw.StatusPage && widget.paintable instanceof Adw.SpinnerPaintable);

async function framesIn(window: Gtk.Window): Promise<number> {
  const clock = window.get_frame_clock();
  let frames = 0;
  const handler = clock?.connect('after-paint', () => (frames += 1));
  await pause(span);
  if (handler !== undefined) clock?.disconnect(handler);
  return frames;
}

/** Hides one part after the other, and goes on into the one without which all is still. */
async function moverIn(root: Gtk.Widget, window: Gtk.Window): Promise<string> {
  for (let child = root.get_first_child(); child !== null; child = child.get_next_sibling()) {
    if (!child.get_mapped()) continue;
    child.visible = false;
    await pause(100);
    const frames = await framesIn(window);
    child.visible = true;
    await pause(100);
    if (frames <= still) return moverIn(child, window);
  }
  return [root.constructor.name, root.get_buildable_id() ?? '', ...root.get_css_classes()].join(' ');
}
