// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import { press, startRehearsal, type RehearsalKey } from '../../src/core/driver/rehearsal.ts';
import { RehearsalView } from '../../src/ui/key/rehearsal-view.ts';
import { known } from '../../src/core/known.ts';
import type { MachineFacts } from '../../src/core/machine/facts.ts';
import type { MainWindow } from '../../src/ui/window/main-window.ts';
import { driverSights, type DriverSightName } from './driver-sights.ts';
import { fixtureCode } from './sighted-driver.ts';
import { laptop, laptopWithDriver } from './fixture-machine.ts';
import type { FixtureHearth } from './fixture-hearth.ts';
import { all, pause } from './widgets.ts';

/**
 * Shows a made-up driver: 'sight', or 'sight/part', where the part says what to open or where to look. What is unknown is
 * left to others. @returns whether it was one of these
 */
export async function showDriver(name: string, window: MainWindow, hearth: FixtureHearth): Promise<boolean> {
  const [sight = '', part = ''] = name.split('/');
  if (!(sight in driverSights)) return false;
  hearth.set({ driver: driverSights[sight as DriverSightName](), machine: machineOf(sight) });
  await pause(250);
  if (part === 'installing') hearth.set({ jobs: { driver: installing } });
  else if (part !== '') await open(part, window);
  return true;
}

/** The computer that a sight is of. */
export function machineOf(sight: string): MachineFacts {
  const machine = laptop();
  const [card, ...others] = machine.gpus.known ? machine.gpus.value : [];
  if (card === undefined) return machine;
  switch (sight) {
    case 'amd':
      return { ...machine, gpus: known(others, 'fixture') };
    case 'kepler':
      return {
        ...machine,
        gpus: known([{ ...card, name: known('GK104 [GeForce GTX 680]', 'fixture') }], 'fixture'),
      };
    case 'fresh':
    case 'silverblue':
    case 'managed':
    case 'key':
    case 'pending':
    case 'missed':
    case 'cut':
    case 'refused':
    case 'no-service':
      return machine;
    default:
      return laptopWithDriver();
  }
}

/** Down, Enter and the code, as far as a screen of the rehearsal. */
const ways: Readonly<Record<string, string>> = {
  menu: '',
  selected: 'v',
  keys: 'v!',
  view: 'v!!',
  question: 'v!v!',
  password: 'v!v!v!',
  wrong: 'v!v!v!1!',
  failed: 'v!v!v!1!!1!!1!!',
  done: `v!v!v!${fixtureCode}!`,
  over: `v!v!v!${fixtureCode}!!`,
  lost: '!',
};

export const installing = {
  plan: 'p3',
  task: 'driver',
  stopping: false,
  progress: {
    step: 2,
    steps: 5,
    stepId: 'packages',
    phase: 'downloading',
    done: 241e6,
    total: 612e6,
    rate: 9.6e6,
    host: 'download1.rpmfusion.org',
  },
} as const;

async function open(part: string, window: Gtk.Widget): Promise<void> {
  const row = part === 'qr' ? one(window, 'qrRow') : part === 'steps' ? one(window, 'stepsRow') : null;
  if (row instanceof Adw.ExpanderRow) {
    row.expanded = true;
    await pause(300);
    scrollTo(row);
    return;
  }
  if (part === 'log') {
    // The first thing that can be done about a failed build.
    const [wanted] = all(window, (each) => each instanceof Gtk.Button && each.name === 'guard-1');
    (wanted as Gtk.Button | undefined)?.emit('clicked');
    return;
  }
  if (part === 'ask') {
    const button = one(window, 'restartButton');
    if (button instanceof Gtk.Button) button.emit('clicked');
    await pause(500);
    return;
  }
  if (part in ways || part === 'reset') {
    const view = one(window, 'rehearsal');
    if (!(view instanceof RehearsalView)) return;
    const screen = one(view, 'screen');
    if (part === 'reset') (one(view, 'powerCutButton') as Gtk.Button).emit('clicked');
    for (const key of Array.from(part === 'reset' ? 'v' : (ways[part] ?? ''))) strike(screen, key);
    await pause(300);
    scrollTo(view);
    return;
  }
  const found = one(window, part);
  if (found !== null) scrollTo(found);
}

/** As a key that was pressed on the widget: its own controller is told. */
export function strike(screen: Gtk.Widget | null, letter: string): void {
  const keyval = { v: 0xff54, '^': 0xff52, '!': 0xff0d, x: 0xff1b }[letter] ?? letter.charCodeAt(0);
  const controllers = screen?.observe_controllers();
  for (let at = 0; at < (controllers?.get_n_items() ?? 0); at += 1) {
    const controller = controllers?.get_item(at);
    if (controller instanceof Gtk.EventControllerKey) controller.emit('key-pressed', keyval, 0, 0);
  }
}

function one(root: Gtk.Widget, id: string): Gtk.Widget | null {
  return all(root, (widget) => widget.get_buildable_id() === id && widget.get_mapped())[0] ?? null;
}

function scrollTo(widget: Gtk.Widget): void {
  const scroller = widget.get_ancestor(Gtk.ScrolledWindow.$gtype);
  if (!(scroller instanceof Gtk.ScrolledWindow)) return;
  const [, , y] = widget.translate_coordinates(scroller, 0, 0);
  scroller.vadjustment.value += y - 12;
}

/** What the state machine says of the same keys, to hold the window to it. */
export function walked(keys: string): ReturnType<typeof press> {
  const names: Readonly<Record<string, RehearsalKey>> = { v: { tag: 'down' }, '!': { tag: 'enter' } };
  return Array.from(keys).reduce(
    (state, letter) => press(state, names[letter] ?? { tag: 'character', character: letter }, fixtureCode),
    startRehearsal('enrol'),
  );
}
