// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures of the window on made-up states, without waiting for a machine:
//   picture-window --resources=FILE --catalogue=FILE --out=DIR --size=760x720 STATE:PAGE[+DIALOG]…

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Graphene from 'gi://Graphene?version=1.0';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import type { PageName } from '../../src/ui/context.ts';
import { FixtureHearth } from './fixture-hearth.ts';
import { fixtureState, type StateName } from './fixture-states.ts';
import { speak } from './speak.ts';

const options = new Map<string, string>();
const wanted: string[] = [];
for (const argument of System.programArgs) {
  const [, name, value] = /^--([a-z]+)=(.*)$/.exec(argument) ?? [];
  if (name === undefined) wanted.push(argument);
  else options.set(name, value ?? '');
}
const option = (name: string): string => options.get(name) ?? '';

Gio.resources_register(Gio.Resource.load(option('resources')));
speak(GLib.getenv('HEARTH_STAGE_LOCALES'));
// Widget classes read their templates when they are defined, so only now.
const { MainWindow } = await import('../../src/ui/window/main-window.ts');
const { readableConfig } = await import('./window-config.ts');
const [, bytes] = Gio.File.new_for_path(option('catalogue')).load_contents(null);
const catalogue = new TextDecoder().decode(bytes);
const [width = 760, height = 720] = option('size').split('x').map(Number);

/** @returns whether there was something to save: a window of a busy computer may not have been drawn yet */
function save(widget: Gtk.Window, path: string): boolean {
  const paintable = new Gtk.WidgetPaintable({ widget });
  const snapshot = new Gtk.Snapshot();
  const [w, h] = [widget.get_width(), widget.get_height()];
  paintable.snapshot(snapshot, w, h);
  let [left, right, bottom] = [0, w, h];
  for (const popover of popovers(widget)) {
    const drawn = drawPopover(popover, widget, snapshot);
    // As on a screen, where it may reach beyond its window.
    left = Math.min(left, drawn.x);
    right = Math.max(right, drawn.x + popover.get_width());
    bottom = Math.max(bottom, drawn.y + popover.get_height());
  }
  const node = snapshot.to_node();
  const renderer = widget.get_renderer();
  if (node === null || renderer === null) return false;
  const bounds = new Graphene.Rect();
  bounds.init(left, 0, right - left, bottom);
  return renderer.render_texture(node, bounds).save_to_png(path);
}

/** Open ones: each is a surface of its own, so the window's picture lacks it. */
function popovers(widget: Gtk.Widget): readonly Gtk.Popover[] {
  const found: Gtk.Popover[] = [];
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) {
    if (child instanceof Gtk.Popover && child.get_mapped()) found.push(child);
    else found.push(...popovers(child));
  }
  return found;
}

function drawPopover(
  popover: Gtk.Popover,
  window: Gtk.Window,
  snapshot: Gtk.Snapshot,
): { readonly x: number; readonly y: number } {
  const surface = popover.get_surface() as Gdk.Popup | null;
  if (surface === null) return { x: 0, y: 0 };
  const [outerX, outerY] = window.get_surface_transform();
  const [innerX, innerY] = popover.get_surface_transform();
  snapshot.save();
  const x = surface.get_position_x() + innerX - outerX;
  const y = surface.get_position_y() + innerY - outerY;
  snapshot.translate(new Graphene.Point({ x, y }));
  const paintable = new Gtk.WidgetPaintable({ widget: popover });
  paintable.snapshot(snapshot, popover.get_width(), popover.get_height());
  snapshot.restore();
  return { x, y };
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    GLib.timeout_add(GLib.PRIORITY_LOW, ms, () => {
      resolve();
      return GLib.SOURCE_REMOVE;
    });
  });

async function shoot(app: Adw.Application): Promise<void> {
  for (const name of wanted) {
    const [, state = '', page = '', , extra = ''] = /^([a-z-]+):([a-z-]+)(\+(.+))?$/.exec(name) ?? [];
    const hearth = new FixtureHearth(fixtureState(state as StateName, catalogue));
    const report = (thrown: unknown, context: string): void => logError(thrown as Error, context);
    const window = new MainWindow(app, hearth, report, readableConfig, page as PageName);
    window.set_default_size(width, height);
    window.present();
    await pause(350);
    if (extra !== '') {
      const { dialogs } = await import('./picture-dialogs.ts');
      await dialogs(extra, window, hearth);
      await pause(400);
    }
    const path = `${option('out')}/${name.replace(/[:+/]/g, '.')}.png`;
    for (let tries = 1; !save(window, path); tries += 1) {
      if (tries > 20) throw new Error(`nothing drawn for ${path}`);
      await pause(250);
    }
    window.destroy();
    await pause(50);
  }
  app.quit();
}

let failed = false;
const app = new Adw.Application({
  applicationId: 'io.github.hearthdesktop.Hearth.Pictures',
  resourceBasePath: readableConfig.resourceBase,
  flags: Gio.ApplicationFlags.NON_UNIQUE,
});
app.connect('activate', () => {
  app.hold();
  Gtk.IconTheme.get_for_display(Gdk.Display.get_default() as Gdk.Display).add_resource_path(
    `${readableConfig.resourceBase}/icons`,
  );
  shoot(app).catch((thrown: unknown) => {
    // With a window open, exit() waits here for good.
    logError(thrown as Error);
    failed = true;
    app.quit();
  });
});
await app.runAsync([]);
if (failed) System.exit(1);
