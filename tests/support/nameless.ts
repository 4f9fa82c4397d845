// SPDX-License-Identifier: GPL-3.0-or-later

import Atspi from 'gi://Atspi?version=2.0';

/** Roles that a person acts on. By number, as GTK's own names differ. */
const acted = [
  'BUTTON',
  'PUSH_BUTTON',
  'TOGGLE_BUTTON',
  'CHECK_BOX',
  'RADIO_BUTTON',
  'SWITCH',
  'ENTRY',
  'TEXT',
  'PASSWORD_TEXT',
  'SPIN_BUTTON',
  'SLIDER',
  'COMBO_BOX',
  'MENU_ITEM',
  'LINK',
] as const;

/** Roles that say something, and so need a name too. */
const told = ['LIST_ITEM', 'PROGRESS_BAR', 'IMAGE', 'HEADING', 'DIALOG', 'ALERT'] as const;

export interface Heading {
  readonly level: number;
  readonly text: string;
}

export interface Sweep {
  /** Controls that can be seen. */
  readonly controls: number;
  /** Those without a name: role, id, and the names around. */
  readonly nameless: readonly string[];
  /** In the order in which they are read. */
  readonly headings: readonly Heading[];
  /** Buttons of the page or dialog that can be used, by name: which names several have. */
  readonly twice: readonly string[];
  /** Buttons that only say the name of the row that they are in. */
  readonly echoes: readonly string[];
  /** How much of what shows is progress. */
  readonly progress: number;
  /** Progress that has no value to tell. */
  readonly valueless: readonly string[];
  /** Items of lists that are in no list. */
  readonly stray: readonly string[];
}

const numbers = (names: readonly (keyof typeof Atspi.Role)[]): ReadonlySet<number> =>
  new Set(names.flatMap((name) => Atspi.Role[name] ?? []));

/** Looks at every control that shows in the applications of this session. */
export function sweep(): Sweep {
  const named = numbers([...acted, ...told]);
  const found = {
    nameless: [] as string[],
    headings: [] as Heading[],
    twice: [] as string[],
    echoes: [] as string[],
    valueless: [] as string[],
    stray: [] as string[],
  };
  const pressed = numbers(['BUTTON', 'PUSH_BUTTON', 'TOGGLE_BUTTON']);
  const lists = numbers(['LIST', 'LIST_BOX', 'TREE']);
  const surfaces = numbers(['FRAME', 'DIALOG', 'ALERT']);
  const outside = numbers(['DESKTOP_FRAME', 'APPLICATION']);
  let [count, progress] = [0, 0];
  const visit = (
    node: Atspi.Accessible,
    trail: string,
    row: string | null,
    list: boolean,
    above: Set<string>,
  ): void => {
    // What does not show has nothing in it that does.
    const states = node.get_state_set();
    const role = node.get_role();
    if (!states.contains(Atspi.StateType['SHOWING'] ?? -1) && !outside.has(role)) return;
    // A window and a dialog have buttons of their own.
    const buttons = surfaces.has(role) ? new Set<string>() : above;
    const name = node.get_name() ?? '';
    const here = name === '' ? trail : `${trail} › ${name.slice(0, 40)}`;
    const what = (): string => `${node.get_role_name()} #${node.get_accessible_id() ?? ''} in ${trail}`;
    if (named.has(role)) {
      count += 1;
      // The toolkit's toast has its words in a label, and announces them.
      if (name === '' && node.get_accessible_id() !== 'AdwToastWidget') found.nameless.push(what());
    }
    if (role === Atspi.Role['HEADING'])
      found.headings.push({ level: Number(node.get_attributes()?.['level'] ?? 0), text: name });
    if (role === Atspi.Role['PROGRESS_BAR']) {
      progress += 1;
      const value = node.get_value_iface()?.get_current_value() ?? -1;
      if (value < 0 || value > 1) found.valueless.push(what());
    }
    if (pressed.has(role) && states.contains(Atspi.StateType['SENSITIVE'] ?? -1) && name !== '') {
      // A button with a menu has a button inside that is it.
      if (buttons.has(name) && !trail.endsWith(name.slice(0, 40))) found.twice.push(name);
      buttons.add(name);
      if (name === row) found.echoes.push(name);
    }
    const item = role === Atspi.Role['LIST_ITEM'];
    // The line of a row that unfolds lies in a list that assistive technology does not see.
    if (item && !list && node.get_accessible_id() !== 'action_row') found.stray.push(what());
    const within = item ? name : row;
    const listed = lists.has(role);
    for (let index = 0; index < node.get_child_count(); index += 1) {
      const child = node.get_child_at_index(index);
      if (child !== null)
        visit(child, here === '' ? 'session' : here, within, listed || (list && !item), buttons);
    }
  };
  const desktop = Atspi.get_desktop(0);
  desktop.clear_cache();
  visit(desktop, '', null, false, new Set());
  return { controls: count, progress, ...found };
}
