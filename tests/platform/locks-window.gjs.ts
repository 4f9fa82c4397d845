// SPDX-License-Identifier: GPL-3.0-or-later

// Every page where a lock applies, in the real window on a made-up state, once locked and once open: what is locked cannot
// be used, says why to assistive technology, and the sentence shows on the page; the rest can be used as ever. Two
// processes: this one, and the window in a session of its own.

import Adw from 'gi://Adw?version=1';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import { assess } from '../../src/core/setup/assess.ts';
import type { PageName } from '../../src/ui/context.ts';
import { noVendor, type LockId } from '../../src/core/vendor/types.ts';
import { lockSentence } from '../../src/words/vendor.ts';
import { driverSights, type DriverSightName } from '../support/driver-sights.ts';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState } from '../support/fixture-states.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { assert, equal, run, test } from '../support/tap.ts';
import { all, pause } from '../support/widgets.ts';
import { windows } from '../support/windows.ts';

const looks: readonly (readonly [page: PageName, sight: DriverSightName | null])[] = [
  ['computer', null],
  ['model', null],
  ['tools', null],
  ['driver', 'fresh'],
  ['driver', 'failed'],
  ['driver', 'working'],
  ['key', 'key'],
  ['key', 'pending'],
  ['key', 'refused'],
  ['summary', 'fresh'],
];

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));

interface Look {
  readonly at: string;
  /** Texts that show. */
  readonly texts: readonly string[];
  /** Buttons, items of menus and rows with a button, by their text: `true` where they can be used, else their tooltip. */
  readonly controls: Readonly<Record<string, true | string>>;
  /** How often a code for the firmware was asked for. */
  readonly codes: number;
}

async function inside(resources: string): Promise<number> {
  const { app, catalogue, open } = await windows(resources, 'LocksWindow');

  async function look(page: PageName, sight: DriverSightName | null, locked: boolean): Promise<Look> {
    const state = fixtureState('locked', catalogue);
    const seen = {
      ...state,
      ...(sight === null ? {} : { driver: driverSights[sight]() }),
      ...(locked ? {} : { vendor: noVendor }),
    };
    const hearth = new FixtureHearth({ ...seen, standings: assess(seen) });
    let codes = 0;
    const { newCode } = hearth.driver;
    hearth.driver.newCode = () => {
      codes += 1;
      return newCode.call(hearth.driver);
    };
    const window = await open(hearth, page, 700);
    for (const row of all(window, (widget) => widget instanceof Adw.ExpanderRow))
      (row as Adw.ExpanderRow).expanded = true;
    const more = all(window, (widget) => widget.get_buildable_id() === 'moreButton')[0];
    if (more instanceof Gtk.MenuButton && more.get_mapped()) more.popup();
    await pause(500);
    const shown = (wanted: (widget: Gtk.Widget) => boolean): readonly Gtk.Widget[] =>
      all(window, (widget) => widget.get_mapped() && wanted(widget));
    const texts = shown((widget) => widget instanceof Gtk.Label).map((label) => (label as Gtk.Label).label);
    const controls: Record<string, true | string> = {};
    for (const widget of shown(isControl))
      controls[nameOf(widget)] = widget.is_sensitive() ? true : (widget.tooltipText ?? '');
    window.destroy();
    return { at: [page, sight].filter((part) => part !== null).join(' '), texts, controls, codes };
  }

  return tellSeen<[boolean, Look]>(app, async (tell) => {
    for (const locked of [true, false])
      for (const [page, sight] of looks) tell([locked, await look(page, sight, locked)]);
  });
}

function isControl(widget: Gtk.Widget): boolean {
  const { accessibleRole } = widget;
  return (
    (widget instanceof Gtk.Button && (widget.label ?? '') !== '') ||
    accessibleRole === Gtk.AccessibleRole.MENU_ITEM ||
    widget instanceof Adw.ButtonRow ||
    (widget instanceof Adw.ActionRow && widget.activatableWidget instanceof Gtk.CheckButton)
  );
}

function nameOf(widget: Gtk.Widget): string {
  const own =
    widget instanceof Adw.PreferencesRow
      ? widget.title
      : widget instanceof Gtk.Button
        ? (widget.label ?? '')
        : ((all(widget, (each) => each instanceof Gtk.Label)[0] as Gtk.Label | undefined)?.label ?? '');
  return own.replace('_', '');
}

let seen: readonly (readonly [locked: boolean, look: Look])[] = [];
const at = (place: string, locked: boolean): Look => {
  const found = seen.find(([closed, look]) => closed === locked && look.at === place);
  if (found === undefined) throw new Error(`${place} was not seen`);
  return found[1];
};
/** What can be used where nothing is locked, and cannot where all is. */
const taken = (place: string): readonly string[] => {
  const open = at(place, false).controls;
  const closed = at(place, true).controls;
  return Object.keys(open).filter((name) => open[name] === true && name in closed && closed[name] !== true);
};
const sentence = (lock: LockId): string => lockSentence(lock, 'Example University');

test('the window shows each page, locked and open', () => {
  const all = seenInWindow<[boolean, Look]>();
  ({ seen } = all);
  equal(seen.length, 2 * looks.length, all.output.slice(-3000));
});

// What is done to a key that was asked for, and what only looks, is nobody's to lock.
const expected: Readonly<Record<string, { readonly lock: LockId; readonly taken: readonly string[] }>> = {
  computer: { lock: 'engine', taken: ['Automatic', 'Installed Program', 'Container'] },
  model: { lock: 'own-models', taken: ['Add', 'Add a Model File…', 'Keep Models Elsewhere…'] },
  tools: { lock: 'tools', taken: ['Set Up…', 'Look for a Newer One…', 'Set Up AI Lab…'] },
  'driver fresh': { lock: 'driver', taken: ['Install…'] },
  'driver failed': {
    lock: 'driver',
    taken: ['Build Now…', 'Keep This Kernel…', 'Remove Driver…', 'Install…'],
  },
  'driver working': { lock: 'driver', taken: ['Remove Driver…', 'Install…'] },
  'key key': { lock: 'driver', taken: [] },
  'key pending': { lock: 'driver', taken: [] },
  'key refused': { lock: 'driver', taken: ['Copy It There…', 'Build Now…'] },
};

for (const [place, { lock, taken: wanted }] of Object.entries(expected)) {
  test(`${place}: what is locked cannot be used, and the page says who decided so`, () => {
    equal(taken(place), wanted);
    const { texts, controls } = at(place, true);
    assert(texts.includes(sentence(lock)), texts.join('\n'));
    // An item of a menu has the sentence beneath it instead.
    for (const name of wanted.filter((each) => !/^(Add a|Keep Models)/.test(each)))
      equal(controls[name], sentence(lock), name);
    assert(!at(place, false).texts.some((text) => text.startsWith('Managed by')), 'open, it says nothing');
  });
}

test('the menu of the models says both, beneath the items', () => {
  const { texts } = at('model', true);
  for (const lock of ['own-models', 'model-folder'] as const)
    assert(texts.includes(sentence(lock)), texts.join('\n'));
});

test('looking, and taking back what was asked for, stay everybody’s', () => {
  equal(at('driver failed', true).controls['Show Log'], true);
  equal(at('key pending', true).controls['Withdraw the Request'], true);
  equal(at('tools', true).controls['Open AI Lab'], true);
  equal(at('model', true).controls['Download'], true);
});

test('the summary says of each task that is locked that it is, and why, and asks nobody to do it', () => {
  const [closed, open] = [at('summary fresh', true).texts, at('summary fresh', false).texts];
  for (const lock of ['driver', 'tools'] as const)
    assert(closed.includes(sentence(lock)), `${lock} in:\n${closed.join('\n')}`);
  assert(!open.some((text) => text.includes('Managed by')), 'open, it says nothing');
  const waiting = (texts: readonly string[]): number =>
    Number(texts.map((text) => /^(\d+) things? waits?/.exec(text)?.[1]).find((count) => count !== undefined));
  equal(waiting(open) - waiting(closed), 2, 'what waits for somebody');
});

test('where the key is locked no code is made, and nothing leads to the restart', () => {
  equal(at('key key', true).codes, 0);
  equal(at('key key', true).controls['Restart…'], undefined);
  assert(at('key key', false).codes > 0, 'open, there is a code');
  equal(at('key key', false).controls['Restart…'], true);
});

await run(180_000);
